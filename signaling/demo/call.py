"""The patient's end of the negotiation: polite, never offers, one peer a session."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol

import msgspec

from signaling.media.ice import IceServer
from signaling.media.peer import CannotAnswer, NeedsNewPeer, Peer
from signaling.protocol import http, views
from signaling.protocol import messages as m
from video_advice.ids import ContactId
from video_advice.people import Channel
from video_advice.state import Phase

_log = logging.getLogger(__name__)

_MET: Final = frozenset({Phase.JOINING, Phase.TALKING, Phase.INTERRUPTED})
_CONNECTED_WITHIN: Final = 20.0
_AGAIN_AFTER: Final = 1.0
_GOODBYE: Final = 5.0
_MOST_FAILURES: Final = 5
"""Peers in a row that never connected, after which only a change of the other side helps."""


class _Wanted(msgspec.Struct, frozen=True):
    """Media is due in this epoch; None: it is not."""

    epoch: int | None


class _Rejoined(msgspec.Struct, frozen=True):
    """The socket is back; what was sent while it was away is lost."""


class _Over(msgspec.Struct, frozen=True):
    """A peer has failed."""

    session: str


Tell = Callable[[m.ClientMessage], None]
Servers = Callable[[], Awaitable[http.IceServers | None]]


class MakePeer(Protocol):
    """Makes the peer of one session."""

    def __call__(self, session: str, servers: Sequence[IceServer], *, relay_only: bool) -> Peer:
        """`relay_only` keeps every other address out of it."""
        ...


class Call:
    """Keeps a peer while the contact is a video call, and replaces it when it fails."""

    def __init__(
        self,
        contact: ContactId,
        *,
        tell: Tell,
        servers: Servers,
        make_peer: MakePeer,
        new_id: Callable[[], str],
    ) -> None:
        """`new_id` gives 32 random hexadecimal digits."""
        self.peer: Peer | None = None
        self._contact = contact
        self._tell = tell
        self._servers = servers
        self._make_peer = make_peer
        self._new_id = new_id
        self._epoch: int | None = None
        self._other: str | None = None
        self._answer: m.MediaDescription | None = None
        self._failures = 0
        self._inbox: asyncio.Queue[object] = asyncio.Queue()
        self._watching: asyncio.Task[None] | None = None
        self._closing: set[asyncio.Task[None]] = set()

    def follow(self, view: views.PatientView) -> None:
        """Begin or end as the contact says."""
        met = view.channel is Channel.VIDEO and view.phase in _MET
        self._inbox.put_nowait(_Wanted(view.epoch if met else None))

    def receive(self, message: m.ServerMessage) -> None:
        """Take note of a message about media; others are left alone."""
        if isinstance(message, m.MediaReadyNow | m.MediaDescribed | m.MediaCandidateFound):
            self._inbox.put_nowait(message)

    def rejoined(self) -> None:
        """Say again what may have been lost with the old socket."""
        self._inbox.put_nowait(_Rejoined())

    async def run(self) -> None:
        """Negotiate until cancelled; the peer ends with it."""
        try:
            while True:
                await self._handle(await self._inbox.get())
        finally:
            self._drop()
            if self._closing:
                await asyncio.wait(self._closing, timeout=_GOODBYE)

    async def _handle(self, item: object) -> None:
        match item:
            case _Wanted(epoch=epoch) if epoch != self._epoch:
                self._epoch = epoch
                self._failures = 0
                self._drop()
                if epoch is not None:
                    await self._begin()
            case _Rejoined() if self.peer is not None:
                self._say_ready()
                if self._answer is not None:
                    self._tell(self._answer)
            case _Over(session=session) if self.peer and self.peer.session == session:
                await self._replace()
            case m.MediaReadyNow() if item.epoch == self._epoch:
                await self._meet(item.session)
            case m.MediaDescribed(kind="offer") if self._is_for_us(item):
                await self._take_offer(item)
            case m.MediaCandidateFound() if self._is_for_us(item) and self.peer is not None:
                await self.peer.add_candidate(item.candidate, item.mid, item.line)

    def _is_for_us(self, message: m.MediaDescribed | m.MediaCandidateFound) -> bool:
        ours = self.peer is not None and message.to == self.peer.session
        theirs = self._other in {None, message.session}
        return ours and theirs and message.epoch == self._epoch

    async def _meet(self, session: str) -> None:
        """Answer a page that is ready; one that replaces another gets a fresh peer."""
        if session == self._other:
            return
        if self._other is not None or self.peer is None:
            self._failures = 0
            self._drop()
            await self._begin()
        else:
            self._say_ready()
        self._other = session

    async def _take_offer(self, offer: m.MediaDescribed) -> None:
        if self.peer is None:
            return
        self._other = offer.session
        try:
            sdp = await self.peer.answer(offer.sdp)
        except NeedsNewPeer:
            await self._replace()
            return
        except CannotAnswer:
            self._failures = _MOST_FAILURES
            await self._replace()
            return
        self._answer = m.MediaDescription(
            contact=self._contact,
            epoch=offer.epoch,
            session=self.peer.session,
            to=offer.session,
            kind="answer",
            sdp=sdp,
        )
        self._tell(self._answer)

    async def _replace(self) -> None:
        if self.peer is not None and self.peer.picture.frames + self.peer.sound.frames == 0:
            self._failures += 1
        self._drop()
        if self._failures < _MOST_FAILURES:
            await self._begin()
        else:
            _log.warning("call_given_up")

    async def _begin(self) -> None:
        """Make a peer and say that it is ready."""
        given = await self._servers()
        if given is None:
            servers: tuple[IceServer, ...] = ()
        else:
            servers = tuple(IceServer(s.urls, s.username, s.credential) for s in given.servers)
        relay_only = given is not None and given.policy == "relay"
        self.peer = self._make_peer(self._new_id()[:16], servers, relay_only=relay_only)
        self._watching = asyncio.create_task(self._watch(self.peer))
        self._say_ready()

    def _drop(self) -> None:
        """Close the peer, without waiting: taking leave of a relay that is gone takes long."""
        if self._watching is not None:
            self._watching.cancel()
        peer, self.peer, self._watching = self.peer, None, None
        self._other = self._answer = None
        if peer is not None:
            task = asyncio.create_task(peer.close())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    async def _watch(self, peer: Peer) -> None:
        """Tell when the peer is over, or has an offer and still does not connect."""
        while not peer.over.is_set():
            try:
                await asyncio.wait_for(peer.over.wait(), _CONNECTED_WITHIN)
            except TimeoutError:
                if peer.state == "connecting":
                    break
        await asyncio.sleep(_AGAIN_AFTER)
        self._inbox.put_nowait(_Over(peer.session))

    def _say_ready(self) -> None:
        if self.peer is not None and self._epoch is not None:
            self._tell(
                m.MediaReady(contact=self._contact, epoch=self._epoch, session=self.peer.session)
            )
