"""Passing a message that is not stored to the other side, here or in another process."""

from __future__ import annotations

import msgspec

from signaling.protocol import messages as m
from signaling.services import Services
from signaling.sockets.connection import Connection
from signaling.whereabouts import HERE
from video_advice.ids import ContactId, ProcessId
from video_advice.people import Role


class Passed(msgspec.Struct, frozen=True):
    """A message on its way between processes. `epoch` is that in which it was permitted."""

    sender: Role
    epoch: int
    message: msgspec.Raw


_decoder = msgspec.json.Decoder(Passed)
_message = msgspec.json.Decoder(m.ServerMessage)


async def pass_on(
    page: Connection, contact: ContactId, message: m.ServerMessage, services: Services
) -> None:
    """Give the message to the other side's pages, wherever they are connected.

    One that is meant for a certain page is passed to that page's process alone, if it is known.
    """
    services.rooms.relay(contact, page.role, message, but=page)
    to = _meant_for(contact, message, services, HERE)
    if to == HERE:
        return
    stored = services.rooms.stored(contact)
    epoch = 0 if stored is None else stored.contact.epoch
    frame = Passed(page.role, epoch, msgspec.Raw(msgspec.json.encode(message)))
    await services.ring("relay", contact, msgspec.json.encode(frame), to)


def receive(contact: ContactId, payload: bytes, sender: ProcessId, services: Services) -> None:
    """Give a message from another process to the pages here, unless it has lived in the past."""
    passed = _decoder.decode(payload)
    stored = services.rooms.stored(contact)
    if stored is not None and stored.contact.epoch > passed.epoch:
        return
    message = _message.decode(passed.message)
    _meant_for(contact, message, services, sender)
    services.rooms.relay(contact, passed.sender, message, but=None)


def _meant_for(
    contact: ContactId, message: m.ServerMessage, services: Services, sender: ProcessId
) -> ProcessId | None:
    """Note in which process a page has spoken; return that of whom it speaks to, if known."""
    if not isinstance(message, m.MediaReadyNow | m.MediaDescribed | m.MediaCandidateFound):
        return None
    services.whereabouts.learn(contact, message.session, sender)
    if isinstance(message, m.MediaReadyNow):
        return None
    return services.whereabouts.find(contact, message.to)
