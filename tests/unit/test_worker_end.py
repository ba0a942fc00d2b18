"""A worker that is told to stop leaves nothing half done that others would have to wait for."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

from signaling.worker import Worker
from tests.fakes.clock import Hands
from video_advice.effects import DropPhoto
from video_advice.ids import ContactId, PhotoId
from video_advice.ports import Delivery


class Work:
    """An outbox that never runs dry, and a photo store that takes its time."""

    def __init__(self) -> None:
        self.claimed = 0
        self.finished: list[int] = []
        self.go_on = asyncio.Event()
        self.begun = asyncio.Event()

    async def claim(self, *_: object) -> list[Delivery]:
        self.claimed += 1
        effect = DropPhoto(ContactId("c" * 32), PhotoId("f" * 32))
        return [Delivery(self.claimed, effect, 0)]

    async def done(self, numbers: list[int]) -> None:
        self.finished += numbers

    async def remove(self, _: PhotoId) -> None:
        self.begun.set()
        await self.go_on.wait()


def worker_over(work: Work) -> Worker:
    clock = Hands()
    nothing: Any = None
    services = SimpleNamespace(
        archive=SimpleNamespace(outbox=work, alarms=nothing),
        photos=work,
        clock=clock,
        now=clock.now,
        index=nothing,
        replica=nothing,
        live_ping=nothing,
    )
    return Worker(cast("Any", services), nothing, nothing)


async def test_what_was_claimed_is_carried_out_and_nothing_more_is_claimed() -> None:
    work = Work()
    worker = worker_over(work)
    delivering = asyncio.create_task(worker.deliver())
    await work.begun.wait()
    finishing = asyncio.create_task(worker.finish())
    await asyncio.sleep(0)
    assert not finishing.done()
    work.go_on.set()
    await finishing
    await delivering
    assert (work.claimed, work.finished) == (1, [1])
    await worker.deliver()
    assert work.claimed == 1
