"""Whether this process lives, and whether it can serve."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from signaling.api.answers import answer, services_of
from signaling.protocol.http import Health
from signaling.services import Services
from video_advice.ports import ArchiveDown


async def health(request: Request) -> Response:
    """Answer as long as the process lives."""
    del request
    return answer(Health(ok=True))


async def ready(request: Request) -> Response:
    """Name what is missing: without `records` nothing is accepted, without `redis` it is slow."""
    services = services_of(request)
    missing = []
    if not await _records(services):
        missing.append("records")
    if not await services.live_ping():
        missing.append("redis")
    if services.draining.is_set():
        missing.append("draining")
    able = not {"records", "draining"} & set(missing)
    return answer(Health(ok=able, missing=tuple(missing)), 200 if able else 503)


async def _records(services: Services) -> bool:
    try:
        await services.archive.ping()
    except ArchiveDown:
        return False
    return True
