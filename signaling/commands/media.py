"""`media`: the relay for calls that cannot go directly, and the echo of the network test."""

from __future__ import annotations

import asyncio
import gc
import signal

from signaling.config import BadSetting, Settings
from signaling.media.echo_door import EchoSettings, run_echo
from signaling.media.relay import BadRelay, RelaySettings, run_relay


async def media(settings: Settings) -> None:
    """Run both until SIGTERM or SIGINT; what is not configured or installed is left out."""
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    relay = RelaySettings(
        host=settings.host,
        port=settings.relay_port,
        secret=settings.turn_secret,
        loopback=settings.relay_loopback,
    )
    echo = EchoSettings(
        host=settings.echo_host,
        port=settings.echo_port,
        secret=settings.echo_secret,
        loopback=settings.relay_loopback,
    )
    # What is here now stays, so that collecting what each test leaves has little to look through.
    gc.freeze()
    try:
        async with asyncio.TaskGroup() as both:
            both.create_task(run_relay(relay, stop))
            both.create_task(run_echo(echo, stop))
    except* BadRelay as errors:
        raise BadSetting(str(errors.exceptions[0])) from None
