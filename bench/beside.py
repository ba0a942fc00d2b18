"""What others offer for the same job, run here beside ours: PeerJS's server, and socket.io."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx

from bench.dial import Dial, Step
from bench.driving import Driver
from bench.subject import candidate, source
from tests.real import Redis, Server, program

_PEERS = Path(__file__).parent / "peers"


class Node(Server):
    """One of the servers in `bench/peers`."""

    def __init__(self, script: str, *arguments: str) -> None:
        """`arguments` follow the port."""
        self._node = program("node", package="nodejs")
        self._script = _PEERS / script
        self._arguments = arguments
        super().__init__()

    def command(self) -> Sequence[str]:
        """Listen on a port of loopback."""
        return [str(self._node), str(self._script), str(self.port), *self._arguments]

    def answers(self) -> bool:
        """Whether it speaks HTTP."""
        try:
            httpx.get(f"http://127.0.0.1:{self.port}/", timeout=2)
        except httpx.HTTPError:
            return False
        return True

    @property
    def pid(self) -> int:
        """The running process."""
        assert self.process is not None
        return self.process.pid


class _Peer:
    """Pairs are p0 and q0, p1 and q1...; with two processes every p is in the first."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self._nodes = nodes

    @property
    def pids(self) -> list[int]:
        """The server processes."""
        return [node.pid for node in self._nodes]

    def strangers(self, count: int) -> list[Dial]:
        """Sockets that are greeted."""
        return [self.dial("s", "", number) for number in range(count)]

    def waiters(self, count: int) -> list[Dial]:
        """Sockets that are greeted and stay."""
        return [self.dial("w", "", number) for number in range(count)]

    def seat(self, driver: Driver, count: int) -> None:
        """Open both sockets of every pair."""
        driver.open([self.dial("p", "q", number) for number in range(count)])
        driver.open([self.dial("q", "p", number) for number in range(count)])

    def dial(self, letter: str, other: str, number: int) -> Dial:
        """Return one socket."""
        raise NotImplementedError

    def port(self, letter: str) -> int:
        """Return the port of the process that serves this half of the pairs."""
        return self._nodes[-1 if letter == "q" else 0].port


class PeerJs(_Peer):
    """npm `peer`: JSON texts; the socket is greeted with OPEN."""

    def dial(self, letter: str, other: str, number: int) -> Dial:
        """Speak as PeerJS's own client does."""
        name, peer = f"{letter}{number}", f"{other}{number}"

        def text(found: str) -> str:
            ice = {"candidate": found, "sdpMid": "0", "sdpMLineIndex": 0}
            payload = {"candidate": ice, "type": "media", "connectionId": "mc_0"}
            return _text({"type": "CANDIDATE", "dst": peer, "payload": payload})

        return Dial(
            name=name,
            port=self.port(letter),
            path=f"/peerjs?key=peerjs&id={name}&token=token{number}&version=1.5.5",
            source=source(number),
            steps=(Step("", '{"type":"OPEN"'),),
            partner=peer if other else "",
            message=candidate(text) if other else "",
            counts='{"type":"CANDIDATE"' if other else "",
        )


class SocketIo(_Peer):
    """npm `socket.io`: Engine.IO 4 over WebSocket only."""

    def dial(self, letter: str, other: str, number: int) -> Dial:
        """Speak as socket.io's own client does: open, connect, answer pings."""
        name, peer = f"{letter}{number}", f"{other}{number}"

        def text(found: str) -> str:
            ice = {"candidate": found, "sdpMid": "0", "sdpMLineIndex": 0}
            message = {"candidate": ice, "from": name, "connection": "mc_0"}
            return "42" + _text(["candidate", peer, message])

        return Dial(
            name=name,
            port=self.port(letter),
            path="/socket.io/?EIO=4&transport=websocket",
            source=source(number),
            steps=(Step("", "0{"), Step("40" + _text({"id": name}), "40")),
            partner=peer if other else "",
            message=candidate(text) if other else "",
            counts='42["candidate"' if other else "",
            replies={"2": "3"},
        )


@contextmanager
def peerjs() -> Iterator[PeerJs]:
    """Run PeerJS's server."""
    with _running(Node("peerjs.mjs")) as nodes:
        yield PeerJs(nodes)


@contextmanager
def socketio() -> Iterator[SocketIo]:
    """Run a relay over socket.io."""
    with _running(Node("socketio.mjs")) as nodes:
        yield SocketIo(nodes)


@contextmanager
def socketio_redis() -> Iterator[SocketIo]:
    """Run two of them, joined by socket.io's Redis adapter."""
    redis = Redis()
    try:
        redis.start()
        with _running(*(Node("socketio.mjs", redis.url) for _ in range(2))) as nodes:
            yield SocketIo(nodes)
    finally:
        redis.close()


@contextmanager
def _running(*nodes: Node) -> Iterator[Sequence[Node]]:
    with ExitStack() as stack:
        for node in nodes:
            stack.callback(node.close)
            node.start()
        yield nodes


def _text(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
