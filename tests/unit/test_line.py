"""The order of waiting, told by examples; `tests/property/test_line.py` has its laws."""

from __future__ import annotations

import pytest
from msgspec import Struct
from msgspec.structs import replace

from tests.unit import lives
from tests.unit.lives import NURSE, PATIENT, T0, YUSUF
from video_advice import events as ev
from video_advice import line
from video_advice.advice.urgency import Urgency
from video_advice.ids import ContactId, Language, NurseId, RegionCode
from video_advice.line import HEAD_START, Group, MemoryLine, Standing, Ticket, Wants
from video_advice.people import Channel, Competence, Nurse
from video_advice.policy import HOUR, MINUTE
from video_advice.reason import Need

SKANE, STOCKHOLM = RegionCode("12"), RegionCode("01")


def ticket(
    name: str,
    arrived: int = 0,
    urgency: Urgency | None = None,
    *,
    ahead: bool = False,
    away: bool = False,
    region: RegionCode = SKANE,
    version: int = 1,
) -> Ticket:
    """Somebody who came `arrived` minutes after the day began."""
    at = T0 + arrived * MINUTE
    return Ticket(
        contact=ContactId(name),
        group=Group(region, Channel.CHAT, Language("sv")),
        score=line.score(urgency, at, ahead=ahead),
        arrived_at=at,
        urgency=urgency,
        ahead=ahead,
        away=away,
        version=version,
    )


KARIN = Wants(
    NurseId("karin"), frozenset({SKANE}), frozenset({Language("sv")}), frozenset({Channel.CHAT})
)


def in_order(*tickets: Ticket) -> str:
    return " ".join(one.contact for one in sorted(tickets, key=line.order))


def test_whoever_came_first_is_first() -> None:
    assert in_order(ticket("b", 2), ticket("c", 3), ticket("a", 1)) == "a b c"


def test_immediate_need_goes_before_everybody_then_whoever_lost_a_nurse() -> None:
    assert (
        in_order(
            ticket("first", 0),
            ticket("lost", 50, ahead=True),
            ticket("immediate", 99, Urgency.IMMEDIATE),
            ticket("both", 98, Urgency.IMMEDIATE, ahead=True),
            ticket("lost-too", 40, ahead=True),
        )
        == "both immediate lost-too lost first"
    )


def test_a_prompt_one_passes_those_who_came_less_than_the_head_start_before() -> None:
    assert in_order(ticket("day", 0), ticket("prompt", 44, Urgency.PROMPT)) == "prompt day"
    assert in_order(ticket("day", 0), ticket("prompt", 46, Urgency.PROMPT)) == "day prompt"


def test_each_level_stands_as_long_behind_as_the_table_says() -> None:
    assert {u: line.score(u, T0, ahead=False) - T0 for u in HEAD_START} == {
        Urgency.IMMEDIATE: -12 * HOUR,
        Urgency.PROMPT: 0,
        Urgency.WITHIN_A_DAY: 45 * MINUTE,
        None: 45 * MINUTE,
        Urgency.WITHIN_A_WEEK: 2 * HOUR,
        Urgency.WATCHFUL_WAITING: 4 * HOUR,
    }


def test_even_immediate_need_does_not_pass_who_has_waited_long_enough() -> None:
    later = [
        ticket("immediate", 12 * 60 + 50, Urgency.IMMEDIATE),
        ticket("lost", 6 * 60 + 46, ahead=True),
    ]
    assert in_order(ticket("day", 0), *later) == "day lost immediate"
    sooner = [
        ticket("immediate", 12 * 60 + 44, Urgency.IMMEDIATE),
        ticket("lost", 6 * 60 + 44, ahead=True),
    ]
    assert in_order(ticket("day", 0), *sooner) == "immediate lost day"
    assert line.NOBODY_PASSES_AFTER == 16 * HOUR


def test_every_urgency_has_a_head_start_and_less_need_never_a_shorter_one() -> None:
    assert set(HEAD_START) == {None, *Urgency}
    assert [HEAD_START[u] for u in Urgency] == sorted(HEAD_START[u] for u in Urgency)


@pytest.mark.parametrize(
    ("changed", "served"),
    [
        ({}, True),
        ({"away": True}, False),
        ({"declined_by": (NurseId("karin"),)}, False),
        ({"declined_by": (NurseId("yusuf"),)}, True),
        ({"named": NurseId("karin")}, True),
        ({"named": NurseId("karin"), "declined_by": (NurseId("karin"),)}, True),
        ({"named": NurseId("yusuf")}, False),
    ],
)
def test_of_those_whom_she_fits_she_serves_whoever_is_there_and_meant_for_her(
    changed: dict[str, object],
    served: bool,  # noqa: FBT001 - a table
) -> None:
    assert line.serves(KARIN, replace(ticket("a"), **changed)) is served


@pytest.mark.parametrize(
    ("group", "nurse", "fit"),
    [
        ({}, {}, True),
        ({"region": STOCKHOLM}, {}, False),
        ({"channel": Channel.VIDEO}, {}, False),
        ({"language": Language("ar")}, {}, False),
        ({"language": None}, {}, True),
        ({"competence": Competence.CHILD}, {}, False),
        ({"competence": Competence.CHILD}, {"competences": frozenset({Competence.CHILD})}, True),
        ({}, {"competences": frozenset({Competence.CHILD})}, True),
        ({"protected": True}, {}, False),
        ({"protected": True}, {"protected": True}, True),
        ({"whole": True}, {"whole": False}, False),
        ({}, {"whole": False}, True),
    ],
)
def test_a_nurse_fits_a_group(
    group: dict[str, object],
    nurse: dict[str, object],
    fit: bool,  # noqa: FBT001 - a table
) -> None:
    one = replace(Group(SKANE, Channel.CHAT, Language("sv")), **group)
    wants = replace(KARIN, **nurse)
    assert line.fits(wants, one) is fit
    assert line.serves(wants, replace(ticket("a"), group=one)) is fit


def test_a_call_and_a_video_need_all_her_seats_and_a_chat_does_not() -> None:
    chat, called = lives.waiting().contact, lives.to_be_called().contact
    assert [line.group_of(one).whole for one in (chat, called)] == [False, True]
    assert line.group_of(replace(chat, channel=Channel.VIDEO)).whole


def test_the_first_is_the_first_she_serves() -> None:
    tickets = [ticket("a", 1, away=True), ticket("b", 2, region=STOCKHOLM), ticket("c", 3)]
    first = line.first(KARIN, tickets)
    assert first is not None
    assert first.contact == "c"
    assert line.first(KARIN, tickets[:2]) is None


def test_the_place_is_one_more_than_those_present_before() -> None:
    tickets = [
        ticket("a", 1),
        ticket("gone", 2, away=True),
        ticket("b", 3),
        ticket("gone-too", 4, away=True),
        ticket("other", 0, region=STOCKHOLM),
    ]
    places = {one: standing.place for one, standing in line.standings(tickets).items()}
    assert places == {"a": 1, "gone": 2, "b": 2, "gone-too": 3, "other": 1}


def test_those_who_passed_by_greater_need_are_counted_apart() -> None:
    tickets = [
        ticket("a", 1),
        ticket("mine", 2),
        ticket("prompt", 40, Urgency.PROMPT),
        ticket("lost", 50, ahead=True),
        ticket("gone", 60, Urgency.IMMEDIATE, away=True),
    ]
    assert line.standings(tickets)[ContactId("mine")] == Standing(place=4, passed=2)


def test_the_reason_of_the_place_is_named() -> None:
    assert line.why(ticket("a")) == "turn"
    assert line.why(ticket("a", ahead=True)) == "ahead"
    assert line.why(ticket("a", urgency=Urgency.IMMEDIATE, ahead=True)) == "immediate"


def test_the_reason_says_what_else_decided_and_names_no_language_that_all_speak() -> None:
    arabic = Group(SKANE, Channel.CHAT, Language("ar"), Competence.CHILD, protected=True)
    one = replace(ticket("a", urgency=Urgency.PROMPT), group=arabic, named=NurseId("karin"))
    assert line.need(one) == Need(
        Urgency.PROMPT, Language("ar"), Competence.CHILD, protected=True, named=True
    )
    assert line.need(ticket("b")) == Need(
        None, None, Competence.GENERAL, protected=False, named=False
    )


INPUT = {
    Group: {"region", "channel", "language", "competence", "protected", "whole"},
    Ticket: {
        "contact",
        "group",
        "score",
        "arrived_at",
        "urgency",
        "ahead",
        "away",
        "version",
        "declined_by",
        "named",
    },
    Wants: {"nurse", "regions", "languages", "channels", "competences", "protected", "whole"},
}


@pytest.mark.parametrize("kind", INPUT)
def test_nothing_about_owners_or_money_is_in_the_input_of_the_order(kind: type[Struct]) -> None:
    """I16: a new field has to be argued for here. None may say who pays, employs or owns."""
    assert set(kind.__struct_fields__) == INPUT[kind]
    words = {"payer", "employer", "insurer", "insurance", "owner", "organisation", "price", "plan"}
    assert not words & {part for name in kind.__struct_fields__ for part in name.split("_")}


def test_a_ticket_says_what_the_contact_is() -> None:
    life = lives.offered()
    life.decline()
    made = line.ticket(life.contact, 7)
    assert made is not None
    assert (made.contact, made.version, made.away) == (life.contact.id, 7, False)
    assert (made.declined_by, made.ahead) == ((lives.KARIN.id,), False)
    life.happen(ev.Dropped(PATIENT))
    gone = line.ticket(life.contact, 8)
    assert gone is not None
    assert gone.away


def test_one_who_lost_a_nurse_stands_before_one_who_came_earlier() -> None:
    lost = lives.interrupted(NURSE)
    lost.silence()
    mine = line.ticket(lost.contact, 1)
    assert mine is not None
    assert in_order(ticket("earlier", -300), mine).split()[0] == lost.contact.id


def test_what_she_wants_holds_nothing_that_says_whose_nurse_she_is() -> None:
    """Owner, name and title of a nurse cannot steer the choice: they are not in its input."""
    nurse = Nurse(
        id=YUSUF.id,
        name="Yusuf",
        title="Sjuksköterska",
        region=SKANE,
        regions=frozenset({SKANE}),
        languages=frozenset({Language("sv")}),
        channels=frozenset(Channel),
    )
    elsewhere = replace(nurse, name="Åke", title="Distriktssköterska", region=STOCKHOLM)
    assert line.wants(nurse) == line.wants(elsewhere)


async def test_the_memory_line_keeps_the_newest_version_and_forgets_on_rebuild() -> None:
    known = MemoryLine()
    await known.put(ticket("a", 5, version=3))
    await known.put(ticket("a", 1, version=2))
    assert [one.arrived_at for one in await known.tickets(SKANE)] == [T0 + 5 * MINUTE]
    await known.rebuild(SKANE, [ticket("b", 2)])
    assert await known.lift(KARIN) == "b"
    assert await known.lift(KARIN) is None
    await known.remove(ContactId("nobody"), SKANE)
