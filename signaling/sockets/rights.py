"""Who may act on which contact. Asked anew for every message."""

from __future__ import annotations

from signaling.services import Services
from signaling.sockets.connection import Connection
from video_advice.ids import ContactId
from video_advice.people import Nurse
from video_advice.ports import LeaseLost, Stored
from video_advice.refusals import Refusal, Refused
from video_advice.rights import may_see
from video_advice.state import Contact


def takes_part(page: Connection, contact: Contact) -> bool:
    """Say whether the page's person takes part in the contact now."""
    return may_see(page.person, None if page.nurse is None else page.nurse.id, contact)


async def own(page: Connection, contact: ContactId, services: Services) -> Stored:
    """Return the contact as it is in the archive, if it is the page's.

    Raises:
        Refused: `contact.not_found`, the same for a foreign contact as for none.
    """
    stored = await services.archive.contacts.load(contact)
    if stored is None or not takes_part(page, stored.contact):
        raise Refused(Refusal.NOT_FOUND)
    return stored


def own_now(page: Connection, contact: ContactId, services: Services) -> Stored:
    """Return the contact as this process last saw it, if it is the page's. For relayed messages.

    Raises:
        Refused: `contact.not_found`.
        LeaseLost: this process may have been paused, and what it last saw be no longer so.
    """
    if not services.lease.live():
        raise LeaseLost
    stored = services.rooms.stored(contact)
    if stored is None or not takes_part(page, stored.contact):
        raise Refused(Refusal.NOT_FOUND)
    return stored


def nurse_of(page: Connection) -> Nurse:
    """Return the nurse whose page it is.

    Raises:
        Refused: `identity.wrong_role`.
    """
    if page.nurse is None:
        raise Refused(Refusal.WRONG_ROLE)
    return page.nurse
