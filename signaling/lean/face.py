"""What an endpoint sees of a socket, and the socket of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

EXTENSION: Final = "video_advice.socket"
"""The name of the offer among an ASGI scope's extensions."""


class Ear(Protocol):
    """Told what comes in, one thing at a time. Must not raise and must not block."""

    def heard(self, message: str | bytes) -> None:
        """Take a whole message: text, or bytes of a binary one."""
        ...

    def gone(self, code: int) -> None:
        """Take note that the connection has ended. Comes once and last.

        `code` is what the other side closed with; 1005 when it gave none, 1006 when it just went.
        """
        ...


class Link(Protocol):
    """One connection, written to without waiting."""

    ear: Ear
    """Who is told; may be changed at any time, also while it is being told something."""

    def write(self, text: bytes) -> int:
        """Send UTF-8 text as one message; return how much waits unsent, counted as in `COST`."""
        ...

    def close(self, code: int, reason: str, *, drop: bool = False) -> None:
        """Close after what was written before, or, with `drop`, instead of what waits unsent."""
        ...

    def silent(self) -> int:
        """Return for how many milliseconds nothing has come; that it was ended is something."""
        ...

    def pause(self) -> None:
        """Take nothing more from the network for now. What has been taken may still be heard."""
        ...

    def resume(self) -> None:
        """Go on after `pause`."""
        ...


COST: Final = 1_024
"""Bytes that each unsent message counts beside its own, so that many small ones are much too."""

Take = Callable[[Callable[[Link], Ear]], None]
"""Takes an accepted socket over: makes an ear for it, which hears first what was heard before."""


def offered(scope: Mapping[str, Any]) -> Take | None:
    """Return the offer in an ASGI scope, or None where the server makes none."""
    take: Take | None = (scope.get("extensions") or {}).get(EXTENSION)
    return take
