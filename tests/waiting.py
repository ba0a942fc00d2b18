"""Waiting for what other programs do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from tests.real import PATIENCE


async def eventually(
    condition: Callable[[], bool | Awaitable[bool]], what: str = "the condition"
) -> None:
    """Return as soon as the condition holds; TimeoutError, which names `what`, when it never does.

    For what nothing rings for, because it happens elsewhere.
    """
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                held = condition()
                if held if isinstance(held, bool) else await held:
                    return
                await asyncio.sleep(0.03)
    except TimeoutError:
        raise TimeoutError(f"waited {PATIENCE:.0f} s for {what}") from None
