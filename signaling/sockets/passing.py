"""Passing a message that is not stored to the other side, here or in another process."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

import msgspec

from signaling.protocol import messages as m
from signaling.services import Services
from video_advice.ids import ContactId, ProcessId
from video_advice.people import Role
from video_advice.rights import may_exchange_media


class Passed(msgspec.Struct, frozen=True):
    """A message on its way between processes. `epoch` is that in which it was permitted."""

    sender: Role
    epoch: int
    message: msgspec.Raw
    to: str | None = None


_decoder = msgspec.json.Decoder(Passed)
_message = msgspec.json.Decoder(m.ServerMessage)


async def pass_on(
    contact: ContactId,
    sender: Role,
    message: m.ServerMessage,
    services: Services,
    *,
    to: str | None = None,
) -> None:
    """Give a message to the other side's pages, wherever they are connected.

    `to` is the media session of the one page it is meant for. When that page is connected to this
    process, as it mostly is, nothing else is asked; else it is passed to that page's process alone,
    if it has been heard of.

    A first offer that is addressed to nobody goes to the page that was ready last.
    """
    if _give(contact, sender, message, to, services):
        return
    stored = services.rooms.stored(contact)
    epoch = 0 if stored is None else stored.contact.epoch
    frame = Passed(sender, epoch, msgspec.Raw(msgspec.json.encode(message)), to)
    where = None if to is None else services.whereabouts.find(contact, to)
    await services.ring("relay", contact, msgspec.json.encode(frame), where)


def pass_to(
    contact: ContactId, sender: Role, message: m.ServerMessage, services: Services, to: str
) -> Coroutine[Any, Any, None] | None:
    """Give a message to the page that negotiates as `to`: now, when it is connected here.

    That needs no task and no wait. Else what is left to do is returned, to be awaited.
    """
    page = services.rooms.owner(contact, to)
    if page is None:
        return pass_on(contact, sender, message, services, to=to)
    if page.role is not sender:
        page.send(message)
    return None


async def greet(
    contact: ContactId, sender: Role, session: str, services: Services, *, early: bool = False
) -> None:
    """Tell the other side under which session a page can negotiate media."""
    stored = services.rooms.stored(contact)
    if stored is not None and may_exchange_media(stored.contact):
        epoch = stored.contact.epoch
        ready = m.MediaReadyNow(contact=contact, epoch=epoch, session=session, early=early)
        await pass_on(contact, sender, ready, services)


def receive(contact: ContactId, payload: bytes, sender: ProcessId, services: Services) -> None:
    """Give a message from another process to the pages here, unless it has lived in the past."""
    passed = _decoder.decode(payload)
    stored = services.rooms.stored(contact)
    if stored is not None and stored.contact.epoch > passed.epoch:
        return
    if not services.lease.live():
        return  # it may have lain here while this process slept
    message = _message.decode(passed.message)
    if isinstance(message, m.MediaReadyNow | m.MediaDescribed | m.MediaCandidateFound):
        services.whereabouts.learn(contact, message.session, sender)
    _give(contact, passed.sender, message, passed.to, services)


def _give(
    contact: ContactId, sender: Role, message: m.ServerMessage, to: str | None, services: Services
) -> bool:
    """Give it to who is here; True when nobody else can be meant."""
    if isinstance(message, m.MediaDescribed) and not message.to:
        return services.rooms.offer(contact, sender, message)
    page = None if to is None else services.rooms.owner(contact, to)
    if page is None:
        services.rooms.relay(contact, sender, message)
        return False
    if page.role is not sender:
        page.send(message)
    return True
