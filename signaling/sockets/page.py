"""One open page from its welcome to its end: what it says is carried out in order."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Coroutine
from typing import Any, Final

from signaling.lean.face import Link
from signaling.protocol import close_codes as cc
from signaling.protocol.codec import Malformed
from signaling.services import Services
from signaling.sockets.connection import Connection
from signaling.sockets.dispatch import dispatch
from signaling.sockets.joining import leave
from signaling.sockets.rate import Rate
from video_advice.ids import ConnectionId, Language
from video_advice.ports import ArchiveDown, LeaseLost, Session

_log = logging.getLogger(__name__)

_MOST_WAITING: Final = 32
"""Messages that wait for their turn until nothing more is read from the page."""

Work = Coroutine[Any, Any, None]


class Page(Connection):
    """A connection that listens. While nothing slow is under way it has no task of its own."""

    __slots__ = ("_gone", "_inbox", "_rate", "_services")

    def __init__(
        self,
        link: Link,
        key: ConnectionId,
        session: Session,
        language: Language,
        services: Services,
    ) -> None:
        """As a connection. The page is deaf until it `begin`s."""
        super().__init__(link, key, session, language, services.process)
        self._services = services
        self._rate: Rate | None = None
        self._inbox: deque[str | bytes] | None = deque()
        self._gone = False

    async def begin(self, enter: Work) -> None:
        """Let the page in; what it says meanwhile is carried out afterwards."""
        await self._until_idle(enter)

    def heard(self, message: str | bytes) -> None:
        """Carry a message out now, or after those before it."""
        if self._closing:
            return
        now = self._services.now()
        if self._rate is None:
            self._rate = Rate(now)
        if not self._rate.allows(now):
            self.close(cc.TOO_FAST)
        elif self._inbox is not None:
            self._inbox.append(message)
            if len(self._inbox) == _MOST_WAITING:
                self.link.pause()
        elif (work := self._carry_out(message)) is not None:
            self._inbox = deque()
            self._services.background.start(self._until_idle(work))

    def gone(self, code: int) -> None:
        """Note that the page is gone, as soon as what it asked for last is done."""
        del code
        self._closing = self._gone = True
        if self._inbox is None:
            self._services.background.start(self._leave())

    def _carry_out(self, message: str | bytes) -> Work | None:
        """Carry out a message; return what is left to be waited for."""
        try:
            return dispatch(message, self, self._services)
        except Exception as error:  # noqa: BLE001 - one page's trouble ends that page alone
            self._give_up(error)
            return None

    async def _until_idle(self, work: Work | None) -> None:
        """Do `work`, then what has been said meanwhile, one after the other."""
        inbox = self._inbox
        try:
            while work is not None or inbox:
                if work is not None:
                    await self._do(work)
                work = None
                if not inbox:
                    continue
                if len(inbox) == _MOST_WAITING or self._closing:
                    self.link.resume()
                if self._closing:
                    inbox.clear()
                else:
                    work = self._carry_out(inbox.popleft())
        finally:
            self._inbox = None
            if self._gone:
                self._services.background.start(self._leave())

    async def _do(self, work: Work) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 - as above
            self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        if isinstance(error, ArchiveDown):
            self.close(cc.UNAVAILABLE)
        elif isinstance(error, LeaseLost):
            self.close(cc.LEASE_LOST)
        elif isinstance(error, Malformed):
            self.close(cc.NOT_TEXT)
        else:
            _log.error("socket_failed", exc_info=error)
            self.close(cc.INTERNAL)

    async def _leave(self) -> None:
        try:
            await leave(self, self.link.silent(), self._services)
        finally:
            self._services.pages.discard(self)
