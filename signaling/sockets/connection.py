"""One open page as the rest of the service knows it: who it is, and what it is told."""

from __future__ import annotations

import sys
from typing import Final

import msgspec

from signaling.lean.face import Link
from signaling.protocol import messages as m
from signaling.protocol.close_codes import SLOW_READER, CloseCode
from signaling.rooms import Shown
from signaling.watch.meters import CLOSES
from video_advice.ids import ConnectionId, ContactId, Language, ProcessId
from video_advice.ports import Session

_MOST_UNSENT: Final = 2 * 1024 * 1024
"""Counted as `signaling.lean.face.COST` says: at most some 2,000 messages of any size."""

_encode: Final = msgspec.json.Encoder().encode


class Connection:
    """A page that has said hello. What it is told is with the network at once, in order."""

    __slots__ = (
        "_closing",
        "duty_shown",
        "faults",
        "id",
        "language",
        "link",
        "nurse",
        "person",
        "process",
        "role",
        "rooms",
        "shown",
    )

    def __init__(
        self,
        link: Link,
        key: ConnectionId,
        session: Session,
        language: Language,
        process: ProcessId,
    ) -> None:
        """`session` says who it is; `language` is that of the sentences it is sent.

        `process`: the name of this process when the page came. What the page does counts only as
        long as that one lives.
        """
        self.link = link
        self.id = key
        self.process = process
        self.role = session.role
        self.person = session.person
        self.nurse = session.nurse
        self.language = Language(sys.intern(language))  # one text for all, not one a page
        self.rooms: tuple[ContactId, ...] = ()
        self.shown: Shown | None = None
        self.duty_shown: m.DutyState | None = None
        self.faults = 0
        self._closing = False

    def send(self, message: m.ServerMessage) -> None:
        """Send a message; a page that does not read is closed and catches up when it returns."""
        if not self._closing and self.link.write(_encode(message)) > _MOST_UNSENT:
            self._closing = True
            CLOSES.labels(SLOW_READER.name).inc()
            self.link.close(SLOW_READER.code, SLOW_READER.name, drop=True)

    def close(self, code: CloseCode) -> None:
        """Close after what has been sent. The first reason given is the one that is told."""
        if not self._closing:
            self._closing = True
            CLOSES.labels(code.name).inc()
            self.link.close(code.code, code.name)

    @property
    def closing(self) -> bool:
        """Say whether the page is being closed."""
        return self._closing
