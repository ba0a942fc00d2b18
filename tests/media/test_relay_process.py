"""The relay that the `media` process keeps: a real coturn with our configuration."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import signal
import socket
import stat
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from signaling.media.ice import IceServer, ice_servers, relay_urls
from signaling.media.relay import BadRelay, RelaySettings, configuration, run_relay
from tests.media.turn import GIVES_UP, allocated, refusal, refusal_of_tcp
from tests.real import free_port, program
from tests.waiting import eventually
from video_advice.ids import ContactId

SECRET = "correct-horse_battery.staple="
CONTACT = ContactId("0123456789abcdef0123456789abcdef")
QUOTA = 16


class Running:
    """`run_relay` in a task, and what the tests look at."""

    def __init__(self, *, loopback: bool = True) -> None:
        self.settings = RelaySettings(port=free_port(), secret=SECRET, loopback=loopback)
        self.stop = asyncio.Event()
        self.task = asyncio.create_task(run_relay(self.settings, self.stop))

    def server(self) -> IceServer:
        now = time.time_ns() // 1_000_000
        urls = relay_urls("127.0.0.1", self.settings.port)
        return ice_servers(urls, SECRET, CONTACT, now)[0][0]

    async def until_open(self) -> None:
        async def open_now() -> bool:
            assert not self.task.done(), self.task.result()
            try:
                # A connection to a relay that dies under it would be waited for too long.
                async with asyncio.timeout(2):
                    return await refusal(self.server(), "tcp") == 200
            except GIVES_UP:
                return False

        await eventually(open_now)

    def child(self) -> int:
        (found,) = children(self.settings.port)
        return found


def configuration_of(child: int) -> Path:
    command = Path(f"/proc/{child}/cmdline").read_bytes()
    return Path(os.fsdecode(command.split(b"\0")[2]))


def children(port: int) -> list[int]:
    """Our turnservers whose configuration names the port."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            if words[0].endswith(b"turnserver") and f"listening-port={port}\n" in Path(
                os.fsdecode(words[2])
            ).read_text(encoding="ascii"):
                found.append(int(folder.name))
        except (OSError, IndexError):
            continue
    return found


@pytest.fixture
async def relay() -> AsyncIterator[Running]:
    program("turnserver", package="coturn")
    running = Running()
    try:
        await running.until_open()
        yield running
    finally:
        running.stop.set()
        await running.task


@pytest.fixture
async def strict() -> AsyncIterator[Running]:
    """As in production: loopback is as forbidden as any internal network."""
    program("turnserver", package="coturn")
    running = Running(loopback=False)
    try:
        await running.until_open()
        yield running
    finally:
        running.stop.set()
        await running.task


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_our_credentials_open_our_relay(relay: Running, transport: str) -> None:
    async with allocated(relay.server(), transport) as relayed:
        assert await relayed.permit("127.0.0.1") == 200


async def test_foreign_credentials_do_not(relay: Running) -> None:
    given = relay.server()
    assert await refusal(IceServer(given.urls, given.username, "bm90aGluZw==")) == 401


async def test_no_tcp_connection_is_relayed(relay: Running) -> None:
    assert await refusal_of_tcp(relay.server()) == 442


INTERNAL = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.2.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
]
WRITTEN_AS_IPV6 = [
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001::7f00:1",
    "fe80::1",
    "fd00::1",
    "2a00::1",
]


async def test_no_internal_address_is_reached(strict: Running) -> None:
    async with allocated(strict.server()) as relayed:
        answers = {peer: await relayed.permit(peer) for peer in INTERNAL}
        assert answers == dict.fromkeys(INTERNAL, 403)


async def test_nothing_is_reached_by_writing_it_as_ipv6(strict: Running) -> None:
    async with allocated(strict.server()) as relayed:
        answers = {peer: await relayed.permit(peer) for peer in WRITTEN_AS_IPV6}
        assert set(answers.values()) <= {403, 443}, answers


async def test_the_open_internet_is_reached(strict: Running) -> None:
    async with allocated(strict.server()) as relayed:
        assert await relayed.permit("9.9.9.9") == 200


async def test_one_contact_cannot_take_every_port(relay: Running) -> None:
    async with AsyncExitStack() as held:
        for _ in range(QUOTA):
            await held.enter_async_context(allocated(relay.server()))
        assert await refusal(relay.server()) == 486


async def test_killed_relay_is_started_again(relay: Running) -> None:
    before = relay.child()
    os.kill(before, signal.SIGKILL)
    await relay.until_open()
    assert relay.child() != before


async def test_relay_ends_with_us() -> None:
    program("turnserver", package="coturn")
    running = Running()
    await running.until_open()
    child = running.child()
    running.stop.set()
    await running.task
    assert not exists(Path(f"/proc/{child}"))


ALONE = """
import asyncio, sys
from signaling.media.relay import RelaySettings, run_relay
settings = RelaySettings(port=int(sys.argv[1]), secret="only-for-this-test")
asyncio.run(run_relay(settings, asyncio.Event()))
"""


async def test_relay_does_not_outlive_a_killed_media_process() -> None:
    program("turnserver", package="coturn")
    port = free_port()
    media = await asyncio.create_subprocess_exec(sys.executable, "-c", ALONE, str(port))
    try:
        await eventually(lambda: len(children(port)) == 1)
        (child,) = children(port)
        left = configuration_of(child).parent
    finally:
        media.kill()
        await media.wait()
    await eventually(lambda: not exists(Path(f"/proc/{child}")))
    shutil.rmtree(left)


async def test_secret_is_in_a_private_file_and_nowhere_else(
    relay: Running, caplog: pytest.LogCaptureFixture
) -> None:
    child = relay.child()
    for shown in ("cmdline", "environ"):
        assert SECRET.encode() not in proc(child, shown)
    file = configuration_of(child)
    assert kept(file) == (True, 0o600, 0o700)
    assert SECRET not in caplog.text
    assert SECRET not in repr(relay.settings)


def proc(child: int, name: str) -> bytes:
    return Path(f"/proc/{child}/{name}").read_bytes()


def kept(file: Path) -> tuple[bool, int, int]:
    """Whether the secret is in the file, and who may open the file and its folder."""
    there = SECRET in file.read_text(encoding="ascii")
    return there, stat.S_IMODE(file.stat().st_mode), stat.S_IMODE(file.parent.stat().st_mode)


async def test_files_are_gone_afterwards() -> None:
    program("turnserver", package="coturn")
    running = Running()
    await running.until_open()
    file = configuration_of(running.child())
    running.stop.set()
    await running.task
    assert not exists(file.parent)


def exists(path: Path) -> bool:
    return path.exists()


async def test_taken_port_is_told(caplog: pytest.LogCaptureFixture) -> None:
    program("turnserver", package="coturn")
    with socket.create_server(("127.0.0.1", 0)) as other:
        stop = asyncio.Event()
        settings = RelaySettings(port=other.getsockname()[1], secret=SECRET)
        task = asyncio.create_task(run_relay(settings, stop))

        async def told() -> bool:
            return "relay_port_taken" in caplog.text

        try:
            await eventually(told)
        finally:
            stop.set()
            await task


async def test_no_relay_waits_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "signaling.media.relay")
    stop = asyncio.Event()
    task = asyncio.create_task(run_relay(RelaySettings(port=0, secret=""), stop))
    await asyncio.sleep(0)
    assert "no relay here: calls go directly between browsers" in caplog.text
    assert not task.done()
    stop.set()
    await task


@pytest.mark.parametrize(
    "secret", ["", "short", "two words", "line\nno-auth\nx", "=leading-equals", "ä" * 20, "#" * 20]
)
def test_secret_that_could_be_misread_is_refused(secret: str, tmp_path: Path) -> None:
    with pytest.raises(BadRelay) as refused:
        configuration(RelaySettings(port=3478, secret=secret), tmp_path)
    assert not secret or secret not in str(refused.value)


def test_own_public_or_private_address_is_the_only_exception(tmp_path: Path) -> None:
    text = configuration(
        RelaySettings(port=3478, secret=SECRET, host="192.168.7.9"),
        tmp_path,
    )
    assert [line for line in text.splitlines() if line.startswith("allowed-peer-ip")] == [
        "allowed-peer-ip=192.168.7.9"
    ]
    assert "allowed-peer-ip" not in configuration(
        RelaySettings(port=3478, secret=SECRET, host="127.0.0.1"), tmp_path
    )
