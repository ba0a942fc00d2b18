"""`forecast`: how many waits fall inside the interval that was told, on simulated days.

The two peers tell one number; it is lent the width of our interval at that moment, around it.
"""

from __future__ import annotations

from bench.forecast_days import WORLDS, play
from bench.forecast_study import JUDGE, Asked, Teller, days, judged, lent, ours
from bench.report import progress, tell
from video_advice.policy import MINUTE

_PEERS = ("oldest_plus_15", "mean_of_100")


def run() -> None:
    """Play the days and tell the figures."""
    asked: list[Asked] = []
    for world in WORLDS:
        progress(f"forecast: {len(JUDGE)} days, {world.name}")
        some = days(world, JUDGE)
        asked += some
        own = judged(some, ours)
        progress(f"  inside {own.inside:.2f} of {own.told}, below {own.below:.2f}")
    beside = {name: judged(asked, lent(name)) for name in _PEERS}
    own = judged(asked, ours)
    runs = len(WORLDS) * len(JUDGE)
    shares = {name: one.inside for name, one in beside.items()}
    tell("forecast", "inside_share", own.inside, "", beside=shares, runs=runs)
    tell("forecast", "above_share", own.above, "", runs=runs)
    tell("forecast", "mean_width_minutes", own.width, "min", runs=runs)
    _words()


def _words() -> None:
    """Tell how often the words change on somebody's page, beside showing every change."""
    teller = Teller()
    hall = play(WORLDS[2], JUDGE[0], teller)
    seen = {person.number for person, _, _ in teller.said}
    told = [
        (low.low * MINUTE <= person.turn - at <= low.high * MINUTE)
        for person, at, low in teller.said
        if person.turn is not None
    ]
    each = len(teller.said) / len(seen)
    shown = 1 + teller.changed_without / len(seen)
    tell("forecast", "tellings_a_person", each, "", beside={"every_change": shown})
    tell("forecast", "inside_share_of_all_tellings", sum(told) / len(told), "")
    progress(f"  {len(hall.people)} came, {len(seen)} were told something")
