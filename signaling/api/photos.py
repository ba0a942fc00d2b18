"""Sending photos, and looking at them."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from typing import Final

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from signaling.api.access import check_rate, contact_of
from signaling.api.answers import answer, services_of
from signaling.protocol.codec import path
from signaling.protocol.http import PhotoAccepted, PhotoQuery
from signaling.services import Services
from video_advice.events import PhotoReceived
from video_advice.ids import ContactId, PhotoId
from video_advice.people import Role
from video_advice.photos import (
    MAX_BYTES,
    SNIFFED_BYTES,
    PhotoFault,
    PhotoMissing,
    PhotoRefused,
    sniff,
)
from video_advice.ports import AlreadyDone
from video_advice.refusals import Refusal, Refused
from video_advice.state import Contact, Phase, PhotoStatus

_PRIVATE: Final = {
    "Cache-Control": "private, no-store",
    "Content-Disposition": "inline",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}


async def send_photo(request: Request) -> Response:
    """Receive a photo. Sending it again under the same key gives the same photo."""
    await check_rate(request, "photo", per_second=1, burst=40)
    services = services_of(request)
    session, stored = await contact_of(request)
    if session.role is not Role.PATIENT:
        raise Refused(Refusal.WRONG_ROLE)
    query = _query(request)
    how, key = query.how, query.key
    contact = stored.contact
    photo = _photo_id(contact.id, key)
    if any(known.id == photo for known in contact.photos):
        return answer(PhotoAccepted(photo, how), 202)
    _check(request, contact, services)
    try:
        await services.photos.put_source(photo, _checked(request.stream()))
    except ClientDisconnect:
        raise PhotoRefused(PhotoFault.CUT_SHORT) from None
    except (OSError, PhotoMissing):
        raise Refused(Refusal.UNAVAILABLE) from None
    try:
        event = PhotoReceived(photo, Role.PATIENT, how)
        await services.engine.happen(contact.id, event, key=f"photo:{key}")
    except AlreadyDone:
        pass
    except Refused:
        await services.photos.remove(photo)
        raise
    return answer(PhotoAccepted(photo, how), 202)


async def view(request: Request) -> Response:
    """Return the photo at full view size, to those who take part in the contact."""
    return await _read(request, thumbnail=False)


async def thumbnail(request: Request) -> Response:
    """Return the small photo, to those who take part in the contact."""
    return await _read(request, thumbnail=True)


async def _read(request: Request, *, thumbnail: bool) -> Response:
    services = services_of(request)
    _, stored = await contact_of(request)
    wanted = request.path_params["photo"]
    ready = [p for p in stored.contact.photos if p.status is PhotoStatus.READY and p.id == wanted]
    if not ready:
        raise Refused(Refusal.NOT_FOUND)
    try:
        if thumbnail:
            body = await services.photos.open_thumbnail(ready[0].id)
        else:
            body = await services.photos.open_view(ready[0].id)
    except PhotoMissing:
        raise Refused(Refusal.NOT_FOUND) from None
    except OSError:
        raise Refused(Refusal.UNAVAILABLE) from None
    return Response(body, media_type="image/jpeg", headers=_PRIVATE)


def _query(request: Request) -> PhotoQuery:
    try:
        return msgspec.convert(dict(request.query_params), PhotoQuery)
    except msgspec.ValidationError as error:
        raise Refused(Refusal.MALFORMED, path(error)) from None


def _photo_id(contact: ContactId, key: str) -> PhotoId:
    """Return the one id of what is sent to the contact under `key`."""
    return PhotoId(hashlib.sha256(f"{contact}:{key}".encode()).hexdigest()[:32])


def _check(request: Request, contact: Contact, services: Services) -> None:
    if contact.phase is Phase.ENDED:
        raise Refused(Refusal.NOT_ALLOWED_NOW)
    if len(contact.photos) >= services.engine.policy.photos:
        raise PhotoRefused(PhotoFault.TOO_MANY)
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > MAX_BYTES:
        raise PhotoRefused(PhotoFault.TOO_LARGE)


async def _checked(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Pass the chunks on once the first of them have the look of a photo."""
    head = b""
    judged = False
    async for chunk in chunks:
        if judged:
            yield chunk
            continue
        head += chunk
        if len(head) >= SNIFFED_BYTES:
            _judge(head)
            judged = True
            yield head
    if not judged:
        _judge(head)
        yield head


def _judge(head: bytes) -> None:
    if sniff(head) is None:
        raise PhotoRefused(PhotoFault.NOT_AN_IMAGE)
