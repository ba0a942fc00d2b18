"""The wait that is told: what it is made of, how it is said, when the words change."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from video_advice.forecast import (
    STEPS,
    Forecast,
    Passing,
    Recent,
    Spot,
    Witness,
    expect,
    forecast,
    pace,
    passers,
    tell,
)
from video_advice.policy import HOUR, MINUTE

SPOT = Spot(ahead=8, nurses=4.0, eligible=4, head_start=45 * MINUTE)
RECENT = Recent(service=(9 * MINUTE,) * 50, left=4, waited=20 * HOUR)


def mean(spot: Spot = SPOT, recent: Recent = RECENT) -> float:
    expected = expect(spot, recent)
    assert expected is not None
    return expected.mean / MINUTE


def test_eight_before_and_four_nurses_of_nine_minutes() -> None:
    """Eight are taken at a pace of one in 2.25 minutes, or leave; then one of four is free."""
    assert mean(recent=replace(RECENT, left=0, waited=10**12)) == pytest.approx(20.25, abs=0.1)
    assert forecast(SPOT, RECENT) == Forecast(10, 30)


@pytest.mark.parametrize(
    "spot",
    [
        replace(SPOT, eligible=0),
        replace(SPOT, nurses=0.0),
        replace(SPOT, ahead=-1),
        replace(SPOT, ahead=2_000, nurses=1.0),
    ],
)
def test_nothing_is_told_when_nothing_honest_can_be(spot: Spot) -> None:
    assert forecast(spot, RECENT) is None


def test_nothing_is_told_while_more_pass_than_are_taken() -> None:
    rush = replace(RECENT, arrivals=((0, 400),))
    for_long = replace(SPOT, head_start=100 * HOUR)
    assert forecast(for_long, rush) is None
    assert forecast(replace(for_long, waited=100 * HOUR), rush) == forecast(SPOT, RECENT)


def test_those_who_give_up_shorten_the_wait() -> None:
    patient, impatient = replace(RECENT, left=0), replace(RECENT, left=30)
    assert mean(recent=impatient) < 0.9 * mean(recent=patient)


def test_longer_talks_lengthen_it_and_a_few_say_little() -> None:
    assert mean(recent=replace(RECENT, service=(18 * MINUTE,) * 50)) > 1.7 * mean()
    few = replace(RECENT, service=(90 * MINUTE,))
    assert mean(recent=few) < 3 * mean()


def test_who_may_still_pass_and_for_how_long() -> None:
    recent = replace(RECENT, arrivals=((0, 10), (45 * MINUTE, 40), (120 * MINUTE, 5)))
    assert passers(SPOT, recent) == (Passing(0.95 * 10 / HOUR, 45 * MINUTE),)
    waited = replace(SPOT, waited=30 * MINUTE)
    assert passers(waited, recent) == (Passing(0.95 * 10 / HOUR, 15 * MINUTE),)
    assert passers(replace(SPOT, waited=45 * MINUTE), recent) == ()
    low = replace(SPOT, head_start=120 * MINUTE)
    assert [p.window // MINUTE for p in passers(low, recent)] == [75, 120]


def test_who_stands_behind_those_with_a_head_start_is_told_a_longer_wait() -> None:
    recent = replace(RECENT, arrivals=((0, 8), (45 * MINUTE, 10)))
    waits = [mean(replace(SPOT, head_start=start * MINUTE), recent) for start in (0, 45, 120)]
    assert waits == sorted(waits)
    assert waits[0] < waits[1] < waits[2]
    assert waits[0] == mean(replace(SPOT, head_start=0))


def test_those_who_just_left_the_line_are_heard() -> None:
    late = tuple(Witness(30 * MINUTE, 15 * MINUTE) for _ in range(20))
    assert pace(()) == 1
    assert pace(late) == pytest.approx(1.5)
    assert pace(late[:2]) == pytest.approx(24 / 22)
    assert pace((Witness(5, 0),)) == 1
    assert mean(recent=replace(RECENT, witnesses=late)) == pytest.approx(1.5 * mean())
    assert expect(SPOT, replace(RECENT, witnesses=late)) is not None


def test_what_is_expected_before_they_were_heard_is_remembered_plainly() -> None:
    """Else a forecast would be judged by itself, and drift."""
    late = tuple(Witness(30 * MINUTE, 15 * MINUTE) for _ in range(20))
    plain, corrected = expect(SPOT, RECENT), expect(SPOT, replace(RECENT, witnesses=late))
    assert plain is not None
    assert corrected is not None
    assert corrected.plain == plain.plain == plain.mean


def test_a_long_wait_is_less_certain_than_a_short_one() -> None:
    """Relative to the count of talks alone it would be more certain; but nurses come and go."""
    short, long = expect(SPOT, RECENT), expect(replace(SPOT, ahead=80), RECENT)
    assert short is not None
    assert long is not None
    assert long.spread * long.mean > 3 * short.spread * short.mean


TEN_TWENTY = Forecast(10, 20)


@pytest.mark.parametrize(
    ("new", "waited", "shown"),
    [
        (Forecast(10, 20), 0, "old"),
        (Forecast(10, 25), 0, "old"),
        (Forecast(7, 20), 2, "old"),
        (Forecast(7, 15), 2, "new"),
        (Forecast(10, 30), 0, "new"),
        (Forecast(15, 25), 0, "new"),
        (Forecast(10, 20), 4, "old"),
        (Forecast(10, 20), 6, "new"),  # told again: 10 to 20, from now
        (Forecast(7, 20), 11, "new"),
        (Forecast(0, 1), 19, "new"),
    ],
)
def test_words_change_only_when_a_person_would_notice(
    new: Forecast, waited: int, shown: str
) -> None:
    found = tell(TEN_TWENTY, new, waited * MINUTE)
    assert found is (new if shown == "new" else TEN_TWENTY)


def test_what_cannot_be_said_any_more_is_taken_back() -> None:
    assert tell(TEN_TWENTY, None, 0) is None
    assert tell(None, TEN_TWENTY, 0) == TEN_TWENTY
    assert tell(None, None, 5) is None


def test_two_words_that_alternate_do_not_flicker() -> None:
    shown, changes = None, 0
    for minute in range(6):
        new = Forecast(10, 20) if minute % 2 else Forecast(10, 25)
        told = tell(shown, new, minute * MINUTE)
        changes += told is not shown
        shown = told
    assert changes == 1


def test_minutes_are_spoken_of_in_steps() -> None:
    for ahead in range(60):
        told = forecast(replace(SPOT, ahead=ahead), RECENT)
        assert told is not None
        assert told.high in STEPS
        assert told.low in (0, *STEPS)
