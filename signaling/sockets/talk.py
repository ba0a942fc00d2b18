"""What either of them may do: write, read, end the video, hang up."""

from __future__ import annotations

from signaling.protocol import messages as m
from signaling.services import Services
from signaling.sockets.connection import Connection
from signaling.sockets.passing import pass_on
from signaling.sockets.rights import own, own_now, takes_part
from video_advice import events as ev
from video_advice.chat import tidy
from video_advice.ids import ContactId
from video_advice.ports import SeatTaken, Stored
from video_advice.refusals import Refusal, Refused
from video_advice.state import Contact


async def act(
    page: Connection,
    contact: ContactId,
    services: Services,
    event: ev.AnyEvent,
    key: str | None = None,
) -> Stored:
    """Make `event` happen if the contact is still the page's at the moment it is written.

    Raises:
        Refused: `contact.not_found`, or the event is not allowed; `channel.other_talks` when the
            nurse has not the seats free that it would fill.
    """

    def mine(now: Contact) -> ev.AnyEvent:
        if not takes_part(page, now):
            raise Refused(Refusal.NOT_FOUND)
        return event

    try:
        return await services.engine.happen(contact, mine, key=key, process=page.process)
    except SeatTaken:
        raise Refused(Refusal.OTHER_TALKS) from None


def done(ref: int, stored: Stored) -> m.Done:
    """Return the answer to a request that made a new version."""
    return m.Done(ref=ref, contact=stored.contact.id, version=stored.version)


def ping(message: m.Ping, page: Connection, services: Services) -> m.ServerMessage:
    """Answer that the service is there."""
    del page, services
    return m.Pong(message.n)


async def chat_send(message: m.ChatSend, page: Connection, services: Services) -> m.ServerMessage:
    """Keep a chat message, once for its key."""
    stored = await own(page, message.contact, services)
    name = page.nurse.name if page.nurse is not None else stored.contact.called
    event = ev.ChatSent(page.role, name, tidy(message.text), message.key)
    key = f"{page.role}:{message.key}"
    return done(message.ref, await act(page, message.contact, services, event, key))


async def chat_seen(message: m.ChatSeen, page: Connection, services: Services) -> None:
    """Note how far somebody has read, if it is news."""
    stored = await own(page, message.contact, services)
    contact = stored.contact
    read = contact.nurse_read if page.nurse is not None else contact.patient_read
    upto = min(message.upto, stored.version)
    if upto > read:
        await act(page, message.contact, services, ev.ChatRead(page.role, upto))


async def chat_typing(message: m.ChatTyping, page: Connection, services: Services) -> None:
    """Tell the other side that somebody is writing."""
    own_now(page, message.contact, services)
    typing = m.ChatTypingNow(contact=message.contact, by=page.role)
    await pass_on(message.contact, page.role, typing, services)


async def hang_up(
    message: m.ContactHangUp, page: Connection, services: Services
) -> m.ServerMessage:
    """End the talk; the outcome remains."""
    event = ev.HungUp(page.role, message.epoch)
    return done(message.ref, await act(page, message.contact, services, event))


async def channel_lower(
    message: m.ChannelLower, page: Connection, services: Services
) -> m.ServerMessage:
    """End the video and go on in chat."""
    event = ev.ChannelLowered(page.role)
    return done(message.ref, await act(page, message.contact, services, event))
