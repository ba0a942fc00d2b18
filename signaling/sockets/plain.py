"""A page over plain ASGI, for servers that offer no lean socket: the same link, with two tasks."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from typing import Final

from starlette.websockets import WebSocket, WebSocketDisconnect

from signaling.lean.face import COST, Ear
from signaling.system import uptime

_NO_CODE: Final = 1005
_BROKEN: Final = 1006
_GOODBYE: Final = 2.0
"""Seconds for what is queued to be sent before the page is let go."""


class PlainLink:
    """A `signaling.lean.face.Link` on an accepted `WebSocket`."""

    ear: Ear

    def __init__(self, page: WebSocket) -> None:
        """`ear` must be set before `serve`."""
        self._page = page
        self._outbox: deque[bytes] = deque()
        self._cost = 0
        self._more = asyncio.Event()
        self._reading = asyncio.Event()
        self._reading.set()
        self._close: tuple[int, str] | None = None
        self._closing = asyncio.Event()
        self._heard = uptime()

    async def serve(self) -> None:
        """Read and write until one of them ends or it is closed, then tell the ear."""
        code = _BROKEN
        reader = asyncio.create_task(self._read())
        writer = asyncio.create_task(self._write())
        # A writer whose page does not read would not notice that it is to close.
        closing = asyncio.create_task(self._closing.wait())
        try:
            await asyncio.wait({reader, writer, closing}, return_when=asyncio.FIRST_COMPLETED)
            if self._close is not None:
                await asyncio.wait({writer}, timeout=_GOODBYE)
            if reader.done() and not reader.cancelled() and reader.exception() is None:
                code = reader.result()
        finally:
            for task in (reader, writer, closing):
                task.cancel()
            await asyncio.gather(reader, writer, closing, return_exceptions=True)
            self.ear.gone(code)

    def write(self, text: bytes) -> int:
        """Queue a text."""
        if self._close is None:
            self._outbox.append(text)
            self._cost += COST + len(text)
            self._more.set()
        return self._cost

    def close(self, code: int, reason: str, *, drop: bool = False) -> None:
        """Close after, or instead of, what is queued."""
        if self._close is None:
            self._close = (code, reason)
            if drop:
                self._outbox.clear()
            self._more.set()
            self._closing.set()

    def silent(self) -> int:
        """Return for how many milliseconds nothing has come: pongs are not seen from here."""
        return uptime() - self._heard

    def pause(self) -> None:
        """Read no more."""
        self._reading.clear()

    def resume(self) -> None:
        """Read on."""
        self._reading.set()

    async def _read(self) -> int:
        """Hand on what comes; return the code at the end."""
        while True:
            await self._reading.wait()
            message = await self._page.receive()
            if message["type"] == "websocket.disconnect":
                code = int(message.get("code") or _BROKEN)
                if code not in {_NO_CODE, _BROKEN}:
                    self._heard = uptime()
                return code
            self._heard = uptime()
            text = message.get("text")
            self.ear.heard(message["bytes"] if text is None else text)

    async def _write(self) -> None:
        # Whoever is gone cannot be written to: the reader finds out, and that is enough.
        with suppress(RuntimeError, WebSocketDisconnect, ConnectionError):
            while True:
                await self._more.wait()
                self._more.clear()
                while self._outbox:
                    text = self._outbox.popleft()
                    self._cost -= COST + len(text)
                    await self._page.send({"type": "websocket.send", "text": text.decode()})
                if self._close is not None:
                    await self._page.close(*self._close)
                    return
