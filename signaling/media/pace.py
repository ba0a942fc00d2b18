"""Frames at an even rate, by the event loop's own clock."""

from __future__ import annotations

import asyncio
from typing import Final

_BEHIND: Final = 0.5
"""Seconds late after which frames are left out instead of sent in a burst."""


class Pace:
    """Counts frames from 0 as their moments come."""

    def __init__(self, per_second: float) -> None:
        """Begin with the first `next`."""
        self._per_second = per_second
        self._began: float | None = None
        self._number = -1

    async def next(self) -> int:
        """Wait for the next frame's moment; return its number, which skips what is long past."""
        now = asyncio.get_running_loop().time()
        if self._began is None:
            self._began = now
        self._number += 1
        wait = self._began + self._number / self._per_second - now
        if wait > 0:
            await asyncio.sleep(wait)
        elif wait < -_BEHIND:
            self._number = int((now - self._began) * self._per_second)
        return self._number
