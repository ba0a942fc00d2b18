"""A process's copy of the line says what the line says, whatever happens to what it is told."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from signaling.index import Index
from signaling.replica import Replica
from tests.fakes.memory_archive import MemoryArchive
from tests.property.test_line import TICKETS, ticket, wants
from tests.unit.test_line import SKANE, STOCKHOLM
from tests.unit.test_line import ticket as example
from video_advice import line
from video_advice.ids import ContactId, RegionCode
from video_advice.line import MemoryLine, Moved, Standing, Ticket
from video_advice.places import Places
from video_advice.ports import LineDown

REGIONS = (SKANE, STOCKHOLM)
CONTACTS = st.integers(0, 7).map(lambda number: ContactId(f"{number:032x}"))
NAMED = st.builds(lambda one, name: replace(one, contact=name), ticket(), CONTACTS)


def standings(places: Places) -> dict[ContactId, Standing | None]:
    return {one.contact: places.standing(one.contact) for one in places}


def of(tickets: list[Ticket]) -> list[Ticket]:
    return sorted((one for one in tickets if one.region == SKANE), key=line.order)


@given(TICKETS)
def test_places_are_the_standings(tickets: list[Ticket]) -> None:
    tickets = of(tickets)
    places = Places(tickets)
    present = [one.contact for one in tickets if not one.away]
    assert standings(places) == line.standings(tickets)
    assert list(places) == tickets
    assert (len(places), places.present) == (len(tickets), len(present))
    assert [places.front(count) for count in range(3)] == [present[:count] for count in range(3)]
    assert places.standing(ContactId("nobody")) is None


@given(st.lists(NAMED | CONTACTS, max_size=30))
def test_places_follow_each_change(changes: list[Any]) -> None:
    places, known = Places(), dict[ContactId, Ticket]()
    for change in changes:
        if isinstance(change, str):
            places.remove(ContactId(change))
            known.pop(ContactId(change), None)
        elif change.region == SKANE:
            places.put(change)
            known[change.contact] = change
        assert list(places) == sorted(known.values(), key=line.order)
        assert places.present == sum(not one.away for one in known.values())
        assert standings(places) == line.standings(known.values())


class Ear:
    """What a process hears of a line: late, with losses, or nothing for a while."""

    def __init__(self) -> None:
        self.live = MemoryLine()
        self.live.tell = self.told
        self.index = Index(self.live, MemoryArchive().contacts)
        self.up = True
        self.under_way: list[Moved] = []
        self.replica = Replica(self.index, lambda: self.up)

    def told(self, moved: Moved) -> None:
        self.under_way.append(moved)

    async def do(self, what: str, with_: Any) -> None:
        """Let one thing happen."""
        match what:
            case "put":
                await self.live.put(with_)
            case "remove":
                await self.live.remove(with_, SKANE)
            case "lift":
                await self.live.lift(with_)
            case "rebuild":
                for region in REGIONS:
                    await self.live.rebuild(region, [t for t in with_ if t.region == region])
            case "hear":
                self.hear(with_)
            case "lose":
                del self.under_way[:with_]
            case "disconnect":
                self.up, self.under_way = False, []
            case "connect":
                self.under_way = []
                if not self.up:
                    self.up = True
                    self.replica.forget()
            case "follow":
                await self.replica.follow(REGIONS)
            case _:
                await self.replica.check()

    def hear(self, count: int) -> None:
        for moved in self.under_way[:count]:
            self.replica.hear(moved)
        del self.under_way[:count]


HAPPENS = st.one_of(
    st.tuples(st.just("put"), NAMED),
    st.tuples(st.just("remove"), CONTACTS),
    st.tuples(st.just("lift"), wants()),
    st.tuples(st.just("rebuild"), TICKETS),
    st.tuples(st.sampled_from(["hear", "lose"]), st.integers(1, 5)),
    st.tuples(st.sampled_from(["disconnect", "connect", "follow", "check"]), st.none()),
)


@given(st.lists(HAPPENS, max_size=40))
async def test_in_the_end_the_copy_is_the_line(happens: list[tuple[str, Any]]) -> None:
    ear = Ear()
    for what, with_ in happens:
        await ear.do(what, with_)
    await ear.do("connect", None) if not ear.up else ear.hear(len(ear.under_way))
    for _ in range(2):  # what was told last and lost is found by the second look
        await ear.replica.follow(REGIONS)
        await ear.replica.check()
    await ear.replica.follow(REGIONS)
    for region in REGIONS:
        tickets = await ear.live.tickets(region)
        assert list(ear.replica.places(region)) == tickets
        assert standings(ear.replica.places(region)) == line.standings(tickets)


@given(st.lists(HAPPENS.filter(lambda one: one[0] in {"put", "remove", "lift"}), max_size=20))
async def test_whoever_hears_all_asks_nothing_and_is_never_behind(
    happens: list[tuple[str, Any]],
) -> None:
    ear = Ear()
    await ear.replica.follow(REGIONS)

    async def down(region: RegionCode) -> tuple[int, list[Ticket]]:
        raise LineDown(region)

    ear.live.numbered = down  # type: ignore[method-assign]
    for what, with_ in happens:
        await ear.do(what, with_)
        ear.hear(len(ear.under_way))
        await ear.replica.follow(REGIONS)
        for region in REGIONS:
            assert list(ear.replica.places(region)) == await ear.live.tickets(region)


async def test_a_change_told_while_it_is_fetched_is_not_missed() -> None:
    """The answer is older than the change, which is heard before it."""
    ear = Ear()
    one = example("first")
    numbered = ear.live.numbered

    async def slow(region: Any) -> Any:
        answer = await numbered(region)
        if region == SKANE and not await ear.live.tickets(SKANE):
            await ear.live.put(one)
            ear.hear(1)
        return answer

    ear.live.numbered = slow  # type: ignore[method-assign]
    await ear.replica.follow(REGIONS)
    assert list(ear.replica.places(SKANE)) == [one]


async def test_what_was_told_before_it_was_fetched_is_not_heard_as_a_gap() -> None:
    ear = Ear()
    await ear.live.put(example("first"))
    await ear.replica.follow(REGIONS)
    ear.hear(1)
    assert ear.replica.changes()[0] == set(REGIONS)
    await ear.live.put(example("second", 1))
    ear.hear(1)
    assert ear.replica.changes() == ({SKANE}, {example("second", 1).contact})
