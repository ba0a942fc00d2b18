"""From an accepted socket to a welcome: hello, who it is, and how many pages they have open."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import Final

import msgspec
from starlette.requests import HTTPConnection

from signaling.identity.cookies import secret_of
from signaling.lean.face import Link
from signaling.protocol import close_codes as cc
from signaling.protocol import messages as m
from signaling.protocol.codec import Malformed, decode
from signaling.services import Services
from signaling.sockets.joining import enter
from signaling.sockets.page import Page
from signaling.watch.meters import HANDSHAKES
from video_advice.ids import ConnectionId
from video_advice.people import Role
from video_advice.ports import ArchiveDown, Known

_log = logging.getLogger(__name__)

_HELLO_WITHIN: Final = 10.0
_MOST_PAGES: Final = 20
"""Pages one person may have open."""
_MOST_EARLY: Final = 32
"""Messages a page may send behind its hello until it is known who it is."""


class Greeting:
    """The ear of a page that nobody knows yet. The first thing it says must be `hello`."""

    __slots__ = ("_deadline", "_early", "_link", "_request", "_services")

    def __init__(self, link: Link, request: HTTPConnection, services: Services) -> None:
        """`request` holds the cookies."""
        self._link: Link | None = link
        self._request = request
        self._services = services
        self._early: deque[str | bytes] | None = None
        self._deadline = asyncio.get_running_loop().call_later(
            _HELLO_WITHIN, self._close, cc.NO_HELLO
        )

    def heard(self, message: str | bytes) -> None:
        """Take the hello; keep what comes behind it until the page is let in."""
        if self._early is not None:
            self._early.append(message)
            if len(self._early) > _MOST_EARLY:
                self._close(cc.TOO_FAST)
            return
        self._deadline.cancel()
        self._early = deque()
        try:
            hello = decode(message) if isinstance(message, str) else None
        except Malformed:
            hello = None
        if not isinstance(hello, m.Hello):
            self._close(cc.NO_HELLO)
        elif hello.protocol != m.PROTOCOL_VERSION:
            self._close(cc.OLD_PROTOCOL)
        else:
            self._services.background.start(self._admit(hello))

    def gone(self, code: int) -> None:
        """Forget the page."""
        del code
        self._deadline.cancel()
        self._link = None

    def _close(self, code: cc.CloseCode) -> None:
        if self._link is not None:
            HANDSHAKES.labels(code.name).inc()
            self._link.close(code.code, code.name)

    async def _admit(self, hello: m.Hello) -> None:
        """Find out who it is; let the page in and hand everything over to it."""
        services = self._services
        admission = services.admission
        # A nurse is let in always: they are few, and bring the line forward.
        if admission.full and hello.role is Role.PATIENT:
            self._send_away(admission.retry_after())
            return
        with admission.coming():
            await self._let_in(hello)

    def _send_away(self, retry_after: int) -> None:
        if self._link is not None:
            self._link.write(msgspec.json.encode(m.Busy(retry_after)))
        self._close(cc.BUSY)

    async def _let_in(self, hello: m.Hello) -> None:
        services = self._services
        try:
            known = await self._known(hello)
        except ArchiveDown:
            self._close(cc.UNAVAILABLE)
            return
        if known is None or known.session.role is not hello.role:
            self._close(cc.SIGN_IN)
            return
        link, early = self._link, self._early or ()
        if link is None:
            return
        key = ConnectionId(services.ids.new())
        page = Page(link, key, known.session, hello.language, services)
        if len(services.pages.beside(page)) >= _MOST_PAGES:
            self._close(cc.TOO_MANY_PAGES)
            return
        HANDSHAKES.labels("welcomed").inc()
        services.pages.add(page)
        link.ear = page
        for message in early:
            page.heard(message)
        await page.begin(enter(page, hello, known.contact, services))

    async def _known(self, hello: m.Hello) -> Known | None:
        services = self._services
        secret = secret_of(self._request, hello.role, secure=services.settings.secure)
        if secret is None:
            return None
        return await services.archive.sessions.recognise(secret, services.now())
