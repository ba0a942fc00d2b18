"""The session cookie: one random secret, unreadable by scripts, sent to this site only."""

from __future__ import annotations

from typing import Final

from starlette.requests import HTTPConnection
from starlette.responses import Response

from video_advice.people import Role

_LONGEST: Final = 128


def cookie_name(role: Role, *, secure: bool) -> str:
    """Return the cookie's name: one for each role, so that one browser may have both.

    Over plain http, which only a local demo uses, browsers refuse the `__Host-` name.
    """
    return f"__Host-{role}" if secure else role.value


def secret_of(request: HTTPConnection, role: Role, *, secure: bool) -> str | None:
    """Return the secret a browser sent, or None."""
    secret = request.cookies.get(cookie_name(role, secure=secure))
    return secret if secret and len(secret) <= _LONGEST else None


def remember(response: Response, role: Role, secret: str, *, secure: bool, seconds: int) -> None:
    """Let the browser keep `secret` for `seconds`."""
    response.set_cookie(
        cookie_name(role, secure=secure),
        secret,
        max_age=seconds,
        path="/",
        secure=secure,
        httponly=True,
        samesite="strict",
    )


def forget(response: Response, role: Role, *, secure: bool) -> None:
    """Let the browser drop the secret."""
    response.delete_cookie(
        cookie_name(role, secure=secure), path="/", secure=secure, httponly=True, samesite="strict"
    )
