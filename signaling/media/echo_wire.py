"""What a web process and the echo of `media` say to each other, as JSON over HTTP."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from signaling.media.ice import IceServer

PATH: Final = "/echo"
MOST_BYTES: Final = 32 * 1024


class EchoRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An SDP offer, and the relays the echo may use."""

    offer: Annotated[str, Meta(max_length=12_000)]
    servers: Annotated[tuple[IceServer, ...], Meta(max_length=8)]

    def __repr__(self) -> str:
        """Show no address."""
        return "EchoRequest(…)"


class EchoReply(msgspec.Struct, frozen=True):
    """The SDP answer."""

    answer: str

    def __repr__(self) -> str:
        """Show no address."""
        return "EchoReply(…)"


def authorization(secret: str) -> str:
    """Return the header with which a web process shows that it is one."""
    return f"Bearer {secret}"
