"""Commands sent to Redis: Lua scripts by their hash, and one meaning for all that can go wrong."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final, cast

import msgspec

from signaling.live.routes import Route
from signaling.live.wire import Word, failed, packed
from video_advice.ports import LineDown, Watch, unwatched

PING_TIMEOUT: Final = 0.5
"""Seconds for which `ping` waits; who asks whether we are well waits little longer."""


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
    """One run of a script. Its keys lie in one slot."""

    script: Script
    keys: Sequence[str]
    args: Sequence[Word] = ()


class Scripts:
    """Runs scripts and pipelines. Nothing is ever sent twice: a lost reply leaves it unknown.

    Every method raises LineDown when Redis cannot be reached, refuses or hangs; at once when that
    is known already.
    """

    def __init__(self, route: Route, watch: Watch = unwatched) -> None:
        """Send along `route`; `watch` is told of each script and pipeline."""
        self._route = route
        self._watch = watch

    async def run(self, call: Call) -> list[Any]:
        """Return the reply of one script. Raises: WrongType, LineDown."""
        with self._watch("redis", "script"):
            reply = await self._send("EVALSHA", call.script.sha, call)
            if failed(reply) == "NOSCRIPT":
                reply = await self._send("EVAL", call.script.text, call)
        return cast("list[Any]", _meaning(reply))

    async def run_all(self, calls: Sequence[Call]) -> list[list[Any] | WrongType]:
        """Return the replies of several scripts sent together. Raises: LineDown."""
        replies = await asyncio.gather(*map(self.run, calls), return_exceptions=True)
        for reply in replies:
            if isinstance(reply, BaseException) and not isinstance(reply, WrongType):
                raise reply
        return cast("list[list[Any] | WrongType]", replies)

    async def pipeline(self, commands: Iterable[Sequence[Any]]) -> None:
        """Send plain commands about keys in one slot together. Raises: WrongType, LineDown."""
        listed = list(commands)
        if listed:
            key = str(listed[0][1])
            with self._watch("redis", "pipeline"):
                replies = await self._route.ask_all(key, [packed(*one) for one in listed])
            for reply in replies:
                _meaning(reply)

    async def publish(self, channel: str, message: bytes) -> None:
        """Send a message to whoever listens. Raises: LineDown."""
        _meaning(await self._route.ask(channel, packed("PUBLISH", channel, message)))

    async def ping(self) -> bool:
        """Say whether Redis answers now."""
        try:
            async with asyncio.timeout(PING_TIMEOUT):
                await self._route.ping()
        except (LineDown, TimeoutError):
            return False
        return True

    async def _send(self, command: str, body: str, call: Call) -> Any:
        words = packed(command, body, len(call.keys), *call.keys, *call.args)
        return await self._route.ask(call.keys[0], words)


def _meaning(reply: Any) -> Any:
    """Return the reply. Raises: WrongType or LineDown for an error, without what it quotes."""
    if not (reason := failed(reply)):
        return reply
    # Of a script's error some servers put another word before the one that says what it is.
    if "WRONGTYPE" in str(reply):
        raise WrongType
    raise LineDown(reason)
