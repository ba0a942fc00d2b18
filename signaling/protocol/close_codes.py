"""Why a socket is closed, and whether to come back. Both ends read this one table."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec


class ComeBack(StrEnum):
    """What the browser does after the close."""

    NOW = "now"
    LATER = "later"
    NEVER = "never"


class CloseCode(msgspec.Struct, frozen=True):
    """A WebSocket close code with its meaning."""

    code: int
    name: str
    come_back: ComeBack
    meaning: str


GOING_AWAY: Final = CloseCode(1001, "going_away", ComeBack.NOW, "the service is restarting")
TOO_LARGE: Final = CloseCode(1009, "too_large", ComeBack.LATER, "a frame was over 16 KB")
NOT_TEXT: Final = CloseCode(1007, "not_text", ComeBack.LATER, "a frame was not valid UTF-8 text")
INTERNAL: Final = CloseCode(1011, "internal", ComeBack.LATER, "something went wrong in the service")
RESTART: Final = CloseCode(1012, "restart", ComeBack.NOW, "the web server is restarting")
UNAVAILABLE: Final = CloseCode(1013, "unavailable", ComeBack.LATER, "the records cannot be reached")
NO_HELLO: Final = CloseCode(4000, "no_hello", ComeBack.LATER, "the first message was not hello")
OLD_PROTOCOL: Final = CloseCode(4001, "old_protocol", ComeBack.NEVER, "reload the page")
SIGN_IN: Final = CloseCode(4002, "sign_in", ComeBack.NEVER, "there is no valid session")
WRONG_ORIGIN: Final = CloseCode(4003, "wrong_origin", ComeBack.NEVER, "a page of another site")
MALFORMED: Final = CloseCode(4004, "malformed", ComeBack.LATER, "too many malformed messages")
TOO_FAST: Final = CloseCode(4005, "too_fast", ComeBack.LATER, "too many messages a second")
SLOW_READER: Final = CloseCode(4006, "slow_reader", ComeBack.NOW, "messages piled up unread")
LEASE_LOST: Final = CloseCode(4007, "lease_lost", ComeBack.NOW, "this process lost its lease")
TOO_MANY_PAGES: Final = CloseCode(4008, "too_many_pages", ComeBack.NEVER, "too many pages are open")
BUSY: Final = CloseCode(
    4010, "busy", ComeBack.LATER, "too many come at once; `busy` said when there is room"
)
SIGNED_OUT: Final = CloseCode(4009, "signed_out", ComeBack.NEVER, "the session was ended")

CLOSE_CODES: Final = (
    GOING_AWAY,
    NOT_TEXT,
    TOO_LARGE,
    INTERNAL,
    RESTART,
    UNAVAILABLE,
    NO_HELLO,
    OLD_PROTOCOL,
    SIGN_IN,
    WRONG_ORIGIN,
    MALFORMED,
    TOO_FAST,
    SLOW_READER,
    LEASE_LOST,
    TOO_MANY_PAGES,
    SIGNED_OUT,
    BUSY,
)
