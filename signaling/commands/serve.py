"""`serve`: one web process. Several share one port; the kernel deals out the connections."""

from __future__ import annotations

import asyncio
import gc
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import uvicorn
from starlette.applications import Starlette

from signaling.app import make_app
from signaling.bootstrap import check, started
from signaling.config import Settings
from signaling.lean.http import http_protocol
from signaling.leaving import announce, send_away
from signaling.protocol.messages import MAX_FRAME
from signaling.services import Services
from signaling.watch.process import watched

_log = logging.getLogger(__name__)

_GOODBYE: Final = 10
"""Seconds that requests under way get at the end, after the pages have been sent away."""
_PING: Final = 7.0
"""Seconds, at most; a lean socket is cut off after two to three of them in silence (14 to 21 s)."""
_PINGS: Final = 0.28
"""Of the nurse's lease, so that three of them are over well before it is."""


def make(settings: Settings) -> Starlette:
    """Return the application that puts its parts together when it starts."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        with watched("web", *settings.watching):
            async with started(settings) as services:
                app.state.services = services
                gc.freeze()  # what is here now stays: no collection need look through it
                yield

    return make_app(settings, lifespan)


class Server(uvicorn.Server):
    """uvicorn's server, which sends its pages away one by one before it closes what is left."""

    def __init__(self, app: Starlette, settings: Settings) -> None:
        """Serve `app`."""
        super().__init__(config(app, settings))
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Say so, shut the doors, send the pages away; then end as uvicorn does."""
        services: Services = self._app.state.services
        await announce(services, self._hurry)
        for server in self.servers:
            server.close()
        for door in sockets or []:
            door.close()
        await send_away(services, self._hurry)
        await super().shutdown(sockets)

    def _hurry(self) -> bool:
        return self.force_exit


def config(app: Starlette, settings: Settings) -> uvicorn.Config:
    """Return how uvicorn serves `app`: no compression of messages, no access log, small frames."""
    ping = min(_PING, _PINGS * settings.nurse_grace)
    return uvicorn.Config(
        app,
        http=http_protocol() if settings.sockets == "lean" else "httptools",
        loop="uvloop",
        ws="websockets-sansio",
        ws_max_size=MAX_FRAME,
        ws_per_message_deflate=False,
        ws_ping_interval=ping,
        ws_ping_timeout=ping,
        ssl_certfile=settings.tls_cert or None,
        ssl_keyfile=settings.tls_key or None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
        log_config=None,
        timeout_graceful_shutdown=_GOODBYE,
        lifespan="on",
    )


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket that other processes of the same user may share."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    door = socket.socket(family, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    door.bind((host, port))
    door.listen(2048)
    door.settimeout(0)
    return door


def serve(settings: Settings) -> int:
    """Serve until told to stop; return the exit code.

    Raises:
        ArchiveDown, BadSetting: the records cannot be used; nothing has been served.
    """
    asyncio.run(check(settings))  # before uvicorn, which would only print a traceback
    _log.info("serving", extra={"host": settings.host, "port": settings.port})
    server = Server(make(settings), settings)
    server.run(sockets=[listen(settings.host, settings.port)])
    return 0 if server.started else 1
