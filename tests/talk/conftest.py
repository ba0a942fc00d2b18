"""The whole service, started once for each store, with people on both sides."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import House
from tests.real import Redis


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(
    request: pytest.FixtureRequest,
    redis_server: Redis,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[House]:
    """Two web processes and a worker over one database and one Redis."""
    redis_server.empty()
    folder: Path = tmp_path_factory.mktemp("house")
    if request.param == "sqlite":
        database = f"sqlite:///{folder / 'records.sqlite'}"
    else:
        database = request.getfixturevalue("postgres_server").create(f"talk_{folder.name}")
    with House(folder, redis_server.url, database, webs=2) as house:
        yield house
