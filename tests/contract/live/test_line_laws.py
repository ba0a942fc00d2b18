"""Any sequence of commands leaves the real line and the reference model alike."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signaling.live.connect import Live
from tests.contract.live.tickets import NOON, SKANE, WEST, contact, nurse, ticket
from video_advice.ids import ContactId, RegionCode
from video_advice.line import MemoryLine, Ticket, Wants
from video_advice.people import Channel, Competence
from video_advice.ports import Line

NUMBERS = st.integers(0, 11)
CHANNELS = st.sampled_from(Channel)
LANGUAGES = st.sampled_from(["sv", "ar", "so"])
NURSES = st.sampled_from(["karin", "åsa"])
SCORES = st.sampled_from([NOON, NOON + 1, NOON - 10**14, NOON - 2 * 10**14, 0, 2**53 - 1])


def region_of(number: int) -> RegionCode:
    """A contact keeps to one region; moving is a removal in the old one and a put in the new."""
    return SKANE if number % 2 else WEST


@st.composite
def tickets(draw: st.DrawFn) -> Ticket:
    number = draw(NUMBERS)
    return ticket(
        number,
        region=region_of(number),
        channel=draw(CHANNELS),
        language=draw(LANGUAGES),
        interpreter=draw(st.booleans()),
        competence=draw(st.sampled_from(Competence)),
        protected=draw(st.booleans()),
        whole=draw(st.booleans()),
        named=draw(st.sampled_from((None, None, None)) | NURSES),
        score=draw(SCORES),
        away=draw(st.booleans()),
        version=draw(st.integers(1, 4)),
        declined_by=draw(st.lists(NURSES, max_size=2)),
    )


@st.composite
def nurses(draw: st.DrawFn) -> Wants:
    return nurse(
        *draw(st.sampled_from([(SKANE,), (WEST,), (SKANE, WEST)])),
        name=draw(NURSES),
        languages=draw(st.sets(LANGUAGES)),
        channels=draw(st.sets(CHANNELS)),
        competences=draw(st.sets(st.sampled_from(Competence))),
        protected=draw(st.booleans()),
        whole=draw(st.booleans()),
    )


COMMANDS = st.one_of(
    st.tuples(st.just("put"), tickets()),
    st.tuples(st.just("put"), tickets()),
    st.tuples(st.just("remove"), NUMBERS),
    st.tuples(st.just("lift"), nurses()),
    st.tuples(st.just("rebuild"), st.lists(tickets(), max_size=6)),
)


async def perform(line: Line, command: str, what: Any) -> ContactId | None:
    """Give one command to a line; say whom it lifted."""
    if command == "put":
        await line.put(what)
    elif command == "remove":
        await line.remove(contact(what), region_of(what))
    elif command == "rebuild":
        await line.rebuild(SKANE, [one for one in what if one.region == SKANE])
    else:
        return await line.lift(what)
    return None


@settings(
    deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(commands=st.lists(COMMANDS, max_size=30))
async def test_the_real_line_is_the_model(live: Live, commands: list[tuple[str, Any]]) -> None:
    model = MemoryLine()
    for region in (SKANE, WEST):
        await live.line.rebuild(region, [])
    for command, what in commands:
        assert await perform(live.line, command, what) == await perform(model, command, what)
        for region in (SKANE, WEST):
            assert await live.line.tickets(region) == await model.tickets(region)
