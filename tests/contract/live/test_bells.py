"""Doorbells between two processes, and what becomes of them when the server goes away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from functools import partial
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.asyncio.cluster import RedisCluster

from signaling.live import bells as bells_module
from signaling.live import keys
from signaling.live import wire as wires
from signaling.live.bells import MOVED, RECONNECTED, Bells, Ring
from signaling.live.connect import Live, open_live
from signaling.live.link import BACK_OFF, spread
from tests import real
from tests.contract.live.conftest import Opener
from tests.contract.live.tickets import contact
from tests.redises import stopped
from tests.waiting import eventually
from video_advice.ids import ProcessId

Next = Callable[[], Awaitable[Ring]]


@asynccontextmanager
async def listening(bells: Bells) -> AsyncIterator[Next]:
    """Listen in the background; yields how to get the next ring that a process rang."""
    heard: asyncio.Queue[Ring] = asyncio.Queue()

    async def listen() -> None:
        async for ring in bells.listen():
            if ring.kind != MOVED:
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
        assert await following() == Ring("frame", contact(1), payload, ProcessId("p1"), 1)


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


async def cut_listeners(admin: Redis) -> None:
    """End the connection of everybody who listens, on whatever node."""
    client: Any = admin
    where = {"target_nodes": "all"} if isinstance(client, RedisCluster) else {}
    await client.execute_command("CLIENT KILL", "TYPE", "pubsub", **where)


async def test_a_cut_connection_is_made_again_and_said(another: Opener, admin: Redis) -> None:
    ours, theirs = another(), another()
    async with listening(theirs.bells) as following:
        assert (await following()).kind == RECONNECTED
        for number in range(3):
            await cut_listeners(admin)
            assert (await following()).kind == RECONNECTED
            await ours.bells.ring("event", contact(number))
            assert (await following()).subject == contact(number)


async def test_a_quiet_connection_is_kept_while_one_hears_oneself(
    another: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bells_module, "BEAT", 0.02)
    ours, theirs = another(), another()
    async with listening(theirs.bells) as following:
        await following()
        wire = theirs.bells._link.wire
        await eventually(lambda: beaten(theirs, 3 * bells_module.SILENT_BEATS))
        await ours.bells.ring("event", contact(1))
        assert (await following()).subject == contact(1)
        assert theirs.bells._link.wire is wire


async def beaten(live: Live, times: int) -> bool:
    return live.bells._beats >= times


async def test_a_bell_for_one_process_is_heard_by_no_other(another: Opener) -> None:
    ours, second, third = another(), another(), another()
    async with listening(second.bells) as at_second, listening(third.bells) as at_third:
        assert (await at_second()).kind == RECONNECTED
        assert (await at_third()).kind == RECONNECTED
        await ours.bells.ring("frame", contact(1), b"", ProcessId("p2"))
        await ours.bells.ring("frame", contact(2), b"", ProcessId("p3"))
        await ours.bells.ring("event", contact(3))
        assert [(await at_second()).subject for _ in range(2)] == [contact(1), contact(3)]
        assert [(await at_third()).subject for _ in range(2)] == [contact(2), contact(3)]


@pytest.mark.parametrize("to", [None, ProcessId("p2")])
async def test_what_was_lost_is_seen_at_the_next_ring(
    another: Opener, to: ProcessId | None
) -> None:
    ours, theirs = another(), another()
    async with listening(theirs.bells) as following:
        await following()
        for number in (1, 2):
            await ours.bells.ring("event", contact(number), b"", to)
            assert (await following()).subject == contact(number)
        with lossy(ours):
            await ours.bells.ring("event", contact(3), b"", to)
        await ours.bells.ring("event", contact(4), b"", to)
        assert (await following()).subject == contact(4)
        assert (await following()).kind == RECONNECTED
        assert theirs.figures()["ring_gaps"] == 1


@pytest.mark.parametrize("to", [None, ProcessId("p2")])
async def test_what_was_lost_is_seen_when_nothing_follows(
    another: Opener, monkeypatch: pytest.MonkeyPatch, to: ProcessId | None
) -> None:
    monkeypatch.setattr(bells_module, "BEAT", 0.02)
    ours, theirs = another(), another()
    async with listening(theirs.bells) as following, listening(ours.bells) as at_ours:
        assert (await following()).kind == RECONNECTED
        assert (await at_ours()).kind == RECONNECTED
        await ours.bells.ring("event", contact(1), b"", to)
        assert (await following()).subject == contact(1)
        await eventually(lambda: beaten(theirs, 3))
        with lossy(ours):
            await ours.bells.ring("event", contact(2), b"", to)
        assert (await following()).kind == RECONNECTED


async def test_an_older_process_first_heard_is_a_gap_and_a_new_one_is_none(
    another: Opener,
) -> None:
    older, newer, theirs = another(), another(), another()
    with lossy(older):
        await older.bells.ring("event", contact(1))
    async with listening(theirs.bells) as following:
        await following()
        await newer.bells.ring("event", contact(2))
        assert (await following()).subject == contact(2)
        assert theirs.bells.gaps == 0
        await older.bells.ring("event", contact(3))
        assert (await following()).subject == contact(3)
        assert (await following()).kind == RECONNECTED


@contextmanager
def lossy(live: Live) -> Iterator[None]:
    """Lose what the process rings meanwhile, as a connection that breaks does."""
    link: Any = live.bells._link
    send, link.send = link.send, lambda _: True
    try:
        yield
    finally:
        link.send = send


async def test_a_listener_who_is_slow_hears_all_and_little_waits_for_him(
    another: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bells_module, "HEARD", 10)
    ours, theirs = another(), another()
    payload, most = bytes(60_000), 0
    subjects: list[str] = []
    async with listening(theirs.bells) as following:
        await following()
    async with aclosing(theirs.bells.listen()) as rings:
        for number in range(300):
            await eventually(partial(ours.bells.ring, "event", contact(number), payload))
            await asyncio.sleep(0)
        while len(subjects) < 300:
            most = max(most, len(theirs.bells._heard))
            ring = await anext(rings)
            subjects += [ring.subject] if ring.kind == "event" else []
    assert subjects == [contact(number) for number in range(300)]
    assert most < 150, "what is not listened to piles up"


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
    ours = pair[0]

    async def rung() -> bool:
        return await ours.bells.ring("event", contact(1))

    async def lost() -> bool:
        return not await rung()

    assert await rung(), "the first is kept until it is known whether anybody is there"
    redis_server.stop(kill=True)
    await eventually(lost)
    assert not await ours.ping()
    assert ours.figures()["redis_up"] == 0
    assert ours.figures()["rings_lost"] > 0
    redis_server.start()
    await eventually(rung)
    assert ours.figures()["redis_up"] == 1


async def test_what_redis_does_not_read_is_dropped_and_said(
    pair: tuple[Live, Live], redis_server: real.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wires, "UNANSWERED", 100_000)
    ours = pair[0]
    await ours.bells.ring("event", contact(1))
    await eventually(ours.ping)
    with stopped(redis_server):
        taken = [await ours.bells.ring("event", contact(2), bytes(1_000)) for _ in range(1_000)]
        assert 0 < sum(taken) < 110
        assert ours.figures()["rings_lost"] >= 890
    await eventually(ours.ping)


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
            await eventually(ours.ping)
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
        await eventually(ours.ping)
        assert await ours.bells.ring("event", contact(1))
        assert (await following()).subject == contact(1)


async def test_a_server_that_hangs_is_noticed_and_left(
    pair: tuple[Live, Live], redis_server: real.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bells_module, "BEAT", 0.05)
    ours, theirs = pair

    async def left() -> bool:
        return theirs.bells._link.wire is None

    async with listening(theirs.bells) as following:
        assert (await following()).kind == RECONNECTED
        with stopped(redis_server):
            await eventually(left)
        assert (await following()).kind == RECONNECTED
        await eventually(ours.ping)
        assert await ours.bells.ring("event", contact(1))
        while (ring := await following()).kind == RECONNECTED:
            pass
        assert ring.subject == contact(1)


def test_processes_wait_differently_and_never_long() -> None:
    waits = {seed: [spread(seed, number) for number in range(1, 40)] for seed in ("p1", "p2")}
    assert waits["p1"] != waits["p2"]
    assert all(0 <= one <= BACK_OFF[1] for some in waits.values() for one in some)
