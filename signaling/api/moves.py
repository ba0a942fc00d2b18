"""Going on with the same contact on another device."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from signaling.api.access import check_rate, session_of
from signaling.api.answers import answer, read, services_of
from signaling.api.sessions import keep, me_as, start_patient
from signaling.protocol.http import MoveCode, RedeemMove
from video_advice.people import Role
from video_advice.policy import MINUTE
from video_advice.refusals import Refusal, Refused

_VALID: Final = 10 * MINUTE


async def lend(request: Request) -> Response:
    """Make a one-use code for the other device."""
    services = services_of(request)
    session = await session_of(request, Role.PATIENT)
    if session is None or session.person is None:
        raise Refused(Refusal.SIGN_IN)
    await check_rate(request, "move", per_second=0.2, burst=10)
    code = services.ids.code()
    until = services.now() + _VALID
    await services.archive.sessions.lend(code, session.person, until)
    return answer(MoveCode(code, until), 201)


async def redeem(request: Request) -> Response:
    """Become the person who made the code. A wrong code costs the address one of few tries."""
    services = services_of(request)
    await check_rate(request, "redeem", per_second=0.1, burst=10)
    given = (await read(request, RedeemMove)).code.replace(" ", "").replace("-", "").upper()
    person = await services.archive.sessions.redeem(given, services.now())
    if person is None:
        raise Refused(Refusal.MOVE_CODE_WRONG)
    secret, session = await start_patient(services, person)
    response = answer(await me_as(services, session))
    keep(services, response, Role.PATIENT, secret)
    return response
