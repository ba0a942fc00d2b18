"""The generator as seen from the bench: a child process that carries out one order at a time."""

from __future__ import annotations

import subprocess
import sys
from typing import Self

import msgspec

from bench.dial import Close, Cut, Dial, Flat, Leave, Open, Order, Paced, Report, Sample, Takes
from tests.house import ROOT

_decode = msgspec.json.Decoder(Report).decode


class Driver:
    """Starts the generator and ends it."""

    def __enter__(self) -> Self:
        """Start it."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.generator"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        return self

    def __exit__(self, *_: object) -> None:
        """End it; its sockets close with it."""
        self._process.kill()
        self._process.communicate()

    @property
    def pid(self) -> int:
        """The generator's process."""
        return self._process.pid

    def open(self, dials: list[Dial], at_once: int = 50) -> Report:
        """Open sockets; return when all are ready."""
        return self._do(Open(tuple(dials), at_once))

    def flat(self, messages: int, seconds: float, at_once: int) -> Report:
        """Relay as fast as can be."""
        return self._do(Flat(messages, seconds, at_once))

    def paced(self, per_second: int, seconds: float) -> Report:
        """Relay at a steady rate."""
        return self._do(Paced(per_second, seconds))

    def sample(self) -> str:
        """Relay one message from each socket; return what the partner of the first one got."""
        return self._do(Sample()).text

    def leave(self, order: Leave) -> Report:
        """Let one leave the line."""
        return self._do(order)

    def takes(self, order: Takes) -> Report:
        """Let nurses take one each."""
        return self._do(order)

    def cut(self, order: Cut) -> Report:
        """Cut every socket, and let all come back."""
        return self._do(order)

    def close(self) -> None:
        """Close every socket."""
        self._do(Close())

    def _do(self, order: Order) -> Report:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(msgspec.json.encode(order) + b"\n")
        self._process.stdin.flush()
        report = _decode(self._process.stdout.readline())
        if report.error:
            raise RuntimeError(report.error)
        if report.lost:
            raise RuntimeError(f"{report.lost} sockets were closed by the server")
        return report
