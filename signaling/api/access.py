"""Who is asking, and may they."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from starlette.requests import Request

from signaling.api.answers import services_of
from signaling.identity.cookies import secret_of
from signaling.services import bucket
from video_advice.ids import ContactId, is_id
from video_advice.people import Role
from video_advice.ports import Session, Stored
from video_advice.refusals import Refusal, Refused
from video_advice.rights import may_see

_MARK = "x-video-advice"
"""A header that a form or image on another site cannot send."""


async def session_of(request: Request, role: Role) -> Session | None:
    """Return the session the browser has in `role`, or None."""
    services = services_of(request)
    secret = secret_of(request, role, secure=services.settings.secure)
    if secret is None:
        return None
    session = await services.archive.sessions.find(secret, services.now())
    return session if session is not None and session.role is role else None


async def contact_of(request: Request) -> tuple[Session, Stored]:
    """Return the contact named in the path, with the session that may see it.

    Raises:
        Refused: `identity.sign_in` without any session, else `contact.not_found`, the same for a
            foreign contact as for none.
    """
    contact = request.path_params["contact"]
    sessions = [s for role in Role if (s := await session_of(request, role)) is not None]
    if not sessions:
        raise Refused(Refusal.SIGN_IN)
    stored = None
    if is_id(contact):
        stored = await services_of(request).archive.contacts.load(ContactId(contact))
    if stored is not None:
        for session in sessions:
            nurse = None if session.nurse is None else session.nurse.id
            if may_see(session.person, nurse, stored.contact):
                return session, stored
    raise Refused(Refusal.NOT_FOUND)


def check_origin(request: Request) -> None:
    """Refuse a request that changes something unless it comes from our own page.

    Raises:
        Refused: `identity.wrong_origin`.
    """
    origin = request.headers.get("origin")
    allowed = services_of(request).settings.allowed_origins
    if request.headers.get(_MARK) != "1" or (origin is not None and origin not in allowed):
        raise Refused(Refusal.WRONG_ORIGIN)


async def check_rate(request: Request, kind: str, per_second: float, burst: int) -> None:
    """Limit how often one address may do something.

    Raises:
        Refused: `request.too_many`.
    """
    if not await services_of(request).allow(bucket(kind, _subscriber(request)), per_second, burst):
        raise Refused(Refusal.TOO_MANY)


def _subscriber(request: Request) -> str:
    """Return what one subscriber has: an address, or in IPv6 a whole /64."""
    host = "" if request.client is None else request.client.host
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return str(ip_network((address, 64), strict=False)) if address.version == 6 else host


async def check_address(request: Request, kind: str) -> None:
    """Limit how often one address may come to a door that anybody may knock at.

    Raises:
        Refused: `request.too_many`.
    """
    rate = services_of(request).settings.address_rate
    await check_rate(request, kind, per_second=rate, burst=60 * rate)
