"""Figures of the whole service, which any process could tell: the worker looks them up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from prometheus_client import REGISTRY, Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from video_advice.ids import Instant, RegionCode
from video_advice.policy import SECOND
from video_advice.ports import Clock, Figures

EVERY: Final = 10.0
"""Seconds between two looks."""
_STALE: Final = 60 * SECOND
"""After so long without a look, as while SQL is down, nothing is told rather than old things."""


class National(Collector):
    """Tells what was found last."""

    def __init__(self, clock: Clock) -> None:
        """Know nothing yet."""
        self._clock = clock
        self._found: Figures | None = None
        self._on_duty: Mapping[RegionCode, int] = {}
        self._held: Mapping[RegionCode, float] = {}
        self._at: Instant = 0

    def show(self) -> None:
        """Let this process's page show the figures, once there are any."""
        REGISTRY.register(self)

    def learn(
        self,
        found: Figures,
        on_duty: Mapping[RegionCode, int],
        held: Mapping[RegionCode, float],
    ) -> None:
        """Take what was found; by region: nurses on duty, and the share of forecasts that held."""
        self._found, self._at = found, self._clock.now()
        self._on_duty, self._held = on_duty, held

    def collect(self) -> Iterable[Metric]:
        """Yield each figure; called for every scrape, in a thread."""
        found, now = self._found, self._clock.now()
        if found is None or now - self._at > _STALE:
            return
        yield _by("contacts", "Open contacts.", ("phase", "region"), found.contacts.items())
        yield _by("waiting", "Those in the line.", ("region", "channel"), found.waiting.items())
        yield _by(
            "longest_wait_seconds",
            "How long the one has waited who has waited longest.",
            ("region",),
            (((r,), (now - since) / SECOND) for r, since in found.waiting_since.items()),
        )
        yield _by(
            "nurses_on_duty",
            "Nurses on duty who serve the region.",
            ("region",),
            (((region,), number) for region, number in self._on_duty.items()),
        )
        late = 0 if found.due_since is None else max(now - found.due_since, 0)
        yield _by("outbox", "Work that is not carried out yet.", (), (((), found.outbox),))
        yield _by(
            "outbox_late_seconds",
            "For how long the oldest of it has been due.",
            (),
            (((), late / SECOND),),
        )
        yield _by("alarms", "What is wrong now.", ("kind",), _counted(found.alarms))
        yield _by(
            "forecast_held_share",
            "Share of last week's forecasts that held; 0.8 is meant.",
            ("region",),
            (((region,), share) for region, share in self._held.items()),
        )


def _counted(names: Iterable[str]) -> Iterable[tuple[tuple[str, ...], float]]:
    listed = list(names)
    return [((name,), listed.count(name)) for name in sorted(set(listed))]


def _by(
    name: str,
    text: str,
    labels: tuple[str, ...],
    values: Iterable[tuple[tuple[str, ...], float]],
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"video_advice_{name}", text, labels=labels)
    for key, value in values:
        family.add_metric(key, value)
    return family
