"""How long the wait will probably be: an interval, never a bare number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from video_advice.policy import MINUTE

_Z90: Final = 1.2816
"""The 90th percentile of the standard normal distribution."""

_FALLBACK_SERVICE: Final = 9 * MINUTE
"""Mean time a nurse is taken by one contact before enough have been seen: talk and note."""

_ENOUGH: Final = 5
_STEPS: Final = (1, 2, 3, 5, 7, 10, 15, 20, 25, 30, 40, 50, 60, 75, 90, 120, 150, 180, 240, 300)


class Forecast(msgspec.Struct, frozen=True):
    """Whole minutes; four waits in five should fall between `low` and `high`. `low` may be 0."""

    low: int
    high: int


def forecast(place: int, nurses: int, service: Sequence[int]) -> Forecast | None:
    """Return the wait to tell somebody at `place` (1 is next), or None when none can be told.

    The turn comes when `place` nurses have become free. With `nurses` on duty, each free again
    after a mean time m, that is the sum of `place` waits of mean m / nurses: a gamma variable,
    whose 10th and 90th percentiles are taken by the Wilson-Hilferty approximation.

    `service`: the latest times from offer to end, in milliseconds. With nobody on duty, or a wait
    beyond the longest step, there is nothing honest to say.
    """
    if nurses < 1 or place < 1:
        return None
    mean = sum(service) / len(service) if len(service) >= _ENOUGH else _FALLBACK_SERVICE
    step = mean / nurses
    low = _gamma_quantile(place, step, -_Z90) / MINUTE
    high = _gamma_quantile(place, step, _Z90) / MINUTE
    if high > _STEPS[-1]:
        return None
    return Forecast(low=_down(low), high=_up(high))


def _gamma_quantile(shape: int, scale: float, z: float) -> float:
    cube = 1 - 1 / (9 * shape) + z / (3 * shape**0.5)
    return float(shape * scale * max(cube, 0.0) ** 3)


def _down(minutes: float) -> int:
    return max((s for s in _STEPS if s <= minutes), default=0)


def _up(minutes: float) -> int:
    return min(s for s in _STEPS if s >= minutes)
