"""The one place that touches the real clock, real identifiers and real randomness."""

from __future__ import annotations

import random
import secrets
import time
from typing import Final

from video_advice.ids import Instant

_UNMISTAKABLE = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


class SystemClock:
    """The time of this host. What several processes judge is judged by `lease.ArchiveClock`."""

    def now(self) -> Instant:
        """Return milliseconds since 1970 UTC."""
        return time.time_ns() // 1_000_000


class SystemIds:
    """Identifiers and secrets from the operating system's source of randomness."""

    def new(self) -> str:
        """Return 128 random bits as 32 hexadecimal digits."""
        return secrets.token_hex(16)

    def secret(self) -> str:
        """Return 256 random bits, safe in a cookie."""
        return secrets.token_urlsafe(32)

    def code(self) -> str:
        """Return 8 characters (40 random bits) that are not mistaken for each other."""
        return "".join(secrets.choice(_UNMISTAKABLE) for _ in range(8))


def jitter() -> float:
    """Return a number in [0, 1) for spreading retries; not for secrets."""
    return random.random()  # noqa: S311 - spreads load, protects nothing


def monotonic() -> float:
    """Return seconds on a clock that never jumps."""
    return time.monotonic()


_UPTIME: Final = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def uptime() -> int:
    """Return milliseconds on a clock that never jumps and goes on while the host sleeps."""
    return time.clock_gettime_ns(_UPTIME) // 1_000_000
