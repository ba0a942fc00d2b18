"""A server that is gone, hangs or refuses: LineDown at once, and back without help."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import suppress
from typing import Any

import pytest
from redis.asyncio import Redis as Client

from signaling.live import wire as wires
from signaling.live.connect import Live, open_live
from tests import real
from tests.contract.live.tickets import NOON, SKANE, WEST, contact, nurse, ticket
from tests.fakes.proxy import Proxy
from tests.redises import stopped
from tests.waiting import eventually
from video_advice.ids import ProcessId
from video_advice.ports import LineDown, Unbuilt

COMMANDS: dict[str, Callable[[Live], Coroutine[Any, Any, object]]] = {
    "put": lambda live: live.line.put(ticket(1)),
    "remove": lambda live: live.line.remove(contact(1), SKANE),
    "lift": lambda live: live.line.lift(nurse()),
    "lift from several": lambda live: live.line.lift(nurse(SKANE, WEST)),
    "tickets": lambda live: live.line.tickets(SKANE),
    "rebuild": lambda live: live.line.rebuild(SKANE, [ticket(1)]),
    "rebuild with nobody": lambda live: live.line.rebuild(SKANE, []),
}


@pytest.fixture
async def live(redis_url: str) -> AsyncIterator[Live]:
    one = open_live(redis_url, ProcessId("p1"))
    await one.line.rebuild(SKANE, [])
    await one.line.rebuild(WEST, [])
    yield one
    await one.close()


async def test_a_killed_server_is_down_and_a_restarted_one_is_empty(
    live: Live, redis_server: real.Redis
) -> None:
    assert await live.ping()
    redis_server.stop(kill=True)
    for command in COMMANDS.values():
        with pytest.raises(LineDown):
            await command(live)
    assert not await live.ping()
    redis_server.start()
    await eventually(live.ping)
    with pytest.raises(Unbuilt):
        await live.line.tickets(SKANE)
    await live.line.rebuild(SKANE, [ticket(1)])
    assert await live.line.lift(nurse()) == contact(1)


async def test_connections_that_a_restart_broke_are_not_noticed(
    live: Live, redis_server: real.Redis
) -> None:
    await asyncio.gather(*(live.line.tickets(SKANE) for _ in range(10)))
    redis_server.stop(kill=True)
    redis_server.start()
    for _ in range(3):  # turns of the loop, which find the connections closed
        await asyncio.sleep(0)
    await live.line.rebuild(SKANE, [ticket(1)])
    known = await asyncio.gather(*(live.line.tickets(SKANE) for _ in range(10)))
    assert known == [[ticket(1)]] * 10


async def test_nothing_listens_there() -> None:
    one = open_live(f"redis://127.0.0.1:{real.free_port()}", ProcessId("p1"))
    assert not await one.ping()
    for command in COMMANDS.values():
        with pytest.raises(LineDown):
            await command(one)
    await one.close()


def at_once(work: Coroutine[Any, Any, object]) -> None:
    """Expect that a call is refused without waiting for anything."""
    with pytest.raises(LineDown):
        work.send(None)
    work.close()


async def test_a_server_that_hangs_is_asked_once_and_then_nobody_waits(
    live: Live, redis_server: real.Redis
) -> None:
    with stopped(redis_server):
        with pytest.raises(LineDown):
            await live.line.put(ticket(1))
        await eventually(lambda: refused_at_once(live))
        for name, command in COMMANDS.items():
            if name == "lift from several":
                with pytest.raises(LineDown):
                    await command(live)
            else:
                at_once(command(live))
        assert not await live.ping()
        assert await live.rates.allow("b", 1, 1.0, 3, NOON), "each process counts for itself"
    await eventually(live.ping)
    await live.line.rebuild(SKANE, [ticket(1)])
    assert await live.line.lift(nurse()) == contact(1)


async def refused_at_once(live: Live) -> bool:
    with suppress(LineDown, StopIteration):
        work = live.line.put(ticket(1))
        work.send(None)
        work.close()
        return False
    return True


async def test_those_who_wait_when_it_hangs_are_let_go_together(
    live: Live, redis_server: real.Redis
) -> None:
    with stopped(redis_server):
        waiting = [asyncio.create_task(live.line.tickets(SKANE)) for _ in range(50)]
        ended = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(one, LineDown) for one in ended)


async def test_it_is_used_again_by_itself(live: Live, redis_server: real.Redis) -> None:
    with stopped(redis_server), pytest.raises(LineDown):
        await live.line.tickets(SKANE)

    async def used() -> bool:
        try:
            return await live.line.tickets(SKANE) == []
        except LineDown:
            return False

    await eventually(used)


async def test_one_that_answers_too_slowly_is_left(redis_url: str) -> None:
    async with Proxy() as proxy:
        proxy.target = int(redis_url.rsplit(":", 1)[1].split("/", maxsplit=1)[0])
        one = open_live(f"redis://127.0.0.1:{proxy.port}", ProcessId("p1"))
        await one.line.rebuild(SKANE, [])
        proxy.delay = wires.READ_TIMEOUT * 10
        with pytest.raises(LineDown):
            await one.line.put(ticket(1))
        await eventually(lambda: refused_at_once(one))
        proxy.delay = 0.0
        await eventually(one.ping)
        assert await one.line.tickets(SKANE) in ([], [ticket(1)])
        await one.close()


async def test_a_connection_that_is_cut_is_made_again(redis_url: str) -> None:
    async with Proxy() as proxy:
        proxy.target = int(redis_url.rsplit(":", 1)[1].split("/", maxsplit=1)[0])
        one = open_live(f"redis://127.0.0.1:{proxy.port}", ProcessId("p1"))
        for number in range(3):
            await one.line.rebuild(SKANE, [ticket(number)])
            await proxy.cut()
            await eventually(lambda: refused_at_once(one))
            proxy.mend()
            await eventually(one.ping)
            assert await one.line.tickets(SKANE) == [ticket(number)]
        await one.close()


async def test_a_server_that_is_full_is_down_and_the_error_quotes_nothing(
    live: Live, redis_url: str
) -> None:
    admin = Client.from_url(redis_url)
    await admin.config_set("maxmemory", "1")
    try:
        for command in (COMMANDS["put"], COMMANDS["rebuild"]):
            with pytest.raises(LineDown) as caught:
                await command(live)
            assert contact(1) not in "".join(traceback.format_exception(caught.value))
            assert caught.value.__cause__ is None
            assert caught.value.__context__ is None
    finally:
        await admin.config_set("maxmemory", "0")
        await admin.aclose()


async def test_a_server_that_may_not_be_written_is_down_until_it_may(
    live: Live, redis_server: real.Redis
) -> None:
    """As a primary is that was demoted under our connection."""
    redis_server.say("REPLICAOF", "127.0.0.1", str(real.free_port()))
    try:
        with pytest.raises(LineDown, match="READONLY"):
            await live.line.put(ticket(1))
    finally:
        redis_server.say("REPLICAOF", "NO", "ONE")
    await eventually(live.ping)
    await live.line.put(ticket(1))


async def test_what_answers_is_no_redis() -> None:
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    one = open_live(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}", ProcessId("p1"))
    try:
        assert not await one.ping()
        for command in COMMANDS.values():
            with pytest.raises(LineDown):
                await command(one)
    finally:
        await one.close()
        server.close()
        await server.wait_closed()


async def test_more_callers_than_connections_wait_for_one(live: Live) -> None:
    await live.line.rebuild(SKANE, [ticket(number) for number in range(200)])
    taken = await asyncio.gather(*(live.line.lift(nurse()) for _ in range(200)))
    assert sorted(one for one in taken if one) == [contact(number) for number in range(200)]


async def test_a_caller_who_gives_up_spoils_nothing_for_the_next(
    live: Live, redis_server: real.Redis
) -> None:
    await live.line.rebuild(SKANE, [ticket(number) for number in range(50)])
    for _ in range(5):
        with stopped(redis_server):
            task = asyncio.create_task(live.line.tickets(SKANE))
            await asyncio.wait([task], timeout=0.05)
            task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await live.line.lift(nurse(languages=["xx"])) is None
        assert len(await live.line.tickets(SKANE)) == 50
