"""Doorbells between processes: something happened to a subject, look; or here is a frame for it.

A bell that nobody hears is lost. Each process numbers what it rings, and beats each second, so
that the others see a gap. Whoever listens looks into the archive after each gap and each
(re)connection and finds there what was missed; frames that only pass through are sent again by
their senders.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from typing import Any, Final

import msgspec

from signaling.live import keys
from signaling.live.link import Link
from signaling.live.routes import Route
from signaling.live.wire import Wire, packed
from video_advice.ids import ProcessId

RECONNECTED: Final = "reconnected"
"""The kind of the ring that says: from here on nothing is missed; catch up with what was before."""

MOVED: Final = "moved"
"""The kind of the ring that a line rings itself. `payload` says what changed: `lua/shared.lua`."""

RULES: Final = "rules"
"""The kind of the ring that says: a region has decided something about its line."""

BEAT: Final = 1.0
"""Seconds between two beats of a process."""

SILENT_BEATS: Final = 3
"""Beats of our own that may go unheard before the connection is given up."""

FORGOTTEN: Final = 60
"""Beats of our own after which a process that is not heard any more is forgotten."""

GATHERED: Final = 0.2
"""Seconds in which gaps are gathered, so that they are caught up with once."""

HEARD: Final = 10_000
"""Rings that may wait for the listener before no more are read."""

_BEAT: Final = "beat"
_BELLS: Final = keys.BELLS.encode()
_LINES: Final = keys.LINES.encode()


class Ring(msgspec.Struct, frozen=True, array_like=True):
    """A doorbell. `payload` may be a signalling frame and is never shown.

    `number` counts what `sender` rang for everybody; what it rang for one process has a count of
    its own for each. `trace` says what it belongs to, for those who follow that up.
    """

    kind: str
    subject: str
    payload: bytes
    sender: ProcessId
    number: int = 0
    trace: str = ""

    def __repr__(self) -> str:
        """Leave the payload out."""
        return f"Ring({self.kind}, {self.subject}, {len(self.payload)} bytes, {self.sender})"


class _Known(msgspec.Struct):
    """What was heard last of another process, and at which beat of ours."""

    number: int = 0
    own: int = 0
    at: int = 0


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Ring).decode
_counts = msgspec.msgpack.Decoder(dict[str, int]).decode


class Bells:
    """Rings for the other processes, and hears theirs but not its own."""

    def __init__(self, route: Route, process: ProcessId) -> None:
        """Ring as `process`, on a connection of its own to where `route` leads."""
        self._process = process
        self._channels = (keys.BELLS, keys.LINES, keys.bell_of(process))
        dial = route.dial_any(f"va-bells-{process}", self._pushed)
        self._link = Link(dial, f"{process} bells", self._made)
        self._number = 0
        self._numbers: dict[ProcessId, int] = {}
        self._known: dict[ProcessId, _Known] = {}
        self._heard: deque[Ring] = deque()
        self._news = asyncio.Event()
        self._closed = False
        self._listening = False
        self._beats = 0
        self._unheard = 0
        self._beat: asyncio.TimerHandle | None = None
        self._gap: asyncio.TimerHandle | None = None
        self.gaps = 0
        """Gaps seen so far."""

    @property
    def up(self) -> bool:
        """Whether rings are taken and, when somebody listens here, heard."""
        return self._link.wire is not None or self._link.idle

    @property
    def lost(self) -> int:
        """Return how many rings were not taken by Redis so far."""
        return self._link.dropped + self._link.refused

    async def ring(
        self,
        kind: str,
        subject: str,
        payload: bytes = b"",
        to: ProcessId | None = None,
        trace: str = "",
    ) -> bool:
        """Ring for every other process, or for one, as well as can be, without waiting for Redis.

        False when it is dropped: Redis is down, or does not read.
        """
        return self._send(kind, subject, payload, to, trace)

    async def sent(self) -> None:
        """Return when Redis has answered all that was rung before. Raises: LineDown."""
        await self._link.ask(packed("PING"))

    async def listen(self) -> AsyncGenerator[Ring, None]:
        """Yield rings until `close`, whatever happens to Redis meanwhile. For one listener.

        The first, and the first after each interruption, is of kind `RECONNECTED`.
        """
        self._listening = True
        self._link.start()
        if self._link.wire is not None:
            self._made(self._link.wire)
        heard = self._heard
        while not self._closed:
            while heard and not self._closed:
                yield heard.popleft()
            if self._link.wire is not None:
                self._link.wire.resume()
            self._news.clear()
            await self._news.wait()

    async def close(self) -> None:
        """End `listen` and close the connection."""
        self._closed = True
        self._news.set()
        for timer in (self._beat, self._gap):
            if timer is not None:
                timer.cancel()
        await self._link.close()

    def _send(
        self, kind: str, subject: str, payload: bytes, to: ProcessId | None, trace: str = ""
    ) -> bool:
        if to is None:
            channel = keys.BELLS
            self._number = number = self._number + 1
        else:
            channel = keys.bell_of(to)
            self._numbers[to] = number = self._numbers.get(to, 0) + 1
        ring = _encode(Ring(kind, subject, payload, self._process, number, trace))
        return self._link.send(packed("PUBLISH", channel, ring))

    def _made(self, wire: Wire) -> None:
        """Listen on a new connection, if anybody does here."""
        if not self._listening:
            return
        wire.tell(packed("SUBSCRIBE", *self._channels))
        self._unheard = 0
        if self._beat is None:
            self._beat = asyncio.get_running_loop().call_later(BEAT, self._beats_on)

    def _beats_on(self) -> None:
        """Tell the others how often we rang for each, and see whether we hear ourselves."""
        self._beat = asyncio.get_running_loop().call_later(BEAT, self._beats_on)
        self._beats += 1
        for process in [p for p, k in self._known.items() if k.at < self._beats - FORGOTTEN]:
            del self._known[process]
            self._numbers.pop(process, None)
        wire = self._link.wire
        if wire is None:
            return
        self._unheard += 1
        if self._unheard > SILENT_BEATS:
            wire.abort()
            return
        self._send(_BEAT, "", _encode(self._numbers), None)

    def _pushed(self, message: list[Any]) -> None:
        """Take what Redis passes on."""
        kind, channel, content = message
        if kind == b"subscribe":
            if content == len(self._channels):
                self._hear(Ring(RECONNECTED, "", b"", self._process))
        elif kind == b"message" and channel == _LINES:
            self._hear(Ring(MOVED, "", content, ProcessId("")))
        elif kind == b"message":
            try:
                ring = _decode(content)
            except msgspec.DecodeError:
                return
            if ring.sender == self._process:
                self._unheard = 0
            elif ring.kind not in {RECONNECTED, MOVED}:
                self._take(ring, own=channel != _BELLS)

    def _take(self, ring: Ring, *, own: bool) -> None:
        known = self._known.get(ring.sender)
        if known is None:
            known = self._known[ring.sender] = _Known()
        known.at = self._beats
        if own:
            whole, known.own = ring.number == known.own + 1, ring.number
        else:
            whole, known.number = ring.number == known.number + 1, ring.number
        if ring.kind != _BEAT:
            self._hear(ring)
        else:
            told = self._told(ring)
            whole, known.own = whole and told == known.own, told
        if not whole:
            self._missed()

    def _told(self, beat: Ring) -> int:
        """Return how often the sender has rung for this process alone."""
        try:
            return _counts(beat.payload).get(self._process, 0)
        except msgspec.DecodeError:
            return 0

    def _missed(self) -> None:
        """Say so soon: after a restart of Redis every other process shows a gap at once."""
        self.gaps += 1
        if self._gap is None:
            self._gap = asyncio.get_running_loop().call_later(GATHERED, self._say_missed)

    def _say_missed(self) -> None:
        self._gap = None
        self._hear(Ring(RECONNECTED, "", b"", self._process))

    def _hear(self, ring: Ring) -> None:
        self._heard.append(ring)
        self._news.set()
        if len(self._heard) >= HEARD and self._link.wire is not None:
            self._link.wire.pause()
