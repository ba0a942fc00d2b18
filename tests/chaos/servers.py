"""The stores, broken in the ways that stores break."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

from tests.real import Postgres, Redis, wait_until

_KEEPER: Final = ThreadPoolExecutor(1, "servers")
"""Starts servers. They end with the thread that started them, and this one lasts."""


class Records(Postgres):
    """A PostgreSQL that remembers when each transaction was committed."""

    def start(self) -> Self:
        """Start, to last for more than a schedule."""
        return _KEEPER.submit(super().start).result()

    def command(self) -> Sequence[str]:
        """As the others, with commit times."""
        return [*super().command(), "-c", "track_commit_timestamp=on"]

    def family(self) -> list[int]:
        """Every process of the server, the first one first."""
        if self.process is None:
            return []
        return [self.process.pid, *children(self.process.pid)]

    def kill_all(self) -> None:
        """Kill -9 every process, and wait until they are gone."""
        family = self.family()
        for pid in family:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if self.process is not None:
            self.process.wait()
            self.process = None
        wait_until(lambda: not any(alive(pid) for pid in family), "PostgreSQL to be gone")

    def crash_one(self) -> None:
        """Kill -9 one of those that serve a client: the others are thrown out as well."""
        serving = [
            pid for pid in self.family()[1:] if "video" in title(pid) or "127." in title(pid)
        ]
        for pid in serving[:1]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def pause(self) -> None:
        """SIGSTOP every process."""
        for pid in self.family():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT every process."""
        for pid in self.family():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


class Hints(Redis):
    """A Redis whose past can be kept, and come back."""

    def start(self) -> Self:
        """Start, to last for more than a schedule."""
        return _KEEPER.submit(super().start).result()

    @property
    def kept(self) -> Path:
        """What it reads at its start, if it is there."""
        return self.folder / "dump.rdb"

    def keep(self) -> None:
        """Write down what it holds now, for a relapse."""
        with suppress(OSError):
            self.say("SAVE")

    def forget(self) -> None:
        """Kill -9, without what it held."""
        self.stop(kill=True)
        self.kept.unlink(missing_ok=True)


class Locker:
    """Somebody else who holds SQLite's write lock: a backup, a shell left open."""

    def __init__(self, path: Path) -> None:
        """`path` is the database's file."""
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def hold(self) -> None:
        """Take the lock when it is free."""
        self._connection = sqlite3.connect(
            self._path, timeout=10, isolation_level=None, check_same_thread=False
        )
        self._connection.execute("BEGIN IMMEDIATE")

    def let_go(self) -> None:
        """Release it."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def children(pid: int) -> list[int]:
    """Processes started by `pid`."""
    with suppress(OSError):
        tasks = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii")
        return [int(one) for one in tasks.split()]
    return []


def title(pid: int) -> str:
    """What a process calls itself."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def alive(pid: int) -> bool:
    """Whether the process is there and not merely waiting to be buried."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state not in {"Z", "X"}


def now() -> int:
    """Milliseconds since 1970, on the clock that the service reads as well."""
    return time.time_ns() // 1_000_000
