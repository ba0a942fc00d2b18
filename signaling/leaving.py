"""Between SIGTERM and the end of a process: everybody is sent to the others, and nothing is lost.

A page that is sent away is not noted as gone: it is on its way to another process. Whoever does not
arrive anywhere counts as gone when the lease ends, which is given up as soon as nobody is here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from signaling.protocol import close_codes as cc
from signaling.services import Services
from video_advice.policy import SECOND
from video_advice.ports import ArchiveDown

_log = logging.getLogger(__name__)

_PAUSE: Final = 0.005
"""Seconds between two pages that are sent away: 200 a second, which the others let in easily."""
_GOODBYE: Final = 2.0
"""Seconds for pages to be gone after the last of them was told."""
_ON_THE_WAY: Final = 2 * SECOND
"""How long those who were sent away still count as here: a page is back within a second."""
_STEP: Final = 0.02

Hurry = Callable[[], bool]
"""Says whether somebody has lost patience (a second Ctrl+C)."""


async def announce(services: Services, hurry: Hurry) -> None:
    """Let `/ready` say that this process is about to stop, and go on as before for a while."""
    services.draining.set()
    _log.info("draining", extra={"pages": len(services.pages)})
    await _wait(services.settings.drain_notice, hurry)


async def send_away(services: Services, hurry: Hurry) -> None:
    """Close every page with "come back now", one after the other; return when they are gone."""
    services.draining.set()
    services.leaving = True
    pages = tuple(services.pages)
    pause = min(_PAUSE, services.settings.drain / max(len(pages), 1))
    for page in pages:
        page.close(cc.GOING_AWAY)
        await asyncio.sleep(0 if hurry() else pause)
    for page in tuple(services.pages):  # let in when the doors were closing
        page.close(cc.GOING_AWAY)
    await _wait(_GOODBYE, lambda: hurry() or not len(services.pages))


async def give_up_lease(services: Services) -> None:
    """Let the lease end once those who were sent away have had time to arrive elsewhere."""
    with suppress(ArchiveDown):  # then it lapses by itself
        await services.archive.presence.renew(services.process, _ON_THE_WAY)


async def _wait(seconds: float, enough: Hurry) -> None:
    for _ in range(round(seconds / _STEP)):
        if enough():
            return
        await asyncio.sleep(_STEP)
