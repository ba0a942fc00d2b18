"""Whether what was told came true: the score."""

from __future__ import annotations

import pytest

from video_advice.policy import HOUR, MINUTE
from video_advice.quality.calibration import (
    Case,
    How,
    Part,
    Verdict,
    by_hour,
    calibrate,
    part,
    reliability,
    verdict,
)


def case(
    waited: float,
    how: How = How.TAKEN,
    low: int = 10,
    high: int = 20,
    at: int = 0,
) -> Case:
    return Case(at, low, high, how, int(waited * MINUTE))


@pytest.mark.parametrize(
    ("one", "where"),
    [
        (case(9.9), Verdict.BELOW),
        (case(10), Verdict.INSIDE),
        (case(20), Verdict.INSIDE),
        (case(20.01), Verdict.ABOVE),
        (case(21, How.LEFT), Verdict.ABOVE),
        (case(21, How.WAITING), Verdict.ABOVE),
        (case(19, How.LEFT), None),
        (case(1, How.WAITING), None),
    ],
)
def test_where_a_wait_fell(one: Case, where: Verdict | None) -> None:
    assert verdict(one) is where


def test_wilsons_interval() -> None:
    """Values of the closed form, worked out by hand for 8 of 10 and for none of 10."""
    assert part(8, 10) == Part(10, 0.8, 0.4902, 0.9433)
    assert part(0, 10) == Part(10, 0.0, 0.0, 0.2775)
    assert part(10, 10) == Part(10, 1.0, 0.7225, 1.0)
    wide, narrow = part(8, 10), part(800, 1_000)
    assert wide is not None
    assert narrow is not None
    assert narrow.high - narrow.low < (wide.high - wide.low) / 5


def test_fewer_than_five_are_not_told() -> None:
    assert part(4, 4) is None
    few = calibrate([case(15)] * 4 + [case(5, How.WAITING)] * 30)
    assert (few.told, few.open, few.inside, few.below, few.above) == (34, 30, None, None, None)


def test_the_calibration_counts_those_of_whom_it_is_known() -> None:
    cases = [case(15)] * 8 + [case(5)] + [case(30)] + [case(5, How.LEFT)] * 3
    found = calibrate(cases)
    assert (found.told, found.open) == (13, 3)
    assert found.inside is not None
    assert found.below is not None
    assert found.above is not None
    assert (found.inside.share, found.below.share, found.above.share) == (0.8, 0.1, 0.1)
    assert found.inside.of == 10


def test_of_those_told_so_many_minutes_or_less() -> None:
    cases = [
        *[case(4, high=5, low=1)] * 5,
        *[case(6, high=5, low=1)],
        *[case(12, high=15, low=5)] * 6,
        *[case(3, How.LEFT, high=5)] * 9,
        *[case(100, high=120, low=60)] * 2,
    ]
    kept = {one.minutes: one.kept for one in reliability(cases)}
    assert kept[5] is not None
    assert kept[5].of == 6
    assert kept[5].share == pytest.approx(5 / 6, abs=1e-4)
    assert kept[10] is not None
    assert (kept[10].of, kept[10].share) == (6, 1.0), "six minutes is within ten"
    assert kept[15] is not None
    assert kept[15].of == 12
    assert kept[120] is not None
    assert kept[120].of == 14


def test_who_left_after_the_promise_counts_as_not_kept() -> None:
    kept = reliability([case(25, How.LEFT)] * 5)
    assert {one.minutes: one.kept.share for one in kept if one.kept} == {20: 0.0}


def test_by_hour() -> None:
    [three] = by_hour([case(15, at=3 * HOUR + 5)] * 5 + [case(25, at=27 * HOUR)] * 6)
    assert (three.hour, three.calibration.told) == (3, 11)
    assert [one.hour for one in by_hour([case(1, at=23 * HOUR), case(1, at=0)])] == [0, 23]
