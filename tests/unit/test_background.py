"""Work that goes on in the background, and ends when it is told to."""

from __future__ import annotations

import asyncio

from signaling.background import repeat


async def test_a_cancellation_that_meets_the_bell_is_not_lost() -> None:
    bell = asyncio.Event()

    async def work() -> None:
        return

    task = asyncio.create_task(repeat(work, 5, bell))
    for _ in range(3):
        await asyncio.sleep(0)
    bell.set()
    task.cancel()
    done, _ = await asyncio.wait({task}, timeout=5)
    assert done == {task}
    assert task.cancelled()


async def test_a_round_that_fails_does_not_end_the_rounds() -> None:
    bell = asyncio.Event()
    rounds = asyncio.Semaphore(0)

    async def work() -> None:
        rounds.release()
        raise ValueError

    task = asyncio.create_task(repeat(work, 60, bell))
    for _ in range(2):
        bell.set()
        await asyncio.wait_for(rounds.acquire(), 5)
    task.cancel()
