"""One open page: what it is owed, in order, and no more than it can swallow."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Final

import msgspec
from starlette.websockets import WebSocket

from signaling.protocol import messages as m
from signaling.protocol.close_codes import SLOW_READER, CloseCode
from video_advice.ids import ConnectionId, ContactId, Language
from video_advice.ports import Session

_MOST_FRAMES: Final = 2_000
_MOST_BYTES: Final = 2 * 1024 * 1024

_encode: Final = msgspec.json.Encoder().encode


class Connection:
    """A page that has said hello. Messages wait here until the network takes them."""

    def __init__(
        self, page: WebSocket, key: ConnectionId, session: Session, language: Language
    ) -> None:
        """`session` says who it is; `language` is that of the sentences it is sent."""
        self.id = key
        self.session = session
        self.role = session.role
        self.person = session.person
        self.nurse = session.nurse
        self.language = language
        self.contact: ContactId | None = None
        self.faults = 0
        self._page = page
        self._outbox: deque[bytes] = deque()
        self._bytes = 0
        self._more = asyncio.Event()
        self._close: CloseCode | None = None

    def send(self, message: m.ServerMessage) -> None:
        """Queue a message; a page that does not read is closed and catches up when it returns."""
        if self._close is not None:
            return
        frame = _encode(message)
        self._outbox.append(frame)
        self._bytes += len(frame)
        if len(self._outbox) > _MOST_FRAMES or self._bytes > _MOST_BYTES:
            self._outbox.clear()
            self.close(SLOW_READER)
        self._more.set()

    def close(self, code: CloseCode) -> None:
        """Close after what is queued has been sent."""
        if self._close is None:
            self._close = code
            self._more.set()

    @property
    def closing(self) -> bool:
        """Say whether the page is being closed."""
        return self._close is not None

    async def write(self) -> None:
        """Send what is queued until the page is closed."""
        while True:
            await self._more.wait()
            self._more.clear()
            while self._outbox:
                frame = self._outbox.popleft()
                self._bytes -= len(frame)
                await self._page.send({"type": "websocket.send", "text": frame.decode()})
            if self._close is not None:
                await self._page.close(self._close.code, self._close.name)
                return
