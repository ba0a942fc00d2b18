"""`demo`: invented patients who join the line, to see the service with one browser."""

from __future__ import annotations

import asyncio
import signal

from signaling.config import Settings
from signaling.demo import run_demo
from signaling.system import SystemIds


async def patients(settings: Settings, url: str | None, number: int) -> None:
    """Run `number` demo patients against `url` until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    # The certificate of `make run TLS=1` is made by itself: nobody else vouches for it.
    await run_demo(
        url or settings.url,
        number,
        ids=SystemIds(),
        stop=stop,
        insecure_tls=settings.demo and bool(settings.tls_cert),
    )
