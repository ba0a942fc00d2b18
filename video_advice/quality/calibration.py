"""How well the waits that were told came true. Shown to the region, and to those who wait."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final

import msgspec

from video_advice.ids import Instant
from video_advice.policy import HOUR, MINUTE

FEWEST: Final = 5
"""A share of fewer cases than this is not told."""
_Z95: Final = 1.96
PROMISES: Final = (5, 10, 15, 20, 30, 60, 120)
"""Minutes for which it is told how many of those told that, or less, were taken in time."""


class How(StrEnum):
    """How a wait that was told ended."""

    TAKEN = "taken"
    LEFT = "left"
    WAITING = "waiting"


class Case(msgspec.Struct, frozen=True):
    """What somebody was told first, in minutes, and what came of it: `waited` ms from then on."""

    told_at: Instant
    low: int
    high: int
    how: How
    waited: int


class Verdict(StrEnum):
    """Where a wait fell beside what was told."""

    BELOW = "below"
    INSIDE = "inside"
    ABOVE = "above"


class Part(msgspec.Struct, frozen=True):
    """A share of `of` cases, with the 95 % interval of Wilson. Shares from 0 to 1."""

    of: int
    share: float
    low: float
    high: float


class Calibration(msgspec.Struct, frozen=True):
    """How many were told something, of whom `open` still wait or left before it could be known.

    The shares are of the others; None where they are fewer than five. Aim of `inside`: 0.8.
    """

    told: int
    open: int
    inside: Part | None
    below: Part | None
    above: Part | None


class Promise(msgspec.Struct, frozen=True):
    """Of those told `minutes` or less: how many were taken within that. Aim: 0.9."""

    minutes: int
    kept: Part | None


class Hour(msgspec.Struct, frozen=True):
    """The calibration of those told something in this hour of the day, UTC."""

    hour: int
    calibration: Calibration


def verdict(case: Case) -> Verdict | None:
    """Return where the wait fell; None while, or because, it cannot be known.

    Who left, or still waits, after more than was told has waited too long, whatever comes.
    """
    if case.waited > case.high * MINUTE:
        return Verdict.ABOVE
    if case.how is not How.TAKEN:
        return None
    return Verdict.BELOW if case.waited < case.low * MINUTE else Verdict.INSIDE


def part(count: int, of: int) -> Part | None:
    """Return `count` of `of` as a share with its interval; None of fewer than five.

    Source: E. B. Wilson, Probable Inference, the Law of Succession (1927).
    """
    if of < FEWEST:
        return None
    share = count / of
    weight = _Z95**2 / of
    middle = (share + weight / 2) / (1 + weight)
    half = math.sqrt(share * (1 - share) * weight + weight**2 / 4) / (1 + weight)
    low, high = max(middle - half, 0.0), min(middle + half, 1.0)
    return Part(of, round(share, 4), round(low, 4), round(high, 4))


def calibrate(cases: Iterable[Case]) -> Calibration:
    """Return how well what was told held."""
    verdicts = [verdict(case) for case in cases]
    known = sum(one is not None for one in verdicts)

    def share(wanted: Verdict) -> Part | None:
        return part(sum(one is wanted for one in verdicts), known)

    return Calibration(
        told=len(verdicts),
        open=len(verdicts) - known,
        inside=share(Verdict.INSIDE),
        below=share(Verdict.BELOW),
        above=share(Verdict.ABOVE),
    )


def reliability(cases: Sequence[Case]) -> tuple[Promise, ...]:
    """Return, of those told so many minutes or less, how many were taken within them."""
    return tuple(Promise(minutes, _kept(cases, minutes)) for minutes in PROMISES)


def _kept(cases: Sequence[Case], minutes: int) -> Part | None:
    ends = [
        case.waited <= minutes * MINUTE
        for case in cases
        if case.high <= minutes and (case.how is How.TAKEN or case.waited > minutes * MINUTE)
    ]
    return part(sum(ends), len(ends))


def by_hour(cases: Iterable[Case]) -> tuple[Hour, ...]:
    """Return the calibration of each hour of the day (UTC) in which anything was told."""
    hours: dict[int, list[Case]] = {}
    for case in cases:
        hours.setdefault(case.told_at // HOUR % 24, []).append(case)
    return tuple(Hour(hour, calibrate(hours[hour])) for hour in sorted(hours))
