"""Setting up media between two browsers: permission, then relay. Nothing is kept."""

from __future__ import annotations

from signaling.protocol import messages as m
from signaling.services import Services
from signaling.sockets.connection import Connection
from signaling.sockets.passing import pass_on
from signaling.sockets.rights import own_now
from video_advice.ids import ContactId
from video_advice.people import Channel
from video_advice.refusals import Refusal, Refused
from video_advice.state import Phase

_AFTER_BOTH_ACCEPTED = frozenset({Phase.JOINING, Phase.TALKING, Phase.INTERRUPTED})


def _check(page: Connection, contact: ContactId, epoch: int, services: Services) -> None:
    """Refuse unless both have accepted video in this epoch.

    The nurse accepts by taking the offer, the patient by choosing video or saying yes to it.
    """
    now = own_now(page, contact, services).contact
    if now.phase not in _AFTER_BOTH_ACCEPTED or now.channel is not Channel.VIDEO:
        raise Refused(Refusal.CONSENT_TO_VIDEO_MISSING)
    if now.epoch != epoch:
        raise Refused(Refusal.STALE_EPOCH)


async def ready(message: m.MediaReady, page: Connection, services: Services) -> None:
    """Tell the other side that this page can negotiate."""
    _check(page, message.contact, message.epoch, services)
    out = m.MediaReadyNow(contact=message.contact, epoch=message.epoch, session=message.session)
    await pass_on(page, message.contact, out, services)


async def description(message: m.MediaDescription, page: Connection, services: Services) -> None:
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
    await pass_on(page, message.contact, out, services)


async def candidate(message: m.MediaCandidate, page: Connection, services: Services) -> None:
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
    await pass_on(page, message.contact, out, services)
