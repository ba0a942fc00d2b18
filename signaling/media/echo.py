"""The other end of a network test: whatever comes over one data channel goes back.

It only answers. A test is bounded in time, messages and bytes, and so is the number at once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Final

from aioice import ice
from aiortc import (
    RTCConfiguration,
    RTCDataChannel,
    RTCIceServer,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.exceptions import InvalidAccessError, InvalidStateError, OperationError

from signaling.media.ice import IceServer

_log = logging.getLogger(__name__)

MOST_AT_ONCE: Final = 10
"""Tests at once: about what one core carries; see `make bench ONLY=echo`."""
LONGEST: Final = 12.0
"""Seconds from the offer until a test is ended."""
MOST_MESSAGES: Final = 600
MOST_BYTES: Final = 1_200
"""Of one message: it fits into a packet."""
_MOST_QUEUED: Final = 64 * 1024
_MOST_CANDIDATES: Final = 16

_OF_ITS_OWN: Final = (
    InvalidAccessError,
    InvalidStateError,
    OperationError,
    ValueError,
    AssertionError,
    IndexError,
    KeyError,
)
"""What aiortc raises about a description."""


class EchoBusy(Exception):
    """As many tests as may be are going on."""


class BadOffer(Exception):
    """The offer is not one of a single data channel, or cannot be answered."""


class Echo:
    """All the tests of a process. `loopback` lets it reach 127.0.0.0/8, for tests on one machine.

    Whoever makes one closes it.
    """

    def __init__(self, most: int = MOST_AT_ONCE, *, loopback: bool = False) -> None:
        """At most `most` tests at once."""
        self._most = most
        self._loopback = loopback
        self._running: dict[asyncio.Task[None], None] = {}
        self.answered = 0

    @property
    def running(self) -> int:
        """How many tests are going on."""
        return len(self._running)

    async def answer(self, offer: str, servers: Sequence[IceServer]) -> str:
        """Return the answer to an SDP offer, candidates included, and echo until it is over.

        The echo is reached at this machine's own addresses, and through the first relay of
        `servers` that aiortc can use.

        Raises:
            EchoBusy: there are too many now.
            BadOffer: it wants something else than one data channel.
        """
        if len(self._running) >= self._most:
            raise EchoBusy
        plain = _plain(offer, loopback=self._loopback)
        # Without a list of servers aiortc asks those of a third party.
        connection = RTCPeerConnection(
            RTCConfiguration(
                iceServers=[
                    RTCIceServer(list(server.urls), server.username, server.credential)
                    for server in servers
                ]
            )
        )
        over = asyncio.Event()
        keeping = asyncio.create_task(_keep(connection, over))
        self._running[keeping] = None
        keeping.add_done_callback(self._running.pop)
        try:
            answer = await _answer(connection, plain, over)
        except _OF_ITS_OWN as error:
            _log.info("echo_offer_not_answered", extra={"error": type(error).__name__})
            over.set()
            raise BadOffer from None
        except BaseException:
            over.set()
            raise
        self.answered += 1
        return answer

    async def close(self) -> None:
        """End every test."""
        running = list(self._running)
        for keeping in running:
            keeping.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _answer(connection: RTCPeerConnection, offer: str, over: asyncio.Event) -> str:
    def changed() -> None:
        if connection.connectionState in {"failed", "closed"}:
            over.set()

    def opened(channel: RTCDataChannel) -> None:
        _echo(channel, over)

    connection.on("connectionstatechange", changed)
    connection.on("datachannel", opened)
    await connection.setRemoteDescription(RTCSessionDescription(offer, "offer"))
    made = await connection.createAnswer()
    await connection.setLocalDescription(made)
    return str(connection.localDescription.sdp)


async def _keep(connection: RTCPeerConnection, over: asyncio.Event) -> None:
    """Wait for the end of a test, or end it."""
    try:
        async with asyncio.timeout(LONGEST):
            await over.wait()
    except TimeoutError:
        pass
    finally:
        await connection.close()


def _echo(channel: RTCDataChannel, over: asyncio.Event) -> None:
    """Send back what comes, until it is more than a test is."""
    left = MOST_MESSAGES

    def receive(message: str | bytes) -> None:
        nonlocal left
        left -= 1
        if left < 0 or len(message) > MOST_BYTES:
            over.set()
        elif channel.readyState == "open" and channel.bufferedAmount < _MOST_QUEUED:
            channel.send(message)

    channel.on("message", receive)
    channel.on("close", over.set)


def _plain(offer: str, *, loopback: bool) -> str:
    """Return the offer without the candidates that are of no use or must not be tried.

    Names in `.local` cost a second apiece; an internal address is none of a patient's business.
    Whoever comes from one is answered all the same: the echo answers to where a packet came from.

    Raises:
        BadOffer: it is not of a single data channel.
    """
    lines = offer.splitlines()
    if [line.split(" ")[0] for line in lines if line.startswith("m=")] != ["m=application"]:
        raise BadOffer
    own = set(ice.get_host_addresses(use_ipv4=True, use_ipv6=True))
    kept: list[str] = []
    candidates = 0
    for line in lines:
        if line.startswith("a=candidate:"):
            if candidates == _MOST_CANDIDATES or not _may_try(line, own, loopback=loopback):
                continue
            candidates += 1
        elif line.startswith("a=end-of-candidates"):
            continue  # more may come from an address that was left out
        kept.append(line)
    return "".join(f"{line}\r\n" for line in kept if line)


def _may_try(line: str, own: set[str], *, loopback: bool) -> bool:
    words = line.split()
    try:
        address = ip_address(words[4])
    except (IndexError, ValueError):
        return False
    if words[2].lower() != "udp":
        return False
    return address.is_global or words[4] in own or (loopback and address.is_loopback)
