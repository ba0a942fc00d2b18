"""The door of the echo: a private HTTP port that only web processes know the secret of."""

from __future__ import annotations

import asyncio
import hmac
import logging
from typing import Final

import msgspec
from aiohttp import web

from signaling.media.echo import BadOffer, Echo, EchoBusy
from signaling.media.echo_wire import MOST_BYTES, PATH, EchoReply, EchoRequest, authorization

_log = logging.getLogger(__name__)

_AGAIN: Final = 5.0
_GOODBYE: Final = 1.0


class EchoSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where the door is. Port 0 opens none. `loopback`: see `Echo`."""

    port: int
    secret: str
    host: str = "127.0.0.1"
    loopback: bool = False

    def __repr__(self) -> str:
        """Leave the secret out."""
        return f"EchoSettings(port={self.port})"


async def run_echo(settings: EchoSettings, stop: asyncio.Event) -> None:
    """Answer tests until `stop` is set. A port that is taken is tried again and again."""
    if settings.port == 0:
        await stop.wait()
        return
    echo = Echo(loopback=settings.loopback)
    runner = web.AppRunner(
        application(echo, settings.secret), access_log=None, shutdown_timeout=_GOODBYE
    )
    await runner.setup()
    try:
        while not stop.is_set():
            try:
                await web.TCPSite(runner, settings.host, settings.port).start()
            except OSError:
                _log.warning("echo_port_taken", extra={"port": settings.port})
                try:
                    await asyncio.wait_for(stop.wait(), _AGAIN)
                except TimeoutError:
                    continue
            else:
                _log.info("echo_open", extra={"port": settings.port})
                await stop.wait()
    finally:
        await runner.cleanup()
        await echo.close()


def application(echo: Echo, secret: str) -> web.Application:
    """Return the door to `echo`, as an aiohttp application."""
    wanted = authorization(secret).encode()

    async def answer(request: web.Request) -> web.Response:
        shown = request.headers.get("Authorization", "").encode("utf-8", "replace")
        if not hmac.compare_digest(shown, wanted):
            return web.Response(status=401)
        try:
            asked = msgspec.json.decode(await request.read(), type=EchoRequest)
            found = await echo.answer(asked.offer, asked.servers)
        except (msgspec.DecodeError, UnicodeError, BadOffer):
            return web.Response(status=400)
        except EchoBusy:
            return web.Response(status=503)
        return web.Response(
            body=msgspec.json.encode(EchoReply(found)), content_type="application/json"
        )

    app = web.Application(client_max_size=MOST_BYTES)
    app.router.add_post(PATH, answer)
    return app
