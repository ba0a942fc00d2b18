"""The load: one process that holds every socket, on a core of its own.

Reads orders as JSON lines, answers each with a report. Frames are made and masked beforehand, so
that what it measures is the server and not itself.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import sys
import time
from array import array
from typing import Final

import msgspec
import uvloop

from bench import screens
from bench.dial import Close, Cut, Dial, Flat, Leave, Open, Order, Paced, Report, Sample, Takes
from bench.machine import GENERATOR, many_files, run_on
from bench.report import percentile
from bench.talker import Failed, Talker

_PATIENCE: Final = 60.0
"""Seconds after which an answer counts as never."""

_FEW: Final = 16
"""Messages on their way while it is only seen whether they arrive."""


class Generator:
    """Carries out orders."""

    def __init__(self) -> None:
        self._talkers: dict[str, Talker] = {}

    async def do(self, order: Order) -> Report:
        """Carry out one order."""
        start = time.perf_counter()
        report = Report()
        match order:
            case Open(dials=dials, at_once=at_once):
                await self._open(dials, at_once)
            case Flat(messages=messages, seconds=seconds, at_once=at_once):
                report = await _Flat(self._pairs()).run(messages, seconds, at_once)
            case Paced(per_second=rate, seconds=seconds):
                report = await _Paced(self._pairs()).run(rate, seconds)
            case Sample():
                sample = _Sample(self._pairs())
                report = await sample.run(len(sample.talkers), _PATIENCE, _FEW)
                report = msgspec.structs.replace(report, text=sample.text)
            case Leave():
                report = await screens.leave(order, self._talkers)
                self._talkers.pop(order.name).abort()
            case Takes():
                report = await screens.takes(order, self._talkers)
            case Cut():
                report = await screens.cut(order, self._talkers, _connect)
            case Close():
                self._close()
        lost = sum(talker.lost for talker in self._talkers.values())
        taken = time.perf_counter() - start
        return msgspec.structs.replace(
            report, seconds=report.seconds or taken, sockets=len(self._talkers) - lost, lost=lost
        )

    def _pairs(self) -> list[Talker]:
        return [talker for talker in self._talkers.values() if talker.partner is not None]

    async def _open(self, dials: tuple[Dial, ...], at_once: int) -> None:
        gate = asyncio.Semaphore(at_once)

        async def one(dial: Dial) -> None:
            async with gate:
                self._talkers[dial.name] = await _connect(dial)

        async with asyncio.TaskGroup() as group:
            for dial in dials:
                group.create_task(one(dial))
        for dial in dials:
            if dial.partner and dial.partner in self._talkers:
                mine, other = self._talkers[dial.name], self._talkers[dial.partner]
                mine.partner, other.partner = other, mine

    def _close(self) -> None:
        for talker in self._talkers.values():
            talker.abort()
        self._talkers.clear()


async def _connect(dial: Dial) -> Talker:
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    _, talker = await loop.create_connection(
        lambda: Talker(dial, ready), "127.0.0.1", dial.port, local_addr=(dial.source, 0)
    )
    try:
        async with asyncio.timeout(_PATIENCE):
            await ready
    except TimeoutError:
        raise Failed(f"{dial.name}: never ready") from None
    return talker


class _Run:
    """Counts messages between pairs and how long each was on its way."""

    def __init__(self, talkers: list[Talker]) -> None:
        self.talkers = talkers
        self.times = array("d")
        self.on_their_way = 0
        self.over = asyncio.Event()
        for talker in talkers:
            talker.heard = self.heard

    def say(self, talker: Talker) -> None:
        self.on_their_way += 1
        talker.relay()

    def heard(self, talker: Talker, _payload: bytes) -> None:
        sender = talker.partner
        if sender is None or not sender.sent:
            return
        self.times.append(time.perf_counter() - sender.sent.popleft())
        self.on_their_way -= 1
        self.after()

    def after(self) -> None:
        if not self.on_their_way:
            self.over.set()

    async def finish(self, start: float) -> Report:
        """Wait for what is still on its way and report."""
        if self.on_their_way:
            async with asyncio.timeout(_PATIENCE):
                await self.over.wait()
        return Report(
            seconds=time.perf_counter() - start,
            messages=len(self.times),
            p50=percentile(self.times, 0.50),
            p99=percentile(self.times, 0.99),
        )


class _Flat(_Run):
    """So many messages on their way at any time, each socket in its turn."""

    async def run(self, messages: int, seconds: float, at_once: int) -> Report:
        self._todo = messages
        self._turns = itertools.cycle(self.talkers)
        start = time.perf_counter()
        self._end = start + seconds
        for _ in range(at_once):
            self._next()
        async with asyncio.timeout(seconds + _PATIENCE):
            await self.over.wait()
        return await self.finish(start)

    def _next(self) -> None:
        self._todo -= 1
        self.say(next(self._turns))

    def after(self) -> None:
        if self._todo > 0 and time.perf_counter() < self._end:
            self._next()
        else:
            super().after()


class _Paced(_Run):
    """Messages at a steady rate, each socket in its turn."""

    async def run(self, per_second: int, seconds: float) -> Report:
        start = time.perf_counter()
        total, said, count = int(per_second * seconds), 0, len(self.talkers)
        while said < total:
            due = min(total, int((time.perf_counter() - start) * per_second) + 1)
            while said < due:
                self.say(self.talkers[said % count])
                said += 1
            await asyncio.sleep(0.001)
        self.over.clear()
        return await self.finish(start)


class _Sample(_Flat):
    """One message from each, and a look at the first."""

    text = ""

    def heard(self, talker: Talker, payload: bytes) -> None:
        if talker.partner is self.talkers[0]:
            self.text = payload.decode()
        super().heard(talker, payload)


async def main() -> None:
    """Carry out the orders on standard input until it ends."""
    decode = msgspec.json.Decoder(Order).decode
    generator = Generator()
    loop = asyncio.get_running_loop()
    gc.freeze()
    while line := await loop.run_in_executor(None, sys.stdin.buffer.readline):
        try:
            report = await generator.do(decode(line))
        except* (Failed, OSError, TimeoutError) as errors:
            report = Report(error=repr(errors.exceptions[0]))
        sys.stdout.buffer.write(msgspec.json.encode(report) + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    many_files()
    run_on(GENERATOR)
    uvloop.run(main())
