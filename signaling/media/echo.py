"""The other end of a network test: whatever comes over one data channel goes back.

It only answers. A test is bounded in time, messages and bytes, and so is the number at once.
"""

from __future__ import annotations

import asyncio
import gc
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
"""Tests at once: together a quarter of a core, so that none measures the others instead."""
LONGEST: Final = 12.0
"""Seconds from the offer until a test is ended."""
QUIET: Final = 3.0
"""Seconds without a message after which a test that has begun is over: its page may be gone."""
GOODBYE: Final = 1.0
MOST_MESSAGES: Final = 600
MOST_BYTES: Final = 1_200
"""Of one message: it fits into a packet."""
_COLLECTED_EACH: Final = 10
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
    """As many tests as may be are going on, or the relay lets the echo have no address."""


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
        self._left = 0

    @property
    def running(self) -> int:
        """How many tests are going on."""
        return len(self._running)

    async def answer(self, offer: str, servers: Sequence[IceServer]) -> str:
        """Return the answer to an SDP offer, candidates included, and echo until it is over.

        The echo is reached at this machine's own addresses, and through the first relay of
        `servers` that aiortc can use.

        Raises:
            EchoBusy: there are too many now, or none would find the echo.
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
        over = _Over()
        keeping = asyncio.create_task(_keep(connection, over))
        self._running[keeping] = None
        keeping.add_done_callback(self._ended)
        try:
            answer = await _answer(connection, plain, over)
        except _OF_ITS_OWN as error:
            _log.info("echo_offer_not_answered", extra={"error": type(error).__name__})
            over.set()
            raise BadOffer from None
        except BaseException:
            over.set()
            raise
        if "a=candidate:" not in answer:
            # Whoever measured that would take the network for one that blocks.
            _log.warning("echo_without_address")
            over.set()
            raise EchoBusy
        return answer

    def _ended(self, keeping: asyncio.Task[None]) -> None:
        """Let go of those before: aiortc leaves rings of objects with keys and buffers in them."""
        del self._running[keeping]
        self._left += 1
        if self._left % _COLLECTED_EACH == 0:
            gc.collect()

    async def close(self) -> None:
        """End every test. What a relay that is gone should be told is not waited for long."""
        running = list(self._running)
        for keeping in running:
            keeping.cancel()
        if running:
            await asyncio.wait(running, timeout=GOODBYE)


class _Over(asyncio.Event):
    """Set when a test is over: by itself when it is quiet for long, or long altogether."""

    def __init__(self) -> None:
        super().__init__()
        self._loop = asyncio.get_running_loop()
        self._last = self._loop.time() + LONGEST
        self._timer = self._loop.call_at(self._last, self.set)

    def heard(self) -> None:
        """Go on for a while."""
        self._timer.cancel()
        self._timer = self._loop.call_at(min(self._last, self._loop.time() + QUIET), self.set)

    def set(self) -> None:
        """Be over, once and for all."""
        self._timer.cancel()
        super().set()


async def _answer(connection: RTCPeerConnection, offer: str, over: _Over) -> str:
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


async def _keep(connection: RTCPeerConnection, over: _Over) -> None:
    """Wait for the end of a test, and close it."""
    try:
        await over.wait()
    finally:
        over.set()
        await connection.close()


def _echo(channel: RTCDataChannel, over: _Over) -> None:
    """Send back what comes, until it is more than a test is."""
    left = MOST_MESSAGES

    def receive(message: str | bytes) -> None:
        nonlocal left
        left -= 1
        if left < 0 or len(message) > MOST_BYTES:
            over.set()
        if over.is_set():
            return
        over.heard()
        if channel.readyState == "open" and channel.bufferedAmount < _MOST_QUEUED:
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
