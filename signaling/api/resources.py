"""Every resource under `/api`, with what it takes and gives. Routes and OpenAPI are made of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from signaling.api import catalogue, contacts, echo, forecast, health, ice, moves, photos, sessions
from signaling.protocol import http
from signaling.protocol.resource import Resource
from signaling.protocol.views import PatientView
from video_advice.people import Role
from video_advice.photos import Kind
from video_advice.refusals import Refusal

Handler = Callable[[Request], Awaitable[Response]]

_PATIENT: Final = frozenset({Role.PATIENT})
_NURSE: Final = frozenset({Role.NURSE})
_BOTH: Final = frozenset(Role)
_CONTACT: Final = "/api/contacts/{contact}"
_PHOTO: Final = _CONTACT + "/photos/{photo}"
_JPEG: Final = ("image/jpeg",)

RESOURCES: Final[tuple[tuple[Resource, Handler], ...]] = (
    (
        Resource(
            method="GET",
            path="/api/catalogue",
            name="catalogue",
            summary="The regions, and how each line is now",
            response=http.Catalogue,
            squeezed=True,
        ),
        catalogue.catalogue,
    ),
    (
        Resource(
            method="GET",
            path="/api/me",
            name="me",
            summary="Who this browser is; `role=nurse` asks for the nurse's session",
            response=http.Me,
        ),
        sessions.me,
    ),
    (
        Resource(
            method="POST",
            path="/api/session",
            name="begin_session",
            summary="Become a guest, before asking for help: so that trying again opens one only",
            response=http.Me,
            status=201,
            refusals=(Refusal.TOO_MANY, Refusal.WRONG_ORIGIN, Refusal.UNAVAILABLE),
        ),
        sessions.begin,
    ),
    (
        Resource(
            method="DELETE",
            path="/api/session",
            name="sign_out",
            summary="Sign out; `role=nurse` ends the nurse's session",
            status=204,
            refusals=(Refusal.WRONG_ORIGIN,),
        ),
        sessions.sign_out,
    ),
    (
        Resource(
            method="POST",
            path="/api/contacts",
            name="open_contact",
            summary="Ask for help and take a place in the line",
            roles=_PATIENT,
            request=http.OpenContact,
            response=http.ContactOpened,
            status=201,
            refusals=(
                Refusal.SIGN_IN,
                Refusal.MALFORMED,
                Refusal.TOO_LARGE,
                Refusal.TOO_MANY,
                Refusal.UNKNOWN_REGION,
                Refusal.CONSENT_OUTDATED,
                Refusal.STORY_EMPTY,
                Refusal.WRONG_ORIGIN,
                Refusal.UNAVAILABLE,
            ),
        ),
        contacts.open_contact,
    ),
    (
        Resource(
            method="GET",
            path=_CONTACT,
            name="contact",
            summary="The patient's own contact",
            roles=_PATIENT,
            response=PatientView,
            refusals=(Refusal.SIGN_IN, Refusal.NOT_FOUND, Refusal.WRONG_ROLE),
        ),
        contacts.read_contact,
    ),
    (
        Resource(
            method="POST",
            path=_CONTACT + "/photos",
            name="send_photo",
            summary="Send a photo; the same key sends it once",
            query=http.PhotoQuery,
            roles=_PATIENT,
            upload=tuple(kind.media_type for kind in Kind),
            response=http.PhotoAccepted,
            status=202,
            refusals=(
                Refusal.SIGN_IN,
                Refusal.NOT_FOUND,
                Refusal.WRONG_ROLE,
                Refusal.MALFORMED,
                Refusal.TOO_MANY,
                Refusal.NOT_ALLOWED_NOW,
                Refusal.PHOTO_NOT_AN_IMAGE,
                Refusal.PHOTO_TOO_LARGE,
                Refusal.PHOTO_TOO_MANY,
                Refusal.WRONG_ORIGIN,
                Refusal.UNAVAILABLE,
            ),
        ),
        photos.send_photo,
    ),
    (
        Resource(
            method="GET",
            path=_PHOTO + "/view",
            name="photo_view",
            summary="A cleaned photo, at most 2048 pixels on the longer side",
            roles=_BOTH,
            download=_JPEG,
            refusals=(Refusal.SIGN_IN, Refusal.NOT_FOUND),
        ),
        photos.view,
    ),
    (
        Resource(
            method="GET",
            path=_PHOTO + "/thumbnail",
            name="photo_thumbnail",
            summary="A cleaned photo, small",
            roles=_BOTH,
            download=_JPEG,
            refusals=(Refusal.SIGN_IN, Refusal.NOT_FOUND),
        ),
        photos.thumbnail,
    ),
    (
        Resource(
            method="GET",
            path="/api/ice",
            name="ice_of_desk",
            summary="Relays with which a nurse makes ready before she has a contact",
            response=http.IceServers,
            roles=frozenset({Role.NURSE}),
            refusals=(Refusal.SIGN_IN,),
        ),
        ice.ice_of_desk,
    ),
    (
        Resource(
            method="GET",
            path=_CONTACT + "/ice",
            name="ice",
            summary="ICE servers with short-lived credentials for this contact",
            roles=_BOTH,
            response=http.IceServers,
            refusals=(Refusal.SIGN_IN, Refusal.NOT_FOUND),
        ),
        ice.ice,
    ),
    (
        Resource(
            method="GET",
            path=_CONTACT + "/echo",
            name="echo_relays",
            summary="Relays for the network test, with credentials of its own",
            roles=_PATIENT,
            response=http.IceServers,
            refusals=(
                Refusal.SIGN_IN,
                Refusal.NOT_FOUND,
                Refusal.WRONG_ROLE,
                Refusal.NOT_ALLOWED_NOW,
                Refusal.NOT_MEASURED,
            ),
        ),
        echo.relays,
    ),
    (
        Resource(
            method="POST",
            path=_CONTACT + "/echo",
            name="echo",
            summary="Connect to an echo, with which the page measures its network while waiting",
            roles=_PATIENT,
            request=http.EchoOffer,
            response=http.EchoAnswer,
            refusals=(
                Refusal.SIGN_IN,
                Refusal.NOT_FOUND,
                Refusal.WRONG_ROLE,
                Refusal.MALFORMED,
                Refusal.TOO_LARGE,
                Refusal.TOO_MANY,
                Refusal.NOT_ALLOWED_NOW,
                Refusal.NOT_MEASURED,
                Refusal.WRONG_ORIGIN,
            ),
        ),
        echo.answer_offer,
    ),
    (
        Resource(
            method="POST",
            path="/api/moves",
            name="make_move_code",
            summary="A one-use code with which another device takes over",
            roles=_PATIENT,
            response=http.MoveCode,
            status=201,
            refusals=(Refusal.SIGN_IN, Refusal.TOO_MANY, Refusal.WRONG_ORIGIN),
        ),
        moves.lend,
    ),
    (
        Resource(
            method="POST",
            path="/api/moves/redeem",
            name="redeem_move_code",
            summary="Go on here with the contact from the other device",
            request=http.RedeemMove,
            response=http.Me,
            refusals=(
                Refusal.MALFORMED,
                Refusal.MOVE_CODE_WRONG,
                Refusal.TOO_MANY,
                Refusal.WRONG_ORIGIN,
            ),
        ),
        moves.redeem,
    ),
    (
        Resource(
            method="GET",
            path="/api/demo/nurses",
            name="demo_nurses",
            summary="Demo identities, in demo mode only",
            response=http.DemoNurses,
            refusals=(Refusal.NOT_FOUND_PAGE,),
        ),
        sessions.demo_nurses,
    ),
    (
        Resource(
            method="POST",
            path="/api/demo/session",
            name="demo_sign_in",
            summary="Sign in as a demo nurse, in demo mode only",
            request=http.SignInDemo,
            response=http.Me,
            refusals=(
                Refusal.NOT_FOUND_PAGE,
                Refusal.SIGN_IN,
                Refusal.MALFORMED,
                Refusal.TOO_MANY,
                Refusal.WRONG_ORIGIN,
            ),
        ),
        sessions.demo_sign_in,
    ),
    (
        Resource(
            method="GET",
            path="/api/forecast/score",
            name="forecast_score",
            summary="How well the waits told in a region held in the last week",
            query=http.ForecastScoreQuery,
            roles=_NURSE,
            response=http.ForecastScore,
            refusals=(Refusal.UNKNOWN_REGION, Refusal.UNAVAILABLE),
        ),
        forecast.score,
    ),
    (
        Resource(
            method="GET",
            path="/health",
            name="health",
            summary="Whether the process lives",
            response=http.Health,
        ),
        health.health,
    ),
    (
        Resource(
            method="GET",
            path="/ready",
            name="ready",
            summary="Whether the service can be used, and what is missing",
            response=http.Health,
        ),
        health.ready,
    ),
)
