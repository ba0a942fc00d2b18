"""A server that is gone, hangs or refuses: LineDown at once, and back without help."""

from __future__ import annotations

import asyncio
import signal
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from redis.asyncio import Redis as Client

from signaling.live.connect import Live, open_live
from tests import real
from tests.contract.live.tickets import SKANE, WEST, contact, nurse, ticket
from video_advice.ids import ProcessId
from video_advice.ports import LineDown, Unbuilt

COMMANDS: dict[str, Callable[[Live], Awaitable[object]]] = {
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
    assert await live.ping()
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


async def test_a_server_that_hangs_is_asked_once_and_then_left_alone(
    live: Live, redis_server: real.Redis
) -> None:
    assert redis_server.process is not None
    redis_server.process.send_signal(signal.SIGSTOP)
    try:
        with pytest.raises(LineDown, match=r"timed out$"):
            await live.line.put(ticket(1))
        for command in COMMANDS.values():
            with pytest.raises(LineDown, match="a moment ago"):
                await command(live)
        assert not await live.bells.ring("event", contact(1))
        assert not await live.ping()
    finally:
        redis_server.process.send_signal(signal.SIGCONT)
    assert await live.ping()
    await live.line.rebuild(SKANE, [ticket(1)])
    assert await live.line.lift(nurse()) == contact(1)


async def test_the_pause_after_a_time_out_ends_by_itself(
    live: Live, redis_server: real.Redis
) -> None:
    assert redis_server.process is not None
    redis_server.process.send_signal(signal.SIGSTOP)
    try:
        with pytest.raises(LineDown):
            await live.line.tickets(SKANE)
    finally:
        redis_server.process.send_signal(signal.SIGCONT)
    async with asyncio.timeout(real.PATIENCE):
        while True:
            try:
                assert await live.line.tickets(SKANE) == []
            except LineDown:
                await asyncio.sleep(0.02)
            else:
                break


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
            assert caught.value.__suppress_context__
    finally:
        await admin.config_set("maxmemory", "0")
        await admin.aclose()


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
    assert redis_server.process is not None
    await live.line.rebuild(SKANE, [ticket(number) for number in range(50)])
    for _ in range(5):
        redis_server.process.send_signal(signal.SIGSTOP)
        task = asyncio.create_task(live.line.tickets(SKANE))
        await asyncio.wait([task], timeout=0.05)
        task.cancel()
        redis_server.process.send_signal(signal.SIGCONT)
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await live.line.lift(nurse(languages=["xx"])) is None
        assert len(await live.line.tickets(SKANE)) == 50


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "127.0.0.1", "", "redis://h?db=one"])
def test_an_address_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(ValueError):
        open_live(url, ProcessId("p1"))
