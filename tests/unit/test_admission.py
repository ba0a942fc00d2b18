"""How many pages come in at once, and when the others are told to come again."""

from __future__ import annotations

from contextlib import ExitStack, suppress

from signaling.admission import Admission


class Ticks:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_only_so_many_come_at_once() -> None:
    admission = Admission(2, Ticks())
    full = []
    with ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(admission.coming())
            full.append(admission.full)
    full.append(admission.full)
    assert full == [False, True, False]


def test_who_fails_to_come_in_makes_room_as_well() -> None:
    admission = Admission(1, Ticks())
    with suppress(LookupError), admission.coming():
        raise KeyError
    assert admission.full is False


def test_each_is_given_a_moment_of_their_own_as_fast_as_pages_come_in() -> None:
    ticks = Ticks()
    admission = Admission(10, ticks)
    for _ in range(200):
        with admission.coming():
            ticks.now += 2.0
    told = [admission.retry_after() for _ in range(20)]
    assert told == sorted(set(told))
    # Ten at once in two seconds each: two seconds until there is room, and five a second from then.
    assert 2_000 <= told[0] <= 2_300
    assert 5_500 <= told[-1] <= 6_500
    ticks.now += 60
    assert admission.retry_after() <= 2_300


def test_nobody_is_sent_away_for_long() -> None:
    ticks = Ticks()
    admission = Admission(1, ticks)
    told = [admission.retry_after() for _ in range(10_000)]
    assert min(told) >= 500
    assert max(told) == 30_000
