"""What is committed: how long it takes, what it was, and whether somebody else was faster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from signaling.system import monotonic
from signaling.watch import meters, spans
from video_advice.ports import ArchiveDown, Change, Conflict
from video_advice.state import Phase


@contextmanager
def watched(change: Change) -> Iterator[None]:
    """Note the commit of `change`, however it ends."""
    start = monotonic()
    result = "refused"
    names = ",".join(str(event.__struct_config__.tag) for event in change.events)
    try:
        with spans.span("commit", events=names):
            yield
        result = "done"
        _count(change)
    except Conflict:
        result = "conflict"
        raise
    except ArchiveDown:
        result = "down"
        raise
    finally:
        meters.COMMIT_SECONDS.labels(result).observe(monotonic() - start)


def _count(change: Change) -> None:
    for event in change.events:
        meters.EVENTS.labels(str(event.__struct_config__.tag)).inc()
    before, after = change.before, change.contact
    had = before is not None and before.nurse is not None
    if had and after.phase is Phase.WAITING and after.told is not None:
        meters.RETURNED.labels(after.told.value).inc()
