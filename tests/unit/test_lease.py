"""A process's life by a clock that nobody else's host can put wrong."""

from __future__ import annotations

import pytest

from signaling.lease import ArchiveClock, Lease
from signaling.system import SystemIds
from tests.fakes.clock import T0, Hands
from tests.fakes.memory_archive import MemoryArchive
from video_advice.ids import Instant, ProcessId

LEASE = 10_000


class Host:
    """A process on a host of its own, far from the archive's time."""

    def __init__(self) -> None:
        self.archive_time = Hands()
        self.ticks = 77
        self.way = 0
        """Milliseconds to the archive, and as many back."""
        self.archive = MemoryArchive(self.archive_time)
        self.clock = ArchiveClock(lambda: self.ticks)
        self.lease = Lease(self, SystemIds(), LEASE, self.clock, lambda: self.ticks)  # type: ignore[arg-type]
        self.told: list[ProcessId] = []
        self.lease.lost.append(lambda: self.told.append(self.lease.process))

    def pass_time(self, milliseconds: int) -> None:
        self.ticks += milliseconds
        self.archive_time.at += milliseconds

    async def renew(self, process: ProcessId, lease: int) -> Instant | None:
        self.pass_time(self.way)
        theirs = await self.archive.presence.renew(process, lease)
        self.pass_time(self.way)
        return theirs

    async def time(self) -> Instant:
        self.pass_time(2)
        theirs = await self.archive.presence.time()
        self.pass_time(2)
        return theirs


@pytest.fixture
def host() -> Host:
    return Host()


def test_nobody_knows_the_time_before_asking(host: Host) -> None:
    with pytest.raises(RuntimeError):
        host.clock.now()
    assert not host.lease.live()


async def test_the_time_is_the_archives(host: Host) -> None:
    host.way = 40
    await host.lease.renew()
    assert host.clock.now() == host.archive_time.at == T0 + 80
    host.pass_time(1234)
    assert host.clock.now() == host.archive_time.at


async def test_a_renewal_that_waited_for_its_turn_is_followed_by_a_closer_look(host: Host) -> None:
    async def waits(process: ProcessId, lease: int) -> Instant | None:
        host.pass_time(1_200)  # somebody else holds the database's lock
        return await host.archive.presence.renew(process, lease)

    host.renew = waits  # type: ignore[method-assign]
    await host.lease.renew()
    assert abs(host.clock.now() - host.archive_time.at) <= 2
    assert host.clock.doubt <= 2


@pytest.mark.parametrize("late", [0, 3_000])
def test_a_slow_answer_does_not_put_the_time_wrong(late: int) -> None:
    """Whether the asking or the answering took its time."""
    ticks = 100
    clock = ArchiveClock(lambda: ticks)
    clock.follow(T0, asked=99, answered=101)
    for asked in range(10_000, 100_000, 10_000):
        clock.follow(T0 - 100 + asked + late, asked, asked + 3_000)
        ticks = asked + 3_000
        assert abs(clock.now() - (T0 - 100 + ticks)) <= 2 + ticks // 2_000


def test_a_slow_first_answer_is_made_good_by_the_next_quick_one() -> None:
    ticks = 4_000
    clock = ArchiveClock(lambda: ticks)
    clock.follow(T0 + 1_000, asked=1_000, answered=4_000)
    assert clock.now() == T0 + 2_500, "half of what it took may be wrong"
    ticks = 5_000
    clock.follow(T0 + 5_000, asked=4_999, answered=5_001)
    assert clock.now() == T0 + 5_000


async def test_time_stands_still_rather_than_go_back(host: Host) -> None:
    await host.lease.renew()
    host.pass_time(5_000)
    before = host.clock.now()
    host.archive_time.at -= 3_000
    await host.lease.renew()
    assert host.clock.now() == before
    host.pass_time(2_999)
    assert host.clock.now() == before
    host.pass_time(2)
    assert host.clock.now() == before + 1


async def test_it_lives_from_before_it_asked_to_the_end_of_its_lease(host: Host) -> None:
    host.way = 40
    await host.lease.renew()
    host.pass_time(LEASE - 81)
    assert host.lease.live()
    host.pass_time(1)
    assert not host.lease.live()
    assert host.archive.presence.lives(host.lease.process), "the archive is the later of the two"
    host.way = 0
    await host.lease.renew()
    assert host.lease.live()
    assert host.told == []


async def test_one_that_slept_too_long_goes_on_under_another_name(host: Host) -> None:
    await host.lease.renew()
    before = host.lease.process
    host.pass_time(LEASE)
    await host.lease.renew()
    assert host.lease.process != before
    assert host.told == [host.lease.process], "told once, when it has its new name"
    assert host.lease.live()
    assert host.archive.presence.lives(host.lease.process)
