"""A schedule of faults: a pure function of a seed, so that a failure can be had again."""

from __future__ import annotations

from enum import StrEnum
from random import Random
from typing import Literal

import msgspec

Store = Literal["postgresql", "sqlite"]


REGIONS = ("12", "20", "23")
"""Codes of the regions from which everybody comes."""


class Kind(StrEnum):
    """What is done to a part of the service. Each mends itself after the fault's duration."""

    KILL = "kill"
    """kill -9 of a whole server or process; started again at the end."""
    PAUSE = "pause"
    """SIGSTOP, and SIGCONT at the end."""
    RESTART = "restart"
    """SIGTERM, as a new version is rolled out."""
    CUT = "cut"
    """Every connection broken, none to be made until the end."""
    STALL = "stall"
    """Connections stay and new ones are taken, but no byte passes until the end."""
    WIPE = "wipe"
    """Redis: every key, script and function gone while it runs."""
    FORGET = "forget"
    """Redis: kill -9, and started again without what it held."""
    RELAPSE = "relapse"
    """Redis: kill -9, and started again with what it held at the fault before, long out of date."""
    CRASH = "crash"
    """PostgreSQL: kill -9 of one of its backends, for which it throws everybody out."""
    LOCK = "lock"
    """SQLite: somebody else holds the write lock."""


class Fault(msgspec.Struct, frozen=True):
    """At `at` seconds, `kind` happens to `target` for `duration` seconds."""

    at: float
    kind: Kind
    target: str
    duration: float


class Plan(msgspec.Struct, frozen=True):
    """One schedule: what runs, for how many seconds, and what is broken meanwhile."""

    seed: int
    store: Store
    webs: int
    workers: int
    length: float
    faults: tuple[Fault, ...]
    offering: tuple[str, ...]
    """Codes of the regions that offer contacts to free nurses; in the others nurses take them."""


_PROCESS = (Kind.KILL, Kind.KILL, Kind.PAUSE, Kind.PAUSE, Kind.RESTART)
_LINE = (Kind.CUT, Kind.STALL)
_REDIS = (Kind.WIPE, Kind.FORGET, Kind.RELAPSE, Kind.PAUSE)
_POSTGRES = (Kind.KILL, Kind.CRASH, Kind.PAUSE)


def draw(seed: int, length: float = 60.0, store: Store | None = None) -> Plan:
    """Return the schedule of `seed`: something is broken about every second and a half.

    Faults overlap, but never two on one target.
    """
    dice = Random(seed)
    drawn: Store = "sqlite" if dice.random() < 0.25 else "postgresql"
    kept = store or drawn
    webs, workers = dice.choice(((2, 1), (2, 2), (2, 1), (3, 1)))
    targets = _targets(kept, webs, workers)
    busy: dict[str, float] = {}
    faults = []
    at = dice.uniform(0.5, 1.5)
    while at < length:
        free = [one for one in targets if busy.get(one[0], 0) <= at]
        if free:
            name, kinds = dice.choice(free)
            kind = dice.choice(kinds)
            duration = round(min(_duration(kind, dice), length - at + 0.5), 2)
            faults.append(Fault(round(at, 2), kind, name, duration))
            busy[name] = at + duration + 1.0
        at += dice.expovariate(1 / 1.5)
    offering = tuple(region for region in REGIONS if dice.random() < 0.4)
    return Plan(seed, kept, webs, workers, length, tuple(faults), offering)


def _targets(store: Store, webs: int, workers: int) -> list[tuple[str, tuple[Kind, ...]]]:
    processes = [f"web-{n}" for n in range(webs)] + [f"worker-{n}" for n in range(workers)]
    targets: list[tuple[str, tuple[Kind, ...]]] = [(name, _PROCESS) for name in processes]
    targets += [(f"{name}:redis", _LINE) for name in processes]
    targets += [(f"people:web-{n}", _LINE) for n in range(webs)]
    targets += [("redis", _REDIS)] * 2
    if store == "postgresql":
        targets += [(f"{name}:records", _LINE) for name in processes]
        return [*targets, ("records", _POSTGRES), ("records", _POSTGRES)]
    return [*targets, ("records", (Kind.LOCK,))]


def _duration(kind: Kind, dice: Random) -> float:
    match kind:
        case Kind.WIPE | Kind.CRASH:
            return 0.0
        case Kind.RESTART:
            return dice.uniform(0.1, 1.0)
        case Kind.PAUSE:
            # Half of them shorter than a lease, half longer.
            return dice.choice((dice.uniform(0.1, 1.5), dice.uniform(2.5, 5.0)))
        case _:
            return dice.choice((dice.uniform(0.0, 0.5), dice.uniform(0.5, 4.0)))
