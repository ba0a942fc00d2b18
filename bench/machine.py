"""What the kernel says of processes: their processor time, their memory, where they may run."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Self

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_CORES: Final = sorted(os.sched_getaffinity(0))

SERVERS: Final = {_CORES[0]}
"""The core of everything that serves."""
GENERATOR: Final = {_CORES[-1]}
"""The core of what makes the load; the same one where there is only one."""


def run_on(cores: set[int]) -> None:
    """Keep this thread, and every process it starts from now on, on `cores`."""
    os.sched_setaffinity(0, cores)


def run_anywhere() -> None:
    """Undo `run_on`."""
    os.sched_setaffinity(0, set(_CORES))


def many_files() -> None:
    """Allow this process, and those it starts, as many sockets as the system lets them have."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def cpu_seconds(pids: Iterable[int]) -> float:
    """Return the processor time that the processes have used, user and system, all threads."""
    return sum(_ticks(pid) for pid in pids) / _TICKS


def _ticks(pid: int) -> int:
    # The name in parentheses may hold blanks; utime and stime are fields 14 and 15 (proc(5)).
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def resident(pid: int) -> int:
    """Return the bytes of memory that the process holds (Rss of smaps_rollup, which is exact)."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines():
        if line.startswith("Rss:"):
            return int(line.split()[1]) * 1024
    raise LookupError(pid)


def settle(pids: list[int], *, quiet: float = 0.05, patience: float = 120.0) -> None:
    """Return when the processes use less than a share `quiet` of a core for a second.

    Returns also when `patience` seconds have passed: then they are busy by themselves.
    """
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if share_of_core(pids, 1.0) < quiet:
            return


def share_of_core(pids: list[int], seconds: float) -> float:
    """Return how much of one core the processes use over the next `seconds`."""
    with Meter(pids) as used:
        time.sleep(seconds)
    return used.cpu / used.seconds


class Meter:
    """What processes use while a block runs: `cpu` and `seconds`, both in seconds."""

    def __init__(self, pids: list[int]) -> None:
        self._pids = pids
        self.cpu = 0.0
        self.seconds = 0.0

    def __enter__(self) -> Self:
        """Start."""
        self.cpu, self.seconds = cpu_seconds(self._pids), time.monotonic()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.cpu = cpu_seconds(self._pids) - self.cpu
        self.seconds = time.monotonic() - self.seconds
