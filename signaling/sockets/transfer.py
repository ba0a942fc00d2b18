"""A nurse hands a contact over, and asks to whom she could."""

from __future__ import annotations

from typing import Final

from signaling.protocol import messages as m
from signaling.protocol.views import Colleague
from signaling.services import Services
from signaling.sockets.connection import Connection
from signaling.sockets.rights import nurse_of, own
from signaling.sockets.talk import act, done
from video_advice import events as ev
from video_advice import line
from video_advice.capacity import Staff
from video_advice.contact import step
from video_advice.people import Nurse
from video_advice.refusals import Refusal, Refused
from video_advice.state import HELD, Contact

_MOST: Final = 60
"""Colleagues in one answer, which must fit in a frame."""


async def contact_transfer(
    message: m.ContactTransfer, page: Connection, services: Services
) -> m.ServerMessage:
    """Hand the contact over, if somebody else on duty can take it there.

    Raises:
        Refused: `transfer.colleague` or `transfer.nobody`, or the event is not allowed.
    """
    stored = await own(page, message.contact, services)
    event = ev.Transferred(
        message.epoch, message.to, message.urgency, message.reason, message.summary
    )
    there, _ = step(stored.contact, event, services.now(), services.engine.policy)
    ticket = line.ticket(there, 0)
    staff = Staff(line.wants(duty.nurse) for duty in await services.archive.duties.all())
    if ticket is None or not staff.able(ticket):
        named = message.to.nurse is not None
        raise Refused(Refusal.TRANSFER_COLLEAGUE if named else Refusal.TRANSFER_NOBODY)
    return done(message.ref, await act(page, message.contact, services, event))


async def colleagues_ask(
    message: m.ColleaguesAsk, page: Connection, services: Services
) -> m.ServerMessage:
    """Tell who else on duty may take the contact as it is."""
    contact = (await own(page, message.contact, services)).contact
    group, me = line.group_of(contact), nurse_of(page).id
    on_duty = [duty.nurse for duty in await services.archive.duties.all()]
    able = [one for one in on_duty if one.id != me and line.fits(line.wants(one), group)]
    listed = [
        Colleague(one.id, one.name, one.title, await _has_room(one, contact, services))
        for one in able[:_MOST]
    ]
    listed.sort(key=lambda one: (not one.free, one.name))
    page.send(m.ColleaguesAble(contact=contact.id, colleagues=tuple(listed)))
    return m.Done(ref=message.ref, contact=contact.id)


async def _has_room(nurse: Nurse, contact: Contact, services: Services) -> bool:
    """Say whether she has the seats free that the contact would fill."""
    found = await services.archive.contacts.of_nurse(nurse.id)
    held = [one.contact for one in found if one.contact.phase in HELD]
    if not held:
        return True
    return not contact.whole() and not any(map(Contact.whole, held)) and len(held) < nurse.chats
