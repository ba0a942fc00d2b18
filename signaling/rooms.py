"""Who of those connected to this process is told what. A room is a contact with people in it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal, Protocol

from msgspec.structs import replace

from signaling.background import Background
from signaling.protocol import messages as m
from signaling.protocol.close_codes import CloseCode
from signaling.protocol.views import for_nurse, for_patient
from video_advice.events import AnyEvent, ChatSent, Recorded, WhyReturned
from video_advice.ids import ConnectionId, ContactId, Instant, NurseId, PersonId
from video_advice.people import Nurse, Role
from video_advice.policy import Policy
from video_advice.ports import ArchiveDown, Contacts, Stored
from video_advice.rights import holds, may_exchange_media
from video_advice.state import Contact, EndedWhy, Phase

_log = logging.getLogger(__name__)

Shown = tuple[Instant, m.LinePlace | m.LineState]
"""What a page was shown last, and since when it had been waiting or on duty then."""

_NONE: Final[Mapping[str, Member]] = MappingProxyType({})
"""Shared by all rooms in which nobody negotiates: most people wait."""

_READING: Final = 2**62
"""Instead of a version: this page is being read for, and told by nobody else until then."""


class Member(Protocol):
    """A connected page. `send` never waits; `close` ends the connection with a code."""

    id: ConnectionId
    role: Role
    person: PersonId | None
    nurse: Nurse | None
    rooms: tuple[ContactId, ...]
    """The rooms it is in, kept by `Rooms`."""
    shown: Shown | None
    """What it was shown last of the line, kept by `Board` as long as the page lives."""
    duty_shown: m.DutyState | None
    """What it was shown last of the nurse's duty, likewise."""

    def send(self, message: m.ServerMessage) -> None:
        """Queue a message."""
        ...

    def close(self, code: CloseCode) -> None:
        """Close the connection."""
        ...


Greet = Callable[[ContactId, Role, str], Coroutine[None, None, None]]
"""Tells the other side that a page of this role can negotiate media as this session."""


async def _nobody(contact: ContactId, role: Role, session: str) -> None:
    """Greet nobody: rooms without a network between them."""
    del contact, role, session


class Room:
    """A contact and the `pages` in it, each with the newest of `versions` that it has been sent.

    Mostly there is one page, and a dict of one weighs twice as much. `media` says which page
    negotiates as a session, once it has said so; the newest stands last.
    """

    __slots__ = ("media", "pages", "stored", "versions")

    def __init__(self, stored: Stored) -> None:
        """Start with nobody in it."""
        self.stored = stored
        self.pages: tuple[Member, ...] = ()
        self.versions: tuple[int, ...] = ()
        self.media: Mapping[str, Member] = _NONE

    def sent(self, page: Member, version: int) -> None:
        """Note what a page has been sent; it is in the room from then on."""
        self._put({**self._seen(), page: version})

    def leave(self, page: Member) -> None:
        """Forget a page."""
        self._put({one: version for one, version in self._seen().items() if one is not page})
        self.deaf(page)

    def behind(self, version: int) -> list[tuple[Member, int]]:
        """Return the pages that have been sent nothing as new as that, with what they have."""
        return [(page, seen) for page, seen in self._seen().items() if seen < version]

    def _seen(self) -> dict[Member, int]:
        return dict(zip(self.pages, self.versions, strict=True))

    def _put(self, seen: dict[Member, int]) -> None:
        self.pages, self.versions = tuple(seen), tuple(seen.values())

    def speaks(self, member: Member, session: str) -> None:
        """Note as which session a page negotiates; whoever has claimed it first keeps it."""
        media = self._without(member)
        media.setdefault(session, member)
        self.media = media

    def deaf(self, member: Member) -> None:
        """Forget as which session a page negotiates."""
        if self.media:
            self.media = self._without(member) or _NONE

    def _without(self, member: Member) -> dict[str, Member]:
        return {session: page for session, page in self.media.items() if page is not member}


class Rooms:
    """All rooms of this process. Fed by the engine's commits here and doorbells from elsewhere."""

    def __init__(self, contacts: Contacts, policy: Policy, background: Background) -> None:
        """`contacts` is read when a doorbell says that another process has written."""
        self._contacts = contacts
        self._policy = policy
        self._background = background
        self._rooms: dict[ContactId, Room] = {}
        self._nurses: dict[NurseId, set[Member]] = {}
        self._refreshing: set[ContactId] = set()
        self._again: set[ContactId] = set()
        self.greet: Greet = _nobody

    # Who is here ----------------------------------------------------------------------------

    def sign_in(self, member: Member) -> None:
        """Remember a nurse's page, so that whatever becomes hers reaches it."""
        if member.nurse is not None:
            self._nurses.setdefault(member.nurse.id, set()).add(member)

    async def enter(self, member: Member, stored: Stored, version: int) -> None:
        """Let a page into a room and send it all that is newer than `version`, once."""
        room = self._rooms.setdefault(stored.contact.id, Room(stored))
        if member not in room.pages:
            _enter(member, room)
            await self._look(member, stored, version)

    def sign_out(self, member: Member) -> list[ContactId]:
        """Forget a page; return the rooms it was in."""
        if member.nurse is not None:
            pages = self._nurses.get(member.nurse.id, set())
            pages.discard(member)
            if not pages:
                self._nurses.pop(member.nurse.id, None)
        left = list(member.rooms)
        for contact in left:
            self._leave(member, contact)
        return left

    def members(self) -> list[Member]:
        """Return every page in this process, each once."""
        pages = {page for room in self._rooms.values() for page in room.pages}
        return list(pages | {page for pages in self._nurses.values() for page in pages})

    def nurses(self) -> list[Member]:
        """Return the pages of nurses."""
        return [page for pages in self._nurses.values() for page in pages]

    def waiting(self, contact: ContactId) -> tuple[Contact, list[Member]] | None:
        """Return the contact and its patient's pages here; None when it does not wait."""
        room = self._rooms.get(contact)
        if room is None or room.stored.contact.phase is not Phase.WAITING:
            return None
        return room.stored.contact, [page for page in room.pages if page.role is Role.PATIENT]

    def stored(self, contact: ContactId) -> Stored | None:
        """Return the contact as this process last saw it, if anybody here is in it."""
        room = self._rooms.get(contact)
        return None if room is None else room.stored

    def contacts(self) -> list[ContactId]:
        """Return the contacts that have somebody here."""
        return list(self._rooms)

    # What they are told ---------------------------------------------------------------------

    def news(self, stored: Stored, *events: AnyEvent) -> None:
        """Tell the room what has just been committed in this process."""
        contact = stored.contact.id
        room = self._rooms.get(contact)
        before = stored.version - len(events)
        missed = room is not None and room.behind(before)
        if missed or any(isinstance(event, ChatSent) for event in events):
            self.poke(contact)
        else:
            self._spread(stored, ())

    def poke(self, contact: ContactId, nurse: NurseId | None = None) -> None:
        """Read the contact again, soon, if anybody here is concerned. Many pokes are one read."""
        if contact not in self._rooms and nurse not in self._nurses:
            return
        if contact in self._refreshing:
            self._again.add(contact)
            return
        self._refreshing.add(contact)
        self._background.start(self._refresh(contact))

    def relay(self, contact: ContactId, sender: Role, message: m.ServerMessage) -> None:
        """Send a message that is not stored to the other side's pages."""
        room = self._rooms.get(contact)
        for page in () if room is None else room.pages:
            if page.role is not sender:
                page.send(message)

    def announce(self, member: Member, contact: ContactId, session: str) -> None:
        """Remember as which media session a page in the room negotiates."""
        room = self._rooms.get(contact)
        if room is not None and member in room.pages:
            room.speaks(member, session)

    def owner(self, contact: ContactId, session: str) -> Member | None:
        """Return the page that negotiates as `session`, if it is connected to this process."""
        room = self._rooms.get(contact)
        return None if room is None else room.media.get(session)

    async def _refresh(self, contact: ContactId) -> None:
        try:
            while True:
                self._again.discard(contact)
                stored = await self._contacts.load(contact)
                if stored is not None:
                    await self._catch_up(stored)
                if contact not in self._again:
                    return
        finally:
            self._refreshing.discard(contact)
            self._again.discard(contact)

    async def _catch_up(self, stored: Stored) -> None:
        room = self._rooms.get(stored.contact.id)
        oldest = min(room.versions, default=0) if room is not None else 0
        chat: Sequence[Recorded] = ()
        if stored.version > oldest:
            chat = await self._contacts.chat(stored.contact.id, oldest)
        self._spread(stored, chat)

    def _spread(self, stored: Stored, chat: Sequence[Recorded]) -> None:
        contact = stored.contact
        if contact.nurse is not None and holds(contact.nurse.id, contact):
            pages = self._nurses.get(contact.nurse.id, set())
            if pages:
                room = self._rooms.setdefault(contact.id, Room(stored))
                for page in pages.difference(room.pages):
                    _enter(page, room)
                    self._background.start(self._look(page, stored, 0))
        known = self._rooms.get(contact.id)
        if known is None:
            return
        if stored.version >= known.stored.version:
            before, known.stored = known.stored, stored
            self._open(known, before.contact)
        for page, seen in known.behind(stored.version):
            known.sent(page, stored.version)
            self._tell(page, stored, [r for r in chat if r.version > seen])

    def offer(self, contact: ContactId, sender: Role, message: m.MediaDescribed) -> bool:
        """Send a first offer to the other side's page that was ready last; False without one."""
        room = self._rooms.get(contact)
        pages = [] if room is None else list(room.media.items())
        for session, page in reversed(pages):
            if page.role is not sender:
                page.send(replace(message, to=session))
                return True
        return False

    def _open(self, room: Room, before: Contact) -> None:
        """Once both have accepted, greet for the patient's pages that have made themselves ready.

        They said so while waiting: the nurse need not wait until they have said it again.
        """
        now = room.stored.contact
        was = may_exchange_media(before) and before.epoch == now.epoch
        if may_exchange_media(now) and not was:
            for session, page in room.media.items():
                if page.role is Role.PATIENT:
                    self._background.start(self.greet(now.id, page.role, session))

    async def _look(self, page: Member, stored: Stored, version: int) -> None:
        """Send a page that has just come what it has missed, then what was written meanwhile."""
        contact = stored.contact.id
        try:
            chat = await self._contacts.chat(contact, version)
        except ArchiveDown:
            self._leave(page, contact)
            raise
        room = self._rooms.get(contact)
        if room is not None and page in room.pages:
            room.sent(page, stored.version)
            self._tell(page, stored, chat)
            self.poke(contact)

    def _tell(self, page: Member, stored: Stored, chat: Iterable[Recorded]) -> None:
        contact = stored.contact
        if page.nurse is not None and not holds(page.nurse.id, contact):
            page.send(m.ContactGone(contact=contact.id, why=_why_gone(page.nurse.id, contact)))
            self._leave(page, contact.id)
            return
        for recorded in chat:
            # What was written after `stored` was read comes with the version it made.
            if recorded.version <= stored.version and isinstance(recorded.event, ChatSent):
                page.send(_added(contact.id, recorded, recorded.event))
        if page.role is Role.NURSE:
            page.send(m.ContactCard(for_nurse(contact, stored.version, self._policy)))
        else:
            page.send(m.ContactState(for_patient(contact, stored.version, self._policy)))

    def _leave(self, member: Member, contact: ContactId) -> None:
        member.rooms = tuple(one for one in member.rooms if one != contact)
        room = self._rooms.get(contact)
        if room is not None:
            room.leave(member)
            if not room.pages:
                self._rooms.pop(contact, None)


def _enter(member: Member, room: Room) -> None:
    room.sent(member, _READING)
    member.rooms = (*member.rooms, room.stored.contact.id)


def _added(contact: ContactId, recorded: Recorded, event: ChatSent) -> m.ChatAdded:
    return m.ChatAdded(
        contact=contact,
        version=recorded.version,
        key=event.key,
        by=event.by,
        name=event.name,
        text=event.text,
        at=recorded.at,
    )


def _why_gone(
    nurse: NurseId, contact: Contact
) -> Literal["ended", "returned", "lost", "left", "unanswered"]:
    if contact.phase is Phase.ENDED:
        return "ended" if contact.ended is EndedWhy.SIGNED else "left"
    if nurse in contact.declined_by:
        return "returned"
    if contact.told is WhyReturned.NO_ANSWER:
        return "unanswered"
    return "lost"
