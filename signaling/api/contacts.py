"""Opening a contact, and reading one's own."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from signaling.api.access import check_address, contact_of, session_of
from signaling.api.answers import answer, read, services_of
from signaling.api.catalogue import CONSENT_VERSION
from signaling.protocol.http import ContactOpened, OpenContact
from signaling.protocol.views import for_patient
from signaling.services import Services
from video_advice.events import Opened
from video_advice.ids import ContactId, PersonId
from video_advice.people import Role
from video_advice.ports import AlreadyDone, AlreadyOpen, Stored
from video_advice.refusals import Refusal, Refused
from video_advice.regions.catalogue import REGIONS
from video_advice.state import Phase


async def open_contact(request: Request) -> Response:
    """Open a contact and give it its place. The same key, or an open contact, gives that one.

    Only with a session: then who asks again because no answer came is known to be the same.
    """
    await check_address(request, "open")
    services = services_of(request)
    session = await session_of(request, Role.PATIENT)
    if session is None:
        raise Refused(Refusal.SIGN_IN)
    wish = await read(request, OpenContact)
    _check(wish)
    stored, already = await _open(wish, session.person, services)
    view = for_patient(stored.contact, stored.version, services.settings.policy)
    return answer(ContactOpened(stored.contact.id, already, view), 200 if already else 201)


async def read_contact(request: Request) -> Response:
    """Return the patient's own contact."""
    session, stored = await contact_of(request)
    if session.role is not Role.PATIENT:
        raise Refused(Refusal.WRONG_ROLE)
    policy = services_of(request).settings.policy
    return answer(for_patient(stored.contact, stored.version, policy))


def _check(wish: OpenContact) -> None:
    if wish.region not in REGIONS:
        raise Refused(Refusal.UNKNOWN_REGION, "$.region")
    if wish.consent != CONSENT_VERSION:
        raise Refused(Refusal.CONSENT_OUTDATED, "$.consent")
    if not wish.story.strip():
        raise Refused(Refusal.STORY_EMPTY, "$.story")


async def _open(
    wish: OpenContact, person: PersonId | None, services: Services
) -> tuple[Stored, bool]:
    if person is None:
        raise Refused(Refusal.WRONG_ROLE)
    try:
        services.rules.admit(wish.region, wish.channel, wish.competence)
    except Refused:
        before = await services.archive.contacts.of_person(person)
        if before is None or before.contact.phase is Phase.ENDED:  # who waits already goes on
            raise
    contact = ContactId(services.ids.new())
    event = Opened(
        contact=contact,
        person=person,
        region=wish.region,
        concerns=wish.concerns,
        called=wish.called.strip(),
        age=wish.age,
        language=wish.language,
        interpreter=wish.interpreter,
        channel=wish.channel,
        story=wish.story.strip(),
        consent=wish.consent,
        competence=wish.competence,
        protected=wish.protected,
    )
    try:
        return await services.engine.open(event, contact, wish.key), False
    except (AlreadyDone, AlreadyOpen) as before:
        stored = await services.archive.contacts.load(before.contact)
        if stored is None:
            raise Refused(Refusal.UNAVAILABLE) from None
        return stored, True
