"""The real services, started when first asked for, and a marker for each folder of tests."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.real import Postgres, Redis, Turn, chromium_path

HERE = Path(__file__).parent
_number = itertools.count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with the folder it stands in: `-m "not browser"` leaves the browser out."""
    for item in items:
        if item.path.is_relative_to(HERE):
            folder = item.path.relative_to(HERE).parts[0]
            if not folder.endswith(".py"):
                item.add_marker(folder)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Redis]:
    """A real redis-server; tests that stop or kill it take this one."""
    server = Redis()
    try:
        yield server.start()
    finally:
        server.close()


@pytest.fixture
def redis_url(redis_server: Redis) -> str:
    """Address of a real Redis that is empty."""
    redis_server.empty()
    return redis_server.url


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """A real PostgreSQL; tests that stop or kill it take this one."""
    server = Postgres()
    try:
        yield server.start()
    finally:
        server.close()


@pytest.fixture
def postgres_url(postgres_server: Postgres) -> Iterator[str]:
    """SQLAlchemy address of an empty database of this test's own."""
    if not postgres_server.answers():
        postgres_server.stop()
        postgres_server.start()
    name = f"test_{next(_number)}"
    yield postgres_server.create(name)
    if postgres_server.answers():
        postgres_server.drop(name)


@pytest.fixture(scope="session")
def turn_server() -> Iterator[Turn]:
    """A real coturn: `url`, `urls`, `secret`, `credentials(...)`."""
    server = Turn()
    try:
        yield server.start()
    finally:
        server.close()


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Path of the real Chromium; launch it with `tests.real.CHROMIUM_FLAGS`."""
    return chromium_path()
