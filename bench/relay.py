"""`relay`: what passing a message between two people costs, and what a waiting socket does."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final, TypeVar

from bench import machine
from bench.beside import peerjs, socketio, socketio_redis
from bench.dial import Report
from bench.driving import Driver
from bench.ours import ours
from bench.report import median, progress, tell
from bench.subject import Subject

_PAIRS: Final = 500
_RUNS: Final = 3
_HANDSHAKES: Final = 1_000
_MESSAGES: Final = 40_000
_FLAT_SECONDS: Final = 10.0
_ON_THEIR_WAY: Final = 24
_PER_SECOND: Final = 1_000
_PACED_SECONDS: Final = 8.0
_SILENCE: Final = 10.0
_WAITING: Final = 10_000
_WARM_UP: Final = 100

T = TypeVar("T")
Start = Callable[[], AbstractContextManager[Subject]]
Values = dict[str, dict[str, float]]
"""Figure, then whose, then value."""

_ONE_PROCESS: Final[dict[str, Start]] = {"ours": ours, "peerjs": peerjs, "socketio": socketio}
_TWO_PROCESSES: Final[dict[str, Start]] = {
    "ours": lambda: ours(webs=2),
    "socketio_redis": socketio_redis,
}


def run() -> None:
    """Measure ours and the others with one generator, one after the other."""
    machine.many_files()
    machine.run_on(machine.SERVERS)
    values: Values = {}
    try:
        with Driver() as driver:
            for name, start in _ONE_PROCESS.items():
                progress(f"relay: {name}")
                with start() as subject:
                    _note(values, name, _handshakes(subject, driver))
                    _note(values, name, _relay(subject, driver))
                with start() as subject:
                    _note(values, name, _waiting(subject, driver))
            for name, start in _TWO_PROCESSES.items():
                progress(f"relay: {name}, two processes")
                with start() as subject:
                    found = _seated(subject, driver, lambda: _paced(subject, driver))
                    cost = found["us_per_message"]
                    _note(values, name, {"two_process_us_per_message": cost})
    finally:
        machine.run_anywhere()
    _tell(values)


def _tell(values: Values) -> None:
    units = {
        "us_per_message": "µs",
        "us_per_message_busy": "µs",
        "p99_ms": "ms",
        "handshake_us": "µs",
        "bytes_per_waiting_socket": "bytes",
        "two_process_us_per_message": "µs",
    }
    for figure, unit in units.items():
        beside = dict(values[figure])
        mine = beside.pop("ours")
        runs = 1 if figure == "bytes_per_waiting_socket" else _RUNS
        tell("relay", figure, mine, unit, beside=beside, runs=runs)


def _note(values: Values, name: str, found: dict[str, float]) -> None:
    for figure, value in found.items():
        progress(f"  {figure} {value:.4g}")
        values.setdefault(figure, {})[name] = value


def _handshakes(subject: Subject, driver: Driver) -> dict[str, float]:
    """Processor time from connecting to being greeted; closing is not counted."""
    costs = []
    for _ in range(_RUNS):
        dials = subject.strangers(_HANDSHAKES)
        machine.settle(subject.pids)
        with machine.Meter(subject.pids) as used:
            driver.open(dials)
        costs.append(used.cpu / _HANDSHAKES * 1e6)
        driver.close()
        machine.settle(subject.pids)
    return {"handshake_us": median(costs)}


def _relay(subject: Subject, driver: Driver) -> dict[str, float]:
    def both() -> dict[str, float]:
        busy = {"us_per_message_busy": _busy(subject, driver)}
        return busy | _paced(subject, driver)

    return _seated(subject, driver, both)


def _seated(subject: Subject, driver: Driver, measure: Callable[[], T]) -> T:
    """Measure with the pairs connected, once it is sure that what one says the other hears."""
    subject.seat(driver, _PAIRS)
    machine.settle(subject.pids, patience=30)
    text = driver.sample()
    if "ufrag xxxx" not in text:
        raise RuntimeError("the message did not arrive whole")
    found = measure()
    driver.close()
    return found


def _paced(subject: Subject, driver: Driver) -> dict[str, float]:
    """What a message costs, and how long it is on its way, at a country's worst pace."""
    reports, costs = _driven(subject, lambda: driver.paced(_PER_SECOND, _PACED_SECONDS))
    return {"us_per_message": median(costs), "p99_ms": median(r.p99 for r in reports) * 1e3}


def _busy(subject: Subject, driver: Driver) -> float:
    """What a message costs while the server has as much to do as it can."""
    reports, costs = _driven(subject, lambda: driver.flat(_MESSAGES, _FLAT_SECONDS, _ON_THEIR_WAY))
    rate = median(report.messages / report.seconds for report in reports)
    progress(f"  {rate:.0f} messages a second")
    return median(costs)


def _driven(subject: Subject, drive: Callable[[], Report]) -> tuple[list[Report], list[float]]:
    """Return the reports, and the servers' processor time a message in µs.

    It is what they use beyond what the same sockets cost in silence.
    """
    idle = machine.share_of_core(subject.pids, _SILENCE)
    reports, costs = [], []
    for _ in range(_RUNS):
        with machine.Meter(subject.pids) as used:
            report = drive()
        reports.append(report)
        costs.append((used.cpu - idle * used.seconds) / report.messages * 1e6)
    return reports, costs


def _waiting(subject: Subject, driver: Driver) -> dict[str, float]:
    """Memory that the server has more for each socket, after the first few and once it rests."""
    dials = subject.waiters(_WAITING + _WARM_UP)
    driver.open(dials[:_WARM_UP])
    machine.settle(subject.pids)
    before = sum(machine.resident(pid) for pid in subject.pids)
    opened = driver.open(dials[_WARM_UP:])
    progress(f"  {opened.sockets} sockets in {opened.seconds:.1f} s")
    machine.settle(subject.pids, patience=20)
    after = sum(machine.resident(pid) for pid in subject.pids)
    driver.close()
    return {"bytes_per_waiting_socket": (after - before) / _WAITING}
