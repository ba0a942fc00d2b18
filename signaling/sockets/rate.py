"""How fast one page may talk."""

from __future__ import annotations

from typing import Final

from video_advice.ids import Instant

_PER_SECOND: Final = 50
_BURST: Final = 300
"""Enough for a page that comes back and sends all it has: candidates, chat, marks."""


class Rate:
    """A token bucket kept in the connection itself."""

    __slots__ = ("_at", "_tokens")

    def __init__(self, now: Instant) -> None:
        """Start full."""
        self._tokens = float(_BURST)
        self._at = now

    def allows(self, now: Instant) -> bool:
        """Take a token; False when there is none."""
        since = now - self._at
        self._at = now
        if since > 0:
            self._tokens = min(_BURST, self._tokens + since * (_PER_SECOND / 1000))
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
