"""A page's side of the wire: comes back when it is cut off, and asks again until it is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from random import Random
from typing import Any, Final

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

from signaling.protocol.close_codes import CLOSE_CODES, ComeBack
from tests.chaos.history import Heard, History, Operation, Outcome, PageLog
from tests.chaos.servers import now

ANSWER: Final = 6.0
"""Seconds until a page believes that nobody is there any more."""

NEVER: Final = frozenset(one.code for one in CLOSE_CODES if one.come_back is ComeBack.NEVER)
"""Close codes after which a page does not come back."""

UNAVAILABLE: Final = "service.unavailable"

_NOT_NOW: Final = (OSError, TimeoutError, ConnectionClosed, InvalidHandshake, InvalidMessage)

Message = dict[str, Any]


class Lost(Exception):
    """The socket went, or nobody answered; what was asked for may have happened."""


class Wire:
    """One page: its cookie, its socket, and what it has been shown."""

    def __init__(
        self, who: str, role: str, town: Town, heard: Callable[[Message], None], cookie: str
    ) -> None:
        """`heard` is told each message that is no answer."""
        self.who = who
        self.role = role
        self.town = town
        self.cookie = cookie
        self.log = PageLog(who, role)
        town.history.pages.append(self.log)
        self._heard = heard
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._waiting: dict[int, asyncio.Future[Message]] = {}
        self._versions: dict[str, int] = {}
        self._ref = 0

    @property
    def open(self) -> bool:
        """Whether the page has been welcomed and not cut off since."""
        return self._socket is not None

    async def connect(self) -> None:
        """Come back, again and again, until welcomed."""
        pause = 0.1
        while not self.open:
            try:
                await self._dial()
            except (
                OSError,
                TimeoutError,
                Lost,
                ConnectionClosed,
                InvalidHandshake,
                InvalidMessage,
            ):
                await asyncio.sleep(self.town.dice.random() * pause)
                pause = min(pause * 2, 1.0)

    async def _dial(self) -> None:
        base = self.town.dice.choice(self.town.webs)
        socket = await connect(
            base.replace("http", "ws", 1) + "/socket",
            additional_headers={"Cookie": self.cookie, "Origin": self.town.origin},
            compression=None,
            proxy=None,
            open_timeout=3,
            close_timeout=1,
            ping_interval=None,
        )
        resume = [{"contact": c, "version": v} for c, v in self._versions.items()][-50:]
        hello = {"type": "hello", "protocol": 1, "language": "en", "role": self.role}
        try:
            async with asyncio.timeout(ANSWER):
                await socket.send(msgspec.json.encode({**hello, "resume": resume}).decode())
                first = msgspec.json.decode(await socket.recv())
        except BaseException as error:
            socket.transport.abort()
            if socket.close_code in NEVER:
                message = f"{self.who} was turned away with {socket.close_code}"
                raise RuntimeError(message) from error
            raise
        if first["type"] != "welcome":
            raise RuntimeError(f"{self.who} was greeted with {first['type']}")
        self._socket = socket
        self._reader = asyncio.create_task(self._read(socket))

    async def _read(self, socket: ClientConnection) -> None:
        with suppress(ConnectionClosed):
            async for frame in socket:
                try:
                    self._take(msgspec.json.decode(frame))
                except (LookupError, TypeError, ValueError) as error:
                    said = f"{self.who} was sent what a page cannot read: {error!r}"
                    self.town.history.stuck.append(said)
        self._over(socket)

    def _over(self, socket: ClientConnection) -> None:
        if self._socket is socket:
            self._socket = None
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(Lost())
        self._waiting.clear()

    def _take(self, message: Message) -> None:
        kind = message["type"]
        if kind in {"done", "refused"}:
            waiting = self._waiting.pop(message["ref"], None)
            if waiting is not None and not waiting.done():
                waiting.set_result(message)
            return
        if kind == "chat.added":
            contact, version = message["contact"], message["version"]
            self.log.heard.append(Heard(contact, version, message["text"]))
            self._versions[contact] = max(self._versions.get(contact, 0), version)
        elif kind in {"contact.state", "contact.card"}:
            view = message["view"]
            contact, version = view["contact"], view["version"]
            self.log.states.setdefault(contact, []).append((version, view["epoch"]))
            self._versions[contact] = max(self._versions.get(contact, 0), version)
            if view["phase"] == "ended":
                self.log.ended.setdefault(contact, version)
        elif kind == "contact.gone":
            # A page forgets what is no longer hers; should it be hers again, she begins anew.
            self._versions.pop(message["contact"], None)
            self.log = PageLog(self.who, self.role)
            self.town.history.pages.append(self.log)
        self._heard(message)

    async def say(self, kind: str, **fields: Any) -> None:
        """Send what nobody answers, if there is a socket."""
        if self._socket is not None:
            with suppress(ConnectionClosed):
                await self._socket.send(msgspec.json.encode({"type": kind, **fields}).decode())

    async def once(self, kind: str, **fields: Any) -> Message:
        """Ask once. Raises: Lost."""
        socket = self._socket
        if socket is None:
            raise Lost
        self._ref += 1
        ref = self._ref
        answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._waiting[ref] = answer
        try:
            text = msgspec.json.encode({"type": kind, "ref": ref, **fields}).decode()
            await socket.send(text)
            async with asyncio.timeout(ANSWER):
                return await answer
        except (ConnectionClosed, TimeoutError):
            socket.transport.abort()
            self._over(socket)
            raise Lost from None
        finally:
            self._waiting.pop(ref, None)
            if answer.done() and not answer.cancelled():
                answer.exception()

    async def ask(self, what: Operation, kind: str, *, again: bool, **fields: Any) -> Operation:
        """Ask, and note what became of it; `again`: until it is answered."""
        what.start = what.start or now()
        self.town.history.operations.append(what)
        doubt = False
        while True:
            if again:
                await self.connect()
            what.tries += 1
            try:
                reply = await self.once(kind, **fields)
            except Lost:
                doubt = True
                if again:
                    continue
                return what
            what.end = now()
            if reply["type"] == "done":
                what.outcome = Outcome.OK
                what.version = reply["version"]
                what.contact = reply["contact"] or what.contact
                return what
            what.code = reply["code"]
            if what.code == UNAVAILABLE:
                doubt = True
                if again:
                    await asyncio.sleep(self.town.dice.random() * 0.5)
                    continue
            what.outcome = Outcome.UNKNOWN if doubt else Outcome.FAIL
            return what

    async def reload(self) -> None:
        """Close, and begin as a page that knows nothing."""
        await self.hang()
        self._versions.clear()
        self.log = PageLog(self.who, self.role)
        self.town.history.pages.append(self.log)
        await self.connect()

    async def drop(self) -> None:
        """Lose the network for a moment: the page stays, and comes back with what it knows."""
        self.abort()
        await self.connect()

    def abort(self) -> None:
        """Break the connection without a word."""
        if self._socket is not None:
            self._socket.transport.abort()
            self._over(self._socket)

    async def hang(self) -> None:
        """Close as a closed tab does."""
        if self._socket is not None:
            with suppress(ConnectionClosed, TimeoutError, OSError):
                await self._socket.close()
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
        if self._socket is not None:
            self._over(self._socket)


class Town:
    """Where the doors are, and what everybody shares: dice and a history."""

    def __init__(self, webs: list[str], origin: str, dice: Random, history: History) -> None:
        """`webs` are tried at random, as behind a load balancer."""
        self.webs = webs
        self.origin = origin
        self.dice = dice
        self.history = history
        self.open_for_business = True
        """While it is, patients come, leave and lose their patience; afterwards all are served."""
        self.serving = True
        """Whether nurses take the next one."""
        self._number = 0

    def is_gone(self, who: str) -> bool:
        """Whether that person has vanished."""
        return any(one.who == who for one in self.history.vanished)

    def mark(self) -> str:
        """Return something that nobody else will say."""
        self._number += 1
        return f"m{self._number:06d}-{self.dice.getrandbits(48):012x}"

    async def rest(self, longest: float) -> None:
        """Do nothing for some of `longest` seconds."""
        await asyncio.sleep(self.dice.random() * longest)
