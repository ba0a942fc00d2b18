"""What the generator does with people who wait: who is told what when something happens.

Each look listens on every open socket. Clocks are the generator's own, from the moment it says or
cuts something to the moment the answer is in its hands.
"""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from bench import frames
from bench.dial import Cut, Dial, Leave, Report, Takes
from bench.report import percentile
from bench.talker import Failed, Talker

_PATIENCE: Final = 120.0
_PLACE: Final = re.compile(rb'"place":(\d+)')
_CONTACT: Final = re.compile(rb'"contact":"([0-9a-f]{32})"')
_SETTLES: Final = 6.0
"""Seconds after which every page has been told where it stands now that all are back."""
_CALM: Final = 1.5
"""Seconds without a message after which nobody is told any more."""

Connect = Callable[[Dial], Awaitable[Talker]]


async def leave(order: Leave, talkers: dict[str, Talker]) -> Report:
    """Let one leave the line, and count what the others are told until nobody is told any more."""
    leaver = talkers[order.name]
    told: dict[Talker, float] = {}
    size = messages = 0

    def heard(talker: Talker, payload: bytes) -> None:
        nonlocal size, messages
        told[talker] = time.perf_counter()
        messages += 1
        size += len(payload)

    others = [one for one in talkers.values() if one is not leaver]
    _listen(others, order.counts, heard)
    start = time.perf_counter()
    contact = _CONTACT.search(leaver.last)
    if contact is None:
        raise Failed("the leaver shows no contact")
    leaver.write(frames.frame(order.send.replace("{contact}", contact[1].decode()).encode()))
    await _calm(lambda: max(told.values(), default=start + _PATIENCE))
    _listen(others, "", None)
    times = [at - start for at in told.values()]
    return Report(
        messages=messages,
        size=size,
        p50=percentile(times, 0.50),
        p99=percentile(times, 0.99),
        last=max(times),
    )


async def takes(order: Takes, talkers: dict[str, Talker]) -> Report:
    """Let nurses click one after the other; time each click until both sides are told."""
    patients = [one for name, one in talkers.items() if name not in set(order.names)]
    clicks: dict[Talker, float] = {}
    nurse_told: dict[bytes, tuple[float, float]] = {}
    both: list[float] = []
    patient_told: dict[bytes, float] = {}

    def seen(contact: bytes) -> None:
        if contact in nurse_told and contact in patient_told:
            click, at = nurse_told.pop(contact)
            both.append(max(at, patient_told.pop(contact)) - click)

    def nurse(talker: Talker, payload: bytes) -> None:
        found = _CONTACT.search(payload)
        if found and talker in clicks:
            nurse_told[found[1]] = clicks.pop(talker), time.perf_counter()
            seen(found[1])

    def patient(_: Talker, payload: bytes) -> None:
        found = _CONTACT.search(payload)
        if found:
            patient_told.setdefault(found[1], time.perf_counter())
            seen(found[1])

    nurses = [talkers[name] for name in order.names]
    _listen(patients, order.state, patient)
    _listen(nurses, order.card, nurse)
    start = time.perf_counter()
    for number, talker in enumerate(nurses):
        await asyncio.sleep(max(0.0, start + number / order.per_second - time.perf_counter()))
        clicks[talker] = time.perf_counter()
        talker.write(frames.frame(order.send.encode()))
    async with asyncio.timeout(_PATIENCE):
        while len(both) < len(nurses):  # noqa: ASYNC110 - many sockets, one condition
            await asyncio.sleep(0.01)
    _listen([*patients, *nurses], "", None)
    return Report(messages=len(both), p50=percentile(both, 0.5), p99=percentile(both, 0.99))


async def cut(order: Cut, talkers: dict[str, Talker], connect: Connect) -> Report:
    """Cut every socket at once, and let each come back as a page does until it sees its place."""
    before = {name: place(talker) for name, talker in talkers.items()}
    dials = [talker.dial for talker in talkers.values()]
    chance = random.Random(order.seed)
    for talker in talkers.values():
        talker.abort()
    talkers.clear()
    start = time.perf_counter()
    times: list[float] = []
    tries = 0
    worse = set[str]()

    async def one(dial: Dial) -> None:
        nonlocal tries
        attempt, wait = 0, order.first
        while True:
            await asyncio.sleep(chance.random() * wait)
            tries += 1
            try:
                talker = await connect(dial)
            except (Failed, OSError) as error:
                attempt += 1
                wait = min(order.longest, order.step * 2**attempt)
                if isinstance(error, Failed) and error.code in order.later:
                    wait = order.longest
                continue
            break
        times.append(time.perf_counter() - start)
        talkers[dial.name] = talker
        if place(talker) > before[dial.name]:
            worse.add(dial.name)

    async with asyncio.TaskGroup() as group:
        for dial in dials:
            group.create_task(one(dial))
    await asyncio.sleep(_SETTLES)
    worse.update(name for name, talker in talkers.items() if place(talker) > before[name])
    return Report(
        messages=tries,
        p50=percentile(times, 0.5),
        p99=percentile(times, 0.99),
        last=max(times),
        worse=len(worse),
    )


def place(talker: Talker) -> int:
    """Return the place that a page shows. Raises: Failed when it shows none."""
    found = _PLACE.search(talker.last)
    if found is None:
        raise Failed("no place is shown")
    return int(found[1])


def _listen(
    talkers: Iterable[Talker], counts: str, heard: Callable[[Talker, bytes], None] | None
) -> None:
    for talker in talkers:
        talker.counts, talker.heard = counts.encode(), heard


async def _calm(last: Callable[[], float]) -> None:
    """Return when the last message is some time ago."""
    async with asyncio.timeout(_PATIENCE):
        while time.perf_counter() - last() < _CALM:  # noqa: ASYNC110 - many sockets, one condition
            await asyncio.sleep(0.05)
