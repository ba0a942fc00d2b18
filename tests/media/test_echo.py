"""The echo of the network test, over its private door, with aiortc at the other end."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aioice import ice
from aiortc import RTCConfiguration, RTCDataChannel, RTCPeerConnection, RTCSessionDescription

from signaling.media import echo as echo_module
from signaling.media.echo import BadOffer, Echo, EchoBusy
from signaling.media.echo_door import EchoSettings, run_echo
from signaling.media.echo_link import EchoLink
from signaling.media.echo_wire import PATH
from signaling.media.ice import IceServer
from tests.real import free_port
from tests.waiting import eventually
from video_advice.refusals import Refusal, Refused

SECRET = "only-for-the-tests-of-the-echo"


class Page:
    """What the patient's page does: one data channel that may lose."""

    def __init__(self) -> None:
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.channel: RTCDataChannel = self.connection.createDataChannel(
            "echo", ordered=False, maxRetransmits=0
        )
        self.heard: list[str | bytes] = []
        self.channel.on("message", self.heard.append)

    async def offer(self) -> str:
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return str(self.connection.localDescription.sdp)

    async def take(self, answer: str) -> None:
        await self.connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))

    async def opened(self) -> None:
        await eventually(lambda: self.channel.readyState == "open")


@asynccontextmanager
async def page() -> AsyncIterator[Page]:
    made = Page()
    try:
        yield made
    finally:
        await made.connection.close()


@pytest.fixture
async def echo() -> AsyncIterator[Echo]:
    made = Echo(most=2, loopback=True)
    try:
        yield made
    finally:
        await made.close()
        assert made.running == 0


@asynccontextmanager
async def door(port: int) -> AsyncIterator[EchoLink]:
    """The echo behind its door, and a web process's way there."""
    stop = asyncio.Event()
    settings = EchoSettings(port=port, secret=SECRET, loopback=True)
    task = asyncio.create_task(run_echo(settings, stop))
    link = EchoLink(f"http://127.0.0.1:{port}", SECRET)
    try:
        yield link
    finally:
        await link.close()
        stop.set()
        await task


async def test_what_comes_goes_back(echo: Echo) -> None:
    async with page() as patient:
        await patient.take(await echo.answer(await patient.offer(), ()))
        await patient.opened()
        sent = [bytes([number]) * 1_100 for number in range(20)]
        for message in sent:
            patient.channel.send(message)
        await eventually(lambda: len(patient.heard) == 20)
        assert patient.heard == sent
    await eventually(lambda: echo.running == 0)


async def test_an_address_that_the_offer_keeps_to_itself_is_answered_all_the_same(
    echo: Echo,
) -> None:
    """Browsers write `.local` names, and those behind a router addresses that mean nothing here."""
    async with page() as patient:
        offer = without_candidates(await patient.offer())
        await patient.take(await echo.answer(offer, ()))
        await patient.opened()


def without_candidates(offer: str) -> str:
    kept = [line for line in offer.splitlines() if not line.startswith(("a=candidate", "a=end-"))]
    return "".join(f"{line}\r\n" for line in kept)


async def test_an_echo_that_nobody_could_find_says_so(
    echo: Echo, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with page() as patient:
        offer = await patient.offer()
        monkeypatch.setattr(ice, "get_host_addresses", lambda **_: [])
        with pytest.raises(EchoBusy):
            await echo.answer(offer, ())
        await eventually(lambda: echo.running == 0)


async def test_no_more_than_so_many_at_once(echo: Echo) -> None:
    async with page() as first, page() as second, page() as third:
        await echo.answer(await first.offer(), ())
        await echo.answer(await second.offer(), ())
        with pytest.raises(EchoBusy):
            await echo.answer(await third.offer(), ())


async def test_a_test_that_says_nothing_is_ended(
    echo: Echo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(echo_module, "LONGEST", 0.2)
    async with page() as patient:
        await echo.answer(await patient.offer(), ())
        assert echo.running == 1
        await eventually(lambda: echo.running == 0)


async def test_a_test_whose_page_went_without_a_word_is_ended(
    echo: Echo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(echo_module, "QUIET", 0.2)
    async with page() as patient:
        await patient.take(await echo.answer(await patient.offer(), ()))
        await patient.opened()
        patient.channel.send(b"x")
        await eventually(lambda: len(patient.heard) == 1)
        await eventually(lambda: echo.running == 0)


async def test_more_than_a_test_is_ended(echo: Echo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(echo_module, "MOST_MESSAGES", 5)
    async with page() as patient:
        await patient.take(await echo.answer(await patient.offer(), ()))
        await patient.opened()
        for _ in range(6):
            patient.channel.send(b"x")
        await eventually(lambda: echo.running == 0)
        assert len(patient.heard) <= 5


async def test_larger_than_a_packet_is_ended(echo: Echo) -> None:
    async with page() as patient:
        await patient.take(await echo.answer(await patient.offer(), ()))
        await patient.opened()
        patient.channel.send(b"x" * 1_201)
        await eventually(lambda: echo.running == 0)
        assert patient.heard == []


@pytest.mark.parametrize(
    "offer",
    [
        "",
        "v=0\r\n",
        "v=0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n",
        "v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n",
        "v=0\r\nm=application 9 X y\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n",
        "\x00" * 100,
    ],
)
async def test_what_is_no_offer_of_one_channel_is_refused(echo: Echo, offer: str) -> None:
    with pytest.raises(BadOffer):
        await echo.answer(offer, ())
    await eventually(lambda: echo.running == 0)


CANDIDATES = (
    "a=candidate:1 1 udp 2130706431 10.0.0.1 4000 typ host",
    "a=candidate:2 1 udp 2130706431 169.254.169.254 80 typ relay raddr 0.0.0.0 rport 0",
    "a=candidate:3 1 udp 2130706431 192.168.1.4 4000 typ host",
    "a=candidate:4 1 udp 2130706431 f3b0a4c0.local 4000 typ host",
    "a=candidate:5 1 tcp 2130706431 9.9.9.9 9 typ host tcptype active",
    "a=candidate:6 1 udp 2130706431 ::ffff:10.0.0.1 4000 typ host",
    "a=candidate:7 1 udp 41885439 9.9.9.9 5000 typ relay raddr 0.0.0.0 rport 0",
    "a=candidate:8 1 udp 2130706431 127.0.0.2 4000 typ host",
    "a=candidate:broken",
)


@pytest.mark.parametrize(("loopback", "kept"), [(False, [6]), (True, [6, 7])])
def test_internal_addresses_are_never_tried(*, loopback: bool, kept: Sequence[int]) -> None:
    offer = "\r\n".join(("v=0", "m=application 9 UDP/DTLS/SCTP webrtc-datachannel", *CANDIDATES))
    plain = echo_module._plain(offer, loopback=loopback)
    tried = [line for line in plain.splitlines() if line.startswith("a=candidate")]
    assert tried == [CANDIDATES[index] for index in kept]


async def test_a_web_process_is_answered_through_the_door() -> None:
    port = free_port()
    async with door(port) as link, page() as patient:
        offer = await patient.offer()
        await until_open(port)
        await patient.take(await link.answer(offer, ()))
        await patient.opened()


async def until_open(port: int) -> None:
    async def is_open() -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            return False
        writer.close()
        await writer.wait_closed()
        return True

    await eventually(is_open)


async def test_who_does_not_know_the_secret_is_not() -> None:
    port = free_port()
    async with door(port), aiohttp.ClientSession() as stranger:
        await until_open(port)
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer é"}):
            url = f"http://127.0.0.1:{port}{PATH}"
            async with stranger.post(url, data=b"{}", headers=headers) as response:
                assert response.status == 401
        link = EchoLink(f"http://127.0.0.1:{port}", "another-secret-altogether")
        with pytest.raises(Refused) as refused:
            await link.answer("v=0", ())
        assert (refused.value.code, refused.value.detail) == (Refusal.NOT_MEASURED, "down")
        await link.close()


async def test_what_is_no_offer_is_told_as_such_through_the_door() -> None:
    port = free_port()
    async with door(port) as link:
        await until_open(port)
        with pytest.raises(Refused) as refused:
            await link.answer("no offer", ())
        assert (refused.value.code, refused.value.detail) == (Refusal.NOT_MEASURED, "offer")


async def test_nobody_there_is_not_measured() -> None:
    link = EchoLink(f"http://127.0.0.1:{free_port()}", SECRET)
    with pytest.raises(Refused) as refused:
        await link.answer("v=0", ())
    assert (refused.value.code, refused.value.detail) == (Refusal.NOT_MEASURED, "down")
    await link.close()


async def test_nothing_is_left_of_a_test(echo: Echo) -> None:
    async def one() -> None:
        async with page() as patient:
            await patient.take(await echo.answer(await patient.offer(), ()))
            await patient.opened()
            patient.channel.send(b"x")
            await eventually(lambda: len(patient.heard) == 1)
        await eventually(lambda: echo.running == 0)

    await one()
    gc.collect()
    before = connections()
    files = open_files()
    for _ in range(5):
        await one()
    gc.collect()
    assert connections() <= before
    assert open_files() <= files


def connections() -> int:
    return sum(isinstance(one, RTCPeerConnection) for one in gc.get_objects())


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_no_address_and_no_secret_is_shown() -> None:
    assert SECRET not in repr(EchoSettings(port=1, secret=SECRET))
    assert "hidden" not in repr(IceServer(("turn:x",), "hidden", "hidden"))
