"""Doorbells between two processes, and what becomes of them when the server goes away."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis
from redis.asyncio.client import PubSub

from signaling.live import bells as bells_module
from signaling.live import keys
from signaling.live.bells import RECONNECTED, Bells, Ring
from signaling.live.connect import Live, open_live
from tests import real
from tests.contract.live.conftest import Opener
from tests.contract.live.tickets import contact
from video_advice.ids import ProcessId

Next = Callable[[], Awaitable[Ring]]


@asynccontextmanager
async def listening(bells: Bells) -> AsyncIterator[Next]:
    """Listen in the background; yields how to get the next ring."""
    heard: asyncio.Queue[Ring] = asyncio.Queue()

    async def listen() -> None:
        async for ring in bells.listen():
            heard.put_nowait(ring)

    async def following() -> Ring:
        async with asyncio.timeout(real.PATIENCE):
            return await heard.get()

    task = asyncio.create_task(listen())
    try:
        yield following
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_ring_reaches_the_other_process_whole(another: Opener) -> None:
    ours, theirs = another(), another()
    payload = bytes(range(256)) * 64
    async with listening(theirs.bells) as following:
        assert (await following()).kind == RECONNECTED
        assert await ours.bells.ring("frame", contact(1), payload)
        assert await following() == Ring("frame", contact(1), payload, ProcessId("p1"))


async def test_rings_arrive_in_the_order_in_which_they_were_rung(another: Opener) -> None:
    ours, theirs = another(), another()
    async with listening(theirs.bells) as following:
        await following()
        for number in range(200):
            await ours.bells.ring("event", contact(number))
        assert [(await following()).subject for _ in range(200)] == [contact(n) for n in range(200)]


async def test_everybody_hears_but_who_rang(another: Opener) -> None:
    ours, second, third = another(), another(), another()
    async with (
        listening(ours.bells) as at_ours,
        listening(second.bells) as at_second,
        listening(third.bells) as at_third,
    ):
        for following in (at_ours, at_second, at_third):
            assert (await following()).kind == RECONNECTED
        await ours.bells.ring("event", contact(1))
        await second.bells.ring("event", contact(2))
        assert (await at_ours()).subject == contact(2)
        assert (await at_second()).subject == contact(1)
        assert [(await at_third()).subject for _ in range(2)] == [contact(1), contact(2)]


async def test_what_is_no_ring_is_passed_over(another: Opener, admin: Redis) -> None:
    ours, theirs = another(), another()
    forged = bells_module._encode(Ring(RECONNECTED, "", b"", ProcessId("p9")))
    async with listening(theirs.bells) as following:
        await following()
        for garbage in (b"", b"\xff", b"{}", b"\x94\x01\x02\x03\x04", b"\x90", forged):
            await admin.publish(keys.BELLS, garbage)
        await ours.bells.ring("event", contact(1))
        assert (await following()).subject == contact(1)


async def test_a_cut_connection_is_made_again_and_said(another: Opener, admin: Redis) -> None:
    ours, theirs = another(), another()
    async with listening(theirs.bells) as following:
        assert (await following()).kind == RECONNECTED
        for number in range(3):
            await admin.client_kill_filter(_type="pubsub")
            assert (await following()).kind == RECONNECTED
            await ours.bells.ring("event", contact(number))
            assert (await following()).subject == contact(number)


async def test_a_quiet_connection_is_asked_and_kept(
    another: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bells_module, "SILENCE", 0.02)
    asked, ping = asyncio.Event(), PubSub.ping

    def counted(pubsub: PubSub) -> Awaitable[bool]:
        asked.set()
        return ping(pubsub)

    monkeypatch.setattr(PubSub, "ping", counted)
    ours, theirs = another(), another()
    async with listening(theirs.bells) as following:
        await following()
        for _ in range(5):
            asked.clear()
            async with asyncio.timeout(real.PATIENCE):
                await asked.wait()
        await ours.bells.ring("event", contact(1))
        assert (await following()).subject == contact(1)


async def test_closing_ends_the_listening(another: Opener) -> None:
    ours = another()
    first = asyncio.Event()

    async def listen() -> None:
        async for _ in ours.bells.listen():
            first.set()

    task = asyncio.create_task(listen())
    async with asyncio.timeout(real.PATIENCE):
        await first.wait()
        await ours.close()
        await task


def test_a_payload_is_never_shown() -> None:
    ring = Ring("frame", contact(1), b"candidate:1 1 udp 192.0.2.1", ProcessId("p1"))
    assert "candidate" not in repr(ring)
    assert "candidate" not in str(ring)
    assert "27 bytes" in repr(ring)


@pytest.fixture
async def pair(redis_url: str) -> AsyncIterator[tuple[Live, Live]]:
    """Two processes on the server that may be stopped."""
    ours, theirs = open_live(redis_url, ProcessId("p1")), open_live(redis_url, ProcessId("p2"))
    yield ours, theirs
    await ours.close()
    await theirs.close()


async def test_nobody_is_told_while_the_server_is_down(
    pair: tuple[Live, Live], redis_server: real.Redis
) -> None:
    redis_server.stop(kill=True)
    assert not await pair[0].bells.ring("event", contact(1))
    redis_server.start()
    assert await pair[0].bells.ring("event", contact(1))


async def test_listening_goes_on_after_the_server_was_restarted(
    pair: tuple[Live, Live], redis_server: real.Redis
) -> None:
    ours, theirs = pair
    async with listening(theirs.bells) as following:
        assert (await following()).kind == RECONNECTED
        for number in range(2):
            redis_server.stop(kill=True)
            redis_server.start()
            assert (await following()).kind == RECONNECTED
            assert await ours.bells.ring("event", contact(number))
            assert (await following()).subject == contact(number)


async def test_listening_begins_when_the_server_comes(
    pair: tuple[Live, Live], redis_server: real.Redis
) -> None:
    ours, theirs = pair
    redis_server.stop()
    async with listening(theirs.bells) as following:
        assert not await theirs.ping()
        redis_server.start()
        assert (await following()).kind == RECONNECTED
        assert await ours.bells.ring("event", contact(1))
        assert (await following()).subject == contact(1)


async def test_a_server_that_hangs_is_noticed_and_left(
    pair: tuple[Live, Live], redis_server: real.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bells_module, "SILENCE", 0.05)
    ours, theirs = pair
    waits: list[float] = []
    failed = asyncio.Event()

    def waited(failures: int) -> float:
        waits.append(failures)
        failed.set()
        return 0.01

    monkeypatch.setattr(theirs.bells, "_wait", waited)
    assert redis_server.process is not None
    async with listening(theirs.bells) as following:
        assert (await following()).kind == RECONNECTED
        redis_server.process.send_signal(signal.SIGSTOP)
        try:
            async with asyncio.timeout(real.PATIENCE):
                await failed.wait()
        finally:
            redis_server.process.send_signal(signal.SIGCONT)
        assert waits[0] == 1
        assert (await following()).kind == RECONNECTED
        assert await ours.bells.ring("event", contact(1))
        assert (await following()).subject == contact(1)


def test_processes_wait_differently_and_never_long() -> None:
    from redis.asyncio import Redis as Client

    waits = {
        process: [
            Bells(None, Client(), ProcessId(process))._wait(n)  # type: ignore[arg-type]
            for n in range(1, 40)
        ]
        for process in ("p1", "p2")
    }
    assert waits["p1"] != waits["p2"]
    assert all(0 <= one <= bells_module.BACK_OFF[1] for some in waits.values() for one in some)
