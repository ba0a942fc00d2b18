"""The archive's clock in the tests' hands."""

from __future__ import annotations

from sqlalchemy import Connection, text

from signaling.archive import open_archive
from tests.fakes.clock import T0, Hands

TIME = "(SELECT at FROM now_is)"
"""What the archives of the tests have instead of their database's clock."""


class ArchiveTime(Hands):
    """The clock of the archive under test, in memory and in the database."""

    def __init__(self, url: str | None) -> None:
        super().__init__()
        self._archive = None if url is None else open_archive(url)

    async def start(self) -> None:
        if self._archive is not None:
            await self._archive.database.write(_begin_time)

    async def set(self, at: int) -> None:
        """Let it be `at` now."""
        self.at = at
        if self._archive is not None:
            await self._archive.database.write(_set_time, at)

    async def close(self) -> None:
        if self._archive is not None:
            await self._archive.close()


def _begin_time(connection: Connection) -> None:
    connection.execute(text("CREATE TABLE IF NOT EXISTS now_is (at BIGINT NOT NULL)"))
    connection.execute(text("DELETE FROM now_is"))
    connection.execute(text("INSERT INTO now_is VALUES (:at)"), {"at": T0})


def _set_time(connection: Connection, at: int) -> None:
    connection.execute(text("UPDATE now_is SET at = :at"), {"at": at})
