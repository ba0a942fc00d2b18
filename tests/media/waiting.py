"""Waiting for what other programs do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from tests.real import PATIENCE


async def eventually(condition: Callable[[], bool | Awaitable[bool]]) -> None:
    """Return as soon as the condition holds; TimeoutError when it never does."""
    async with asyncio.timeout(PATIENCE):
        while True:
            held = condition()
            if held if isinstance(held, bool) else await held:
                return
            await asyncio.sleep(0.03)
