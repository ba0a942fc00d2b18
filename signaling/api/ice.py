"""The relays a browser may use for one contact."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from signaling.api.access import contact_of
from signaling.api.answers import answer, services_of


async def ice(request: Request) -> Response:
    """Return ICE servers with credentials that end within minutes and belong to the contact."""
    _, stored = await contact_of(request)
    return answer(services_of(request).ice_for(stored.contact.id))
