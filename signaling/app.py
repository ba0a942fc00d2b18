"""The Starlette application: routes, refusals as answers, headers on every response."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Final

import msgspec
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from signaling.api import pages
from signaling.api.access import check_origin
from signaling.api.answers import problem
from signaling.api.openapi import document
from signaling.api.resources import RESOURCES
from signaling.api.statuses import STATUS
from signaling.config import Settings
from signaling.protocol.resource import Resource
from signaling.sockets.endpoint import Door
from signaling.watch.requests import watched
from video_advice.ports import ArchiveDown, LeaseLost
from video_advice.refusals import Refusal, Refused

_log = logging.getLogger(__name__)

_CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": _CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(), display-capture=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_HSTS: Final = "max-age=63072000; includeSubDomains"
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]


def make_app(settings: Settings, lifespan: Lifespan) -> Starlette:
    """Return the application. `lifespan` puts the `Services` into `app.state.services`."""
    # Sockets first: when thousands come back at once, each row that is tried before costs.
    routes: list[Route | Mount | WebSocketRoute] = [WebSocketRoute("/socket", Door())]
    routes += [
        Route(
            resource.path,
            _guarded(resource, handler),
            methods=[resource.method],
            name=resource.name,
            middleware=[Middleware(GZipMiddleware)] if resource.squeezed else [],
        )
        for resource, handler in RESOURCES
    ]
    openapi = msgspec.json.encode(document([resource for resource, _ in RESOURCES]))
    page_dir = Path(settings.page_dir)
    routes += [
        Route("/api/openapi.json", _fixed(openapi)),
        Route("/", pages.patient),
        Route("/contact/{contact}", pages.patient),
        Route("/nurse", pages.nurse),
        Mount("/assets", pages.Assets(directory=page_dir / "assets", check_dir=False)),
        Route("/{name}", pages.root_file),
    ]
    headers = {**_HEADERS, **({"Strict-Transport-Security": _HSTS} if settings.secure else {})}
    return Starlette(
        routes=routes,
        lifespan=lifespan,
        middleware=[Middleware(_Headers, headers=headers)],
        exception_handlers={
            Refused: _refused,
            ArchiveDown: _down,
            LeaseLost: _down,
            HTTPException: _http,
            Exception: _failed(headers),
        },
    )


def _guarded(
    resource: Resource, handler: Callable[[Request], Awaitable[Response]]
) -> Callable[[Request], Awaitable[Response]]:
    """Return the handler behind the check of where a change comes from, watched."""

    async def endpoint(request: Request) -> Response:
        with watched(resource.method, resource.path) as seen:
            try:
                if request.method not in _SAFE:
                    check_origin(request)
                response = await handler(request)
            except Refused as refused:
                seen(STATUS[refused.code])
                raise
            except (ArchiveDown, LeaseLost):
                seen(STATUS[Refusal.UNAVAILABLE])
                raise
            seen(response.status_code)
            return response

    return endpoint


def _fixed(body: bytes) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(_: Request) -> Response:
        return Response(body, media_type="application/json")

    return endpoint


async def _refused(request: Request, error: Exception) -> Response:
    refused = error if isinstance(error, Refused) else Refused(Refusal.UNAVAILABLE)
    _log.info("request_refused", extra={"code": refused.code.value})
    return problem(request, refused)


async def _down(request: Request, error: Exception) -> Response:
    _log.warning("lease_lost" if isinstance(error, LeaseLost) else "archive_down")
    return problem(request, Refused(Refusal.UNAVAILABLE))


async def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    refusal = Refusal.WRONG_METHOD if status == 405 else Refusal.NOT_FOUND_PAGE
    return problem(request, Refused(refusal))


def _failed(headers: Mapping[str, str]) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Return what answers for a failure; Starlette does that outside of all middleware."""

    async def failed(request: Request, _: Exception) -> Response:
        response = problem(request, Refused(Refusal.UNAVAILABLE))
        response.headers.update(headers)
        return response

    return failed


class _Headers:
    """Puts the headers that protect a page on every response that has not set its own."""

    def __init__(self, app: ASGIApp, *, headers: Mapping[str, str]) -> None:
        """Add `headers` to what `app` answers."""
        self._app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and add the headers to the first message of the response."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)
