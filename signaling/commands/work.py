"""`worker`: the process that lets time pass."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from pathlib import Path

from signaling.bootstrap import started
from signaling.config import Settings
from signaling.notify.push import WebPush
from signaling.notify.text import TextLog
from signaling.photos.pool import CleanerPool
from signaling.services import Services
from signaling.telling import Telling
from signaling.watch.process import watched
from signaling.worker import Worker


async def work(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    with watched("worker", *settings.watching):
        await _work(settings, stop)


async def _work(settings: Settings, stop: asyncio.Event) -> None:
    async with started(settings) as services, CleanerPool(settings.photo_processes) as cleaner:
        worker = Worker(services, cleaner, _telling(services))
        worker.national.show()
        task = asyncio.create_task(worker.run())
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        await worker.finish()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _telling(services: Services) -> Telling:
    settings = services.settings
    push = None
    if settings.vapid_key:
        key, contact = Path(settings.vapid_key), settings.push_contact
        push = WebPush(key, contact, settings.push_origins, services.clock)
    return Telling(services, push, TextLog() if settings.text_messages == "log" else None)
