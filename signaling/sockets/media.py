"""Setting up media between two browsers: permission, then relay. Nothing is kept."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from signaling.protocol import messages as m
from signaling.services import Services
from signaling.sockets.connection import Connection
from signaling.sockets.passing import greet, pass_on, pass_to
from signaling.sockets.rights import own_now
from video_advice.ids import ContactId
from video_advice.people import Channel, Role
from video_advice.ports import Stored
from video_advice.refusals import Refusal, Refused
from video_advice.rights import may_exchange_media
from video_advice.state import Contact, Phase

Rest = Coroutine[Any, Any, None] | None
"""What is left of passing a message on, when its page is not connected here."""

_BEFORE = frozenset({Phase.WAITING, Phase.SCHEDULED, Phase.OFFERED})


def _check(page: Connection, contact: ContactId, epoch: int, services: Services) -> None:
    """Refuse unless both have accepted video in this epoch."""
    _check_accepted(own_now(page, contact, services).contact, epoch)


def _check_accepted(now: Contact, epoch: int) -> None:
    if not may_exchange_media(now):
        raise Refused(Refusal.CONSENT_TO_VIDEO_MISSING)
    if now.epoch != epoch:
        raise Refused(Refusal.STALE_EPOCH)


async def ready(message: m.MediaReady, page: Connection, services: Services) -> None:
    """Remember as whom this page negotiates, and tell the other side once both have accepted."""
    now = own_now(page, message.contact, services).contact
    early = page.role is Role.PATIENT and now.channel is Channel.VIDEO and now.phase in _BEFORE
    if not early:
        _check_accepted(now, message.epoch)
    services.rooms.announce(page, message.contact, message.session)
    if may_exchange_media(now):
        await greet(message.contact, page.role, message.session, services)


async def first_offer(
    media: m.FirstOffer | None, taken: Stored, page: Connection, services: Services
) -> None:
    """Pass on the offer that came with the nurse's acceptance, if they meet by video."""
    contact = taken.contact
    if media is None or not may_exchange_media(contact):
        return
    services.rooms.announce(page, contact.id, media.session)
    out = m.MediaDescribed(
        contact=contact.id,
        epoch=contact.epoch,
        session=media.session,
        to="",
        kind="offer",
        sdp=media.sdp,
    )
    await pass_on(contact.id, page.role, out, services)


def description(message: m.MediaDescription, page: Connection, services: Services) -> Rest:
    """Relay an SDP description."""
    _check(page, message.contact, message.epoch, services)
    out = m.MediaDescribed(
        contact=message.contact,
        epoch=message.epoch,
        session=message.session,
        to=message.to,
        kind=message.kind,
        sdp=message.sdp,
    )
    return pass_to(message.contact, page.role, out, services, message.to)


def candidate(message: m.MediaCandidate, page: Connection, services: Services) -> Rest:
    """Relay an ICE candidate."""
    _check(page, message.contact, message.epoch, services)
    out = m.MediaCandidateFound(
        contact=message.contact,
        epoch=message.epoch,
        session=message.session,
        to=message.to,
        candidate=message.candidate,
        mid=message.mid,
        line=message.line,
    )
    return pass_to(message.contact, page.role, out, services, message.to)
