"""The other end of a call: what a nurse's browser would do, made with aiortc."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

import zxingcpp
from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

from signaling.media.peer import Seen


class Nurse:
    """Makes the offer, reads what it gets."""

    def __init__(self, connection: RTCPeerConnection, *tracks: MediaStreamTrack) -> None:
        self.connection = connection
        self.tracks: Sequence[MediaStreamTrack] = tracks
        self.picture = Seen()
        self.sound = Seen()
        self._reading: list[asyncio.Task[None]] = []
        for track in tracks:
            connection.addTrack(track)
        connection.on("track", self._receive)

    async def offer(self) -> str:
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return str(self.connection.localDescription.sdp)

    async def take(self, answer: str) -> None:
        await self.connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))

    async def close(self) -> None:
        await self.connection.close()
        for track in self.tracks:
            track.stop()
        for task in self._reading:
            task.cancel()
        await asyncio.gather(*self._reading, return_exceptions=True)

    def _receive(self, track: MediaStreamTrack) -> None:
        seen = self.picture if track.kind == "video" else self.sound
        self._reading.append(asyncio.create_task(_read(track, seen)))


async def _read(track: MediaStreamTrack, seen: Seen) -> None:
    while True:
        try:
            seen.add(await track.recv())
        except MediaStreamError:
            return


def code_in(seen: Seen) -> str:
    """The text of the QR code in the newest picture, or nothing."""
    if seen.picture is None:
        return ""
    found = zxingcpp.read_barcodes(seen.picture.to_ndarray(format="rgb24"))
    return found[0].text if found else ""


def candidates(sdp: str) -> list[str]:
    return re.findall(r"^a=(candidate:.*?)\r?$", sdp, re.MULTILINE)


def without_candidates(sdp: str) -> str:
    return re.sub(r"^a=(candidate:.*|end-of-candidates)\r?\n", "", sdp, flags=re.MULTILINE)


def only(kind: str, sdp: str) -> str:
    """Leave out the candidates of other types."""
    return re.sub(rf"^a=candidate:(?!.* typ {kind}).*\r?\n", "", sdp, flags=re.MULTILINE)
