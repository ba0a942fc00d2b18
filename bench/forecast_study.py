"""Predictors of the wait, tried on the same simulated days.

Each is asked when somebody comes and nobody is free. A predictor that gives one number is given an
interval by its own mistakes: the 10th and 90th percentile of real wait over predicted, learnt on
other days. `python -m bench.forecast_study` prints the tables of docs/forecast.md.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from bench.forecast_days import WORLDS, Hall, Person, World, play
from video_advice.capacity import Staffing
from video_advice.forecast import Forecast, Recent, Spot, expect, tell, words
from video_advice.policy import MINUTE

LEARN: Final = tuple(f"learn {n}" for n in range(6))
"""Days on which intervals are learnt, and on which the constants of the forecast were chosen."""
JUDGE: Final = tuple(f"judge {n}" for n in range(10))
"""Other days, on which they are judged."""

Change = Callable[[Spot, Recent], tuple[Spot, Recent]]
"""What a mutant does to the facts before it uses them."""


class Asked(msgspec.Struct):
    """Somebody was told something: what each predictor said in minutes, and how it went."""

    person: Person
    place: int
    numbers: dict[str, float | None]
    told: Forecast | None

    @property
    def wait(self) -> float | None:
        """Return the minutes until it was, or would have been, the turn."""
        turn = self.person.turn
        return None if turn is None else (turn - self.person.arrived) / MINUTE


class Clerk:
    """Asks every predictor about everybody who comes, and keeps what they say."""

    def __init__(self, change: Change = lambda spot, recent: (spot, recent)) -> None:
        """`change` makes a mutant of our own predictor."""
        self.asked: list[Asked] = []
        self._change = change

    def waits(self, hall: Hall, person: Person) -> None:
        """Ask about somebody who has come."""
        recent = hall.recent(person.region)
        spot, seen = self._change(spot_of(hall, person), recent)
        expected = expect(spot, seen)
        if expected is not None:
            person.expected = expected.plain
        told = None if expected is None else words(expected)
        self.asked.append(Asked(person, spot.ahead + 1, numbers(hall, person, recent), told))

    def minute(self, hall: Hall) -> None:
        """Ask nothing in between."""

    def gone(self, hall: Hall, person: Person) -> None:
        """Keep nothing more."""


def spot_of(hall: Hall, person: Person) -> Spot:
    """Return where somebody stands, as the service would see it."""
    share = Staffing(hall.counts, hall.on_duty).of(person.group)
    return Spot(
        ahead=hall.place(person) - 1,
        nurses=share.nurses,
        eligible=share.eligible,
        head_start=person.head_start,
        waited=hall.now - person.arrived,
    )


def numbers(hall: Hall, person: Person, recent: Recent) -> dict[str, float | None]:
    """Return what the predictors say that give one number, in minutes."""
    region, place = person.region, hall.place(person)
    oldest = max((hall.now - one.arrived for one in hall.line_of(region)), default=0)
    first = next((hall.now - one.arrived for one in hall.line_of(region) if one is not person), 0)
    chats = hall.chats(region)
    mean = sum(recent.service) / len(recent.service) if recent.service else None
    nurses = sum(region in one.regions for one in hall.on_duty)
    last = hall.last_delay.get(region)
    found: dict[str, float | None] = {
        "last_to_enter": None if last is None else last,
        "head_of_line": first,
        "oldest_plus_15": oldest + 15 * MINUTE,
        "mean_of_100": ((place - 1) / 100 + 1) * sum(chats) / len(chats) if chats else None,
        "queue_length": None if mean is None or not nurses else place * mean / nurses,
        "erlang_a": None,
    }
    if mean is not None and nurses:
        leaving, rate = (recent.left + 1) / (recent.waited + 90 * MINUTE), nurses / mean
        found["erlang_a"] = math.log1p(leaving * (place - 1) / rate) / leaving + 1 / rate
    return {name: None if ms is None else ms / MINUTE for name, ms in found.items()}


class Judged(msgspec.Struct, frozen=True):
    """How a predictor did: shares, mean width and mean score in minutes (lower is better).

    The score is that of an interval for four in five: its width, and ten times what was missed.
    """

    told: int
    inside: float
    below: float
    above: float
    width: float
    score: float


Judge = Callable[[Asked], tuple[float, float] | None]
"""Turns what was asked into an interval in minutes, or None."""


def judged(asked: Sequence[Asked], interval: Judge) -> Judged:
    """Return how the intervals did for those whose turn came."""
    rows = []
    for one in asked:
        span, wait = interval(one), one.wait
        if span is not None and wait is not None:
            rows.append((span[0], span[1], wait))
    if not rows:
        raise ValueError("nothing was told")
    missed = [10 * (max(low - wait, 0) + max(wait - high, 0)) for low, high, wait in rows]
    below = sum(wait < low for low, _, wait in rows) / len(rows)
    above = sum(wait > high for _, high, wait in rows) / len(rows)
    width = statistics.fmean(high - low for low, high, _ in rows)
    return Judged(
        len(rows), 1 - below - above, below, above, width, width + statistics.fmean(missed)
    )


def ours(one: Asked) -> tuple[float, float] | None:
    """Return the interval we tell."""
    return None if one.told is None else (one.told.low, one.told.high)


def lent(name: str) -> Judge:
    """Return a number of another's with the width of ours around it: kinder than what they do."""

    def interval(one: Asked) -> tuple[float, float] | None:
        number = one.numbers[name]
        if number is None or one.told is None:
            return None
        half = (one.told.high - one.told.low) / 2
        return max(number - half, 0.0), max(number - half, 0.0) + 2 * half

    return interval


def learnt(name: str, asked: Sequence[Asked]) -> Judge:
    """Return a predictor with the interval that its mistakes on these days give it."""
    ratios = [
        one.wait / max(number, 1.0)
        for one in asked
        if one.wait is not None and (number := one.numbers[name]) is not None
    ]
    tenths = statistics.quantiles(ratios, n=10)

    def interval(one: Asked) -> tuple[float, float] | None:
        number = one.numbers[name]
        if number is None or one.told is None:
            return None
        return max(number, 1.0) * tenths[0], max(number, 1.0) * tenths[-1]

    return interval


def days(world: World, seeds: Sequence[str], clerk: Callable[[], Clerk] = Clerk) -> list[Asked]:
    """Play days and return everybody who was asked about."""
    asked: list[Asked] = []
    for seed in seeds:
        one = clerk()
        play(world, seed, one)
        asked += one.asked
    return asked


class Teller:
    """Looks at everybody who waits each minute, and counts how often the words change."""

    def __init__(self) -> None:
        """Begin with nothing told."""
        self.said: list[tuple[Person, int, Forecast]] = []
        self.looked = 0
        self.changed_without = 0
        self._told: dict[int, tuple[int, Forecast | None]] = {}
        self._last: dict[int, Forecast | None] = {}

    def waits(self, hall: Hall, person: Person) -> None:
        """Tell somebody who has come."""
        self._look(hall, person)

    def minute(self, hall: Hall) -> None:
        """Look at everybody."""
        for person in tuple(hall.waiting.values()):
            self._look(hall, person)

    def gone(self, hall: Hall, person: Person) -> None:
        """Forget somebody."""
        del hall
        self._told.pop(person.number, None)
        self._last.pop(person.number, None)

    def _look(self, hall: Hall, person: Person) -> None:
        expected = expect(spot_of(hall, person), hall.recent(person.region))
        if person.expected is None and expected is not None:
            person.expected = expected.plain
        new = None if expected is None else words(expected)
        told_at, old = self._told.get(person.number, (hall.now, None))
        shown = tell(old, new, hall.now - told_at)
        self.looked += 1
        self.changed_without += person.number in self._last and self._last[person.number] != new
        self._last[person.number] = new
        if shown is not old:
            self._told[person.number] = (hall.now, shown)
            if shown is not None:
                self.said.append((person, hall.now, shown))


def main() -> None:
    """Print the tables."""
    names = tuple(numbers_known())
    learn = [one for world in WORLDS for one in days(world, LEARN)]
    judges: dict[str, Judge] = {name: learnt(name, learn) for name in names}
    everything: list[Asked] = []
    for world in WORLDS:
        asked = days(world, JUDGE)
        everything += asked
        print(f"| {world.name} | {_row(judged(asked, ours))} |")
    print()
    print(f"| **ours** | {_row(judged(everything, ours))} |")
    for name, judge in judges.items():
        print(f"| {name} | {_row(judged(everything, judge))} |")
    for name in ("oldest_plus_15", "mean_of_100"):
        print(f"| {name}, lent our width | {_row(judged(everything, lent(name)))} |")


def numbers_known() -> tuple[str, ...]:
    """Return the names of the predictors that give one number."""
    return (
        "erlang_a",
        "queue_length",
        "head_of_line",
        "last_to_enter",
        "oldest_plus_15",
        "mean_of_100",
    )


def _row(one: Judged) -> str:
    shares = " | ".join(f"{share:.2f}" for share in (one.inside, one.below, one.above))
    return f"{one.told:,} | {shares} | {one.width:.0f} | {one.score:.0f}"


if __name__ == "__main__":
    main()
