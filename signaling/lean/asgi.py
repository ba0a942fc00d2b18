"""The ASGI side of a socket: for the handshake, and for whoever does not take it over."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final

from signaling.lean import frames
from signaling.lean.face import Ear, Link
from signaling.lean.socket import Socket

_log = logging.getLogger(__name__)

Message = dict[str, Any]
App = Callable[[Any, Any, Any], Awaitable[None]]

_FORBIDDEN: Final = b"HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
_FAILED: Final = (
    b"HTTP/1.1 500 Internal Server Error\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
)
_INTERNAL: Final = 1011
_MANY: Final = 16
"""Messages that may wait for the application until nothing more is taken from the network."""


class Asgi:
    """An ear that keeps what it hears until the application asks for it."""

    __slots__ = ("_accepted", "_answer", "_events", "_more", "_paused", "_taken", "socket")

    socket: Socket

    def __init__(self, accepted: bytes) -> None:
        """`accepted` begins the response to the handshake; `socket` must be set before use."""
        self._accepted = accepted
        self._answer = True  # the handshake waits for one
        self._events: deque[Message] = deque([{"type": "websocket.connect"}])
        self._more: asyncio.Future[None] | None = None
        self._paused = False
        self._taken = False

    async def run(self, app: App, scope: dict[str, Any]) -> None:
        """Run the application, and end what it leaves open unless it was taken over."""
        try:
            await app(scope, self.receive, self.send)
        except Exception as error:  # noqa: BLE001 - whatever it is, the server goes on
            _log.error("socket_failed", exc_info=error)
            self._end(_FAILED, _INTERNAL, "internal")
        else:
            self._end(_FAILED, frames.NORMAL, "")

    def take(self, make: Callable[[Link], Ear]) -> None:
        """Let another ear be told from now on, first what was heard and has not been asked for."""
        self._taken = True
        self.socket.ear = make(self.socket)
        if self._paused:
            self.socket.resume()
        for event in self._events:
            if event["type"] == "websocket.receive":
                self.socket.ear.heard(event["text"] if "text" in event else event["bytes"])
            elif event["type"] == "websocket.disconnect":
                self.socket.ear.gone(event["code"])
        self._events.clear()

    # ASGI ---------------------------------------------------------------------------------------

    async def receive(self) -> Message:
        """Return the next event."""
        while not self._events:
            self._more = asyncio.get_running_loop().create_future()
            await self._more
        event = self._events.popleft()
        if self._paused and not self._events:
            self._paused = False
            self.socket.resume()
        return event

    async def send(self, message: Message) -> None:
        """Do what the application says. Raises: OSError when the connection is gone."""
        kind = message["type"]
        if self._answer:
            self._handshake(kind, message)
            return
        if self.socket.over:
            raise ConnectionResetError("the socket is closed")
        if kind == "websocket.close":
            self.socket.close(message.get("code") or frames.NORMAL, message.get("reason") or "")
            return
        if kind != "websocket.send":
            raise RuntimeError(f"{kind} comes too late")
        if message.get("text") is not None:
            self.socket.write(message["text"].encode())
        else:
            self.socket.write_binary(message["bytes"])
        await self.socket.drain()

    def _handshake(self, kind: str, message: Message) -> None:
        self._answer = False
        if kind == "websocket.accept":
            more: Iterable[tuple[bytes, bytes]] = message.get("headers") or ()
            protocol = message.get("subprotocol")
            if protocol:
                more = (*more, (b"sec-websocket-protocol", protocol.encode("latin-1")))
            lines = (b"%s: %s\r\n" % (name, value) for name, value in more)
            self.socket.open(b"".join((self._accepted, *lines, b"\r\n")))
        elif kind == "websocket.close":
            self.socket.turn_away(_FORBIDDEN)
        else:
            raise RuntimeError(f"{kind} instead of websocket.accept or websocket.close")

    def _end(self, response: bytes, code: int, reason: str) -> None:
        if self._answer:
            self.socket.turn_away(response)
        elif not self._taken:
            self.socket.close(code, reason)

    # Ear ----------------------------------------------------------------------------------------

    def heard(self, message: str | bytes) -> None:
        """Keep a message."""
        kind = "text" if isinstance(message, str) else "bytes"
        self._put({"type": "websocket.receive", kind: message})
        if len(self._events) >= _MANY and not self._paused:
            self._paused = True
            self.socket.pause()

    def gone(self, code: int) -> None:
        """Keep the end."""
        self._put({"type": "websocket.disconnect", "code": code})

    def _put(self, event: Message) -> None:
        self._events.append(event)
        if self._more is not None and not self._more.done():
            self._more.set_result(None)
