"""What only a nurse may do."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from signaling.protocol import messages as m
from signaling.services import Services
from signaling.sockets.connection import Connection
from signaling.sockets.joining import send_draft
from signaling.sockets.media import first_offer
from signaling.sockets.rights import nurse_of, own
from signaling.sockets.talk import act, done
from video_advice import events as ev
from video_advice.advice.outcome import missing
from video_advice.ids import ContactId
from video_advice.people import Channel, Nurse, Role, card
from video_advice.ports import Arrival, Duty
from video_advice.refusals import Refusal, Refused
from video_advice.state import HELD


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
    await services.ring("duty", "")
    return m.Done(ref=message.ref)


async def line_take(message: m.LineTake, page: Connection, services: Services) -> m.ServerMessage:
    """Take the next contact or the chosen one; taking is accepting."""
    nurse = await _on_duty(page, services)
    here = Arrival(page.process, page.id, Role.NURSE)
    if message.contact is None:
        taken = await services.desk.take_next(nurse, here)
    else:
        taken = await services.desk.take(nurse, message.contact, here)
    await first_offer(message.media, taken, page, services)
    await send_draft(page, taken, services)
    return done(message.ref, taken)


async def offer_accept(
    message: m.OfferAccept, page: Connection, services: Services
) -> m.ServerMessage:
    """Take the offered contact."""
    nurse = nurse_of(page)
    offered = await own(page, message.contact, services)
    if offered.contact.epoch != message.epoch:
        raise Refused(Refusal.STALE_EPOCH)
    here = Arrival(page.process, page.id, Role.NURSE)
    stored = await services.desk.accept(nurse, offered, here)
    await first_offer(message.media, stored, page, services)
    await send_draft(page, stored, services)
    return done(message.ref, stored)


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
    """Ask the patient to change channel; to video only when she could then give all her time."""
    await own(page, message.contact, services)
    if message.channel is Channel.VIDEO and await _has_other_talks(page, message.contact, services):
        raise Refused(Refusal.OTHER_TALKS)
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


async def _has_other_talks(page: Connection, contact: ContactId, services: Services) -> bool:
    held = await services.archive.contacts.of_nurse(nurse_of(page).id)
    return any(one.contact.phase in HELD and one.contact.id != contact for one in held)


async def _on_duty(page: Connection, services: Services) -> Nurse:
    nurse = nurse_of(page)
    duty = await services.archive.duties.find(nurse.id)
    if duty is None:
        raise Refused(Refusal.OFF_DUTY)
    if duty.silent:  # she takes by herself: she is there
        await services.archive.duties.set(replace(duty, silent=0))
        services.board.poke()
    return nurse


async def call_unanswered(
    message: m.CallUnanswered, page: Connection, services: Services
) -> m.ServerMessage:
    """Note that nobody answered."""
    event = ev.CallUnanswered(message.epoch)
    stored = await act(page, message.contact, services, event)
    if stored.contact.nurse is None:
        await services.archive.drafts.drop(message.contact)
    return done(message.ref, stored)
