"""Choices that look like chance and are the same each time: from a seed, by SHA-256."""

from __future__ import annotations

import hashlib
from typing import Final

_TOP: Final = 1 << 64


class Dice:
    """A stream of numbers. Two with the same seed give the same stream."""

    def __init__(self, *seed: int | str) -> None:
        """`seed` is any few words and numbers."""
        self._seed = "/".join(map(str, seed))
        self._thrown = 0

    def fraction(self) -> float:
        """Return a number in [0, 1)."""
        self._thrown += 1
        digest = hashlib.sha256(f"{self._seed}#{self._thrown}".encode()).digest()
        return int.from_bytes(digest[:8]) / _TOP

    def between(self, low: float, high: float) -> float:
        """Return a number in [low, high)."""
        return low + (high - low) * self.fraction()
