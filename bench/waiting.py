"""`departure`, `herd`, `arrivals`: what those who wait are told, how soon, and what it costs."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bench import machine
from bench.crowd import CODES
from bench.dial import Cut, Leave, Takes
from bench.driving import Driver
from bench.ours import PLACE, Ours, ours
from bench.report import median, percentile, progress, tell
from signaling.protocol.close_codes import CLOSE_CODES, ComeBack

_WAITING: Final = 10_000
_WARM_UP: Final = 100
_DEPARTURES: Final = 5
_BETWEEN: Final = 7.0
"""Seconds between departures: a page behind the front is told at most once in five."""
_HERD: Final = 2_000
_MINUTE: Final = 60.0
_RATES: Final[dict[int, float]] = {3: 20.0, 30: 8.0}
"""Clicks a second, and for how many seconds."""


@contextmanager
def _placed(worker: bool = False) -> Iterator[tuple[Ours, Driver]]:  # noqa: FBT001, FBT002
    machine.many_files()
    machine.run_on(machine.SERVERS)
    try:
        with Driver() as driver, ours(worker=worker) as subject:
            yield subject, driver
    finally:
        machine.run_anywhere()


def departure() -> None:
    """One leaves the front of a line of ten thousand who look at it."""
    with _placed() as (subject, driver):
        driver.open(subject.on_screen(_WAITING, CODES[0]))
        machine.settle(subject.pids, patience=20)
        reports = []
        for number in range(_DEPARTURES):
            time.sleep(_BETWEEN)
            leaving = json.dumps({"type": "contact.leave", "ref": 1, "contact": "{contact}"})
            reports.append(driver.leave(Leave(f"patient-{number}", leaving, PLACE)))
            progress(f"departure: {reports[-1].messages} told, last {reports[-1].last:.3f} s")
        driver.close()
    tell("departure", "messages", median(r.messages for r in reports), "", runs=_DEPARTURES)
    tell("departure", "bytes", median(r.size for r in reports), "bytes", runs=_DEPARTURES)
    last = percentile((r.last for r in reports), 0.99) * 1e3
    tell("departure", "last_screen_ms_p99", last, "ms", runs=_DEPARTURES)


def herd() -> None:
    """Two thousand pages are cut off in one moment, and come back as pages do."""
    later = tuple(one.code for one in CLOSE_CODES if one.come_back is ComeBack.LATER)
    with _placed() as (subject, driver):
        driver.open(subject.on_screen(_HERD))
        machine.settle(subject.pids, patience=20)
        report = driver.cut(Cut(**_policy(), later=later, seed=1))
        progress(f"herd: {report.messages} tries, p50 {report.p50:.2f} s, last {report.last:.2f} s")
        driver.close()
    tell("herd", "place_again_s_p99", report.p99, "s")
    tell("herd", "worse_placed", report.worse, "")


def _policy() -> dict[str, float]:
    """Return the waits of `web/src/signal/policy.ts`, in seconds."""
    source = Path("web/src/signal/policy.ts").read_text("utf-8")

    def constant(name: str) -> float:
        found = source.partition(f"const {name} = ")[2].partition(";")[0]
        return int(found.replace("_", "")) / 1e3

    return {"first": constant("SOON"), "step": constant("STEP"), "longest": constant("LONGEST")}


def arrivals() -> None:
    """Nurses click while ten thousand look on: until both are told; and what the waiting cost."""
    with _placed(worker=True) as (subject, driver):
        dials = subject.on_screen(_WAITING + _WARM_UP)
        driver.open(dials[:_WARM_UP])
        machine.settle(subject.pids)
        before = sum(machine.resident(pid) for pid in subject.pids)
        opened = driver.open(dials[_WARM_UP:])
        progress(f"arrivals: {opened.sockets} sockets in {opened.seconds:.1f} s")
        machine.settle(subject.pids, patience=20)
        memory = (sum(machine.resident(pid) for pid in subject.pids) - before) / _WAITING
        clicks = {rate: int(rate * seconds) for rate, seconds in _RATES.items()}
        nurses = subject.on_duty(sum(clicks.values()))
        driver.open(nurses)
        machine.settle(subject.pids, patience=20)
        with machine.Meter(subject.pids) as idle:
            time.sleep(_MINUTE / 2)
        told = {}
        for rate, count in clicks.items():
            names, nurses = tuple(one.name for one in nurses[:count]), nurses[count:]
            taking = json.dumps({"type": "line.take", "ref": 2})
            card, state = '{"type":"contact.card"', '{"type":"contact.state"'
            told[rate] = driver.takes(Takes(names, taking, card, state, rate))
            progress(f"arrivals: {rate}/s p50 {told[rate].p50:.4f} p99 {told[rate].p99:.4f}")
        driver.close()
    tell("arrivals", "told_p50_ms_3", told[3].p50 * 1e3, "ms")
    tell("arrivals", "told_p99_ms_3", told[3].p99 * 1e3, "ms")
    tell("arrivals", "told_p99_ms_30", told[30].p99 * 1e3, "ms")
    tell("arrivals", "bytes_per_waiting_socket", memory, "bytes")
    share = idle.cpu / idle.seconds * _MINUTE / (_WAITING / 1_000)
    tell("arrivals", "cpu_s_per_1000_waiting_minute", share, "s")
