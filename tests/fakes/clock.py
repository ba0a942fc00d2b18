"""A clock for tests of the server's inside."""

from __future__ import annotations

from video_advice.ids import Instant

T0: Instant = 1_800_000_000_000
"""When the tests' day begins."""


class Hands:
    """A clock that moves when it is told to."""

    def __init__(self, now: Instant = T0) -> None:
        """Begin at the start of the tests' day."""
        self.at = now

    def now(self) -> Instant:
        return self.at
