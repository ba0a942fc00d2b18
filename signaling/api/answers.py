"""Reading requests and writing answers, the same way for every resource."""

from __future__ import annotations

from typing import Final, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from signaling.api.statuses import STATUS
from signaling.protocol.codec import UNREADABLE, path
from signaling.protocol.http import Problem
from signaling.services import Services
from video_advice.refusals import SENTENCES, Refusal, Refused

_MOST_BODY: Final = 16 * 1024
_JSON: Final = "application/json"

Body = TypeVar("Body", bound=msgspec.Struct)


def services_of(request: Request) -> Services:
    """Return this process's parts."""
    services: Services = request.app.state.services
    return services


def answer(body: msgspec.Struct, status: int = 200) -> Response:
    """Return `body` as JSON."""
    return Response(msgspec.json.encode(body), status, media_type=_JSON)


def language_of(request: Request) -> str:
    """Return the language a refusal is written in: the first one asked for that we have."""
    known = SENTENCES[Refusal.UNAVAILABLE]
    for part in request.headers.get("accept-language", "").split(","):
        code = part.split(";")[0].strip().split("-")[0].lower()
        if code in known:
            return code
    return "sv"


def problem(request: Request, refused: Refused) -> Response:
    """Return the refusal as a status, a code and a sentence."""
    text = refused.sentence(language_of(request))
    body = Problem(refused.code.value, text, refused.detail)
    return answer(body, STATUS[refused.code])


async def read(request: Request, kind: type[Body]) -> Body:
    """Return the request's JSON body.

    Raises:
        Refused: `request.too_large` above 16 KB, `request.malformed` with the field at fault.
    """
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > _MOST_BODY:
            raise Refused(Refusal.TOO_LARGE)
    try:
        return msgspec.json.decode(received, type=kind)
    except UNREADABLE as error:
        raise Refused(Refusal.MALFORMED, path(error)) from None
