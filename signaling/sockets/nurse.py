"""What only a nurse may do."""

from __future__ import annotations

import msgspec

from signaling.protocol import messages as m
from signaling.services import Services
from signaling.sockets.connection import Connection
from signaling.sockets.joining import send_draft
from signaling.sockets.rights import nurse_of, own
from signaling.sockets.talk import act, done
from video_advice import events as ev
from video_advice.advice.outcome import missing
from video_advice.ids import ContactId
from video_advice.people import Nurse, Role, card
from video_advice.ports import Duty, Stored
from video_advice.refusals import Refusal, Refused
from video_advice.rights import holds


async def duty_set(message: m.DutySet, page: Connection, services: Services) -> m.ServerMessage:
    """Go on or off duty."""
    nurse = nurse_of(page)
    duties = services.archive.duties
    if message.on:
        before = await duties.find(nurse.id)
        since = services.now() if before is None else before.since
        await duties.set(Duty(nurse, message.offers, since))
    else:
        await duties.clear(nurse.id)
    services.board.poke()
    await services.ring("line", "")
    return m.Done(ref=message.ref)


async def line_take(message: m.LineTake, page: Connection, services: Services) -> m.ServerMessage:
    """Take the next contact or the chosen one; taking is accepting."""
    nurse = await _on_duty(page, services)
    if message.contact is None:
        offered = await services.desk.take_next(nurse)
    else:
        offered = await services.desk.take(nurse, message.contact)
    return done(message.ref, await _accept(page, nurse, offered, services))


async def offer_accept(
    message: m.OfferAccept, page: Connection, services: Services
) -> m.ServerMessage:
    """Take the offered contact."""
    nurse = nurse_of(page)
    offered = await own(page, message.contact, services)
    if offered.contact.epoch != message.epoch:
        raise Refused(Refusal.STALE_EPOCH)
    return done(message.ref, await _accept(page, nurse, offered, services))


async def offer_decline(
    message: m.OfferDecline, page: Connection, services: Services
) -> m.ServerMessage:
    """Let the offered contact go back to its place."""
    event = ev.OfferDeclined(card(nurse_of(page)), message.epoch)
    return done(message.ref, await act(page, message.contact, services, event))


async def contact_return(
    message: m.ContactReturn, page: Connection, services: Services
) -> m.ServerMessage:
    """Send the contact back to the line."""
    event = ev.Returned(message.epoch, message.urgency, message.reason)
    stored = await act(page, message.contact, services, event)
    await services.archive.drafts.drop(message.contact)
    return done(message.ref, stored)


async def channel_propose(
    message: m.ChannelPropose, page: Connection, services: Services
) -> m.ServerMessage:
    """Ask the patient to change channel."""
    event = ev.ChannelProposed(message.channel, message.epoch)
    return done(message.ref, await act(page, message.contact, services, event))


async def note_save(message: m.NoteSave, page: Connection, services: Services) -> m.ServerMessage:
    """Keep the unsigned note."""
    await own(page, message.contact, services)
    body = msgspec.json.encode(message.draft)
    await services.archive.drafts.save(message.contact, nurse_of(page).id, body)
    return m.Done(ref=message.ref, contact=message.contact)


async def outcome_sign(
    message: m.OutcomeSign, page: Connection, services: Services
) -> m.ServerMessage:
    """Sign the outcome and close the contact."""
    lacking = missing(message.outcome)
    if lacking:
        raise Refused(Refusal.OUTCOME_INCOMPLETE, lacking[0])
    event = ev.OutcomeSigned(message.outcome, card(nurse_of(page)), message.epoch)
    stored = await act(page, message.contact, services, event)
    await services.archive.drafts.drop(message.contact)
    return done(message.ref, stored)


async def _on_duty(page: Connection, services: Services) -> Nurse:
    nurse = nurse_of(page)
    if await services.archive.duties.find(nurse.id) is None:
        raise Refused(Refusal.OFF_DUTY)
    return nurse


async def _accept(page: Connection, nurse: Nurse, offered: Stored, services: Services) -> Stored:
    async def arrive(stored: Stored) -> None:
        contact = stored.contact.id
        await services.archive.presence.arrive(services.process, page.id, contact, Role.NURSE)

    try:
        stored = await services.desk.accept(nurse, offered, arrive)
    except Refused:
        await _unless_hers(page, nurse, offered.contact.id, services)
        raise
    await send_draft(page, stored, services)
    return stored


async def _unless_hers(
    page: Connection, nurse: Nurse, contact: ContactId, services: Services
) -> None:
    """Take back that she is present in a contact that she did not get."""
    stored = await services.archive.contacts.load(contact)
    if stored is None or not holds(nurse.id, stored.contact):
        await services.archive.presence.leave(page.id, contact)


async def call_unanswered(
    message: m.CallUnanswered, page: Connection, services: Services
) -> m.ServerMessage:
    """Note that nobody answered."""
    event = ev.CallUnanswered(message.epoch)
    stored = await act(page, message.contact, services, event)
    if stored.contact.nurse is None:
        await services.archive.drafts.drop(message.contact)
    return done(message.ref, stored)
