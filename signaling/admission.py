"""How many pages may be coming in at once, and when somebody beyond that is to try again.

A page that is not welcomed in time tries again, and then there are more of them than before. So
whoever cannot be welcomed in time is told so at once, which costs next to nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

_SHORTEST: Final = 0.5
_LONGEST: Final = 30.0
_WEIGHT: Final = 0.05
"""How much the newest entry counts in the time that entries take."""


def _ticks() -> float:
    return asyncio.get_running_loop().time()


class Admission:
    """Counts the pages that have said hello and are not yet let in."""

    def __init__(self, most: int, ticks: Callable[[], float] = _ticks) -> None:
        """`most` at once; `ticks` counts seconds from anywhere."""
        self._most = most
        self._ticks = ticks
        self._coming = 0
        self._took = _SHORTEST
        self._promised = 0.0

    @property
    def full(self) -> bool:
        """Whether nobody more may come in now."""
        return self._coming >= self._most

    @contextmanager
    def coming(self) -> Iterator[None]:
        """Count a page until it is let in."""
        began = self._ticks()
        self._coming += 1
        try:
            yield
        finally:
            self._coming -= 1
            self._took += (self._ticks() - began - self._took) * _WEIGHT

    def retry_after(self) -> int:
        """Return in how many milliseconds there will be room for one more, whom it is kept for.

        Those who are in are let in as fast as the last ones were; everybody who is told gets a
        moment of their own after that.
        """
        now = self._ticks()
        first = now + max(self._took, _SHORTEST)
        self._promised = max(self._promised, first) + self._took / self._most
        self._promised = min(self._promised, now + _LONGEST)
        return round((self._promised - now) * 1000)
