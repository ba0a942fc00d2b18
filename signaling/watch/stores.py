"""How long the stores take: what `archive` and `live` are handed to be watched with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from signaling.system import monotonic
from signaling.watch import meters, spans

_CLOCKS: Final = {
    "read": meters.DATABASE_SECONDS.labels("read").observe,
    "write": meters.DATABASE_SECONDS.labels("write").observe,
    "redis": meters.REDIS_SECONDS.observe,
}


@contextmanager
def watch(kind: str, name: str) -> Iterator[None]:
    """Note one use of a store: `kind` is `read`, `write` or `redis`, `name` that of the code."""
    start = monotonic()
    try:
        with spans.span(f"{kind} {name}"):
            yield
    finally:
        _CLOCKS[kind](monotonic() - start)
