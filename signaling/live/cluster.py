"""A Redis Cluster: each key's slot, the server that keeps it, and what changes about that."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

from redis.crc import REDIS_CLUSTER_HASH_SLOTS, key_slot

from signaling.live.address import Address, Server
from signaling.live.link import Dial, Link
from signaling.live.routes import first_of
from signaling.live.wire import Pushed, Wire, dial, failed, packed, right
from video_advice.ports import LineDown

_HOPS: Final = 4
"""How often a command follows a redirection."""

_LEARN: Final = 0.5
"""Seconds between looks at the cluster's map while something about it is in doubt."""

_SLOTS: Final = packed("CLUSTER", "SLOTS")
_PING: Final = packed("PING")
_ASKING: Final = packed("ASKING")

_Range = tuple[int, int, Server]


class Cluster:
    """Commands by the slot of their key. A redirected command was not carried out: it is repeated.

    A lost one is not. While a server is down, or has redirected, the map is learnt anew.
    """

    def __init__(self, address: Address, name: str) -> None:
        """Connect as `name` when first used."""
        self._address = address
        self._name = name
        self._links: dict[Server, Link] = {}
        self._map: list[_Range] = []
        self._moved: dict[int, Server] = {}
        self._learning: asyncio.Task[None] | None = None
        self._learner: asyncio.Task[None] | None = None

    async def ask(self, key: str, command: bytes) -> Any:
        """Return the reply of the server that keeps the key."""
        [reply] = await self.ask_all(key, (command,))
        return reply

    async def ask_all(self, key: str, commands: Sequence[bytes]) -> list[Any]:
        """Return the replies to commands about one slot; those redirected are sent again."""
        slot = key_slot(key.encode())
        replies: list[Any] = await self._send(await self._keeper(slot), commands)
        for _ in range(_HOPS):
            again = [n for n, reply in enumerate(replies) if failed(reply) in {"MOVED", "ASK"}]
            if not again:
                break
            some = await self._follow(replies[again[0]], [commands[n] for n in again])
            for number, reply in zip(again, some, strict=True):
                replies[number] = reply
        if any(failed(reply) in {"MOVED", "ASK", "CLUSTERDOWN", "TRYAGAIN"} for reply in replies):
            self._doubt()
            raise LineDown("the cluster is changing")
        return replies

    async def ping(self) -> None:
        """Return when every slot is kept by a server that answers."""
        if not self._map:
            await self._learn()
        keepers = {server for _, _, server in self._map}
        covered = sum(end - start + 1 for start, end, _ in self._map)
        if covered < REDIS_CLUSTER_HASH_SLOTS:
            self._doubt()
            raise LineDown("slots without a server")
        await asyncio.gather(*(self._send(server, (_PING,)) for server in keepers))

    def dial_any(self, name: str, pushed: Pushed) -> Dial:
        """Return how to connect to some server, another at each attempt: all hear all."""
        first = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest(), "big")
        turns = itertools.count(first)

        async def some() -> Wire:
            if not self._map:
                await self._learn()
            known = sorted({s for _, _, s in self._map}, key=lambda one: (one.host, one.port))
            return await dial(self._address, known[next(turns) % len(known)], name, pushed)

        return some

    async def close(self) -> None:
        """Close every connection."""
        for task in (self._learner, self._learning):
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError, LineDown):
                    await task
        for link in self._links.values():
            await link.close()

    def _link(self, server: Server) -> Link:
        if server not in self._links:
            name = f"{self._name} {server.host}:{server.port}"
            self._links[server] = Link(lambda: dial(self._address, server, self._name), name)
        return self._links[server]

    async def _keeper(self, slot: int) -> Server:
        if not self._map:
            await self._learn()
        if slot in self._moved:
            return self._moved[slot]
        for start, end, server in self._map:
            if start <= slot <= end:
                return server
        self._doubt()
        raise LineDown("a slot without a server")

    async def _send(self, server: Server, commands: Sequence[bytes]) -> list[Any]:
        try:
            return await self._link(server).ask_all(commands)
        except LineDown:
            self._doubt()
            raise

    async def _follow(self, reply: Exception, commands: Sequence[bytes]) -> list[Any]:
        """Send commands where a redirection, `MOVED slot host:port` or `ASK ...`, points."""
        kind, slot, where = str(reply).split(" ")[:3]
        host, _, port = where.rpartition(":")
        server = Server(host, int(port))
        if kind == "MOVED":
            self._moved[int(slot)] = server
            self._doubt()
            return await self._send(server, commands)
        both = [one for command in commands for one in (_ASKING, command)]
        return (await self._send(server, both))[1::2]

    def _doubt(self) -> None:
        """Learn the map in the background until every server in it answers."""
        if self._learner is None or self._learner.done():
            self._learner = asyncio.get_running_loop().create_task(self._settle())

    async def _settle(self) -> None:
        while True:
            with suppress(LineDown):
                await self._learn()
                if all(not self._link(server).down for _, _, server in self._map):
                    return
            await asyncio.sleep(_LEARN)

    async def _learn(self) -> None:
        """Ask for the map; callers at the same time share the question. Raises: LineDown."""
        if self._learning is None or self._learning.done():
            self._learning = asyncio.get_running_loop().create_task(self._ask_for_map())
            self._learning.add_done_callback(lambda task: task.cancelled() or task.exception())
        await asyncio.shield(self._learning)

    async def _ask_for_map(self) -> None:
        known = {*self._address.servers, *(server for _, _, server in self._map)}
        ranges: list[_Range] = await first_of([self._map_of(server) for server in known])
        self._map = ranges
        self._moved.clear()
        used = {server for _, _, server in ranges}
        for server in [server for server in self._links if server not in used]:
            await self._links.pop(server).close()

    async def _map_of(self, server: Server) -> list[_Range]:
        wire = await dial(self._address, server, self._name)
        try:
            reply = right(await wire.ask(_SLOTS))
        finally:
            wire.abort()
        ranges = [
            (start, end, Server((keeper[0] or b"").decode() or server.host, keeper[1]))
            for start, end, keeper, *_ in reply
        ]
        if not ranges:
            raise LineDown("no slots yet")
        return ranges
