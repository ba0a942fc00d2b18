"""Which server a command goes to: the only one, the primary that Sentinels name, a cluster's."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Sequence
from typing import Any, Protocol, TypeVar

from signaling.live.address import Address, Server
from signaling.live.link import Dial, Link
from signaling.live.wire import Pushed, Wire, dial, dial_sentinel, packed, right
from video_advice.ports import LineDown

T = TypeVar("T")
_PING = packed("PING")
_ROLE = packed("ROLE")


class Route(Protocol):
    """Where commands go. Every method may raise LineDown, at once when that is known."""

    async def ask(self, key: str, command: bytes) -> Any:
        """Return the reply of the server that keeps `key`, an error as a value."""
        ...

    async def ask_all(self, key: str, commands: Sequence[bytes]) -> list[Any]:
        """Return the replies to commands about keys in the slot of `key`, sent together."""
        ...

    async def ping(self) -> None:
        """Return when everything answers."""
        ...

    def dial_any(self, name: str, pushed: Pushed) -> Dial:
        """Return how to connect to a server that hears what is published on any."""
        ...

    async def close(self) -> None:
        """Close every connection."""
        ...


class OneServer:
    """A single server, or the primary of several that Sentinels watch."""

    def __init__(self, address: Address, name: str) -> None:
        """Connect as `name` when first used."""
        self._address = address
        self._link = Link(lambda: self._dial(name, None), f"{name} commands")

    async def ask(self, key: str, command: bytes) -> Any:
        """Return the server's reply."""
        del key
        return await self._link.ask(command)

    async def ask_all(self, key: str, commands: Sequence[bytes]) -> list[Any]:
        """Return the server's replies."""
        del key
        return await self._link.ask_all(commands)

    async def ping(self) -> None:
        """Return when the server answers."""
        right(await self._link.ask(_PING))

    def dial_any(self, name: str, pushed: Pushed) -> Dial:
        """Return how to connect to it once more."""
        return lambda: self._dial(name, pushed)

    async def close(self) -> None:
        """Close the connection."""
        await self._link.close()

    async def _dial(self, name: str, pushed: Pushed | None) -> Wire:
        if self._address.kind == "one":
            return await dial(self._address, self._address.servers[0], name, pushed)
        wire = await dial(self._address, await primary(self._address), name, pushed)
        try:
            _is_primary(right(await wire.ask(_ROLE)))
        except BaseException:
            wire.abort()
            raise
        wire.answered = 0
        return wire


async def primary(address: Address) -> Server:
    """Return the primary as the first Sentinel to answer knows it. Raises: LineDown."""

    async def asked(sentinel: Server) -> Server:
        wire = await dial_sentinel(address, sentinel)
        try:
            where = await wire.ask(packed("SENTINEL", "get-master-addr-by-name", address.primary))
        finally:
            wire.abort()
        if not right(where):
            raise LineDown("a Sentinel does not know the primary")
        host, port = where
        return Server(host.decode(), int(port))

    return await first_of([asked(sentinel) for sentinel in address.servers])


def _is_primary(role: list[Any]) -> None:
    """Raise LineDown if not: the Sentinels may name one that has just lost its place."""
    if role[0] != b"master":
        raise LineDown("not the primary")


async def first_of(ways: Iterable[Coroutine[Any, Any, T]]) -> T:
    """Return what the quickest finds; all are tried at once. Raises: LineDown when none does."""
    tasks = [asyncio.ensure_future(way) for way in ways]
    try:
        for one in asyncio.as_completed(tasks):
            try:
                return await one
            except LineDown:
                continue
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    raise LineDown("nobody answers")
