"""One open socket: a transport, a reader and an ear. No task and no queue, so it weighs little."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

from signaling.lean import frames
from signaling.lean.face import COST, Ear

_GOODBYE: Final = 2.0
"""Seconds the other side has to answer a close before the line is cut."""

_OPENING: Final = 0  # not accepted yet: what comes is kept
_OPEN: Final = 1
_CLOSING: Final = 2  # we have said close and wait for the answer
_DEAF: Final = 3  # the other side broke the rules: nothing it says counts any more
_OVER: Final = 4  # both have said close, or the line is gone

_SPOKEN: Final = 0
_SILENT: Final = 1
_PINGED: Final = 2

_RESTART: Final = 1012


class _Outbox:
    """Frames that the network does not take now."""

    __slots__ = ("cost", "empty", "frames")

    def __init__(self) -> None:
        self.frames: deque[bytes] = deque()
        self.cost = 0
        self.empty: asyncio.Future[None] | None = None

    def put(self, frame: bytes) -> None:
        self.frames.append(frame)
        self.cost += COST + len(frame)

    def take(self) -> bytes:
        frame = self.frames.popleft()
        self.cost -= COST + len(frame)
        return frame

    def clear(self) -> None:
        self.frames.clear()
        self.cost = 0

    def wake(self) -> None:
        if self.empty is not None and not self.empty.done():
            self.empty.set_result(None)


class Socket(frames.Reader, asyncio.Protocol):
    """A `face.Link` on a transport. `forget` is called with it when it is gone."""

    __slots__ = ("_code", "_forget", "_heard", "_outbox", "_quiet", "_state", "_transport", "ear")

    def __init__(
        self,
        transport: asyncio.Transport,
        ear: Ear,
        limit: int,
        forget: Callable[[Socket], None],
    ) -> None:
        """`limit` is the most bytes of one message."""
        super().__init__(limit)
        self.ear = ear
        self._transport = transport
        self._forget = forget
        self._state = _OPENING
        self._quiet = _SPOKEN
        self._heard = asyncio.get_running_loop().time()
        self._code = frames.BROKEN
        self._outbox: _Outbox | None = None

    # What an endpoint does ----------------------------------------------------------------------

    def open(self, response: bytes) -> None:
        """Answer the handshake; what has come early is heard now."""
        if self._state == _OPENING:
            self._transport.write(response)
            self._state = _OPEN
            early, self._left = self._left, b""
            self.feed(early)

    def turn_away(self, response: bytes) -> None:
        """Answer the handshake with something else, and end."""
        if self._state == _OPENING:
            self._transport.write(response)
            self._state = _OVER
            self._transport.close()

    def write(self, text: bytes) -> int:
        """Send a text; return how much waits unsent."""
        if self._state != _OPEN:
            return 0
        self._put(frames.frame(frames.TEXT, text))
        return 0 if self._outbox is None else self._outbox.cost

    def write_binary(self, data: bytes) -> None:
        """Send a binary message."""
        if self._state == _OPEN:
            self._put(frames.frame(frames.BINARY, data))

    def close(self, code: int, reason: str, *, drop: bool = False) -> None:
        """Say close after what was written; wait a little for the answer."""
        if self._state == _OPEN:
            self._say_close(code, reason, drop=drop)
            self._state = _CLOSING

    def silent(self) -> int:
        """Return for how many milliseconds nothing has come; that it was ended is something."""
        return int((asyncio.get_running_loop().time() - self._heard) * 1000)

    def pause(self) -> None:
        """Take nothing more from the network."""
        if self._state == _OPEN:
            self._transport.pause_reading()

    def resume(self) -> None:
        """Go on after `pause`."""
        if self._state != _OVER:
            self._transport.resume_reading()

    @property
    def over(self) -> bool:
        """Say whether nothing more will come or go."""
        return self._state >= _DEAF

    async def drain(self) -> None:
        """Return when nothing waits for the network any more, or never will."""
        while self._outbox is not None:
            if self._outbox.empty is None:
                self._outbox.empty = asyncio.get_running_loop().create_future()
            await self._outbox.empty

    # What the server does -----------------------------------------------------------------------

    def shutdown(self) -> None:
        """Say that the server restarts (uvicorn calls this when it is told to end)."""
        if self._state == _OPENING:
            self._state = _OVER
            self._transport.close()
        self.close(_RESTART, "restart")

    def visit(self) -> None:
        """Look whether the other side is alive. Called by the wheel, round after round."""
        self.breathe()
        if not self._transport.is_reading() and self._state == _OPEN:
            return  # paused: what it says lies unread, so its silence proves nothing
        if self._quiet == _PINGED:
            self._transport.abort()
        elif self._quiet == _SILENT:
            self._quiet = _PINGED
            if self._state == _OPEN:
                self._control(frames.frame(frames.PING, b""))
        else:
            self._quiet = _SILENT

    # What the transport says --------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Nothing: it is made with its transport."""

    def data_received(self, data: bytes) -> None:
        """Take bytes."""
        self._quiet = _SPOKEN
        self._heard = asyncio.get_running_loop().time()
        if self._state in {_OPEN, _CLOSING}:
            self.feed(data)
        elif self._state == _OPENING:
            self._left += data
            if len(self._left) > self._limit:
                self.turn_away(b"")

    def eof_received(self) -> None:
        """Let the transport close: half of a WebSocket is none."""
        self._heard = asyncio.get_running_loop().time()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the ear, once."""
        if isinstance(exc, ConnectionError):
            self._heard = (
                asyncio.get_running_loop().time()
            )  # broken off by the other side, not by its silence
        self._state = _OVER
        kept, self._outbox = self._outbox, None
        if kept is not None:
            kept.wake()
        self._left = b""
        self._forget(self)
        self.ear.gone(self._code)

    def pause_writing(self) -> None:
        """Keep what comes from now on."""
        if self._outbox is None:
            self._outbox = _Outbox()

    def resume_writing(self) -> None:
        """Send what was kept, as far as it goes."""
        kept, self._outbox = self._outbox, None
        if kept is None:
            return
        while kept.frames and self._outbox is None:
            self._transport.write(kept.take())
        if kept.frames or self._outbox is not None:
            self._outbox = kept
            return
        kept.wake()
        if self._state == _DEAF:
            self._half_close()

    # What the reader finds ----------------------------------------------------------------------

    def message(self, message: str | bytes) -> None:
        """Hand it on, unless we have said close."""
        if self._state == _OPEN:
            self.ear.heard(message)

    def ping(self, payload: bytes) -> None:
        """Answer."""
        if self._state == _OPEN:
            self._control(frames.frame(frames.PONG, payload))

    def closed(self, code: int) -> None:
        """Answer a close with the same, or take it as the answer to ours; then end."""
        self._code = code
        if self._state == _OPEN:
            payload = b"" if code == frames.NO_CODE else code.to_bytes(2, "big")
            self._put(frames.frame(frames.CLOSE, payload))
        self._state = _OVER
        if self._outbox is None:
            self._transport.close()
        else:
            self._transport.abort()  # it takes nothing in, so it will not miss the answer

    def failed(self, code: int, reason: str) -> None:
        """Say what was wrong and listen no more, but let the line stand until that is read."""
        if self._state == _OPEN:
            self._say_close(code, reason, drop=True)
        self._state = _DEAF
        if self._outbox is None:
            self._half_close()

    def listening(self) -> bool:
        """Say whether frames still count."""
        return self._state in {_OPEN, _CLOSING}

    # ---------------------------------------------------------------------------------------------

    def _put(self, frame: bytes) -> None:
        if self._outbox is None:
            self._transport.write(frame)
        else:
            self._outbox.put(frame)

    def _control(self, frame: bytes) -> None:
        """Send a ping or pong, unless the line is full: it would come too late to mean anything."""
        if self._outbox is None:
            self._transport.write(frame)

    def _say_close(self, code: int, reason: str, *, drop: bool) -> None:
        if drop and self._outbox is not None:
            self._outbox.clear()
        self._put(frames.close_frame(code, reason))
        asyncio.get_running_loop().call_later(_GOODBYE, self._transport.abort)

    def _half_close(self) -> None:
        """Let the other side see the end; closing now could take back what it has not read."""
        if self._transport.can_write_eof() and not self._transport.is_closing():
            self._transport.write_eof()


class Wheel:
    """Visits every socket of the process once in `interval` seconds, a share of them at a time."""

    _SHARES: Final = 10

    def __init__(self, connections: set[object], interval: float) -> None:
        """Visit those `Socket`s that are among `connections` then."""
        self._connections = connections
        self.forget: Callable[[Socket], None] = connections.discard  # one for all, not one each
        self._pause = interval / self._SHARES
        self._turn = 0
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Turn as long as there is anybody to visit."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._pause, self._go)

    def _go(self) -> None:
        self._timer = None
        self._turn = (self._turn + 1) % self._SHARES
        # By address, so that each has its turn at the same place of every round.
        share = [c for c in self._connections if (id(c) >> 6) % self._SHARES == self._turn]
        for one in share:
            if isinstance(one, Socket):
                one.visit()
        if self._connections:
            self.start()
