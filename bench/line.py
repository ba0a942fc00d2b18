"""`line`: nurses take the next contact from a long line, beside how others claim work.

Eight take at once, as fast as they are answered, each time as another nurse who has her hands free.
Ours runs the parts of a web process over PostgreSQL and Redis, without its sockets. The peers get
the same PostgreSQL through the same driver, and a Redis client of the usual kind.
"""

from __future__ import annotations

import asyncio
import itertools
import secrets
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import Final

import msgspec
from msgspec.structs import replace

from bench import claims, crowd
from bench.claims import Claim
from bench.report import percentile, progress, tell
from signaling.archive import migrate
from signaling.bootstrap import started
from signaling.config import Settings
from signaling.live.connect import open_live
from signaling.services import Services
from tests.real import Postgres, Redis
from video_advice import line
from video_advice.ids import ConnectionId, NurseId, ProcessId
from video_advice.people import Nurse, Role
from video_advice.ports import Arrival

_SIZES: Final = (100, 10_000, 40_000)
_TAKERS: Final = 8
_SECONDS: Final = 5.0
"""How long they take, unless the line is empty before."""
_RUNS_WHEN_SHORT: Final = 5
"""A line of a hundred is empty at once: it is filled so many times."""
_LONG: Final = 1_000
"""A line from this length on is left when half of it is taken."""

Subject = Callable[[str, str, int], AbstractAsyncContextManager[Claim]]
"""Fills a line of so many in an empty database and an empty Redis, and says how one is claimed."""


class Claims(msgspec.Struct, frozen=True):
    """How long each claim took, and all of them together, in seconds."""

    times: Sequence[float]
    seconds: float

    @property
    def rate(self) -> float:
        """Return claims a second."""
        return len(self.times) / self.seconds


class Durable(Postgres):
    """A PostgreSQL that keeps what it has confirmed through a power cut, as in operation."""

    def command(self) -> Sequence[str]:
        """As for the tests, and nothing is confirmed before it is on disk."""
        return [*super().command(), "-c", "fsync=on", "-c", "full_page_writes=on"]


def run() -> None:
    """Measure every size, ours and the peers in turn."""
    asyncio.run(_run())


async def _run() -> None:
    rates: dict[tuple[str, int], float] = {}
    p99 = 0.0
    with _servers() as (postgres, redis):
        for size in _SIZES:
            for name, subject in _SUBJECTS.items():
                taken = await _measured(name, size, subject, postgres, redis)
                rates[name, size] = taken.rate
                if (name, size) == ("ours", _SIZES[-1]):
                    p99 = percentile(taken.times, 0.99)
    for size in _SIZES:
        beside = {name: rates[name, size] for name in ("skip_locked", "redis_list")}
        tell("line", f"claims_per_s_{size}", rates["ours", size], "/s", beside=beside)
    tell("line", f"claim_p99_ms_{_SIZES[-1]}", p99 * 1e3, "ms")
    largest = _SIZES[-1]
    beside = {"watch": rates["watch", largest]}
    tell("line", "redis_step_per_s", rates["redis_step", largest], "/s", beside=beside)


async def _measured(
    name: str, size: int, subject: Subject, postgres: Postgres, redis: Redis
) -> Claims:
    runs = []
    for _ in range(_RUNS_WHEN_SHORT if size < _LONG else 1):
        redis.empty()
        database = f"line_{secrets.token_hex(4)}"
        async with subject(postgres.create(database), redis.url, size) as claim:
            runs.append(await _take(claim, size // 2 if size >= _LONG else size))
        postgres.drop(database)
    times = list(itertools.chain.from_iterable(one.times for one in runs))
    taken = Claims(times, sum(one.seconds for one in runs))
    progress(
        f"line: {name} of {size}: {taken.rate:.0f}/s, p50 "
        f"{percentile(times, 0.5) * 1e3:.1f} ms, p99 "
        f"{percentile(times, 0.99) * 1e3:.1f} ms, {len(times)} claims"
    )
    return taken


async def _take(claim: Claim, most: int) -> Claims:
    """Let the takers claim until `most` are claimed, none is left or the time is over."""
    times: list[float] = []
    start = time.perf_counter()
    turns = iter(range(most))

    async def taker() -> None:
        for _ in turns:
            before = time.perf_counter()
            if before > start + _SECONDS or not await claim():
                return
            times.append(time.perf_counter() - before)

    async with asyncio.TaskGroup() as group:
        for _ in range(_TAKERS):
            group.create_task(taker())
    return Claims(times, time.perf_counter() - start)


@contextmanager
def _servers() -> Iterator[tuple[Postgres, Redis]]:
    postgres, redis = Durable(), Redis()
    try:
        yield postgres.start(), redis.start()
    finally:
        redis.close()
        postgres.close()


@asynccontextmanager
async def _ours(database_url: str, redis_url: str, size: int) -> AsyncIterator[Claim]:
    """Take as a web process does when a nurse clicks: all guards, and all that follows."""
    await migrate(database_url)
    await asyncio.to_thread(crowd.line_up, database_url, size, crowd.CODES[0])
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        settings = Settings(
            database_url=database_url, redis_url=redis_url, data_dir=folder, demo=False, lease=120
        )
        async with started(settings) as services:
            await services.index.rebuild(crowd.CODES[0])
            numbers = itertools.count()
            yield lambda: _click(services, _nurse(next(numbers)))


async def _click(services: Services, nurse: Nurse) -> bool:
    page = Arrival(services.process, ConnectionId(services.ids.new()), Role.NURSE)
    await services.desk.take_next(nurse, page)
    return True


@asynccontextmanager
async def _redis_step(database_url: str, redis_url: str, size: int) -> AsyncIterator[Claim]:
    """Take out of the live line, and nothing else."""
    del database_url
    live = open_live(redis_url, ProcessId("bench"))
    code = crowd.CODES[0]
    tickets = [line.ticket(one.contact, 2) for one in crowd.opened(size, code)]
    await live.line.rebuild(code, [one for one in tickets if one is not None])
    numbers = itertools.count()

    async def claim() -> bool:
        return await live.line.lift(line.wants(_nurse(next(numbers)))) is not None

    try:
        yield claim
    finally:
        await live.close()


def _nurse(number: int) -> Nurse:
    return replace(crowd.nurse(0), id=NurseId(f"bench-{number}"))


_SUBJECTS: Final[dict[str, Subject]] = {
    "ours": _ours,
    "skip_locked": claims.skip_locked,
    "redis_list": claims.redis_list,
    "redis_step": _redis_step,
    "watch": claims.watch,
}
