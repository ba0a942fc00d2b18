"""The way in: one address, and all that is kept there."""

from __future__ import annotations

from typing import Final

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from signaling.live.bells import Bells
from signaling.live.line import LiveLine
from signaling.live.rates import Rates
from signaling.live.scripts import Scripts
from video_advice.ids import ProcessId

CONNECT_TIMEOUT: Final = 1.0
"""Seconds to make a connection."""

READ_TIMEOUT: Final = 2.0
"""Seconds to wait for a reply, or for a free connection."""

CONNECTIONS: Final = 32
"""How many connections a process keeps at most; further callers wait for one."""


class Live:
    """What is happening now, as one process sees it."""

    def __init__(self, redis: Redis, process: ProcessId) -> None:
        """Take over `redis`; `close` closes it."""
        self._redis = redis
        self._scripts = Scripts(redis)
        self.line = LiveLine(self._scripts, process)
        self.bells = Bells(self._scripts, redis, process)
        self.rates = Rates(self._scripts)

    async def ping(self) -> bool:
        """Say whether Redis answers. Never waits longer than the time-outs."""
        return await self._scripts.ping()

    async def close(self) -> None:
        """End listening and close every connection."""
        self.bells.close()
        await self._redis.aclose()


def open_live(url: str, process: ProcessId) -> Live:
    """Return what is kept at `url` (redis://, rediss:// or unix://); connects when first used.

    `process` is this process's own identifier, new at each start. Raises: ValueError for a URL of
    another scheme or with a wrong option.
    """
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=CONNECTIONS,
        timeout=READ_TIMEOUT,
        socket_connect_timeout=CONNECT_TIMEOUT,
        socket_timeout=READ_TIMEOUT,
        client_name=f"video-advice-{process}",
        # What is sent a second time by itself might lift two tickets.
        retry=Retry(NoBackoff(), 0),
        # CLIENT SETINFO is younger than Redis 7.0, and RESP3 would bring notifications.
        driver_info=None,
        protocol=2,
    )
    return Live(Redis.from_pool(pool), process)
