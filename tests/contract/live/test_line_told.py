"""Each change of the line is told to every process, which so knows it without asking."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
from redis.asyncio import Redis

from signaling.index import Index
from signaling.live import keys
from signaling.live import line as line_module
from signaling.live.bells import MOVED, RECONNECTED
from signaling.live.connect import Live
from signaling.live.line import moved
from signaling.replica import Replica
from tests import real
from tests.contract.live.conftest import Opener
from tests.contract.live.test_bells import cut_listeners
from tests.contract.live.tickets import NOON, SKANE, WEST, contact, nurse, ticket
from tests.fakes.memory_archive import MemoryArchive
from tests.waiting import eventually
from video_advice import line
from video_advice.line import Moved, Ticket
from video_advice.ports import LineDown

REGIONS = (SKANE, WEST)


class Ear:
    """A process that keeps a copy of the line."""

    def __init__(self, live: Live) -> None:
        self.live = live
        self.told: list[Moved] = []
        self.replica = Replica(Index(live.line, MemoryArchive().contacts), lambda: live.bells.up)
        self.connections = 0
        self.news = asyncio.Condition()

    async def listen(self) -> None:
        async for ring in self.live.bells.listen():
            async with self.news:
                if ring.kind == RECONNECTED:
                    self.connections += 1
                    self.replica.forget()
                elif ring.kind == MOVED:
                    self.told.append(moved(ring.payload))
                    self.replica.hear(self.told[-1])
                self.news.notify_all()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(real.PATIENCE), self.news:
            await self.news.wait_for(condition)

    async def knows(self) -> bool:
        """Whether the copy is the line as it is."""
        await self.replica.follow(REGIONS)
        copies = [list(self.replica.places(region)) for region in REGIONS]
        return copies == [await self.live.line.tickets(region) for region in REGIONS]


@asynccontextmanager
async def hearing(live: Live) -> AsyncIterator[Ear]:
    ear = Ear(live)
    task = asyncio.create_task(ear.listen())
    try:
        await ear.until(lambda: ear.connections > 0)
        yield ear
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_each_change_is_told_in_order_and_what_changes_nothing_is_not(
    another: Opener,
) -> None:
    ours, theirs = another().line, another()
    async with hearing(theirs) as ear:
        await ours.rebuild(SKANE, [])
        await ours.put(ticket(1))
        await ours.put(ticket(1))  # the same
        await ours.put(ticket(1, version=0))  # an older one
        await ours.put(ticket(2, language="ar", declined_by=["åsa"]))
        await ours.remove(contact(9), SKANE)  # absent
        await ours.remove(contact(2), SKANE)
        await ours.lift(nurse())
        await ours.lift(nurse())  # nobody is left
        await ours.rebuild(SKANE, [ticket(3)])
        await ear.until(lambda: len(ear.told) == 6)
        first = ear.told[0].number
        assert ear.told[:-1] == [
            Moved(SKANE, first),
            Moved(SKANE, first + 1, ticket=ticket(1)),
            Moved(SKANE, first + 2, ticket=ticket(2, language="ar", declined_by=["åsa"])),
            Moved(SKANE, first + 3, gone=contact(2)),
            Moved(SKANE, first + 4, gone=contact(1)),
        ]
        assert ear.told[-1].number > first + 5, "a rebuild is never what comes next"
        assert await ours.number(SKANE) == ear.told[-1].number


async def test_a_copy_that_hears_all_asks_nothing(
    another: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = another().line, another()
    for region in REGIONS:
        await ours.rebuild(region, [ticket(n, region=region) for n in range(100, 140)])
    async with hearing(theirs) as ear:
        await ear.replica.follow(REGIONS)

        async def never(*_: object) -> Any:
            raise LineDown

        with monkeypatch.context() as patch:
            patch.setattr(theirs.line, "numbered", never)
            for number in range(300):
                await change(ours, random.Random(number))
            numbers = {region: await ours.number(region) for region in REGIONS}
            await ear.until(lambda: all(last(ear, r) >= numbers[r] for r in REGIONS))
            await ear.replica.follow(REGIONS)
        for region in REGIONS:
            tickets = await ours.tickets(region)
            places = ear.replica.places(region)
            assert list(places) == tickets
            stand = {one.contact: places.standing(one.contact) for one in tickets}
            assert stand == line.standings(tickets)


def last(ear: Ear, region: str) -> int:
    return max((one.number for one in ear.told if one.region == region), default=0)


async def change(line: Any, chance: random.Random) -> None:
    """Do one of the things that happen to a line."""
    number, region = chance.randrange(150), chance.choice(REGIONS)
    match chance.randrange(4):
        case 0:
            await line.remove(contact(number), region)
        case 1:
            await line.lift(nurse(*REGIONS))
        case _:
            away, score = chance.random() < 0.3, NOON + chance.randrange(100)
            await line.put(ticket(number, region=region, score=score, away=away, version=number))


Spoil = Callable[[Live, Redis], Awaitable[object]]


async def wipe(ours: Live, admin: Redis) -> None:
    await admin.flushall()
    for region in REGIONS:
        await ours.line.rebuild(region, [ticket(7, region=region)])


async def wipe_into_the_past(ours: Live, admin: Redis) -> None:
    """A line whose numbers are lower than before: an old primary, or a clock that was wrong."""
    await admin.hset(keys.region(SKANE).built, "told", "5")
    await ours.line.put(ticket(8))


async def cut(ours: Live, admin: Redis) -> None:
    await cut_listeners(admin)
    for number in range(20):
        await ours.line.put(ticket(number))


async def unheard(ours: Live, admin: Redis) -> None:
    """A change that was told last, to nobody."""
    number = await ours.line.number(SKANE)
    name = keys.region(SKANE)
    one: Ticket = ticket(9)
    spot = line_module._spot(one)
    await admin.zadd(name.line, {spot: 0})
    await admin.hset(name.ticket, one.contact, f"{spot}\n".encode() + msgspec.json.encode(one))
    await admin.hset(name.built, mapping={"count": 4, "told": number + 1})


@pytest.mark.parametrize("spoil", [wipe, wipe_into_the_past, cut, unheard])
async def test_what_was_missed_is_fetched(another: Opener, admin: Redis, spoil: Spoil) -> None:
    ours, theirs = another(), another()
    for region in REGIONS:
        await ours.line.rebuild(region, [ticket(n, region=region) for n in range(1, 4)])
    async with hearing(theirs) as ear:
        assert await ear.knows()
        await spoil(ours, admin)

        async def found() -> bool:
            await ear.replica.check()
            return await ear.knows()

        await eventually(found)
        await ours.line.put(ticket(10))
        await eventually(ear.knows)
