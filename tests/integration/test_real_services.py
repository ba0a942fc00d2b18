from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from aioice import stun, turn
from playwright.async_api import async_playwright
from redis.asyncio import Redis as Client
from sqlalchemy.ext.asyncio import create_async_engine

from tests import real


async def test_redis_answers_and_is_empty_for_each_test(redis_url: str) -> None:
    client = Client.from_url(redis_url)
    try:
        assert await client.dbsize() == 0
        await client.set("left", "behind")
        await client.function_load("#!lua name=left\nredis.register_function('f', function() end)")
    finally:
        await client.aclose()


async def test_what_another_test_left_in_redis_is_gone(
    redis_server: real.Redis, redis_url: str
) -> None:
    redis_server.say("SET", "left", "behind")
    redis_server.empty()
    client = Client.from_url(redis_url)
    try:
        assert await client.dbsize() == 0
        assert await client.function_list() == []
    finally:
        await client.aclose()


async def test_redis_comes_back_after_it_was_killed(redis_server: real.Redis) -> None:
    redis_server.stop(kill=True)
    assert not redis_server.answers()
    redis_server.start()
    assert redis_server.answers()


async def test_postgres_answers_in_a_database_of_our_own(postgres_url: str) -> None:
    engine = create_async_engine(postgres_url)
    try:
        async with engine.begin() as connection:
            await connection.execute(sa.text("create table ours (x integer)"))
        async with engine.connect() as connection:
            name = await connection.scalar(sa.text("select current_database()"))
            tables = await connection.scalars(
                sa.text("select table_name from information_schema.tables where table_name='ours'")
            )
            assert name is not None
            assert postgres_url.endswith(f"/{name}")
            assert list(tables) == ["ours"]
    finally:
        await engine.dispose()


async def test_the_next_test_has_an_empty_database(postgres_url: str) -> None:
    engine = create_async_engine(postgres_url)
    try:
        async with engine.connect() as connection:
            tables = await connection.scalars(
                sa.text("select table_name from information_schema.tables where table_name='ours'")
            )
            assert list(tables) == []
    finally:
        await engine.dispose()


async def allocate(server: real.Turn, username: str, password: str) -> tuple[str, int]:
    """Ask for a relay address, and give it back."""
    transport, _ = await turn.create_turn_endpoint(
        asyncio.DatagramProtocol,
        server_addr=("127.0.0.1", server.port),
        username=username,
        password=password,
    )
    address: tuple[str, int] = transport.get_extra_info("sockname")
    transport.close()
    return address


async def test_coturn_relays_for_who_has_a_credential(turn_server: real.Turn) -> None:
    name, password = turn_server.credentials("somebody", expires_at=int(time.time()) + 60)
    host, _ = await allocate(turn_server, name, password)
    assert host == "127.0.0.1"


async def test_coturn_refuses_a_credential_that_has_expired(turn_server: real.Turn) -> None:
    name, password = turn_server.credentials("somebody", expires_at=int(time.time()) - 60)
    with pytest.raises(stun.TransactionFailed):
        await allocate(turn_server, name, password)


async def test_chromium_runs_a_script(chromium: Path) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium, args=list(real.CHROMIUM_FLAGS)
        )
        page = await browser.new_page()
        kind = await page.evaluate("typeof RTCPeerConnection")
        await browser.close()
    assert kind == "function"


def test_a_missing_component_skips_here_and_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception):
        real.missing("no such thing")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception):
        real.program("no-such-program", package="nothing")
