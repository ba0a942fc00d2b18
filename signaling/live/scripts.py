"""Commands sent to Redis: Lua scripts by their hash, and one meaning for all that can go wrong."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from typing import Any, Final, cast

import msgspec
from redis.asyncio import Redis
from redis.exceptions import NoScriptError, RedisError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeout

from video_advice.ports import LineDown

PAUSE: Final = 1.0
"""Seconds in which nothing is sent after a time-out: a hung Redis must not hang its callers."""


class WrongType(Exception):
    """A key holds another kind of value than it should."""


class Script(msgspec.Struct, frozen=True):
    """A Lua script and the hash by which Redis knows it."""

    text: str
    sha: str


@cache
def script(*names: str) -> Script:
    """Return the script that the named files of `lua/` make one after the other."""
    folder = files("signaling.live") / "lua"
    text = "\n".join((folder / f"{name}.lua").read_text(encoding="utf-8") for name in names)
    return Script(text, hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest())


class Call(msgspec.Struct, frozen=True):
    """One run of a script."""

    script: Script
    keys: Sequence[str]
    args: Sequence[str | bytes | int | float] = ()


class Scripts:
    """Runs scripts and pipelines. Nothing is ever sent twice: a lost reply leaves it unknown.

    Every method raises LineDown when Redis cannot be reached, refuses or hangs.
    """

    def __init__(self, redis: Redis) -> None:
        """Send through `redis`, whose pool must not retry by itself."""
        self._redis = redis
        self._paused = False

    async def run(self, call: Call) -> list[Any]:
        """Return the reply of one script. Raises: WrongType, LineDown."""
        with self._meaning():
            try:
                return await self._send("EVALSHA", call.script.sha, call)
            except NoScriptError:
                return await self._send("EVAL", call.script.text, call)

    async def run_all(self, calls: Sequence[Call]) -> list[list[Any] | WrongType]:
        """Return the replies of several scripts sent together. Raises: LineDown."""
        with self._meaning():
            async with self._redis.pipeline(transaction=False) as pipe:
                for call in calls:
                    pipe.evalsha(call.script.sha, len(call.keys), *call.keys, *call.args)
                replies = await pipe.execute(raise_on_error=False)
        return [await self._settle(call, reply) for call, reply in zip(calls, replies, strict=True)]

    async def pipeline(self, commands: Iterable[Sequence[Any]]) -> None:
        """Send plain commands together. Raises: WrongType, LineDown."""
        with self._meaning():
            async with self._redis.pipeline(transaction=False) as pipe:
                for command in commands:
                    pipe.pipeline_execute_command(*command)  # type: ignore[no-untyped-call]
                await pipe.execute()

    async def publish(self, channel: str, message: bytes) -> None:
        """Send a message to whoever listens. Raises: LineDown."""
        with self._meaning():
            await self._redis.publish(channel, message)

    async def ping(self) -> bool:
        """Say whether Redis answers now; an answer ends the pause."""
        try:
            with self._meaning(even_paused=True):
                await self._redis.ping()
        except LineDown:
            return False
        self._paused = False
        return True

    async def _send(self, command: str, body: str, call: Call) -> list[Any]:
        reply = await self._redis.execute_command(  # type: ignore[no-untyped-call]
            command, body, len(call.keys), *call.keys, *call.args
        )
        return cast("list[Any]", reply)

    async def _settle(self, call: Call, reply: Any) -> list[Any] | WrongType:
        try:
            with self._meaning():
                if isinstance(reply, NoScriptError):
                    return await self._send("EVAL", call.script.text, call)
                if isinstance(reply, Exception):
                    raise reply
        except WrongType as error:
            return error
        return cast("list[Any]", reply)

    @contextmanager
    def _meaning(self, *, even_paused: bool = False) -> Iterator[None]:
        """Turn every trouble into WrongType or LineDown.

        The cause is left out on purpose: redis-py quotes the command, with its payload, in some.
        """
        if self._paused and not even_paused:
            raise LineDown("timed out a moment ago")
        try:
            yield
        except (RedisTimeout, TimeoutError):
            self._pause()
            raise LineDown("timed out") from None
        except ResponseError as error:
            if "WRONGTYPE" in str(error):
                raise WrongType from None
            raise LineDown(type(error).__name__) from None
        except (RedisError, OSError) as error:
            raise LineDown(type(error).__name__) from None

    def _pause(self) -> None:
        self._paused = True
        asyncio.get_running_loop().call_later(PAUSE, self._resume)

    def _resume(self) -> None:
        self._paused = False
