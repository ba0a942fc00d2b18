"""How often something may happen: token buckets, shared by all processes."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

import msgspec

from signaling.live import keys
from signaling.live.scripts import Call, Scripts, WrongType, script
from video_advice.ids import Instant
from video_advice.ports import LineDown

REMEMBERED: Final = 10_000
"""Buckets that a process keeps of its own while Redis is down; the longest unused go first."""

_ALLOW: Final = script("allow")


class Bucket(msgspec.Struct, frozen=True):
    """What is left in a bucket, and when that was so."""

    tokens: float
    at: Instant


def take(
    known: Bucket | None, cost: int, per_second: float, burst: int, now: Instant
) -> tuple[bool, Bucket]:
    """Say whether the bucket holds `cost` tokens, and return what is left.

    The rule of `lua/allow.lua`. A clock that runs behind another's adds nothing and takes nothing;
    a moment so far ahead that the bucket would be full by then is not believed.
    """
    if known is None or known.at > now + _fill(per_second, burst) or known.tokens > burst:
        known = Bucket(burst, now)
    tokens, at = known.tokens, known.at
    if now > at:
        tokens, at = min(burst, tokens + (now - at) * per_second / 1000), now
    if tokens >= cost:
        return True, Bucket(tokens - cost, at)
    return False, Bucket(tokens, at)


class Rates:
    """Token buckets in Redis, and a process's own ones while it is down."""

    def __init__(self, scripts: Scripts) -> None:
        """Keep the buckets through `scripts`."""
        self._scripts = scripts
        self._own: OrderedDict[str, Bucket] = OrderedDict()

    async def allow(
        self, bucket: str, cost: int, per_second: float, burst: int, now: Instant
    ) -> bool:
        """Take `cost` tokens from the bucket and say whether it held them; if not, take none.

        It holds `burst` tokens and starts full; `per_second` (above 0) flow in. With Redis down
        each process counts for itself, so a flood is still limited.
        """
        key = keys.bucket(bucket)
        args = (cost, per_second, burst, now, _fill(per_second, burst))
        try:
            [status] = await self._scripts.run(Call(_ALLOW, (key,), args))
        except (LineDown, WrongType):
            return self._allow_alone(key, cost, per_second, burst, now)
        return bool(status == b"YES")

    def _allow_alone(
        self, key: str, cost: int, per_second: float, burst: int, now: Instant
    ) -> bool:
        allowed, self._own[key] = take(self._own.get(key), cost, per_second, burst, now)
        self._own.move_to_end(key)
        if len(self._own) > REMEMBERED:
            self._own.popitem(last=False)
        return allowed


def _fill(per_second: float, burst: int) -> float:
    """Return the milliseconds in which an empty bucket fills."""
    return burst * 1000 / per_second
