"""Doorbells between processes: something happened to a subject, look; or here is a frame for it.

A bell that nobody hears is lost. Whoever listens looks into the archive after each (re)connection
and finds there what was missed; frames that only pass through are sent again by their senders.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from typing import Final

import msgspec
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

from signaling.live import keys
from signaling.live.scripts import Scripts
from video_advice.ids import ProcessId
from video_advice.ports import LineDown

RECONNECTED: Final = "reconnected"
"""The kind of the ring that says: from here on nothing is missed; catch up with what was before."""

SILENCE: Final = 2.0
"""Seconds without a word until Redis is asked whether it is there, and from then until given up."""

BACK_OFF: Final = (0.05, 2.0)
"""Seconds, longest first wait before connecting again, which doubles, and longest of all."""


class Ring(msgspec.Struct, frozen=True, array_like=True):
    """A doorbell. `payload` may be a signalling frame and is never shown."""

    kind: str
    subject: str
    payload: bytes
    sender: ProcessId

    def __repr__(self) -> str:
        """Leave the payload out."""
        return f"Ring({self.kind}, {self.subject}, {len(self.payload)} bytes, {self.sender})"


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Ring).decode


class Bells:
    """Rings for the other processes, and hears theirs but not its own."""

    def __init__(self, scripts: Scripts, redis: Redis, process: ProcessId) -> None:
        """Ring as `process`, through `scripts`; listen on connections of `redis`."""
        self._scripts = scripts
        self._redis = redis
        self._process = process
        self._closed = asyncio.Event()

    async def ring(self, kind: str, subject: str, payload: bytes = b"") -> bool:
        """Ring for every other process, as well as can be; False when Redis did not take it."""
        try:
            message = _encode(Ring(kind, subject, payload, self._process))
            await self._scripts.publish(keys.BELLS, message)
        except LineDown:
            return False
        return True

    async def listen(self) -> AsyncGenerator[Ring, None]:
        """Yield rings until `close`, whatever happens to Redis meanwhile.

        The first, and the first after each interruption, is of kind `RECONNECTED`.
        """
        failures = 0
        while not self._closed.is_set():
            pubsub = self._redis.pubsub()
            try:
                async with aclosing(self._hear(pubsub)) as heard:
                    async for ring in heard:
                        if ring.kind != RECONNECTED:  # which alone proves little when all flaps
                            failures = 0
                        yield ring
            except (RedisError, OSError):
                failures += 1
            finally:
                with suppress(RedisError, OSError):
                    await pubsub.aclose()  # type: ignore[no-untyped-call]
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closed.wait(), self._wait(failures))

    def close(self) -> None:
        """End every `listen`, at the latest when its connection is closed."""
        self._closed.set()

    async def _hear(self, pubsub: PubSub) -> AsyncGenerator[Ring, None]:
        """Yield what is heard on one connection. Raises: RedisError, OSError when it is lost."""
        await pubsub.subscribe(keys.BELLS)
        asked = False
        while not self._closed.is_set():
            message = await pubsub.get_message(timeout=SILENCE)
            if message is None:
                if asked:
                    raise RedisConnectionError("no answer")
                asked = True
                await pubsub.ping()
                continue
            asked = False
            if message["type"] == "subscribe":
                yield Ring(RECONNECTED, "", b"", self._process)
            elif message["type"] == "message":
                with suppress(msgspec.DecodeError):
                    ring = _decode(message["data"])
                    if ring.sender != self._process and ring.kind != RECONNECTED:
                        yield ring

    def _wait(self, failures: int) -> float:
        """Return how long to wait after so many failures: spread differently for each process."""
        first, longest = BACK_OFF
        seed = hashlib.blake2b(f"{self._process} {failures}".encode(), digest_size=4).digest()
        spread = int.from_bytes(seed, "big") / 2**32
        return spread * min(longest, first * 2.0 ** min(failures, 16))
