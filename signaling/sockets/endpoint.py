"""Accept, shake hands, then read and write side by side until one of them ends."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import Final

from starlette.websockets import WebSocket, WebSocketDisconnect

from signaling.identity.cookies import secret_of
from signaling.protocol import close_codes as cc
from signaling.protocol import messages as m
from signaling.protocol.codec import Malformed, decode
from signaling.services import Services
from signaling.sockets.connection import Connection
from signaling.sockets.dispatch import dispatch
from signaling.sockets.joining import enter, leave
from signaling.sockets.rate import Rate
from video_advice.ids import ConnectionId
from video_advice.people import Role
from video_advice.ports import ArchiveDown, Session

_log = logging.getLogger(__name__)

_HELLO_WITHIN: Final = 10.0
_MOST_PAGES: Final = 20
"""Pages one person may have open."""


class _Closed(Exception):
    """The handshake failed; the page is closed with `code`."""

    def __init__(self, code: cc.CloseCode) -> None:
        super().__init__(code.name)
        self.code = code


async def socket(page: WebSocket) -> None:
    """Serve one page from its first message to its last."""
    services: Services = page.app.state.services
    await page.accept()
    try:
        connection, hello = await _handshake(page, services)
    except _Closed as closed:
        with suppress(RuntimeError):
            await page.close(closed.code.code, closed.code.name)
        return
    except WebSocketDisconnect:
        return
    services.pages.add(connection)
    try:
        await _serve(page, connection, hello, services)
    finally:
        services.pages.discard(connection)
        await leave(connection, services)


async def _handshake(page: WebSocket, services: Services) -> tuple[Connection, m.Hello]:
    if page.headers.get("origin") not in services.settings.allowed_origins:
        raise _Closed(cc.WRONG_ORIGIN)
    if services.draining.is_set():
        raise _Closed(cc.GOING_AWAY)
    try:
        hello = decode(await asyncio.wait_for(_text(page), _HELLO_WITHIN))
    except (Malformed, TimeoutError):
        raise _Closed(cc.NO_HELLO) from None
    if not isinstance(hello, m.Hello):
        raise _Closed(cc.NO_HELLO)
    if hello.protocol != m.PROTOCOL_VERSION:
        raise _Closed(cc.OLD_PROTOCOL)
    session = await _session(page, hello.role, services)
    key = ConnectionId(services.ids.new())
    return Connection(page, key, session, hello.language), hello


async def _session(page: WebSocket, role: Role, services: Services) -> Session:
    secret = secret_of(page, role, secure=services.settings.secure)
    try:
        session = None
        if secret is not None:
            session = await services.archive.sessions.find(secret, services.now())
    except ArchiveDown:
        raise _Closed(cc.UNAVAILABLE) from None
    if session is None or session.role is not role:
        raise _Closed(cc.SIGN_IN)
    owner = session.person or (session.nurse and session.nurse.id)
    same = [p for p in services.pages if owner in {p.person, p.nurse and p.nurse.id}]
    if len(same) >= _MOST_PAGES:
        raise _Closed(cc.TOO_MANY_PAGES)
    return session


async def _serve(
    page: WebSocket, connection: Connection, hello: m.Hello, services: Services
) -> None:
    writer = asyncio.create_task(connection.write())
    reader = asyncio.create_task(_read(page, connection, hello, services))
    try:
        await asyncio.wait({writer, reader}, return_when=asyncio.FIRST_COMPLETED)
        if reader.done() and connection.closing:
            await asyncio.wait({writer}, timeout=2)
    finally:
        for task in (reader, writer):
            task.cancel()
        done = await asyncio.gather(reader, writer, return_exceptions=True)
    for error in done:
        if isinstance(error, Exception) and not _is_ordinary(error):
            _log.error("socket_failed", exc_info=error)


def _is_ordinary(error: Exception) -> bool:
    """Say whether it only means that the other end is gone."""
    return isinstance(error, WebSocketDisconnect | RuntimeError | ConnectionError)


async def _read(
    page: WebSocket, connection: Connection, hello: m.Hello, services: Services
) -> None:
    try:
        await enter(connection, hello, services)
        rate = Rate(services.now())
        while not connection.closing:
            text = await _text(page)
            if not rate.allows(services.now()):
                connection.close(cc.TOO_FAST)
                return
            await dispatch(text, connection, services)
    except Malformed:
        connection.close(cc.NOT_TEXT)
    except ArchiveDown:
        connection.close(cc.UNAVAILABLE)


async def _text(page: WebSocket) -> str:
    message = await page.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1005))
    text = message.get("text")
    if not isinstance(text, str):
        raise Malformed("")
    return text
