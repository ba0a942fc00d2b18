"""A connection that is made again when it is lost. Nobody waits for one that is down."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, Final

from signaling.live import wire as wires
from signaling.live.wire import Wire, failed
from video_advice.ports import LineDown

BACK_OFF: Final = (0.05, 2.0)
"""Seconds, longest first wait before connecting again, which doubles, and longest of all."""

_DEMOTED: Final = frozenset({"READONLY", "LOADING", "MASTERDOWN"})
"""Answers of a server that is not, or not yet, the one we look for."""

Dial = Callable[[], Awaitable[Wire]]


class Link:
    """Keeps one connection from its first use until `close`.

    While it is made for the first time, or again for the first time after a loss, callers wait for
    that one attempt. When it fails they are refused at once until a later one succeeds.
    """

    def __init__(self, dial: Dial, seed: str, made: Callable[[Wire], None] | None = None) -> None:
        """`dial` makes a connection; `seed` spreads the waits; `made` is told of each first."""
        self._dial = dial
        self._seed = seed
        self._made = made
        self._keeper: asyncio.Task[None] | None = None
        self._attempt: asyncio.Future[None] | None = None
        self._held: list[bytes] = []
        self._holding = 0
        self._refused = 0
        self._closed = False
        self.wire: Wire | None = None
        """The connection, when there is one."""
        self.down = False
        """Whether the last attempt failed: nothing is taken until one succeeds."""
        self.dropped = 0
        """Commands of `send` that were not taken, or lost while they waited."""

    @property
    def idle(self) -> bool:
        """Whether nothing was ever sent: who is there is not known."""
        return self._keeper is None

    @property
    def refused(self) -> int:
        """Return how many commands of `send` were answered by an error."""
        return self._refused + (self.wire.refused if self.wire is not None else 0)

    def start(self) -> None:
        """Connect, unless that has begun."""
        if self._keeper is None and not self._closed:
            loop = asyncio.get_running_loop()
            self._attempt = loop.create_future()
            self._keeper = loop.create_task(self._keep())

    def send(self, command: bytes) -> bool:
        """Send a packed command without waiting for its reply; False when it is dropped."""
        wire = self.wire
        if wire is not None and not wire.full:
            wire.post(command)
            return True
        if wire is None and not self.down and not self._closed:
            self.start()
            if self._holding + len(command) <= wires.UNANSWERED:
                self._held.append(command)
                self._holding += len(command)
                return True
        self.dropped += 1
        return False

    async def ask(self, command: bytes) -> Any:
        """Return the reply to a packed command, an error as a value. Raises: LineDown."""
        [reply] = await self.ask_all((command,))
        return reply

    async def ask_all(self, commands: Sequence[bytes]) -> list[Any]:
        """Return the replies to packed commands that are sent together. Raises: LineDown."""
        wire = self.wire or await self._first()
        replies = await wire.ask_all(commands)
        for reply in replies:
            if failed(reply) in _DEMOTED:
                wire.abort()
                raise LineDown(failed(reply))
        return replies

    async def close(self) -> None:
        """End the connection, for good."""
        self._closed = True
        if self._keeper is not None:
            self._keeper.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeper
        if self.wire is not None:
            self.wire.abort()
            self.wire = None
        self._tell()

    async def _first(self) -> Wire:
        """Wait for the attempt that is under way. Raises: LineDown."""
        if self.down or self._closed:
            raise LineDown("down")
        self.start()
        if self._attempt is not None:
            await asyncio.shield(self._attempt)
        if self.wire is None:
            raise LineDown("down")
        return self.wire

    async def _keep(self) -> None:
        failures = 0
        while True:
            try:
                wire = await self._dial()
            except LineDown:
                failures += 1
                self._gave_up()
            else:
                self._began(wire)
                await asyncio.wait((wire.lost,))
                # A connection that was made and at once lost again proves little.
                failures = 0 if wire.answered else failures + 1
            await asyncio.sleep(spread(self._seed, failures))

    def _began(self, wire: Wire) -> None:
        if wire.lost.done():
            self._gave_up()
            return
        self.wire, self.down = wire, False
        wire.on_lost = self._lost
        if self._made is not None:
            self._made(wire)
        for command in self._held:
            wire.post(command)
        self._held.clear()
        self._holding = 0
        self._tell()

    def _lost(self) -> None:
        if self.wire is not None:
            self._refused += self.wire.refused
        self.wire = None
        self._attempt = asyncio.get_running_loop().create_future()

    def _gave_up(self) -> None:
        self.down = True
        self.dropped += len(self._held)
        self._held.clear()
        self._holding = 0
        self._tell()

    def _tell(self) -> None:
        if self._attempt is not None and not self._attempt.done():
            self._attempt.set_result(None)


def spread(seed: str, failures: int) -> float:
    """Return how many seconds to wait after so many failures: different for each seed."""
    first, longest = BACK_OFF
    digest = hashlib.blake2b(f"{seed} {failures}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") / 2**32 * min(longest, first * 2.0 ** min(failures, 16))
