"""A person's end of a call without a browser: answers, sends its tracks, counts what it gets."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence
from typing import Final

import numpy
from aiortc import (
    RTCConfiguration,
    RTCIceServer,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.exceptions import InvalidAccessError, InvalidStateError, OperationError
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from aiortc.rtcconfiguration import RTCIceTransportPolicy
from aiortc.sdp import candidate_from_sdp
from av import AudioFrame, VideoFrame

from signaling.media.ice import IceServer

_log = logging.getLogger(__name__)

_UFRAG: Final = re.compile(r"^a=ice-ufrag:(\S+)", re.MULTILINE)
_MDNS: Final = re.compile(r"^a=candidate:\S+ \S+ \S+ \S+ \S+\.local .*\r?\n", re.MULTILINE)
_BUNDLED: Final = "a=group:BUNDLE "
_OF_ITS_OWN: Final = (InvalidAccessError, InvalidStateError, OperationError, ValueError)
"""What aiortc raises about a description."""


class CannotAnswer(Exception):
    """The offer cannot be answered by this peer. It is closed; a new one may do better."""


class NeedsNewPeer(CannotAnswer):
    """The offer restarts ICE, which aiortc cannot: make another peer with another session."""


class Seen:
    """What has arrived of one kind, picture or sound."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.frames = 0
        self.first = asyncio.Event()
        self.last_at: float | None = None
        """When the newest frame came, on the event loop's clock."""
        self.picture: VideoFrame | None = None
        """The newest picture."""
        self.loudest = 0
        """The highest sample of any sound so far, of 32,767."""

    def add(self, frame: object) -> None:
        """Count a decoded frame."""
        self.frames += 1
        self.last_at = asyncio.get_running_loop().time()
        if isinstance(frame, VideoFrame):
            self.picture = frame
        elif isinstance(frame, AudioFrame):
            samples = frame.to_ndarray().astype(numpy.int32)
            self.loudest = max(self.loudest, int(numpy.abs(samples).max(initial=0)))
        self.first.set()


class Peer:
    """One connection. It never offers: aiortc has no rollback.

    `over` is set when it has failed or was closed. Whoever makes one closes it.
    """

    def __init__(
        self,
        session: str,
        servers: Sequence[IceServer] = (),
        tracks: Sequence[MediaStreamTrack] = (),
        *,
        relay_only: bool = False,
    ) -> None:
        """`session` names it towards the other side. The tracks are its own and end with it."""
        self.session = session
        self.picture = Seen()
        self.sound = Seen()
        self.over = asyncio.Event()
        self._tracks = tuple(tracks)
        policy = RTCIceTransportPolicy.RELAY if relay_only else RTCIceTransportPolicy.ALL
        # Without a list of servers aiortc asks those of a third party.
        self._connection = RTCPeerConnection(
            RTCConfiguration(
                iceServers=[
                    RTCIceServer(list(server.urls), server.username, server.credential)
                    for server in servers
                ],
                iceTransportPolicy=policy,
            )
        )
        self._connection.on("track", self._receive)
        self._connection.on("connectionstatechange", self._changed)
        for track in self._tracks:
            self._connection.addTrack(track)
        self._reading: set[asyncio.Task[None]] = set()
        self._early: list[tuple[str, str | None, int | None]] = []
        self._ufrag: str | None = None
        self._answered: tuple[str, str] | None = None
        self._closing: asyncio.Task[None] | None = None

    @property
    def state(self) -> str:
        """How the connection is doing, in the words of `RTCPeerConnection.connectionState`."""
        return str(self._connection.connectionState)

    async def answer(self, offer: str) -> str:
        """Return the answer to an offer, candidates included. The same offer, the same answer.

        Raises:
            NeedsNewPeer: it restarts ICE.
            CannotAnswer: aiortc cannot take it, or this peer is over.
        """
        if self._answered is not None and self._answered[0] == offer:
            return self._answered[1]
        found = _UFRAG.search(offer)
        ufrag = found[1] if found else ""
        if self._ufrag not in {None, ufrag}:
            await self.close()
            raise NeedsNewPeer
        self._ufrag = ufrag
        try:
            answer = await self._negotiate(offer)
        except _OF_ITS_OWN as error:
            _log.info("offer_not_answered", extra={"error": type(error).__name__})
            await self.close()
            raise CannotAnswer from None
        self._answered = (offer, answer)
        return answer

    async def add_candidate(
        self, candidate: str, mid: str | None = None, line: int | None = None
    ) -> None:
        """Use one more way to the other side. What cannot be used is left out."""
        if self._answered is None:
            self._early.append((candidate, mid, line))
            return
        if self.over.is_set() or ".local " in candidate:
            return
        try:
            if candidate:
                parsed = candidate_from_sdp(candidate.removeprefix("candidate:"))
                parsed.sdpMid, parsed.sdpMLineIndex = mid, line
                await self._connection.addIceCandidate(parsed)
            elif _BUNDLED in self._answered[0]:
                # For aiortc an end is that of every m-line.
                await self._connection.addIceCandidate(None)
        except (AssertionError, *_OF_ITS_OWN) as error:
            _log.info("candidate_not_used", extra={"error": type(error).__name__})

    async def close(self) -> None:
        """Stop sending, receiving and relaying. Closing twice is fine."""
        if self._closing is None:
            self._closing = asyncio.create_task(self._close())
        await asyncio.shield(self._closing)

    async def _negotiate(self, offer: str) -> str:
        connection = self._connection
        # aioice asks the network for each .local name, a second apiece, and gets no answer.
        plain = _MDNS.sub("", offer)
        await connection.setRemoteDescription(RTCSessionDescription(plain, "offer"))
        made = await connection.createAnswer()
        await connection.setLocalDescription(made)
        answer = connection.localDescription.sdp
        self._answered = (offer, answer)
        early, self._early = self._early, []
        for candidate in early:
            await self.add_candidate(*candidate)
        return answer

    async def _close(self) -> None:
        self.over.set()
        for track in self._tracks:
            track.stop()
        await self._connection.close()
        for task in self._reading:
            task.cancel()
        await asyncio.gather(*self._reading, return_exceptions=True)

    def _changed(self) -> None:
        if self.state in {"failed", "closed"}:
            self.over.set()
        if self.state == "failed" and self._closing is None:
            self._closing = asyncio.create_task(self._close())

    def _receive(self, track: MediaStreamTrack) -> None:
        """Read the track to its end: what nobody reads piles up."""
        seen = self.picture if track.kind == "video" else self.sound
        task = asyncio.create_task(_read(track, seen))
        self._reading.add(task)


async def _read(track: MediaStreamTrack, seen: Seen) -> None:
    while True:
        try:
            seen.add(await track.recv())
        except MediaStreamError:
            return
