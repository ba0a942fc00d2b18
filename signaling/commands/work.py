"""`worker`: the process that lets time pass."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress

from signaling.bootstrap import started
from signaling.config import Settings
from signaling.photos.pool import CleanerPool
from signaling.worker import Worker


async def work(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with started(settings) as services, CleanerPool(settings.photo_processes) as cleaner:
        task = asyncio.create_task(Worker(services, cleaner).run())
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
