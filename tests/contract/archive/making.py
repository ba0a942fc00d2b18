"""Contacts, nurses and changes for the tests of the archive."""

from __future__ import annotations

import itertools
from typing import Protocol

from msgspec.structs import replace

from tests.fakes import clock
from video_advice.contact import deadline, step
from video_advice.events import (
    AnyEvent,
    Joined,
    NurseOffered,
    OfferAccepted,
    Opened,
    Recorded,
)
from video_advice.ids import ContactId, Instant, Language, NurseId, PersonId, RegionCode
from video_advice.line import Wants
from video_advice.people import Channel, Competence, Concerns, NurseCard, Role
from video_advice.policy import DEFAULT, Policy
from video_advice.ports import (
    Change,
    Contacts,
    Duties,
    Forecasts,
    Guard,
    Outbox,
    Presence,
    RegionRules,
    Stored,
)
from video_advice.state import Contact

T0 = clock.T0

REGION = RegionCode("12")

_numbers = itertools.count(1)


class AnyArchive(Protocol):
    """What the in-memory archive and the one in SQL have in common."""

    @property
    def contacts(self) -> Contacts: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def presence(self) -> Presence: ...
    @property
    def forecasts(self) -> Forecasts: ...
    @property
    def duties(self) -> Duties: ...
    @property
    def rules(self) -> RegionRules: ...
    async def close(self) -> None: ...


def contact_id() -> ContactId:
    """An identifier nobody has had; later ones are greater."""
    return ContactId(f"{next(_numbers):032x}")


def person_id() -> PersonId:
    return PersonId(f"{next(_numbers):032x}")


def opening(
    contact: ContactId | None = None,
    *,
    person: PersonId | None = None,
    region: RegionCode = REGION,
    channel: Channel = Channel.CHAT,
    language: Language = Language("sv"),  # noqa: B008 - a NewType of a constant
    interpreter: bool = False,
    competence: Competence = Competence.GENERAL,
    protected: bool = False,
) -> Opened:
    return Opened(
        contact=contact or contact_id(),
        person=person or person_id(),
        region=region,
        concerns=Concerns.ME,
        called="Å",
        age=40,
        language=language,
        interpreter=interpreter,
        channel=channel,
        story="ont i halsen sedan i går 🤒",
        consent="2026-11",
        competence=competence,
        protected=protected,
    )


def nurse_card(name: str = "n1") -> NurseCard:
    return NurseCard(id=NurseId(name), name="Sjuksköterska", title="leg. ssk", region=REGION)


def wants(
    name: str = "n1",
    regions: frozenset[RegionCode] = frozenset({REGION}),
    languages: frozenset[Language] = frozenset({Language("sv")}),
    channels: frozenset[Channel] = frozenset(Channel),
) -> Wants:
    return Wants(NurseId(name), regions, languages, channels)


def open_change(event: Opened, at: Instant = T0, key: str | None = None) -> Change:
    return change(None, event, at, key=key)


def change(
    stored: Stored | None,
    event: AnyEvent,
    at: Instant,
    *,
    key: str | None = None,
    guard: Guard | None = None,
    policy: Policy = DEFAULT,
) -> Change:
    """What the engine would commit. Raises: Refused."""
    after, effects = step(stored.contact if stored else None, event, at, policy)
    return Change(
        contact=after,
        expected=stored.version if stored else 0,
        event=event,
        at=at,
        deadline=deadline(after, at, policy),
        effects=effects,
        key=key,
        guard=guard,
        before=stored.contact if stored else None,
    )


async def happen(
    archive: AnyArchive,
    contact: ContactId,
    *events: AnyEvent,
    at: Instant = T0,
    key: str | None = None,
    guard: Guard | None = None,
) -> Stored:
    """Let the events happen one after the other, a second apart; return what is then stored."""
    for number, event in enumerate(events):
        stored = await archive.contacts.load(contact)
        await archive.contacts.commit(
            change(stored, event, at + number * 1000, key=key, guard=guard)
        )
    return await get(archive, contact)


async def get(archive: AnyArchive, contact: ContactId) -> Stored:
    stored = await archive.contacts.load(contact)
    assert stored is not None
    return stored


async def open_waiting(
    archive: AnyArchive, event: Opened | None = None, at: Instant = T0
) -> ContactId:
    """Open a contact whose patient is connected."""
    event = event or opening()
    await happen(archive, event.contact, event, Joined(Role.PATIENT), at=at)
    return event.contact


def offer(contact: Contact, nurse: str = "n1", chats: int = 1) -> NurseOffered:
    return NurseOffered(nurse_card(nurse), contact.epoch + 1, "turn", chats)


def accept(contact: Contact) -> OfferAccepted:
    assert contact.nurse is not None
    return OfferAccepted(contact.nurse, contact.epoch)


async def offered(
    archive: AnyArchive, contact: ContactId, nurse: str = "n1", at: Instant = T0 + 10_000
) -> Stored:
    stored = await get(archive, contact)
    return await happen(archive, contact, offer(stored.contact, nurse), at=at)


def as_committed(contact: Contact, deadline_at: Instant | None = None) -> Change:
    """A first change that leaves `contact` in any state at all; its event is only its opening."""
    event = opening(contact.id, person=contact.person, region=contact.region)
    return Change(contact, 0, event, contact.opened_at, deadline_at, ())


def fold(history: list[Recorded], policy: Policy = DEFAULT) -> Contact | None:
    contact: Contact | None = None
    for one in history:
        contact, _ = step(contact, one.event, one.at, policy)
    return contact


def some_contact(**fields: object) -> Contact:
    """A freshly opened contact with some fields changed."""
    fresh, _ = step(None, opening(), T0, DEFAULT)
    return replace(fresh, **fields)
