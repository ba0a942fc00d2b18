"""Who takes part in a contact, and so may see it and act on it. Pure; asked at every door."""

from __future__ import annotations

from video_advice.ids import NurseId, PersonId
from video_advice.people import Channel, Nurse
from video_advice.state import HELD, Contact, Phase

_ACCEPTED = frozenset({Phase.JOINING, Phase.TALKING, Phase.INTERRUPTED})


def holds(nurse: NurseId, contact: Contact) -> bool:
    """Say whether the contact is now the nurse's: offered, joined, talking or unsigned."""
    mine = contact.nurse is not None and contact.nurse.id == nurse
    return mine and (contact.phase in HELD or contact.phase is Phase.WRAPPING_UP)


def may_see(person: PersonId | None, nurse: NurseId | None, contact: Contact) -> bool:
    """Say whether a patient (`person`) or a nurse takes part in the contact now."""
    if nurse is not None:
        return holds(nurse, contact)
    return person is not None and contact.person == person


def may_know(nurse: Nurse, contact: Contact) -> bool:
    """Say whether the nurse may be told who waits: not who, when the identity is protected."""
    return nurse.protected or not contact.protected


def may_take(nurse: Nurse, contact: Contact) -> bool:
    """Say whether the nurse may choose the contact from the line, whatever else she serves."""
    return contact.region in nurse.regions and may_know(nurse, contact)


def may_exchange_media(contact: Contact) -> bool:
    """Say whether both have accepted video in the contact's present epoch.

    The nurse accepts by taking the offer, the patient by choosing video or saying yes to it.
    """
    return contact.phase in _ACCEPTED and contact.channel is Channel.VIDEO
