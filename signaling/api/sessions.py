"""Who this browser is: asking, being a guest, signing in as a demo nurse, signing out."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from signaling.api.access import check_address, session_of
from signaling.api.answers import answer, read, services_of
from signaling.identity.cookies import forget, remember, secret_of
from signaling.identity.demo import NURSES
from signaling.protocol import close_codes as cc
from signaling.protocol.http import DemoNurse, DemoNurses, Me, SignInDemo
from signaling.services import Services
from video_advice.ids import PersonId
from video_advice.people import Nurse, Role
from video_advice.policy import SECOND
from video_advice.ports import Session
from video_advice.refusals import Refusal, Refused


async def start_patient(services: Services, person: PersonId) -> tuple[str, Session]:
    """Start a guest's session; return the secret for the cookie and the session."""
    return await _start(services, Role.PATIENT, person, None)


def keep(services: Services, response: Response, role: Role, secret: str) -> None:
    """Let the browser keep the secret for as long as the session lasts."""
    settings = services.settings
    seconds = settings.session_seconds(role)
    remember(response, role, secret, secure=settings.secure, seconds=seconds)


async def me(request: Request) -> Response:
    """Return who the browser is in the role asked for, a patient unless `role=nurse`."""
    return answer(await me_as(services_of(request), await session_of(request, _role(request))))


async def me_as(services: Services, session: Session | None) -> Me:
    """Return what a browser may know of its session."""
    if session is None:
        return Me(None, None, None, None)
    stored = None
    if session.person is not None:
        stored = await services.archive.contacts.of_person(session.person)
    contact = None if stored is None else stored.contact.id
    return Me(session.role, contact, session.nurse, session.expires)


async def begin(request: Request) -> Response:
    """Let the browser be a guest, if it is nobody yet, before it asks for anything.

    Then asking again under the same key, when no answer came, is asking as the same person.
    """
    services = services_of(request)
    session = await session_of(request, Role.PATIENT)
    if session is not None:
        return answer(await me_as(services, session))
    await check_address(request, "guest")
    secret, session = await start_patient(services, PersonId(services.ids.new()))
    response = answer(await me_as(services, session), 201)
    keep(services, response, Role.PATIENT, secret)
    return response


async def demo_nurses(request: Request) -> Response:
    """Return the demo identities, in demo mode."""
    _only_in_demo(services_of(request))
    rows = tuple(
        DemoNurse(n.id, n.name, n.title, n.region, tuple(sorted(n.languages)))
        for n in NURSES.values()
    )
    return answer(DemoNurses(rows))


async def demo_sign_in(request: Request) -> Response:
    """Sign in as a demo nurse, in demo mode."""
    services = services_of(request)
    _only_in_demo(services)
    await check_address(request, "sign_in")
    nurse = NURSES.get((await read(request, SignInDemo)).nurse)
    if nurse is None:
        raise Refused(Refusal.SIGN_IN, "$.nurse")
    secret, session = await _start(services, Role.NURSE, None, nurse)
    response = answer(await me_as(services, session))
    keep(services, response, Role.NURSE, secret)
    return response


async def sign_out(request: Request) -> Response:
    """End the session here and now, and close its pages in this process."""
    services = services_of(request)
    role = _role(request)
    secret = secret_of(request, role, secure=services.settings.secure)
    session = await session_of(request, role)
    response = Response(status_code=204)
    forget(response, role, secure=services.settings.secure)
    if secret is None or session is None:
        return response
    await services.archive.sessions.end(secret)
    if session.nurse is not None:
        await services.archive.duties.clear(session.nurse.id)
        services.board.poke()
        await services.ring("duty", "")
    for page in tuple(services.pages):
        if page.role is role and (page.person, page.nurse) == (session.person, session.nurse):
            page.close(cc.SIGNED_OUT)
    return response


def _role(request: Request) -> Role:
    return Role.NURSE if request.query_params.get("role") == Role.NURSE else Role.PATIENT


def _only_in_demo(services: Services) -> None:
    if not services.settings.demo:
        raise Refused(Refusal.NOT_FOUND_PAGE)


async def _start(
    services: Services, role: Role, person: PersonId | None, nurse: Nurse | None
) -> tuple[str, Session]:
    secret = services.ids.secret()
    expires = services.now() + services.settings.session_seconds(role) * SECOND
    session = Session(id="", role=role, person=person, nurse=nurse, expires=expires)
    await services.archive.sessions.start(secret, session)
    return secret, session
