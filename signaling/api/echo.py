"""The network test of a patient who waits for a video call."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from signaling.api.access import check_address, contact_of
from signaling.api.answers import answer, read, services_of
from signaling.protocol.http import EchoAnswer, EchoOffer
from signaling.services import Echo, bucket
from video_advice.ids import ContactId, echo_of
from video_advice.people import Role
from video_advice.refusals import Refusal, Refused
from video_advice.state import Phase

_WHILE: Final = frozenset({Phase.WAITING, Phase.OFFERED})
_PER_SECOND: Final = 1 / 30
_AT_ONCE: Final = 5


async def relays(request: Request) -> Response:
    """Return the relays of the test. Their quota is not that of the contact's call."""
    contact, _ = await _measured(request)
    return answer(services_of(request).ice_for(echo_of(contact)))


async def answer_offer(request: Request) -> Response:
    """Pass the page's offer to the echo, and its answer back."""
    services = services_of(request)
    contact, echo = await _measured(request)
    await check_address(request, "echo")
    if not await services.allow(bucket("echo", contact), _PER_SECOND, _AT_ONCE):
        raise Refused(Refusal.TOO_MANY)
    offer = await read(request, EchoOffer)
    return answer(EchoAnswer(await echo(offer.sdp, services.ice_for(echo_of(contact)))))


async def _measured(request: Request) -> tuple[ContactId, Echo]:
    """Return the patient's own waiting contact, and the echo.

    Raises:
        Refused: not theirs, not waiting, or `network.not_measured`: there is no echo.
    """
    session, stored = await contact_of(request)
    if session.role is not Role.PATIENT:
        raise Refused(Refusal.WRONG_ROLE)
    if stored.contact.phase not in _WHILE:
        raise Refused(Refusal.NOT_ALLOWED_NOW)
    echo = services_of(request).echo
    if echo is None:
        raise Refused(Refusal.NOT_MEASURED, "off")
    return stored.contact.id, echo
