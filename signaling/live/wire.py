"""One connection to a Redis server: commands go out together, replies come back in order."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Final, cast

import hiredis

from signaling.live.address import Address, Login, Server
from video_advice.ports import LineDown

CONNECT_TIMEOUT: Final = 1.0
"""Seconds to make a connection and be greeted."""

READ_TIMEOUT: Final = 2.0
"""Seconds without a byte for which a command waits before the connection is given up."""

LONGEST: Final = 5.0
"""Seconds for which it waits at most, though bytes come."""

UNANSWERED: Final = 8 * 2**20
"""Bytes of commands that may be without a reply. A server that does not read is sent no more."""

_TICKS: Final = 4
"""How often within `READ_TIMEOUT` the oldest command is looked at."""

_MORE: Final = object()
Word = str | bytes | int | float
Pushed = Callable[[list[Any]], None]
Sent = tuple[float, int, "asyncio.Future[Any] | None"]


def packed(*words: Word) -> bytes:
    """Return a command as it is written."""
    command: bytes = hiredis.pack_command(words)  # type: ignore[arg-type]  # stub: a single word
    return command


def failed(reply: object) -> str:
    """Return the first word of an error (the rest may quote what was sent), "" when it is none."""
    return str(reply).split(" ", 1)[0] if isinstance(reply, hiredis.ReplyError) else ""


def right(reply: Any) -> Any:
    """Return the reply. Raises: LineDown when it is an error."""
    if reason := failed(reply):
        raise LineDown(reason)
    return reply


class Wire(asyncio.Protocol):
    """A connection. What is sent in one turn of the loop is written at once."""

    def __init__(self, pushed: Pushed | None = None) -> None:
        """`pushed` is called with each message that answers no command."""
        self._loop = asyncio.get_running_loop()
        self._reader = hiredis.Reader(notEnoughData=_MORE)
        self._transport: asyncio.Transport | None = None
        self._paused = False
        self._pushed = pushed
        self._out: list[bytes] = []
        self._waiting: deque[Sent] = deque()
        self._unanswered = 0
        self._overdue: Sent | None = None
        self._heard = 0.0
        self._watch: asyncio.TimerHandle | None = None
        self.lost: asyncio.Future[None] = self._loop.create_future()
        """Done once the connection is."""
        self.on_lost: Callable[[], None] | None = None
        """Called in the moment in which it is."""
        self.answered = 0
        """Replies and messages so far."""
        self.refused = 0
        """Commands without a listener that were answered by an error."""

    @property
    def full(self) -> bool:
        """Whether so much is unanswered that nothing more may be sent."""
        return self._unanswered > UNANSWERED

    def post(self, command: bytes, waiter: asyncio.Future[Any] | None = None) -> None:
        """Send a packed command; its reply goes to `waiter`, if there is one."""
        self.tell(command)
        self._waiting.append((self._loop.time(), len(command), waiter))
        self._unanswered += len(command)
        if self._watch is None:
            self._watch = self._loop.call_later(READ_TIMEOUT / _TICKS, self._look)

    def tell(self, command: bytes) -> None:
        """Send a packed command that is answered by messages alone, as SUBSCRIBE is."""
        if not self._out:
            self._loop.call_soon(self._flush)
        self._out.append(command)

    async def ask(self, command: bytes) -> Any:
        """Return the reply to a packed command, an error as a value. Raises: LineDown."""
        [reply] = await self.ask_all((command,))
        return reply

    async def ask_all(self, commands: Sequence[bytes]) -> list[Any]:
        """Return the replies to packed commands that are sent together. Raises: LineDown."""
        if self.lost.done():
            raise LineDown("the connection is lost")
        if self.full:
            raise LineDown("too much is unanswered")
        waiters: list[asyncio.Future[Any]] = [self._loop.create_future() for _ in commands]
        for command, waiter in zip(commands, waiters, strict=True):
            self.post(command, waiter)
        return [await waiter for waiter in waiters]

    def pause(self) -> None:
        """Read no more, until `resume`."""
        if self._transport is not None and not self._paused:
            self._paused = True
            self._transport.pause_reading()

    def resume(self) -> None:
        """Read again."""
        if self._transport is not None and self._paused:
            self._paused = False
            self._transport.resume_reading()

    def abort(self) -> None:
        """End the connection now."""
        if self._transport is not None:
            self._transport.abort()
        self._end()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell everybody who waits."""
        del exc
        self._end()

    def data_received(self, data: bytes) -> None:
        """Give each reply to who waits for it."""
        reader, waiting = self._reader, self._waiting
        self._heard = self._loop.time()
        try:
            reader.feed(data)
            while (reply := reader.gets()) is not _MORE and not self.lost.done():
                self.answered += 1
                if isinstance(reply, hiredis.PushNotification):
                    if self._pushed is not None:
                        self._pushed(reply)
                    continue
                _, size, waiter = waiting.popleft()
                self._unanswered -= size
                if waiter is None:
                    self.refused += isinstance(reply, hiredis.ReplyError)
                elif not waiter.done():
                    waiter.set_result(reply)
        except (hiredis.HiredisError, IndexError):  # what answers is no Redis
            self.abort()

    def _flush(self) -> None:
        if self._transport is not None and not self.lost.done():
            self._transport.write(b"".join(self._out))
        self._out.clear()

    def _look(self) -> None:
        """End the connection when the oldest command was overdue at the last look already.

        One look is not enough: after this process itself has stood still, the reply may be there
        but not be read yet.
        """
        self._watch = None
        if not self._waiting or self.lost.done():
            return
        oldest = self._waiting[0]
        now, patience = self._loop.time(), READ_TIMEOUT * (1 - 1 / _TICKS)
        late = now - oldest[0] > LONGEST or now - max(oldest[0], self._heard) > patience
        if late and oldest is self._overdue:
            self.abort()
            return
        self._overdue = oldest if late else None
        self._watch = self._loop.call_later(READ_TIMEOUT / _TICKS, self._look)

    def _end(self) -> None:
        if self.lost.done():
            return
        self.lost.set_result(None)
        if self.on_lost is not None:
            self.on_lost()
        if self._watch is not None:
            self._watch.cancel()
        while self._waiting:
            _, _, waiter = self._waiting.popleft()
            if waiter is not None and not waiter.done():
                waiter.set_exception(LineDown("the connection was lost"))
                waiter.exception()  # of several that were sent together only the first is awaited


async def dial(address: Address, server: Server, name: str, pushed: Pushed | None = None) -> Wire:
    """Return a connection to a server, logged in, as `name`. Raises: LineDown."""
    login = address.login
    credentials = ("AUTH", login.username or "default", login.password) if login.password else ()
    greeting = [packed("HELLO", 3, *credentials, "SETNAME", name)]
    if address.db:
        greeting.append(packed("SELECT", address.db))
    return await _open(address, server, greeting, pushed)


async def dial_sentinel(address: Address, server: Server) -> Wire:
    """Return a connection to a Sentinel. Raises: LineDown."""
    return await _open(address, server, _auth(address.sentinel_login), None)


def _auth(login: Login) -> list[bytes]:
    if not login.password:
        return []
    return [packed("AUTH", *((login.username,) if login.username else ()), login.password)]


async def _open(
    address: Address, server: Server, greeting: list[bytes], pushed: Pushed | None
) -> Wire:
    loop = asyncio.get_running_loop()
    wire = Wire(pushed)
    try:
        async with asyncio.timeout(CONNECT_TIMEOUT):
            if server.path:
                await loop.create_unix_connection(lambda: wire, server.path)
            else:
                await loop.create_connection(
                    lambda: wire, server.host, server.port, ssl=address.tls
                )
            for command in greeting:
                right(await wire.ask(command))
    except (OSError, TimeoutError, ValueError) as error:
        wire.abort()
        raise LineDown(type(error).__name__) from None
    except BaseException:
        wire.abort()
        raise
    wire.answered = 0
    return wire
