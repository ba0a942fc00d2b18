"""The wait that is told, held against simulated days: four in five, and what breaks it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from bench.forecast_days import WORLDS
from bench.forecast_study import Asked, Change, Clerk, days, judged, lent, ours
from video_advice.forecast import Recent, Spot
from video_advice.policy import HOUR

SEEDS = ("test 1", "test 2", "test 3")
KINDS = {world.name: world for world in WORLDS}


@pytest.fixture(scope="module")
def played() -> dict[str, list[Asked]]:
    """Everybody who was told something in three days of each kind."""
    return {world.name: days(world, SEEDS) for world in WORLDS}


@pytest.fixture
def asked(played: dict[str, list[Asked]]) -> list[Asked]:
    return [one for some in played.values() for one in some]


def test_four_waits_in_five_fall_into_the_interval(asked: list[Asked]) -> None:
    found = judged(asked, ours)
    assert found.told > 5_000
    assert 0.75 <= found.inside <= 0.85
    assert found.below < 0.15
    assert found.above < 0.15


def test_so_do_those_of_the_people_further_back(asked: list[Asked]) -> None:
    back = judged([one for one in asked if one.place > 10], ours)
    assert back.told > 1_000
    assert 0.70 <= back.inside <= 0.90


def test_the_numbers_that_others_tell_do_not_hold(asked: list[Asked]) -> None:
    """Even with the width of ours lent to them."""
    for name in ("oldest_plus_15", "mean_of_100"):
        assert judged(asked, lent(name)).inside < 0.6


def test_the_same_seed_is_the_same_day() -> None:
    world = KINDS["ordinary"]
    one, other = days(world, SEEDS[:1]), days(world, SEEDS[:1])
    assert [(a.told, a.wait) for a in one] == [(a.told, a.wait) for a in other]


def nobody_leaves(spot: Spot, recent: Recent) -> tuple[Spot, Recent]:
    return spot, replace(recent, left=0, waited=100_000 * HOUR)


def nobody_passes(spot: Spot, recent: Recent) -> tuple[Spot, Recent]:
    return spot, replace(recent, arrivals=())


def everybody_is_mine(spot: Spot, recent: Recent) -> tuple[Spot, Recent]:
    return replace(spot, eligible=max(spot.eligible, 1), nurses=spot.nurses * 2), recent


def one_nurse(spot: Spot, recent: Recent) -> tuple[Spot, Recent]:
    return replace(spot, nurses=min(spot.nurses, 1.0)), recent


@pytest.mark.parametrize(
    ("mutant", "kinds"),
    [
        (nobody_leaves, ("deserted",)),
        (nobody_passes, ("busy", "surge")),
        (everybody_is_mine, ("busy", "surge")),
        (one_nurse, ("busy", "surge")),
    ],
)
def test_a_forecast_that_leaves_something_out_does_not_hold(
    played: dict[str, list[Asked]], mutant: Change, kinds: tuple[str, ...]
) -> None:
    whole = [one for kind in kinds for one in played[kind]]
    less = [one for kind in kinds for one in days(KINDS[kind], SEEDS, lambda: Clerk(mutant))]
    assert 0.75 <= judged(whole, ours).inside <= 0.85
    assert not 0.75 <= judged(less, ours).inside <= 0.85
