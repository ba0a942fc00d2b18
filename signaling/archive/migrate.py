"""Brings the tables to this program's version, and says when they are not. Alembic's revisions."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import BigInteger, Connection, func, literal, make_url, select

from signaling.archive.database import Database, connect, reachable

_ONE_AT_A_TIME: Final = 5_021_173
"""Number of the PostgreSQL advisory lock that migrations hold."""


class SchemaMissing(Exception):
    """The database's tables are not those of this program; the text says what to do."""


async def migrate(url: str) -> None:
    """Make or change the tables at `url`. Doing it again, or from two processes at once, is fine.

    Raises: ValueError for an unknown kind of address, ArchiveDown.
    """
    database = connect(url, patience=None)
    try:
        with reachable():
            await asyncio.to_thread(_make_private, url)
        await database.write(_upgrade)
    finally:
        await database.close()


async def check_schema(database: Database) -> None:
    """Return when every migration has been made.

    Raises: SchemaMissing, ArchiveDown.
    """
    there, wanted = await database.read(_heads)
    if there == wanted:
        return
    if not there:
        raise SchemaMissing("The database has no tables yet: run `python -m signaling migrate`.")
    known = {revision.revision for revision in _scripts().walk_revisions()}
    if not there <= known:
        raise SchemaMissing("The database's tables are those of a newer version of the program.")
    raise SchemaMissing(
        "The database's tables are those of an older version: run `python -m signaling migrate`."
    )


def _make_private(url: str) -> None:
    """Make SQLite's file, for its owner only, before SQLite makes it for everybody."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        file = Path(parsed.database)
        if not file.exists():  # else never opened here: closing it would drop SQLite's locks
            file.touch(mode=0o600)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":  # SQLite's write lock is already held
        connection.execute(select(func.pg_advisory_xact_lock(literal(_ONE_AT_A_TIME, BigInteger))))
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _heads(connection: Connection) -> tuple[frozenset[str], frozenset[str]]:
    there = MigrationContext.configure(connection).get_current_heads()
    return frozenset(there), frozenset(_scripts().get_heads())
