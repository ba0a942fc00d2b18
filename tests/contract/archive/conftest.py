"""One archive for a test: the in-memory reference, SQLite, and a real PostgreSQL."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from signaling.archive import Archive, migrate, open_archive
from signaling.archive.tables import metadata
from tests.contract.archive.making import AnyArchive
from tests.contract.archive.timing import TIME, ArchiveTime
from tests.fakes.memory_archive import MemoryArchive
from tests.real import Postgres


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "archive.db"
    asyncio.run(migrate(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: Postgres) -> Iterator[str]:
    """A migrated PostgreSQL database that the tests of this folder empty and share."""
    url = postgres_server.create("archive")
    asyncio.run(migrate(url))
    yield url
    if postgres_server.answers():
        postgres_server.drop("archive")


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated, empty SQLite file of this test's own."""
    path = shutil.copy(sqlite_template, tmp_path / "archive.db")
    return f"sqlite:///{path}"


@pytest.fixture
def emptied_postgres(migrated_postgres: str, postgres_server: Postgres) -> str:
    """The shared PostgreSQL database with nothing in it."""
    if not postgres_server.answers():
        postgres_server.stop()
        postgres_server.start()
    asyncio.run(_empty(migrated_postgres))
    return migrated_postgres


async def _empty(url: str) -> None:
    def body(connection: Connection) -> None:
        tables = ", ".join(table.name for table in metadata.sorted_tables)
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY"))

    archive = open_archive(url)
    await archive.database.write(body)
    await archive.close()


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    """Address of a migrated, empty SQL database."""
    name = {"sqlite": "sqlite_url", "postgres": "emptied_postgres"}[request.param]
    found: str = request.getfixturevalue(name)
    return found


@pytest.fixture
async def sql_clock(url: str) -> AsyncIterator[ArchiveTime]:
    """The clock of `sql` and `other`; it stands at T0 until it is set."""
    clock = ArchiveTime(url)
    await clock.start()
    yield clock
    await clock.close()


@pytest.fixture
async def sql(url: str, sql_clock: ArchiveTime) -> AsyncIterator[Archive]:
    """An empty archive in SQL."""
    del sql_clock
    archive = open_archive(url, time=TIME)
    yield archive
    await archive.close()


@pytest.fixture
async def other(url: str, sql_clock: ArchiveTime) -> AsyncIterator[Archive]:
    """The same archive as `sql`, opened as another process would."""
    del sql_clock
    archive = open_archive(url, time=TIME)
    yield archive
    await archive.close()


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def store_url(request: pytest.FixtureRequest) -> str | None:
    """Where the archive under contract is; None for the in-memory one."""
    names = {"sqlite": "sqlite_url", "postgres": "emptied_postgres"}
    if request.param not in names:
        return None
    found: str = request.getfixturevalue(names[request.param])
    return found


@pytest.fixture
async def clock(store_url: str | None) -> AsyncIterator[ArchiveTime]:
    """The clock of `archive`; it stands at T0 until it is set."""
    clock = ArchiveTime(store_url)
    await clock.start()
    yield clock
    await clock.close()


@pytest.fixture
async def archive(store_url: str | None, clock: ArchiveTime) -> AsyncIterator[AnyArchive]:
    """An empty archive: each of the three kinds in turn."""
    opened: AnyArchive = (
        MemoryArchive(clock) if store_url is None else open_archive(store_url, time=TIME)
    )
    yield opened
    await opened.close()
