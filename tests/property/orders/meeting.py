"""A meeting in memory, in one process or two: the real doors, rooms and engine, and every doorbell
in the test's hand. What a page is sent is judged at that moment.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Hashable
from types import SimpleNamespace
from typing import Any, Final

import msgspec

from signaling.aftermath import Aftermath
from signaling.background import Background
from signaling.bootstrap import _heard
from signaling.desk import Desk
from signaling.engine import Engine, Events
from signaling.index import Index
from signaling.live.bells import Ring
from signaling.protocol import messages as m
from signaling.rooms import Rooms
from signaling.sockets.connection import Connection
from signaling.sockets.dispatch import dispatch
from signaling.sockets.joining import enter
from signaling.sockets.passing import greet
from signaling.whereabouts import Whereabouts
from tests.fakes.clock import Hands
from tests.fakes.memory_archive import MemoryArchive
from tests.unit import lives
from tests.unit.lives import KARIN, YUSUF
from tests.unit.people import nurse_of
from video_advice import events as ev
from video_advice.ids import ConnectionId, Language, NurseId, PersonId, ProcessId
from video_advice.line import MemoryLine
from video_advice.people import Channel, Role
from video_advice.policy import DEFAULT, HOUR
from video_advice.ports import Delivery, Session, Stored
from video_advice.rights import holds

CONTACT: Final = lives.opened().contact
PATIENT: Final = lives.opened().person
SESSIONS: Final = {
    "phone": "a" * 16,
    "karin": "b" * 16,
    "yusuf": "c" * 16,
    "stranger": "d" * 16,
}
"""The pages, and as whom each negotiates."""
_NURSES: Final = {"karin": nurse_of(KARIN), "yusuf": nurse_of(YUSUF)}
_decode: Final = msgspec.json.Decoder(m.ServerMessage).decode


class Consent:
    """Who has accepted what, from what has happened and nothing else."""

    def __init__(self) -> None:
        """Nobody has accepted anything."""
        self.accepted: dict[int, NurseId] = {}
        """The epochs that both have accepted, and the nurse who did."""
        self.video = False
        self._proposed = False
        self._nurse: tuple[int, NurseId] | None = None

    def heard(self, event: ev.AnyEvent) -> None:
        match event:
            case ev.Opened(channel=channel) | ev.ChannelWished(channel=channel):
                self.video = channel is Channel.VIDEO
            case ev.ChannelProposed(channel=channel):
                self._proposed = channel is Channel.VIDEO
            case ev.ChannelAnswered(accepted=yes):
                self.video = yes and self._proposed
            case ev.ChannelLowered():
                self.video = False
            case ev.OfferAccepted(nurse=nurse, epoch=epoch):
                self._nurse = (epoch, nurse.id)
            case ev.OfferDeclined() | ev.Returned() | ev.PatientLeft() | ev.HungUp():
                self._nurse = None
        if self.video and self._nurse is not None:
            epoch, nurse_id = self._nurse
            self.accepted[epoch] = nurse_id

    def now(self) -> int | None:
        """Return the epoch in which both have accepted and neither has gone back on it."""
        return self._nurse[0] if self.video and self._nurse is not None else None

    def print(self) -> Hashable:
        return tuple(self.accepted.items()), self.video, self._proposed, self._nurse


class _Line:
    """The network's side of a page: judges what is sent over it."""

    def __init__(self, meeting: Meeting, name: str) -> None:
        self._meeting = meeting
        self._name = name

    def write(self, text: bytes) -> int:
        self._meeting.sent(self._name, _decode(text))
        return 0

    def close(self, code: int, reason: str, *, drop: bool = False) -> None:
        raise AssertionError(f"{self._name} is closed: {code} {reason} {drop}")


class _NoDrafts:
    """Nobody has written anything."""

    async def find(self, *_: object) -> None:
        """There is none."""

    drop = find


class Process:
    """One web process."""

    def __init__(self, name: str, meeting: Meeting) -> None:
        """Begin with nobody connected."""
        archive = meeting.archive
        self.id = ProcessId(name)
        self.bells: deque[Ring] = deque()
        """What has been rung here and not been heard yet, in order."""
        self.background = Background()
        self.rooms = Rooms(archive.contacts, DEFAULT, self.background)
        board: Any = SimpleNamespace(poke=lambda *_: None)
        index = Index(MemoryLine(), archive.contacts)
        follow = Aftermath(self.rooms, board, index, archive.outbox, self.ring, self.background)

        async def heard(stored: Stored, events: Events, rest: tuple[Delivery, ...]) -> None:
            for event in events:
                meeting.consent.heard(event)
            await follow(stored, events, rest)

        self.engine = Engine(
            archive.contacts,
            archive.presence,
            meeting.clock,
            DEFAULT,
            heard,
            lambda: self.id,
        )
        self._meeting = meeting
        self.services: Any = SimpleNamespace(
            archive=SimpleNamespace(
                contacts=archive.contacts, presence=archive.presence, drafts=_NoDrafts()
            ),
            engine=self.engine,
            desk=Desk(self.engine, index),
            rooms=self.rooms,
            board=board,
            ring=self.ring,
            lease=SimpleNamespace(live=lambda: True),
            whereabouts=Whereabouts(),
            now=meeting.clock.now,
        )
        self.rooms.greet = lambda contact, role, session: greet(
            contact, role, session, self.services, early=True
        )

    async def ring(
        self, kind: str, subject: str, payload: bytes = b"", to: ProcessId | None = None
    ) -> None:
        """Ring for the other process, or for the one meant."""
        for other in self._meeting.processes:
            if other is not self and to in {None, other.id} and kind != "work":
                other.bells.append(Ring(kind, subject, payload, self.id))

    def hear(self) -> None:
        """Take the next doorbell."""
        _heard(self.bells.popleft(), self.services)

    def print(self) -> Hashable:
        """Return all that can make a difference to what happens here next."""
        room = self.rooms._rooms.get(CONTACT)
        here = None
        if room is not None:
            pages = zip(room.pages, room.versions, strict=True)
            seen = frozenset((page.id, version) for page, version in pages)
            here = room.stored, seen, tuple((s, page.id) for s, page in room.media.items())
        bells = tuple((one.kind, one.payload) for one in self.bells)
        return here, bells, frozenset(self.rooms._nurses), tuple(self.services.whereabouts._known)


class Meeting:
    """A contact, its pages, and the judgement on what they are sent."""

    def __init__(self, places: dict[str, int]) -> None:
        """`places`: in which process, 0 or 1, each page is connected."""
        self.clock = Hands()
        self.archive = MemoryArchive(self.clock)
        self.consent = Consent()
        self.broken: list[str] = []
        self.relayed: set[str] = set()
        self.came: set[str] = set()
        self.shown: dict[str, int | None] = {}
        """The version of the contact on each page; None when the page was told that it is gone."""
        self.processes = [Process("one", self), Process("two", self)][: max(places.values()) + 1]
        self._at = {name: self.processes[number] for name, number in places.items()}
        self.pages = {name: self._page(name, process) for name, process in self._at.items()}

    def _page(self, name: str, process: Process) -> Connection:
        nurse = _NURSES.get(name)
        person = None if nurse else PATIENT if name == "phone" else PersonId("0" * 32)
        role = Role.PATIENT if nurse is None else Role.NURSE
        session = Session(name, role, person, nurse, self.clock.now() + HOUR)
        link: Any = _Line(self, name)
        return Connection(link, ConnectionId(name), session, Language("sv"), process.id)

    async def begin(self, *history: ev.AnyEvent) -> None:
        """Let this have happened before."""
        for process in self.processes:
            await self.archive.presence.renew(process.id, HOUR)
        one = self.processes[0]
        await one.engine.open(history[0], CONTACT, "key-0001")
        for event in history[1:]:
            await one.engine.happen(CONTACT, event)
        await self.settle()

    # What happens -------------------------------------------------------------------------------

    async def hello(self, name: str) -> None:
        """Let a page come."""
        self.came.add(name)
        page, process = self.pages[name], self._at[name]
        stored = await self.archive.contacts.load(CONTACT) if page.nurse is None else None
        own = None if name == "stranger" else stored
        hello = m.Hello(protocol=m.PROTOCOL_VERSION, language=Language("sv"), role=page.role)
        await enter(page, hello, own, process.services)

    async def say(self, name: str, message: m.ClientMessage) -> None:
        """Let a page say something, as it comes from the network."""
        text = msgspec.json.encode(message).decode()
        rest = dispatch(text, self.pages[name], self._at[name].services)
        if rest is not None:
            await rest

    async def happen(self, event: ev.AnyEvent) -> None:
        """Let the service do something."""
        await self.processes[0].engine.happen(CONTACT, event)

    async def settle(self) -> None:
        """Let everything that was started come to its end."""
        while tasks := [task for one in self.processes for task in one.background._tasks]:
            await asyncio.wait(tasks)

    # What is judged -----------------------------------------------------------------------------

    def sent(self, name: str, message: m.ServerMessage) -> None:
        """Judge what a page is sent (I12)."""
        if isinstance(message, m.ContactState | m.ContactCard):
            self.shown[name] = message.view.version
        elif isinstance(message, m.ContactGone):
            self.shown[name] = None
        if not isinstance(message, m.MediaReadyNow | m.MediaDescribed | m.MediaCandidateFound):
            return
        self.relayed.add(message.kind if isinstance(message, m.MediaDescribed) else "other")
        page, nurse = self.pages[name], self.consent.accepted.get(message.epoch)
        sender = next(one for one, session in SESSIONS.items() if session == message.session)
        between = {"phone", str(nurse)}
        what = f"{message!r} of {sender} to {name}"
        if nurse is None:
            self.broken.append(f"{what}: not accepted by both")
        elif {sender, name} != between:
            self.broken.append(f"{what}: between others than {between}")
        if len(self.processes) == 1 and message.epoch != self.consent.now():
            self.broken.append(f"{what}: accepted no more")
        known = self._at[name].rooms.stored(CONTACT)
        if known is not None and known.contact.epoch > message.epoch:
            self.broken.append(f"{what}: though {page.id} knows of epoch {known.contact.epoch}")

    async def look(self) -> None:
        """Judge that every screen tells the truth, unless a doorbell has still to be heard."""
        stored = await self.archive.contacts.load(CONTACT)
        assert stored is not None
        if any(process.bells for process in self.processes):
            return
        for name in self.came:
            nurse = self.pages[name].nurse
            its = name == "phone" if nurse is None else holds(nurse.id, stored.contact)
            shown = self.shown.get(name)
            if shown != (stored.version if its else None):
                self.broken.append(f"{name} is shown version {shown}, and it is {stored!r}")

    async def print(self) -> Hashable:
        """Return all that can make a difference to what happens next."""
        stored = await self.archive.contacts.load(CONTACT)
        here = frozenset(self.archive.presence._rows.items())
        return stored, here, self.consent.print(), tuple(one.print() for one in self.processes)
