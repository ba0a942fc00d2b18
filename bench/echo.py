"""`echo`: what a patient's network test costs the media process, and what is left of a thousand.

The tests are those of the page: the same channel, messages, sizes and pace, from aiortc instead of
a browser. They come through the real door, and over the relay that the process keeps.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from aioice import ice
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from bench import machine
from bench.report import progress, tell
from signaling.media.echo_link import EchoLink
from signaling.media.ice import IceServer, ice_servers, relay_urls
from tests.house import ROOT
from tests.real import free_port, wait_until
from video_advice.ids import ContactId
from video_advice.refusals import Refused

_TESTS: Final = int(os.environ.get("BENCH_ECHO_TESTS", "1000"))
_WARM_UP: Final = 100
"""After so many the process has the memory it needs."""
_AT_ONCE: Final = 8
"""Fewer than may be at once, so that few are told to come again."""
_SECRET: Final = "only-for-the-bench-of-the-echo"

# As in web/src/network/measure.ts.
_SENDING: Final = 1.5
_CALM: Final = 0.3
_TURN: Final = 0.01
_SMALL: Final = 16
_LARGE: Final = 1_000
_WANTED: Final = 800_000
_OPENS_WITHIN: Final = 10.0
_COMES_BACK_WITHIN: Final = 5.0


def run() -> None:
    """Measure the process while as many tests run as it lets run."""
    # Everything is on this machine, where aioice would offer no address.
    ice.get_host_addresses = lambda **_: ["127.0.0.1"]
    machine.run_on(machine.SERVERS)
    try:
        with _media() as (process, port, relay):
            machine.run_on(machine.GENERATOR)
            asyncio.run(_measure(process.pid, port, relay))
    finally:
        machine.run_anywhere()


@contextmanager
def _media() -> Iterator[tuple[subprocess.Popen[bytes], int, int]]:
    port, relay = free_port(), free_port()
    given = {
        "ECHO_PORT": port,
        "ECHO_SECRET": _SECRET,
        "RELAY_PORT": relay,
        "RELAY_LOOPBACK": "true",
        "TURN_SECRET": _SECRET,
    }
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "signaling", "media"],
            cwd=ROOT,
            env={**os.environ, **{f"VIDEO_ADVICE_{k}": str(v) for k, v in given.items()}},
            stdout=log,
            stderr=log,
        )
        told = Path(folder) / "log"
        try:
            wait_until(lambda: "echo_open" in told.read_text("utf-8"), "the echo")
            wait_until(lambda: "relay_started" in told.read_text("utf-8"), "the relay")
            yield process, port, relay
        finally:
            process.terminate()
            process.wait(15)


async def _measure(pid: int, port: int, relay: int) -> None:
    link = EchoLink(f"http://127.0.0.1:{port}", _SECRET)
    try:
        await _tests(link, relay, _WARM_UP)
        machine.settle([pid])
        before = machine.resident(pid)
        with machine.Meter([pid]) as used:
            lost = await _tests(link, relay, _TESTS)
        machine.settle([pid])
        after = machine.resident(pid)
    finally:
        await link.close()
    cost = used.cpu / _TESTS
    progress(f"echo: {_TESTS} tests in {used.seconds:.0f} s, {lost} messages lost")
    tell("echo", "tests_per_core_s", 1 / cost, "/s", runs=_TESTS)
    tell("echo", "cpu_ms_per_test", cost * 1e3, "ms", runs=_TESTS)
    tell("echo", "busy_share_of_core", used.cpu / used.seconds, "")
    tell("echo", "memory_mb", after / 1e6, "MB")
    tell("echo", "growth_mb", (after - before) / 1e6, "MB", runs=_TESTS)


async def _tests(link: EchoLink, relay: int, count: int) -> int:
    """Carry out so many, some at once; return how many messages did not come back."""
    numbers = iter(range(count))
    lost = 0

    async def one_after_another() -> None:
        nonlocal lost
        for number in numbers:
            if number % 100 == 0:
                progress(f"echo: {number} of {count}")
            lost += await _test(link, _servers(relay, number))

    await asyncio.gather(*(one_after_another() for _ in range(_AT_ONCE)))
    return lost


def _servers(relay: int, number: int) -> tuple[IceServer, ...]:
    """Return the relay with the credentials of one contact each."""
    contact = ContactId(f"{number:032x}")
    urls = relay_urls("127.0.0.1", relay)
    return ice_servers(urls, _SECRET, contact, time.time_ns() // 1_000_000)[0]


async def _test(link: EchoLink, servers: tuple[IceServer, ...]) -> int:
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    channel = connection.createDataChannel("echo", ordered=False, maxRetransmits=0)
    opened, all_back = asyncio.Event(), asyncio.Event()
    sent = back = 0

    def hear(_: bytes) -> None:
        nonlocal back
        back += 1
        if back == sent:
            all_back.set()

    channel.on("open", opened.set)
    channel.on("message", hear)
    try:
        await connection.setLocalDescription(await connection.createOffer())
        answer = await _answered(link, connection.localDescription.sdp, servers)
        await connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        async with asyncio.timeout(_OPENS_WITHIN):
            await opened.wait()
        for size in _turns():
            if size is None:
                await asyncio.sleep(_TURN)
                continue
            all_back.clear()
            sent += 1
            channel.send(bytes(size))
        try:
            async with asyncio.timeout(_COMES_BACK_WITHIN):
                await all_back.wait()
        except TimeoutError:
            pass
    finally:
        await connection.close()
    return sent - back


async def _answered(link: EchoLink, offer: str, servers: tuple[IceServer, ...]) -> str:
    """Ask until the echo has hands free: those before are still being closed, or coturn starts."""
    async with asyncio.timeout(_OPENS_WITHIN):
        while True:
            try:
                return await link.answer(offer, servers)
            except Refused:
                await asyncio.sleep(_TURN)


def _turns() -> Iterator[int | None]:
    """Yield the sizes to send, as a page would, and None for each pause between two turns."""
    began = time.perf_counter()
    large = turn = 0
    while (passed := time.perf_counter() - began) < _SENDING:
        if turn % 3 == 0:
            yield _SMALL
        while large * _LARGE * 8 < _WANTED * (passed - _CALM):
            yield _LARGE
            large += 1
        turn += 1
        yield None
