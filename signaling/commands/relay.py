"""`media`: the relay for calls that cannot go directly, where coturn is installed."""

from __future__ import annotations

import asyncio
import signal

from signaling.config import BadSetting, Settings
from signaling.media.relay import BadRelay, RelaySettings, run_relay


async def relay(settings: Settings) -> None:
    """Run the relay until SIGTERM or SIGINT; without one, say so and wait."""
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    relay_settings = RelaySettings(
        host=settings.host,
        port=settings.relay_port,
        secret=settings.turn_secret,
        loopback=settings.relay_loopback,
    )
    try:
        await run_relay(relay_settings, stop)
    except BadRelay as error:
        raise BadSetting(str(error)) from None
