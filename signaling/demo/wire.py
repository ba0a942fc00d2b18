"""The socket of a demo patient: comes back by the table of close codes, and loses no request."""

from __future__ import annotations

import asyncio
import itertools
import ssl
from collections.abc import Callable
from typing import Final

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Origin

from signaling.demo.dice import Dice
from signaling.protocol import close_codes as cc
from signaling.protocol import messages as m
from video_advice.ids import Language

_HEARTBEAT: Final = 5.0
_DEAD_AFTER: Final = 10.0
_SOON: Final = 0.5
_LONGEST: Final = 20.0
_COME_BACK: Final = {code.code: code.come_back for code in cc.CLOSE_CODES}

_encode: Final = msgspec.json.Encoder().encode
_decoder: Final = msgspec.json.Decoder(m.ServerMessage)


class Refused(Exception):
    """The service refused a request. `code` is one of the refusals."""

    def __init__(self, code: str) -> None:
        """Keep the code."""
        super().__init__(code)
        self.code = code


class Wire:
    """A socket that stays, through as many connections as it takes.

    `receive` gets every message; `resume` says what is known, for the hello of each connection.
    """

    def __init__(
        self,
        origin: str,
        cookie: str,
        language: Language,
        dice: Dice,
        *,
        receive: Callable[[m.ServerMessage], None],
        resume: Callable[[], tuple[m.Resume, ...]],
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """`origin` is the address of the service, `cookie` the header's value."""
        self._origin = origin
        self._cookie = cookie
        self._language = language
        self._dice = dice
        self._receive = receive
        self._resume = resume
        self._tls = tls
        self._socket: ClientConnection | None = None
        self._outbox: asyncio.Queue[m.ClientMessage] | None = None
        self._refs = itertools.count(1)
        self._asked: dict[int, tuple[m.ClientMessage, asyncio.Future[m.Done]]] = {}
        self._beats = itertools.count(1)
        self._pong = asyncio.Event()
        self._failures = 0
        self.welcomes = 0
        """How often the service has let this wire in."""

    async def run(self) -> cc.CloseCode:
        """Stay connected until cancelled, or until the service says never to come back."""
        while True:
            code = await self._once()
            come_back = _COME_BACK.get(code, cc.ComeBack.LATER)
            if come_back is cc.ComeBack.NEVER:
                return next(known for known in cc.CLOSE_CODES if known.code == code)
            at_once = come_back is cc.ComeBack.NOW and self._failures == 0
            most = _SOON if at_once else min(_LONGEST, 2.0**self._failures)
            self._failures += 1
            await asyncio.sleep(most * self._dice.fraction())

    def cut(self) -> None:
        """Lose the connection as a phone in a tunnel does. It comes back by itself."""
        if self._socket is not None:
            self._socket.transport.abort()

    def tell(self, message: m.ClientMessage) -> None:
        """Send what is not answered. It is lost while there is no connection."""
        self._put(message)

    async def ask(self, make: Callable[[int], m.ClientMessage]) -> m.Done:
        """Send a request, again after each reconnect, until it is answered.

        `make` gets the request's number. Raises: Refused.
        """
        ref = next(self._refs)
        message = make(ref)
        answer: asyncio.Future[m.Done] = asyncio.get_running_loop().create_future()
        self._asked[ref] = (message, answer)
        self._put(message)
        try:
            return await answer
        finally:
            self._asked.pop(ref, None)

    def _put(self, message: m.ClientMessage) -> None:
        if self._outbox is not None:
            self._outbox.put_nowait(message)

    async def _once(self) -> int:
        """Hold one connection; return the code with which it ended, 1006 when there was none."""
        try:
            async with connect(
                f"ws{self._origin.removeprefix('http')}/socket",
                origin=Origin(self._origin),
                additional_headers={"Cookie": self._cookie},
                user_agent_header=None,
                compression=None,
                ssl=self._tls,
                proxy=None,
                ping_interval=None,
                close_timeout=2,
            ) as socket:
                self._socket = socket
                await self._serve(socket)
                return socket.close_code or 1006
        except (OSError, InvalidHandshake, ConnectionClosed, TimeoutError):
            return 1006
        finally:
            self._socket = self._outbox = None

    async def _serve(self, socket: ClientConnection) -> None:
        """Read, write and listen for the heartbeat until one of them ends."""
        hello = m.Hello(protocol=m.PROTOCOL_VERSION, language=self._language, resume=self._resume())
        await socket.send(_encode(hello), text=True)
        outbox: asyncio.Queue[m.ClientMessage] = asyncio.Queue()
        jobs = [
            asyncio.create_task(job)
            for job in (self._read(socket, outbox), _write(socket, outbox), self._heart(outbox))
        ]
        try:
            await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for job in jobs:
                job.cancel()
            ends = await asyncio.gather(*jobs, return_exceptions=True)
        for end in ends:
            if isinstance(end, Exception) and not isinstance(end, ConnectionClosed):
                raise end
        if not jobs[2].cancelled():
            socket.transport.abort()

    async def _read(self, socket: ClientConnection, outbox: asyncio.Queue[m.ClientMessage]) -> None:
        async for frame in socket:
            try:
                message = _decoder.decode(frame)
            except msgspec.DecodeError:
                continue
            match message:
                case m.Welcome():
                    self._welcomed(outbox)
                case m.Pong():
                    self._pong.set()
                case m.Done(ref=ref):
                    self._answer(ref, message)
                case m.RefusedMessage(ref=int(ref), code=code):
                    self._answer(ref, Refused(code))
            self._receive(message)

    def _welcomed(self, outbox: asyncio.Queue[m.ClientMessage]) -> None:
        """Begin to send, first of all what was asked before and never answered."""
        self._failures = 0
        self.welcomes += 1
        self._outbox = outbox
        for message, _ in self._asked.values():
            self._put(message)

    def _answer(self, ref: int, answer: m.Done | Refused) -> None:
        _, waiting = self._asked.get(ref, (None, None))
        if waiting is None or waiting.done():
            return
        if isinstance(answer, Refused):
            waiting.set_exception(answer)
        else:
            waiting.set_result(answer)

    async def _heart(self, outbox: asyncio.Queue[m.ClientMessage]) -> None:
        """Return when the service has not answered for long."""
        while True:
            await asyncio.sleep(_HEARTBEAT)
            self._pong.clear()
            outbox.put_nowait(m.Ping(next(self._beats)))
            try:
                await asyncio.wait_for(self._pong.wait(), _DEAD_AFTER)
            except TimeoutError:
                return


async def _write(socket: ClientConnection, outbox: asyncio.Queue[m.ClientMessage]) -> None:
    while True:
        await socket.send(_encode(await outbox.get()), text=True)
