"""Index and truth differ: it is said once, mended, and said when it is right again."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from signaling.lookout import LINE_DIFFERS, NOBODY_SERVES, REDIS_DOWN, WHOLE, Lookout
from tests.unit.people import REGION
from tests.unit.test_board import Hall
from video_advice.ids import Instant, Language, RegionCode
from video_advice.line import Group, Ticket
from video_advice.people import Channel
from video_advice.ports import Alarm, LineDown


class MemoryAlarms:
    """Alarms in a list."""

    def __init__(self) -> None:
        self.rows: list[Alarm] = []

    async def sound(self, kind: str, subject: str, now: Instant) -> bool:
        self.rows.append(Alarm(kind, subject, now, None))
        return True

    async def settle(self, kind: str, subject: str, now: Instant) -> bool:
        [one] = [r for r in self.rows if (r.kind, r.subject, r.until) == (kind, subject, None)]
        self.rows[self.rows.index(one)] = Alarm(kind, subject, one.since, now)
        return True

    async def open(self) -> list[Alarm]:
        return [one for one in self.rows if one.until is None]


class Watch:
    """A lookout over a hall whose Redis may be silenced."""

    def __init__(self) -> None:
        self.hall = Hall()
        self.alarms = MemoryAlarms()
        self.up = True
        self.lacking: frozenset[Group] = frozenset()
        self.lookout = self.another()

    def another(self) -> Lookout:
        hall = self.hall
        return Lookout(
            hall.index, self.alarms, self.unserved, self.ping, hall.clock.now, hall.replica
        )

    async def unserved(self) -> frozenset[Group]:
        return self.lacking

    async def ping(self) -> bool:
        return self.up

    async def look(self) -> list[str]:
        """Look once; return the kinds of alarm that last."""
        await self.lookout.look([REGION])
        return [one.kind for one in await self.alarms.open()]


@pytest.fixture
async def watch() -> AsyncIterator[Watch]:
    watch = Watch()
    yield watch
    await watch.hall.background.stop()


async def test_somebody_whom_nobody_can_serve_is_an_alarm_until_somebody_can(watch: Watch) -> None:
    arabic, finnish = [Group(REGION, Channel.CHAT, Language(code)) for code in ("ar", "fi")]
    watch.lacking = frozenset({arabic})
    assert await watch.look() == [], "a nurse may be about to come"
    watch.lacking = frozenset({arabic, finnish})
    assert await watch.look() == [NOBODY_SERVES]
    assert (await watch.alarms.open())[0].subject == arabic.key
    watch.lacking = frozenset({finnish})
    await watch.look()
    assert [one.subject for one in await watch.alarms.open()] == [finnish.key]
    watch.lacking = frozenset()
    assert await watch.look() == []


async def test_a_difference_that_lasts_is_an_alarm_and_mended(watch: Watch) -> None:
    contact, _ = await watch.hall.patient()
    assert await watch.look() == []
    await watch.hall.live.remove(contact, REGION)
    assert await watch.look() == [], "it may be on its way"
    assert await watch.look() == [LINE_DIFFERS]
    assert [one.contact for one in await watch.hall.live.tickets(REGION)] == [contact]
    assert await watch.look() == []
    [row] = watch.alarms.rows
    assert row.subject == REGION
    assert row.until is not None


async def test_it_is_sounded_once_while_it_cannot_be_mended(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact, _ = await watch.hall.patient()

    async def never(region: str, tickets: list[Ticket]) -> None:
        raise LineDown

    monkeypatch.setattr(watch.hall.live, "rebuild", never)
    await watch.hall.live.remove(contact, REGION)
    for _ in range(5):
        await watch.look()
    assert len(watch.alarms.rows) == 1
    watch.lookout = watch.another()
    await watch.look()
    await watch.look()
    assert len(watch.alarms.rows) == 1, "a worker that has just started knows of it"
    await watch.hall.index.sync(contact)
    assert await watch.look() == []


async def test_what_comes_and_goes_between_two_looks_is_no_alarm(watch: Watch) -> None:
    contacts = [(await watch.hall.patient())[0] for _ in range(4)]
    for contact in contacts:
        await watch.hall.live.remove(contact, REGION)
        assert await watch.look() == []
        await watch.hall.index.sync(contact)
    assert watch.alarms.rows == []


async def test_a_redis_that_is_silent_is_an_alarm_of_its_own(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    await watch.hall.patient()

    async def down(region: str) -> list[Ticket]:
        raise LineDown

    with monkeypatch.context() as patch:
        patch.setattr(watch.hall.live, "tickets", down)
        watch.up = False
        assert await watch.look() == []
        assert await watch.look() == [REDIS_DOWN]
        assert await watch.look() == [REDIS_DOWN]
    watch.up = True
    assert await watch.look() == []
    assert len(watch.alarms.rows) == 1


async def test_the_line_itself_is_read_now_and_then_and_when_something_differs(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact, _ = await watch.hall.patient()
    await watch.hall.replica.follow([REGION])
    live, whole = watch.hall.live, 0
    tickets = live.tickets

    async def counted(region: RegionCode) -> list[Ticket]:
        nonlocal whole
        whole += 1
        return await tickets(region)

    monkeypatch.setattr(live, "tickets", counted)
    for _ in range(WHOLE):
        assert await watch.look() == []
    assert whole == 1
    # What the copy was told is so, and what is stored is not.
    monkeypatch.setattr(live, "tell", lambda _: None)
    told = await live.number(REGION)
    await live.remove(contact, REGION)

    async def untold(region: RegionCode) -> int:
        return told

    monkeypatch.setattr(live, "number", untold)
    assert await watch.look() == [], "once is no difference yet"
    assert await watch.look() == [LINE_DIFFERS]
    assert whole == 3
    assert [one.contact for one in await tickets(REGION)] == [contact]
