"""Passing a message that is not stored to the other side, here or in another process."""

from __future__ import annotations

import msgspec

from signaling.protocol import messages as m
from signaling.services import Services
from signaling.sockets.connection import Connection
from video_advice.ids import ContactId
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
    """Give the message to the other side's pages, wherever they are connected."""
    services.rooms.relay(contact, page.role, message, but=page)
    stored = services.rooms.stored(contact)
    epoch = 0 if stored is None else stored.contact.epoch
    frame = Passed(page.role, epoch, msgspec.Raw(msgspec.json.encode(message)))
    await services.ring("relay", contact, msgspec.json.encode(frame))


def receive(contact: ContactId, payload: bytes, services: Services) -> None:
    """Give a message from another process to the pages here, unless it has lived in the past."""
    passed = _decoder.decode(payload)
    stored = services.rooms.stored(contact)
    if stored is not None and stored.contact.epoch > passed.epoch:
        return
    message = _message.decode(passed.message)
    services.rooms.relay(contact, passed.sender, message, but=None)
