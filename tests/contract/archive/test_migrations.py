"""The migrations make exactly the tables that the program uses, on both databases."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from signaling.archive import SchemaMissing, check_schema, migrate, open_archive
from signaling.archive.database import connect
from signaling.archive.tables import metadata
from tests.contract.archive.making import open_change, opening


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of a database without any tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    found: str = request.getfixturevalue("postgres_url")
    return found


async def test_from_nothing_and_again(empty_url: str) -> None:
    await migrate(empty_url)
    archive = open_archive(empty_url)
    event = opening()
    await archive.contacts.commit(open_change(event))
    await migrate(empty_url)
    await archive.check()
    assert await archive.contacts.load(event.contact) is not None
    await archive.close()


async def test_who_waits_gets_a_group_and_who_is_held_keeps_the_seat(empty_url: str) -> None:
    """From revision 0004, in which a nurse had one seat and the row told who could serve it."""
    database = connect(empty_url, patience=None)
    await database.write(_upgrade_to, "0004")
    await database.write(_four_contacts)
    await database.close()
    await migrate(empty_url)
    archive = open_archive(empty_url)
    assert await archive.database.read(_groups_and_seats) == (
        [("called", "12/chat//general//whole"), ("waits", "12/chat/sv/general//")],
        [("chats", "n1", 0), *(("video", "n2", number) for number in range(5))],
    )
    await archive.close()


async def test_who_went_before_everybody_goes_hours_before(empty_url: str) -> None:
    """From revision 0005, in which immediate need stood before all arrivals of a thousand years."""
    database = connect(empty_url, patience=None)
    await database.write(_upgrade_to, "0004")
    await database.write(_four_contacts)
    arrived, hour = 1_800_000_000_000, 3_600_000
    old = {"waits": arrived + 45, "called": arrived - 10**14, "chats": arrived - 2 * 10**14}

    def score(connection: Connection) -> None:
        for one, number in old.items():
            asked = text("UPDATE contact SET score = :score WHERE id = :id")
            connection.execute(asked, {"score": number, "id": one})

    def scores(connection: Connection) -> dict[str, int]:
        rows = connection.execute(text("SELECT id, score FROM contact"))
        return {one: number - arrived for one, number in rows if one in old}

    await database.write(score)
    await database.close()
    await migrate(empty_url)
    archive = open_archive(empty_url)
    assert await archive.database.read(scores) == {
        "waits": 45,
        "called": -6 * hour,
        "chats": -12 * hour,
    }
    await archive.close()


def _upgrade_to(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", "signaling/archive/migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _four_contacts(connection: Connection) -> None:
    insert = text(
        "INSERT INTO contact (id, version, phase, region, channel, language, interpreter, person,"
        " nurse, seat, score, arrived_at, away, opened_at, state) VALUES (:id, 1, :phase, '12',"
        " :channel, :language, :interpreter, :id, :nurse, :seat, 1, 1, false, 1, :state)"
    )
    told = ("id", "phase", "channel", "language", "interpreter", "nurse", "seat", "state")
    for row in (
        ("waits", "waiting", "chat", "sv", False, None, None, b"{}"),
        ("called", "waiting", "chat", "ar", True, None, None, b'{"callback":{"number":"+46"}}'),
        ("chats", "talking", "chat", "sv", False, "n1", 0, b'{"callback":null}'),
        ("video", "joining", "video", "sv", False, "n2", 0, b"{}"),
        ("signed", "wrapping_up", "chat", "sv", False, "n2", None, b"{}"),
    ):
        connection.execute(insert, dict(zip(told, row, strict=True)))


def _groups_and_seats(connection: Connection) -> tuple[list[object], list[object]]:
    waiting = "SELECT id, line_group FROM contact WHERE line_group IS NOT NULL ORDER BY id"
    seats = "SELECT contact, nurse, number FROM seat ORDER BY contact, number"
    return (
        [tuple(row) for row in connection.execute(text(waiting))],
        [tuple(row) for row in connection.execute(text(seats))],
    )


def test_sqlite_is_for_its_owner_only(tmp_path: Path) -> None:
    asyncio.run(migrate(f"sqlite:///{tmp_path / 'new.db'}"))
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}


async def test_from_two_processes_at_once(empty_url: str) -> None:
    await asyncio.gather(*(migrate(empty_url) for _ in range(3)))
    archive = open_archive(empty_url)
    await archive.check()
    await archive.close()


async def test_the_tables_are_those_of_the_program(empty_url: str) -> None:
    await migrate(empty_url)
    archive = open_archive(empty_url)

    def drift(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    assert await archive.database.read(drift) == []
    await archive.close()


async def test_indexes_and_numbers_are_as_declared(empty_url: str) -> None:
    """What `compare_metadata` does not look at: conditions of indexes, AUTOINCREMENT, collation."""
    await migrate(empty_url)
    archive = open_archive(empty_url)
    made = await archive.database.read(_definitions)
    await archive.database.write(_make_anew)
    assert await archive.database.read(_definitions) == made
    assert any("waiting" in one for one in made)
    await archive.close()


def _definitions(connection: Connection) -> list[str]:
    if connection.dialect.name == "sqlite":
        asked = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'alembic%'"
        spaced = (re.sub(r"([()])", r" \1 ", one) for one in connection.scalars(text(asked)))
        made = (one.replace(",", " ").split() for one in spaced)
        return sorted(" ".join(sorted(words)) for words in made)
    indexes = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"
    columns = """
        SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default,
            collation_name) FROM information_schema.columns WHERE table_schema = 'public'
    """
    both = [*connection.scalars(text(indexes)), *connection.scalars(text(columns))]
    return sorted(one for one in both if "alembic" not in one)


def _make_anew(connection: Connection) -> None:
    metadata.drop_all(connection)
    metadata.create_all(connection)


async def test_missing_tables_are_told(empty_url: str) -> None:
    archive = open_archive(empty_url)
    with pytest.raises(SchemaMissing, match=r"no tables yet.*migrate"):
        await check_schema(archive.database)
    await archive.close()


@pytest.mark.parametrize(("version", "says"), [("9999", "newer version"), (None, "no tables yet")])
async def test_other_versions_are_told(empty_url: str, version: str | None, says: str) -> None:
    await migrate(empty_url)
    archive = open_archive(empty_url)
    await archive.database.write(_pretend, version)
    with pytest.raises(SchemaMissing, match=says):
        await archive.check()
    await archive.close()


def _pretend(connection: Connection, version: str | None) -> None:
    connection.execute(text("DELETE FROM alembic_version"))
    if version is not None:
        connection.execute(text("INSERT INTO alembic_version VALUES (:v)"), {"v": version})


@pytest.mark.parametrize("url", ["mysql://127.0.0.1/x", "sqlite://", "sqlite:///:memory:"])
async def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="sqlite:///file or postgresql://"):
        open_archive(url)
    with pytest.raises(ValueError, match="sqlite:///file or postgresql://"):
        await migrate(url)


async def test_sqlite_is_set_up_to_lose_nothing(sqlite_url: str) -> None:
    def settings(connection: Connection) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        return [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]

    archive = open_archive(sqlite_url)
    for run in (archive.database.read, archive.database.write):
        assert await run(settings) == ["wal", 2, 1, 5_000]
    await archive.close()


async def test_postgres_waits_for_the_disk(emptied_postgres: str) -> None:
    def setting(connection: Connection) -> object:
        return connection.scalar(text("SHOW synchronous_commit"))

    archive = open_archive(emptied_postgres.replace("postgresql+asyncpg", "postgres"))
    assert await archive.database.write(setting) == "on"
    await archive.close()
