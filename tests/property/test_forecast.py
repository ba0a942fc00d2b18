"""Laws of the wait that is told, for any line."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from video_advice.forecast import STEPS, Forecast, Recent, Spot, Witness, expect, forecast, tell
from video_advice.policy import HOUR, MINUTE

spots = st.builds(
    Spot,
    ahead=st.integers(0, 3_000),
    nurses=st.floats(0.05, 300, allow_nan=False),
    eligible=st.integers(1, 300),
    head_start=st.sampled_from([0, 45 * MINUTE, 2 * HOUR, 4 * HOUR]),
    waited=st.integers(0, 6 * HOUR),
)
recents = st.builds(
    Recent,
    service=st.lists(st.integers(0, 2 * HOUR), max_size=50).map(tuple),
    left=st.integers(0, 500),
    waited=st.integers(0, 10_000 * HOUR),
    arrivals=st.lists(
        st.tuples(st.sampled_from([0, 45 * MINUTE, 2 * HOUR]), st.integers(0, 900)), max_size=3
    ).map(tuple),
    span=st.just(HOUR),
    witnesses=st.lists(
        st.builds(Witness, waited=st.integers(0, 8 * HOUR), expected=st.integers(0, 8 * HOUR)),
        max_size=20,
    ).map(tuple),
)
edges = st.tuples(st.sampled_from((0, *STEPS)), st.sampled_from(STEPS))
intervals = edges.filter(lambda e: e[0] < e[1]).map(lambda e: Forecast(*e))


@given(spots, recents)
@settings(max_examples=400)
def test_it_is_an_interval_in_words_or_nothing(spot: Spot, recent: Recent) -> None:
    told = forecast(spot, recent)
    assert told is None or (0 <= told.low < told.high <= STEPS[-1])


@given(spots, recents, st.integers(1, 500))
@settings(max_examples=400)
def test_further_back_is_never_sooner(spot: Spot, recent: Recent, more: int) -> None:
    here, behind = expect(spot, recent), expect(replace(spot, ahead=spot.ahead + more), recent)
    if here is None:
        assert behind is None, "once it cannot be told, it cannot be told further back"
    elif behind is not None:
        assert behind.mean >= here.mean


@given(spots, recents, st.floats(1.01, 10))
@settings(max_examples=400)
def test_more_nurses_never_make_it_later(spot: Spot, recent: Recent, times: float) -> None:
    fewer, more = expect(spot, recent), expect(replace(spot, nurses=spot.nurses * times), recent)
    if fewer is not None:
        assert more is not None
        assert more.plain <= fewer.plain * (1 + 1e-9)


@given(spots, recents)
@settings(max_examples=200)
def test_who_has_waited_is_passed_by_fewer(spot: Spot, recent: Recent) -> None:
    now, later = expect(spot, recent), expect(replace(spot, waited=spot.waited + HOUR), recent)
    if now is not None:
        assert later is not None
        assert later.plain <= now.plain * (1 + 1e-9)


@given(st.none() | intervals, st.none() | intervals, st.integers(0, 8 * HOUR))
def test_what_is_shown_is_the_old_or_the_new(
    old: Forecast | None, new: Forecast | None, waited: int
) -> None:
    shown = tell(old, new, waited)
    assert shown is old or shown is new
    if new is None:
        assert shown is None


@given(intervals, intervals, st.integers(0, 8 * HOUR))
def test_words_once_shown_stay_while_nothing_changes(
    old: Forecast, new: Forecast, waited: int
) -> None:
    shown = tell(old, new, waited)
    assert shown is not None
    if shown is new:
        assert tell(new, new, 0) is new


@given(intervals, intervals, st.integers(0, 8 * HOUR))
def test_a_promise_that_has_run_out_is_not_left_standing(
    old: Forecast, new: Forecast, waited: int
) -> None:
    if waited > old.high * MINUTE:
        assert tell(old, new, waited) is new
