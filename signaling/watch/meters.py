"""What each process counts. Nothing here costs more than a counter on the way of a message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Generic, TypeVar

from prometheus_client import REGISTRY, Counter, Gauge, Histogram, Metric, disable_created_metrics
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

K = TypeVar("K")

# When a counter began is known to whoever needs it, and would double the page.
disable_created_metrics()  # type: ignore[no-untyped-call]

_QUICK: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

PROCESS: Final = Gauge("video_advice_process", "1 for each process, by what it does.", ("kind",))

EVENTS: Final = Counter(
    "video_advice_events",
    "What happened to contacts; `nurse_offered` are offers, `offer_accepted` takes.",
    ("event",),
)
RETURNED: Final = Counter(
    "video_advice_returned", "Contacts that came back to the line, by why.", ("why",)
)
COMMIT_SECONDS: Final = Histogram(
    "video_advice_commit_seconds",
    "How long writing what happened took; `conflict`: somebody else was faster.",
    ("result",),
    buckets=_QUICK,
)
DATABASE_SECONDS: Final = Histogram(
    "video_advice_database_seconds",
    "How long a transaction took, queueing for a connection included.",
    ("kind",),
    buckets=_QUICK,
)
REDIS_SECONDS: Final = Histogram(
    "video_advice_redis_seconds", "How long Redis took to answer.", buckets=_QUICK
)
REDIS_UP: Final = Gauge("video_advice_redis_up", "1 while Redis is heard.")
RINGS_LOST: Final = Gauge("video_advice_rings_lost", "Doorbells that Redis did not take so far.")
RING_GAPS: Final = Gauge("video_advice_ring_gaps", "Gaps seen in what other processes rang so far.")

SOCKETS: Final = Gauge("video_advice_sockets", "Pages that are connected now.")
HANDSHAKES: Final = Counter(
    "video_advice_handshakes", "Sockets that came: `welcomed`, or why not.", ("result",)
)
CLOSES: Final = Counter(
    "video_advice_closes", "Sockets that the service closed, by its reason.", ("code",)
)
REQUEST_SECONDS: Final = Histogram(
    "video_advice_request_seconds",
    "How long a request took.",
    ("method", "resource", "status"),
    buckets=_QUICK,
)
LOOP_LAG_SECONDS: Final = Histogram(
    "video_advice_event_loop_lag_seconds",
    "How late a timer came: what everybody in this process had to wait then.",
    buckets=_QUICK,
)
LEASES_LOST: Final = Counter(
    "video_advice_leases_lost", "Times this process was taken for dead and began anew."
)
DELIVERIES: Final = Counter(
    "video_advice_deliveries", "Work carried out of the outbox.", ("effect", "result")
)
PHOTOS: Final = Counter(
    "video_advice_photos", "Photos cleaned, or why they were refused.", ("result",)
)
PHOTO_SECONDS: Final = Histogram(
    "video_advice_photo_seconds",
    "How long cleaning a photo took, waiting for its turn included.",
    buckets=(0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0),
)


class Tally(Collector, Generic[K]):
    """A counter for the way of every message: one addition. Only the event loop may count."""

    def __init__(self, name: str, text: str, label: str, names: Mapping[K, str]) -> None:
        """Count each key of `names` from 0; it is shown under its name as `label`."""
        self.counts: dict[K, int] = dict.fromkeys(names, 0)
        self._said = (f"video_advice_{name}", text)
        self._label = label
        self._names = names
        REGISTRY.register(self)

    def collect(self) -> Iterable[Metric]:
        """Yield the counter."""
        family = CounterMetricFamily(*self._said, labels=(self._label,))
        for key, number in self.counts.items():
            family.add_metric((self._names[key],), number)
        yield family
