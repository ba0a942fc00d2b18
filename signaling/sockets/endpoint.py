"""Where a page comes in: checked for its origin, then handed to whoever serves it."""

from __future__ import annotations

from contextlib import suppress

from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from signaling.lean.face import offered
from signaling.protocol import close_codes as cc
from signaling.services import Services
from signaling.sockets.greeting import Greeting
from signaling.sockets.plain import PlainLink
from signaling.watch.meters import HANDSHAKES


class Door:
    """The endpoint, as an ASGI application: nothing of it raises what a handler would answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a socket in. Returns at once where the server lets go of it, else at its end."""
        page = WebSocket(scope, receive, send)
        services: Services = page.app.state.services
        await page.accept()  # first: a browser is told of no other refusal than a close
        refusal = _refusal(page, services)
        if refusal is not None:
            HANDSHAKES.labels(refusal.name).inc()
            with suppress(RuntimeError):
                await page.close(refusal.code, refusal.name)
            return
        take = offered(scope)
        if take is None:
            link = PlainLink(page)
            link.ear = Greeting(link, page, services)
            await link.serve()
        else:
            take(lambda link: Greeting(link, page, services))


def _refusal(page: WebSocket, services: Services) -> cc.CloseCode | None:
    if page.headers.get("origin") not in services.settings.allowed_origins:
        return cc.WRONG_ORIGIN
    return cc.GOING_AWAY if services.leaving else None
