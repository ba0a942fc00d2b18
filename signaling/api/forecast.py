"""How well the waits that were told held, for those who work in the region."""

from __future__ import annotations

from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from signaling.api.access import session_of
from signaling.api.answers import answer, services_of
from signaling.forecasting import WEEK
from signaling.protocol.codec import path
from signaling.protocol.http import ForecastScore, ForecastScoreQuery
from video_advice.people import Role
from video_advice.quality.calibration import by_hour, calibrate, reliability
from video_advice.refusals import Refusal, Refused

_AIM: Final = 0.8


async def score(request: Request) -> Response:
    """Return the last week's calibration of a region that the nurse serves.

    Raises:
        Refused: `identity.sign_in`, `request.malformed`, `region.unknown` for another region.
    """
    session = await session_of(request, Role.NURSE)
    if session is None or session.nurse is None:
        raise Refused(Refusal.SIGN_IN)
    region = _query(request).region
    if region not in session.nurse.regions:
        raise Refused(Refusal.UNKNOWN_REGION, "$.region")
    until, cases = await services_of(request).forecaster.scores.cases(region)
    body = ForecastScore(
        region=region,
        since=until - WEEK,
        until=until,
        aim=_AIM,
        calibration=calibrate(cases),
        reliability=reliability(cases),
        hours=by_hour(cases),
    )
    return answer(body)


def _query(request: Request) -> ForecastScoreQuery:
    try:
        return msgspec.convert(dict(request.query_params), ForecastScoreQuery)
    except msgspec.ValidationError as error:
        raise Refused(Refusal.MALFORMED, path(error)) from None
