"""Tasks that nobody waits for, kept alive until they end, their failures logged."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from video_advice.ports import ArchiveDown, LeaseLost

_log = logging.getLogger(__name__)


class Background:
    """Starts tasks and ends them all at the end."""

    def __init__(self) -> None:
        """Start empty."""
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Run `work` beside everything else."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def stop(self) -> None:
        """Cancel what still runs and wait for its end."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _report(error)


async def repeat(
    work: Callable[[], Awaitable[object]], every: float, wake: asyncio.Event | None = None
) -> None:
    """Do `work` each `every` seconds, and when `wake` is set. A failure is logged, then it goes on.

    Ends only when cancelled.
    """
    bell = asyncio.Event() if wake is None else wake
    while True:
        # Not wait_for, which in Python 3.11 loses a cancellation that meets the bell.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(every):
                await bell.wait()
        bell.clear()
        try:
            await work()
        except Exception as error:  # noqa: BLE001 - one bad round must not end the rounds
            _report(error)


def _report(error: BaseException) -> None:
    if isinstance(error, ArchiveDown):
        _log.warning("archive_down")
    elif isinstance(error, LeaseLost):
        _log.warning("lease_lost")
    else:
        _log.error("background_work_failed", exc_info=error)
