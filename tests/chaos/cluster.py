"""The whole service as child processes, with a line that can be cut between any two of them."""

from __future__ import annotations

import asyncio
import signal
import subprocess
from collections import defaultdict
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final, Self
from urllib.parse import urlsplit

import httpx

from signaling.config import Settings, load
from tests.chaos.plan import Fault, Kind, Plan
from tests.chaos.records import note_sight
from tests.chaos.servers import Hints, Locker, Records, now
from tests.fakes.proxy import Proxy
from tests.house import House

_QUICK: Final = {
    "lease": 2,
    "nurse_grace": 3,
    "patient_grace": 4,
    "waiting_grace": 600,
    "offer": 3,
    "call_again": 1,
    "address_rate": 10_000,
}
"""Short waits, so that a schedule of a minute sees many of them run out."""


class _Processes(House):
    """A house in which each process reaches the stores through lines of its own."""

    doors: dict[str, dict[str, str]]

    def _start(self, command: str, name: str, **more: str) -> subprocess.Popen[bytes]:
        return super()._start(command, name, **{**self.doors[name], **more})

    def lacking(self, number: int) -> str:
        """What a web process says that it lacks; empty when it has all that it wants."""
        try:
            answer = httpx.get(f"{self.url(number)}/ready", timeout=5)
            return ", ".join(answer.json()["missing"])
        except httpx.HTTPError as error:
            return type(error).__name__


class Cluster:
    """Web processes, workers, stores, and the lines between them."""

    def __init__(self, plan: Plan, folder: Path, redis: Hints, records: Records | None) -> None:
        """`records` is None when the plan says SQLite."""
        self.plan = plan
        self.folder = folder
        self.redis = redis
        self.records = records
        self.database_url = ""
        self.broken: list[tuple[int, int]] = []
        self.lines: dict[str, Proxy] = {}
        self._house: _Processes
        self._locker = Locker(folder / "records.sqlite")
        self._down: set[str] = set()
        self._mending: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Start everything; return when every web process is ready."""
        self.redis.kept.unlink(missing_ok=True)
        self.redis.empty()
        if self.records is not None:
            self.database_url = await asyncio.to_thread(self.records.create, self._name())
        else:
            self.database_url = f"sqlite:///{self.folder / 'records.sqlite'}"
        webs, workers = self.plan.webs, self.plan.workers
        house = self._house = _Processes(
            self.folder, self.redis.url, self.database_url, webs=webs, worker=False, **_QUICK
        )
        house.doors = {}
        for name in [f"web-{n}" for n in range(webs)] + [f"worker-{n}" for n in range(workers)]:
            house.doors[name] = await self._doors(name)
        for number in range(webs):
            line = await self._line(f"people:web-{number}", house.ports[number])
            house.environment["VIDEO_ADVICE_ORIGINS"] += f",{line.origin}"
        try:
            await self._prepare(house)
            await asyncio.to_thread(house.__enter__)
            for number in range(workers):
                house.start_worker(number)
        except BaseException:
            await self._stack.aclose()
            raise
        self._supervisor = asyncio.create_task(self._supervise())
        return self

    async def _prepare(self, house: House) -> None:
        """Have the rules in force before anybody reads them."""
        await asyncio.to_thread(house.migrate)
        if self.records is not None:
            await note_sight(self.database_url)
        for region in self.plan.offering:
            done = await asyncio.to_thread(house.region, "offer-mode", region, "on")
            done.check_returncode()

    async def __aexit__(self, *_: object) -> None:
        """End every process."""
        self._supervisor.cancel()
        await asyncio.gather(self._supervisor, return_exceptions=True)
        await asyncio.to_thread(self._house.__exit__)
        await self._stack.aclose()
        if self.records is not None:
            await asyncio.to_thread(self.records.drop, self._name())

    @property
    def settings(self) -> Settings:
        """The settings of every process, as without the lines."""
        return load(self._house.environment)

    @property
    def webs(self) -> list[str]:
        """Where people find each web process."""
        return [self.lines[f"people:web-{n}"].origin for n in range(self.plan.webs)]

    @property
    def origin(self) -> str:
        """Where all their pages come from."""
        return self._house.origin

    def logs(self) -> str:
        """Everything the processes have logged."""
        return self._house.logs()

    async def suffer(self) -> None:
        """Let the plan's faults happen, and return when the last is mended."""
        begin = asyncio.get_running_loop().time()

        async def one(fault: Fault) -> None:
            await asyncio.sleep(begin + fault.at - asyncio.get_running_loop().time())
            # What is slow to mend on a busy machine must not be broken again meanwhile.
            async with self._mending[fault.target]:
                start = now()
                await self.inflict(fault)
                self.broken.append((start, now()))

        async with asyncio.TaskGroup() as group:
            for fault in self.plan.faults:
                group.create_task(one(fault))
            group.create_task(asyncio.sleep(self.plan.length))

    def lacking(self) -> dict[str, str]:
        """What web processes say that they lack."""
        said = {f"web-{n}": self._house.lacking(n) for n in range(self.plan.webs)}
        return {name: what for name, what in said.items() if what}

    async def inflict(self, fault: Fault) -> None:
        """Break something, wait, and mend it."""
        name = fault.target
        if name in self.lines:
            await self._on_line(self.lines[name], fault)
        elif name == "redis":
            await self._on_redis(fault)
        elif name == "records" and self.records is not None:
            await self._on_postgres(self.records, fault)
        elif name == "records":
            await self._between(fault, self._locker.hold, self._locker.let_go)
        else:
            await self._on_process(fault)

    async def _on_line(self, line: Proxy, fault: Fault) -> None:
        if fault.kind is Kind.CUT:
            await line.cut()
        else:
            line.stall()
        await _lasts(fault)
        line.mend()

    async def _on_redis(self, fault: Fault) -> None:
        redis = self.redis
        match fault.kind:
            case Kind.WIPE:
                await asyncio.to_thread(redis.empty)
            case Kind.FORGET:
                await self._between(fault, redis.forget, redis.start)
            case Kind.RELAPSE:
                if not redis.kept.exists():
                    await asyncio.to_thread(redis.keep)
                    await _lasts(fault)
                await self._between(fault, lambda: redis.stop(kill=True), redis.start)
            case _:
                await self._between(
                    fault,
                    lambda: _signal(redis.process, signal.SIGSTOP),
                    lambda: _signal(redis.process, signal.SIGCONT),
                )

    async def _on_postgres(self, records: Records, fault: Fault) -> None:
        match fault.kind:
            case Kind.KILL:
                await self._between(fault, records.kill_all, records.start)
            case Kind.CRASH:
                await asyncio.to_thread(records.crash_one)
            case _:
                await self._between(fault, records.pause, records.resume)

    async def _on_process(self, fault: Fault) -> None:
        name = fault.target
        match fault.kind:
            case Kind.PAUSE:
                await self._between(
                    fault,
                    lambda: _signal(self._process(name), signal.SIGSTOP),
                    lambda: _signal(self._process(name), signal.SIGCONT),
                )
            case Kind.KILL:
                self._down.add(name)
                _signal(self._process(name), signal.SIGKILL)
                await _lasts(fault)
                self._down.discard(name)
            case _:
                self._down.add(name)
                _signal(self._process(name), signal.SIGTERM)
                await asyncio.to_thread(self._process(name).wait, 30)
                await _lasts(fault)
                self._down.discard(name)

    async def _between(
        self, fault: Fault, breaks: Callable[[], object], mends: Callable[[], object]
    ) -> None:
        await asyncio.to_thread(breaks)
        try:
            await _lasts(fault)
        finally:
            await asyncio.to_thread(mends)

    async def _supervise(self) -> None:
        """Start again whatever has ended, as systemd would."""
        while True:
            await asyncio.sleep(0.2)
            for name in self._house.doors:
                process = self._process(name)
                if name in self._down or process.poll() is None:
                    continue
                number = int(name.rsplit("-", 1)[1])
                if name.startswith("web"):
                    self._house.start_web(number)
                else:
                    self._house.start_worker(number)

    def _process(self, name: str) -> subprocess.Popen[bytes]:
        kind, number = name.rsplit("-", 1)
        group = self._house.webs if kind == "web" else self._house.workers
        return group[int(number)]

    async def _doors(self, name: str) -> dict[str, str]:
        """Make the lines of one process to the stores, and return its settings."""
        redis = await self._line(f"{name}:redis", self.redis.port)
        doors = {"VIDEO_ADVICE_REDIS_URL": f"redis://127.0.0.1:{redis.port}/0"}
        if self.records is not None:
            line = await self._line(f"{name}:records", self.records.port)
            whole = urlsplit(self.database_url)
            there = f"postgres@127.0.0.1:{line.port}"
            doors["VIDEO_ADVICE_DATABASE_URL"] = whole._replace(netloc=there).geturl()
        return doors

    async def _line(self, name: str, target: int) -> Proxy:
        line = await self._stack.enter_async_context(Proxy())
        line.target = target
        self.lines[name] = line
        return line

    def _name(self) -> str:
        return f"chaos_{self.plan.seed}_{self.folder.name}".replace("-", "_").lower()[:60]


def _signal(process: subprocess.Popen[bytes] | None, number: signal.Signals) -> None:
    if process is not None and process.poll() is None:
        process.send_signal(number)


async def _lasts(fault: Fault) -> None:
    """Let a fault last as long as its plan says. No test waits here for anything to come about."""
    await asyncio.sleep(fault.duration)
