"""What the relay bench wants of a server, ours or another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from bench.dial import Dial
from bench.driving import Driver

SIZE: Final = 317
"""Bytes of the text in the relayed frame, the same for all."""

_CANDIDATE: Final = (
    "candidate:842163049 1 udp 1677729535 192.0.2.10 46154 typ srflx raddr 198.51.100.7 rport 46154"
    " generation 0 network-id 1 ufrag "
)


class Subject(Protocol):
    """A running server, of one process or several."""

    @property
    def pids(self) -> list[int]:
        """The processes whose work is counted."""
        ...

    def strangers(self, count: int) -> list[Dial]:
        """Return sockets that only connect and are greeted."""
        ...

    def seat(self, driver: Driver, count: int) -> None:
        """Open so many pairs of sockets, ready to relay to each other."""
        ...

    def waiters(self, count: int) -> list[Dial]:
        """Return sockets that connect and then wait."""
        ...


def candidate(text: Callable[[str], str]) -> str:
    """Return the `text` around an ICE candidate that is as long as all others' are.

    Raises: ValueError when the rest leaves no room.
    """
    room = SIZE - len(text(_CANDIDATE))
    if room < 4:
        raise ValueError(f"{SIZE - room} bytes without the ufrag")
    return text(_CANDIDATE + "x" * room)


def source(number: int) -> str:
    """Return a loopback address to call from: ports of one may run out, and so may its rate."""
    return f"127.0.0.{1 + number % 40}"
