"""One socket of the generator: says what it was told to, answers what it owes, notes when."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import cast

from bench import frames
from bench.dial import Dial

Heard = Callable[["Talker", bytes], None]


class Failed(Exception):
    """A socket did not do what it was opened for. `code`: that of the close, if there was one."""

    def __init__(self, why: str, code: int = 0) -> None:
        super().__init__(why)
        self.code = code


class Talker(asyncio.Protocol):
    """One socket."""

    __slots__ = (
        "_first",
        "_keeps",
        "_left",
        "_replies",
        "_step",
        "_upgraded",
        "counts",
        "dial",
        "frame",
        "heard",
        "last",
        "lost",
        "partner",
        "ready",
        "sent",
        "transport",
    )

    def __init__(self, dial: Dial, ready: asyncio.Future[None]) -> None:
        self.dial = dial
        self.counts = dial.counts.encode()
        self._replies = [(q.encode(), frames.frame(a.encode())) for q, a in dial.replies.items()]
        self._first = frames.frame(dial.first.encode()) if dial.first else b""
        self._keeps = dial.keeps.encode()
        self._left = b""
        self._step = 0
        self.last = b""
        self._upgraded = False
        self.ready = ready
        self.frame = frames.frame(dial.message.encode())
        self.heard: Heard | None = None
        self.lost = False
        self.partner: Talker | None = None
        self.sent: deque[float] = deque()
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        # uvloop's transports are asyncio's by behaviour and not by class.
        self.transport = cast("asyncio.Transport", transport)
        dial = self.dial
        self.write(frames.upgrade(dial.port, dial.path, dial.headers))

    def connection_lost(self, exc: Exception | None) -> None:
        """Remember that it is gone."""
        self.lost = True
        self._fail(f"closed by the other side: {exc}")

    def data_received(self, data: bytes) -> None:
        """Take the frames apart and hand each on."""
        data = self._left + data if self._left else data
        if not self._upgraded:
            head, end, data = data.partition(b"\r\n\r\n")
            if not end:
                self._left = head
                return
            self._upgrade(head)
        found, self._left = frames.split(data)
        for opcode, payload in found:
            if opcode == frames.TEXT:
                self._text(payload)
            elif opcode == frames.PING:
                self.write(frames.frame(payload, frames.PONG))
            elif opcode == frames.CLOSE:
                self._fail(f"close {payload!r}", int.from_bytes(payload[:2], "big"))

    def write(self, data: bytes) -> None:
        """Write bytes that are framed already."""
        assert self.transport is not None
        self.transport.write(data)

    def relay(self) -> None:
        """Say the message and note when."""
        if self._first:
            self.write(self._first)
            self._first = b""
        self.sent.append(time.perf_counter())
        self.write(self.frame)

    def _upgrade(self, head: bytes) -> None:
        if b" 101 " not in head.partition(b"\r\n")[0]:
            self._fail(f"no upgrade: {head[:80]!r}")
            return
        self._upgraded = True
        self._say()

    def _say(self) -> None:
        if self._step == len(self.dial.steps):
            if not self.ready.done():
                self.ready.set_result(None)
        elif text := self.dial.steps[self._step].send:
            self.write(frames.frame(text.encode()))

    def _text(self, payload: bytes) -> None:
        if self._keeps and payload.startswith(self._keeps):
            self.last = payload
        if self.counts and payload.startswith(self.counts):
            if self.heard is not None:
                self.heard(self, payload)
            return
        for question, answer in self._replies:
            if payload.startswith(question):
                self.write(answer)
                return
        if self._step < len(self.dial.steps):
            if payload.startswith(self.dial.steps[self._step].until.encode()):
                self._step += 1
                self._say()
            elif payload.startswith(b'{"type":"refused"'):
                self._fail(payload.decode())

    def abort(self) -> None:
        """Cut the connection."""
        if self.transport is not None:
            self.transport.abort()

    def _fail(self, why: str, code: int = 0) -> None:
        if not self.ready.done():
            self.ready.set_exception(Failed(f"{self.dial.name}, step {self._step}: {why}", code))
