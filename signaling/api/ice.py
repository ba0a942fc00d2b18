"""The relays a browser may use: for one contact, or for the next one."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from signaling.api.access import contact_of, session_of
from signaling.api.answers import answer, services_of
from video_advice.ids import desk_of
from video_advice.people import Role
from video_advice.refusals import Refusal, Refused


async def ice(request: Request) -> Response:
    """Return ICE servers with credentials that end within minutes and belong to the contact."""
    _, stored = await contact_of(request)
    return answer(services_of(request).ice_for(stored.contact.id))


async def ice_of_desk(request: Request) -> Response:
    """Return ICE servers with which a nurse makes ready before she has a contact."""
    session = await session_of(request, Role.NURSE)
    if session is None or session.nurse is None:
        raise Refused(Refusal.SIGN_IN)
    return answer(services_of(request).ice_for(desk_of(session.nurse.id)))
