"""What a process knows of itself: its pages, its line to Redis, and how late it comes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from signaling.watch import meters, page, spans

_log = logging.getLogger(__name__)

_PAUSE: Final = 0.5


@contextmanager
def watched(
    kind: str, host: str, port: int, traces_url: str, traces_share: float
) -> Iterator[None]:
    """Show the figures of this process, which is a `kind`, and send traces, as far as wanted.

    A port that cannot be had is logged and nothing more: people are served without figures too.
    """
    if traces_url:
        spans.start(traces_url, traces_share, kind)
    try:
        with page.shown(host, port, kind):
            yield
    finally:
        spans.stop()


def follow(pages: Callable[[], int], live: Callable[[], dict[str, float]]) -> None:
    """Show how many pages are open, and what `live` says: see `signaling.live.connect`."""
    meters.SOCKETS.set_function(pages)
    meters.REDIS_UP.set_function(lambda: live()["redis_up"])
    meters.RINGS_LOST.set_function(lambda: live()["rings_lost"])
    meters.RING_GAPS.set_function(lambda: live()["ring_gaps"])


async def lag() -> None:
    """Note how late a timer comes, until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + _PAUSE
        await asyncio.sleep(_PAUSE)
        meters.LOOP_LAG_SECONDS.observe(max(loop.time() - due, 0.0))
