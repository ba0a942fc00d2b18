"""SQLite in memory, asked in the caller's own thread: the archive's own statements, at once."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import StaticPool

from signaling.archive.database import Body, P, R
from signaling.archive.tables import metadata
from video_advice.ports import Clock

TIME: Final = "now_is()"
"""The time of a database that keeps it by a clock of the tests."""


def keep_time(engine: Engine, clock: Clock) -> None:
    """Let `TIME` be the time of `clock` on every connection to come."""

    def connected(connection: Any, _record: object) -> None:
        connection.create_function("now_is", 0, clock.now)

    event.listen(engine, "connect", connected)


class InlineSqlite:
    """`signaling.archive.database.Database` for tests that make thousands of small archives."""

    def __init__(self, clock: Clock) -> None:
        """Make empty tables. The database keeps time by `clock`."""
        self._engine = create_engine(
            "sqlite://",
            poolclass=StaticPool,
            execution_options={"time": TIME},
            connect_args={"isolation_level": None},
        )
        keep_time(self._engine, clock)
        with self._engine.begin() as connection:
            metadata.create_all(connection)
        self._connection = self._engine.connect()

    async def read(self, body: Body[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        return body(self._connection, *args, **kwargs)

    async def write(self, body: Body[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        self._connection.rollback()
        self._connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            result = body(self._connection, *args, **kwargs)
        except BaseException:
            self._connection.rollback()
            raise
        self._connection.commit()
        return result

    async def close(self) -> None:
        self._connection.close()
        self._engine.dispose()
