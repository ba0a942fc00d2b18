"""The wait that is told, held against lines that are played through."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from random import Random

import pytest

from video_advice.forecast import Forecast, forecast
from video_advice.policy import HOUR, MINUTE

MEAN = 9 * MINUTE


def memoryless(chance: Random) -> float:
    return chance.expovariate(1 / MEAN)


def steady(chance: Random) -> float:
    """Talks of more even length: the standard deviation is 0.6 of the mean."""
    spread = math.sqrt(math.log(1 + 0.6**2))
    return chance.lognormvariate(math.log(MEAN) - spread**2 / 2, spread)


def play(
    chance: Random, place: int, nurses: int, talk: Callable[[Random], float]
) -> tuple[float, list[int]]:
    """Return how long somebody at `place` waited, and the talks that ended before."""
    busy = [(talk(chance), 0.0) for _ in range(nurses)]
    heapq.heapify(busy)
    ended: list[float] = []
    at = 0.0
    while len(ended) < 60:
        at, began = heapq.heappop(busy)
        ended.append(at - began)
        heapq.heappush(busy, (at + talk(chance), at))
    joined = at + chance.random() * 5 * MINUTE
    turn = at
    while place:
        turn, began = heapq.heappop(busy)
        heapq.heappush(busy, (turn + talk(chance), turn))
        if turn > joined:
            place -= 1
        else:
            ended.append(turn - began)
    return turn - joined, [int(one) for one in ended[-50:]]


def covered(place: int, nurses: int, talk: Callable[[Random], float], times: int = 600) -> float:
    chance = Random(f"{place} of {nurses}")
    hits = 0
    for _ in range(times):
        waited, service = play(chance, place, nurses, talk)
        told = forecast(place, nurses, service)
        assert told is not None
        hits += told.low * MINUTE <= waited <= told.high * MINUTE
    return hits / times


LINES = [(1, 1), (2, 3), (3, 1), (5, 2), (10, 4), (30, 5), (40, 12)]


@pytest.mark.parametrize(("place", "nurses"), LINES)
def test_four_waits_in_five_fall_into_the_interval(place: int, nurses: int) -> None:
    """Above 0.8 because the steps are rounded outwards; not so far above that nothing is said."""
    assert 0.78 <= covered(place, nurses, memoryless) <= 0.95


@pytest.mark.parametrize(("place", "nurses"), LINES)
def test_no_fewer_do_when_talks_are_of_more_even_length(place: int, nurses: int) -> None:
    assert covered(place, nurses, steady, times=300) >= 0.8


def test_further_back_is_never_sooner() -> None:
    for nurses in (1, 2, 7):
        told = [forecast(place, nurses, []) for place in range(1, 60)]
        known = [one for one in told if one is not None]
        assert known == sorted(known, key=lambda one: (one.low, one.high))
        assert told[: len(known)] == known, "once a wait is too long to tell, longer ones are too"


def test_another_nurse_never_makes_it_later() -> None:
    for place in (1, 4, 20):
        told = [forecast(place, nurses, []) for nurses in range(1, 30)]
        known = [one for one in told if one is not None]
        assert [one.low for one in known] == sorted((one.low for one in known), reverse=True)
        assert [one.high for one in known] == sorted((one.high for one in known), reverse=True)


def test_it_is_always_an_interval() -> None:
    for nurses in (1, 3, 20):
        for place in range(1, 400):
            told = forecast(place, nurses, [])
            assert told is None or 0 <= told.low < told.high


def test_longer_talks_mean_a_longer_wait() -> None:
    assert forecast(4, 2, [5 * MINUTE] * 10) == Forecast(3, 20)
    assert forecast(4, 2, [20 * MINUTE] * 10) == Forecast(15, 75)


def test_a_few_talks_say_too_little() -> None:
    assert forecast(3, 1, [90 * MINUTE] * 4) == forecast(3, 1, [])
    assert forecast(3, 1, [90 * MINUTE] * 5) != forecast(3, 1, [])


@pytest.mark.parametrize(("place", "nurses"), [(1, 0), (7, 0), (0, 1)])
def test_nothing_is_told_when_nothing_is_known(place: int, nurses: int) -> None:
    assert forecast(place, nurses, [MINUTE] * 10) is None


def test_a_wait_longer_than_the_longest_step_is_not_told_as_a_shorter_one() -> None:
    assert forecast(60, 1, []) is None
    assert forecast(2, 1, [5 * HOUR] * 10) is None
