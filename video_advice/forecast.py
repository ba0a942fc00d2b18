"""How long the wait will probably be: an interval that holds four times in five, never one number.

The line is looked at as a queue whose people may give up (Erlang A): everybody before one must be
taken or leave, and some may still pass. The rates come from who is on duty and from what has just
happened. Why this and not another, and how well it holds: docs/forecast.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import msgspec

from video_advice.policy import HOUR, MINUTE

_Z90: Final = 1.2816
"""The 90th percentile of the standard normal distribution."""

STEPS: Final = (1, 2, 3, 5, 7, 10, 15, 20, 25, 30, 40, 50, 60, 75, 90, 120, 150, 180, 240, 300)
"""The minutes that are spoken of. Beyond the last, nothing is told."""
_SPOKEN: Final = (0, *STEPS)

# What is believed before anything has been seen. It weighs less the more is seen.
_USUAL: Final = 9 * MINUTE
"""Mean time a nurse is taken by one contact: talk and note."""
_BELIEF: Final = 5
"""How many contacts of the usual kind that weighs."""
_PATIENCE: Final = 90 * MINUTE
"""Mean time after which a person gives up; it weighs one person."""

# Chosen on simulated days (docs/forecast.md).
_VARIATION: Final = 0.7
"""Standard deviation of the time a nurse is taken, over its mean."""
_WITNESSES: Final = 20
"""How many forecasts that came true weigh as much as those who have just left the line."""
_UNKNOWN: Final = 0.1
"""Relative standard deviation of the nurses' pace that nobody knows now."""
_SHIFTS: Final = 0.15
"""The same for nurses who come and go during a wait of one hour; it grows with the wait."""
_OWN: Final = 0.4
"""Variance of the time until one's own nurse is free, over its squared mean."""
_STAYING: Final = 0.7
"""How often those ahead give up, beside all: who has waited has patience, or greater need."""
_FUTURE: Final = 0.95
"""How many will come beside how many came: a rush does not last."""
_RUSH: Final = 0.8
"""Relative standard deviation of how many will come who pass."""
_SLOWEST: Final = 0.2
"""The least pace at which the line shrinks in the end, beside what the nurses manage."""


class Forecast(msgspec.Struct, frozen=True):
    """Whole minutes; four waits in five should fall between `low` and `high`. `low` may be 0."""

    low: int
    high: int


class Witness(msgspec.Struct, frozen=True):
    """Somebody who has just left the line: how long it took, and what was expected. In ms."""

    waited: int
    expected: int


class Passing(msgspec.Struct, frozen=True):
    """People with a smaller head start: so many a millisecond pass, for so long from now (ms)."""

    rate: float
    window: int


class Recent(msgspec.Struct, frozen=True):
    """What has just happened in the line of a region. Times in milliseconds.

    `service`: the latest times from offer to end. `left` people gave up in `span`, while all
    together waited `waited`. `arrivals`: how many came in `span`, by `head_start` of their level
    (how much later it stands in line). `witnesses`: the latest who were told something and taken.
    """

    service: tuple[int, ...] = ()
    left: int = 0
    waited: int = 0
    arrivals: tuple[tuple[int, int], ...] = ()
    span: int = HOUR
    witnesses: tuple[Witness, ...] = ()


class Spot(msgspec.Struct, frozen=True):
    """Where somebody stands: `ahead` are before, and `nurses` bring this part of the line forward.

    `nurses` counts those who take the ones ahead, parts of one too; `eligible` those who can take
    this person. `head_start` as in `line.HEAD_START`, `waited` so far: milliseconds.
    """

    ahead: int
    nurses: float
    eligible: int
    head_start: int = 0
    waited: int = 0


class Expected(msgspec.Struct, frozen=True):
    """The wait as a distribution: mean in ms, standard deviation over the mean.

    `plain` is the mean before those who have just left the line were heard.
    """

    mean: float
    spread: float
    plain: float


def forecast(spot: Spot, recent: Recent) -> Forecast | None:
    """Return the wait to tell, or None when nothing honest can be said.

    That is when nobody on duty could serve, and when the wait may be longer than the longest step.
    """
    expected = expect(spot, recent)
    return None if expected is None else words(expected)


def expect(spot: Spot, recent: Recent) -> Expected | None:
    """Return the distribution of the wait, or None when nobody can serve."""
    if spot.eligible < 1 or spot.nurses <= 0 or spot.ahead < 0:
        return None
    service = _mean(recent.service)
    rate = spot.nurses / service
    leaving = _STAYING * (recent.left + 1) / (recent.waited + _PATIENCE)
    passing = passers(spot, recent)
    drained = _drain(spot.ahead, rate, leaving, passing)
    own = service / spot.eligible
    plain = drained + own
    told = pace(recent.witnesses)
    # How far the number of those before may stray by then, and how fast it shrinks at the end.
    passed = sum(p.rate * min(p.window, plain) for p in passing)
    moves = rate * _evenness(rate * plain, spot.eligible) + passed / plain
    moves += leaving * spot.ahead / 2
    calm = -math.expm1(-2 * leaving * plain) / (2 * leaving)
    kept = -math.expm1(-leaving * plain) / leaving
    unknown = _UNKNOWN**2 + _SHIFTS**2 * plain * told / HOUR
    strays = moves * calm + (unknown * rate**2 + (_RUSH * passed / plain) ** 2) * kept**2
    ending = max(rate - sum(p.rate for p in passing if p.window > drained), _SLOWEST * rate)
    spread = math.sqrt(strays / ending**2 + _OWN * own**2) / plain
    return Expected(plain * told, spread, plain)


def _mean(service: Sequence[int]) -> float:
    return (sum(service) + _BELIEF * _USUAL) / (len(service) + _BELIEF)


def _evenness(taken: float, nurses: int) -> float:
    """Return the variance of a number of ended talks over that of as many accidents.

    Many nurses together end talks as if by accident; one after the other, as evenly as talks are.
    """
    each = taken / nurses
    return (1 + each * _VARIATION**2) / (1 + each)


def passers(spot: Spot, recent: Recent) -> tuple[Passing, ...]:
    """Return who may still pass, those who may for the shortest time first.

    Somebody of a level with a smaller head start passes if he comes before the difference between
    the two, less what has been waited already, is over.
    """
    ends = spot.head_start - spot.waited
    found = (
        Passing(_FUTURE * count / recent.span, ends - start)
        for start, count in recent.arrivals
        if start < ends
    )
    return tuple(sorted(found, key=lambda p: p.window))


def _drain(ahead: float, rate: float, leaving: float, passing: Sequence[Passing]) -> float:
    """Return the time until all ahead, and those who pass, have been taken or have left.

    Between the ends of two windows the number before shrinks by rate - passing + leaving * number.
    """
    at = 0.0
    for index, one in enumerate(passing):
        net = rate - sum(p.rate for p in passing[index:])
        gone = _until_empty(ahead, net, leaving)
        if at + gone <= one.window:
            return at + gone
        level = net / leaving
        ahead = (ahead + level) * math.exp(-leaving * (one.window - at)) - level
        at = one.window
    return at + _until_empty(ahead, rate, leaving)


def _until_empty(ahead: float, net: float, leaving: float) -> float:
    if ahead <= 0:
        return 0.0
    return math.log1p(leaving * ahead / net) / leaving if net > 0 else math.inf


def pace(witnesses: Sequence[Witness]) -> float:
    """Return how much longer than expected they waited who have just left the line."""
    expected = sum(one.expected for one in witnesses)
    if expected <= 0:
        return 1.0
    belief = _WITNESSES * expected / len(witnesses)
    return (sum(one.waited for one in witnesses) + belief) / (expected + belief)


def words(expected: Expected) -> Forecast | None:
    """Return the interval in the steps that are spoken of; None beyond the last."""
    high = _quantile(expected, _Z90) / MINUTE
    if high > STEPS[-1]:
        return None
    low = _quantile(expected, -_Z90) / MINUTE
    return Forecast(
        low=max(s for s in _SPOKEN if s <= low), high=min(s for s in STEPS if s >= high)
    )


def _quantile(expected: Expected, z: float) -> float:
    """Return a quantile of a gamma variable, by the approximation of Wilson and Hilferty."""
    part = expected.spread / 3
    return expected.mean * max(1 - part**2 + z * part, 0.0) ** 3


def tell(old: Forecast | None, new: Forecast | None, waited: int) -> Forecast | None:
    """Return what to show now that `old` was told `waited` milliseconds ago and `new` holds.

    The old words stay while they still say nearly the same, read as they were meant then (counted
    from when they were told) and as they are read now. Nearly: one edge by one step. What cannot
    be said any more is taken back at once.
    """
    if old is None or new is None:
        return new
    passed = waited / MINUTE
    meant = old.low - passed <= (new.low + new.high) / 2 <= old.high - passed
    return old if meant and _steps_between(old, new) <= 1 else new


def _steps_between(old: Forecast, new: Forecast) -> int:
    low = _SPOKEN.index(old.low) - _SPOKEN.index(new.low)
    high = _SPOKEN.index(old.high) - _SPOKEN.index(new.high)
    return abs(low) + abs(high)
