"""How a figure is told: one line of JSON each."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterable, Mapping

import msgspec

_started = time.monotonic()


class Figure(msgspec.Struct, frozen=True):
    """A measured value beside what peers gave in the same run; `runs` is how often each was run."""

    bench: str
    figure: str
    value: float
    unit: str
    beside: Mapping[str, float]
    runs: int


def tell(
    bench: str,
    figure: str,
    value: float,
    unit: str,
    *,
    beside: Mapping[str, float] | None = None,
    runs: int = 1,
) -> None:
    """Print a figure."""
    others = {name: _short(other) for name, other in (beside or {}).items()}
    one = Figure(bench, figure, _short(value), unit, others, runs)
    print(msgspec.json.encode(one).decode(), flush=True)


def progress(text: str) -> None:
    """Say on standard error what is going on."""
    print(f"[{time.monotonic() - _started:6.1f} s] {text}", file=sys.stderr, flush=True)


def median(values: Iterable[float]) -> float:
    """Return the middle value."""
    return statistics.median(values)


def percentile(values: Iterable[float], share: float) -> float:
    """Return the smallest value that is not below `share` of them (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(len(ordered) * share * 1000) // 1000) - 1)]


def _short(value: float) -> float:
    """Return the value with as many digits as a measurement deserves."""
    rounded = float(f"{value:.4g}")
    return int(rounded) if rounded.is_integer() else rounded
