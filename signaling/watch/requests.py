"""What is asked over HTTP: how long it takes and how it ends, by resource and never by address."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from signaling.system import monotonic
from signaling.watch import meters, spans


@contextmanager
def watched(method: str, resource: str) -> Iterator[Callable[[int], None]]:
    """Note one request. Yields what is to be told the status; without, it is 500."""
    start = monotonic()
    status = 500

    def seen(found: int) -> None:
        nonlocal status
        status = found

    try:
        with spans.span(f"{method} {resource}"):
            yield seen
    finally:
        meters.REQUEST_SECONDS.labels(method, resource, str(status)).observe(monotonic() - start)
