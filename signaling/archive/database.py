"""One database, two kinds: runs a function of a connection in one transaction.

The functions are ordinary SQLAlchemy code. On PostgreSQL they run over asyncpg; on SQLite in a
thread of their own, where one hop carries a whole transaction (a third of what aiosqlite costs,
which hops for every cursor).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any, Concatenate, Final, ParamSpec, Protocol, TypeVar

import asyncpg
from sqlalchemy import (
    URL,
    BigInteger,
    ColumnElement,
    Connection,
    Table,
    create_engine,
    event,
    literal_column,
    make_url,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    NotSupportedError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from video_advice.ports import ArchiveDown, Watch, unwatched

P = ParamSpec("P")
R = TypeVar("R")
Body = Callable[Concatenate[Connection, P], R]

CHUNK: Final = 1_000
"""How many values one statement lists; both databases allow some 32,000."""

_TIMES: Final = {
    "sqlite": "CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER)",
    "postgresql": "CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS BIGINT)",
}

_READERS: Final = 4
_POOL: Final = 10
_OURS: Final = (IntegrityError, ProgrammingError, DataError, NotSupportedError)
_DOWN: Final = (
    DBAPIError,
    PoolTimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    OSError,
    TimeoutError,
)


class Database(Protocol):
    """Where transactions run. Every method but `close` may raise ArchiveDown."""

    async def read(self, body: Body[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `body`, whose statements change nothing; each sees what is committed then."""
        ...

    async def write(self, body: Body[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `body` in one transaction and return when it is on disk; an exception undoes it."""
        ...

    async def close(self) -> None:
        """Wait for what is under way and close every connection."""
        ...


def connect(
    url: str, patience: float | None, watch: Watch = unwatched, time: str | None = None
) -> Database:
    """Return the database at `url`; nothing is opened yet.

    `patience`: how many seconds a lock, a connection or a statement may take; None for ever.
    `time`: SQL that gives the time instead of the database's own clock, for tests.

    Raises: ValueError for an address of another kind.
    """
    parsed = make_url(url)
    match parsed.get_backend_name():
        case "sqlite" if parsed.database and parsed.database != ":memory:":
            return Sqlite(parsed, patience, watch, time)
        case "postgresql" | "postgres":
            return Postgres(parsed, patience, watch, time)
    raise ValueError("the archive's address must be sqlite:///file or postgresql://host/name")


def insert(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Return an insert that knows ON CONFLICT, in the words of the connection's database."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


def time_text(connection: Connection) -> str:
    """Return the SQL that gives the time of the connection's database."""
    given: str | None = connection.get_execution_options().get("time")
    return given or _TIMES[connection.dialect.name]


def time(text: str) -> ColumnElement[int]:
    """Return the database's time, milliseconds: the one clock that decides. `text`: `time_text`."""
    # Asked for by a query of its own it is one value, so an index on an instant can be used.
    return literal_column(f"(SELECT {text})", BigInteger)


@contextmanager
def reachable() -> Iterator[None]:
    """Tell a database that cannot be reached from one that refuses what we asked."""
    try:
        yield
    except _DOWN as error:
        lost = isinstance(error, DBAPIError) and error.connection_invalidated
        if isinstance(error, _OURS) and not lost:
            raise
        raise ArchiveDown(type(error).__name__) from error


class Sqlite:
    """One file. A single thread writes, so writers of one process queue up instead of polling."""

    def __init__(
        self, url: URL, patience: float | None, watch: Watch = unwatched, time: str | None = None
    ) -> None:
        """Use the file of `url`."""
        self._watch = watch
        self._busy = int((patience or 3600) * 1000)
        self._engine = create_engine(
            url.set(drivername="sqlite"),
            hide_parameters=True,
            pool_size=_READERS + 1,
            max_overflow=0,
            execution_options={"time": time},
            # isolation_level None: the driver begins nothing on its own.
            connect_args={"isolation_level": None, "check_same_thread": False},
        )
        event.listen(self._engine, "connect", self._set_up)
        self._writer = ThreadPoolExecutor(1, "archive-write")
        self._readers = ThreadPoolExecutor(_READERS, "archive-read")

    def _set_up(self, connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for setting in (
            f"busy_timeout = {self._busy}",  # first: changing the journal may have to wait too
            "journal_mode = WAL",
            "synchronous = FULL",  # on disk before `done` is said
            "foreign_keys = ON",
        ):
            cursor.execute(f"PRAGMA {setting}")
        cursor.close()

    async def read(self, body: Body[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `body` outside any transaction, beside the writer."""

        def run() -> R:
            with self._engine.connect() as connection:
                return body(connection, *args, **kwargs)

        with self._watch("read", body.__name__):
            return await self._in(self._readers, run)

    async def write(self, body: Body[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `body` in one transaction that holds the write lock from its start."""

        def run() -> R:
            with self._engine.connect() as connection:
                # A transaction that begins by reading cannot always become a writing one.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                result = body(connection, *args, **kwargs)
                connection.commit()
                return result

        with self._watch("write", body.__name__):
            return await self._in(self._writer, run)

    async def _in(self, pool: ThreadPoolExecutor, run: Callable[[], R]) -> R:
        with reachable():
            return await asyncio.get_running_loop().run_in_executor(pool, run)

    async def close(self) -> None:
        """Wait for what is under way and close every connection."""
        for pool in (self._writer, self._readers):
            await asyncio.to_thread(partial(pool.shutdown, wait=True))
        self._engine.dispose()


class Postgres:
    """A PostgreSQL server, over a pool of connections."""

    def __init__(
        self, url: URL, patience: float | None, watch: Watch = unwatched, time: str | None = None
    ) -> None:
        """Use the server of `url`."""
        self._watch = watch
        settings = {
            "application_name": "video-advice",
            "synchronous_commit": "on",  # whatever the server's own default is
            "jit": "off",  # costs more than it gives on statements this short
        }
        if patience is not None:
            # A process that sleeps, or whose host is gone, keeps no row from the others.
            settings["idle_in_transaction_session_timeout"] = f"{int(patience * 1000)}ms"
        self._engine = create_async_engine(
            _asyncpg(url),
            hide_parameters=True,
            pool_size=_POOL,
            max_overflow=_POOL,
            pool_timeout=patience or 3600,
            execution_options={"time": time},
            connect_args={
                "timeout": patience,
                "command_timeout": patience,
                "server_settings": settings,
            },
        )
        self._reader = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    async def read(self, body: Body[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `body` outside any transaction."""
        with self._watch("read", body.__name__), reachable():
            return await self._run(self._reader, body, *args, **kwargs)

    async def write(self, body: Body[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `body` in one transaction (read committed)."""
        with self._watch("write", body.__name__), reachable():
            return await self._run(self._engine, body, *args, **kwargs)

    async def _run(
        self, engine: AsyncEngine, body: Body[P, R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Run and commit; once more if a connection kept from before turns out to be dead.

        A connection lost while it commits is not tried again: it may have been done.
        """
        async with engine.connect() as connection:
            try:
                result = await connection.run_sync(body, *args, **kwargs)
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
            else:
                await connection.commit()
                return result
        async with engine.begin() as connection:
            return await connection.run_sync(body, *args, **kwargs)

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


def _asyncpg(url: URL) -> URL:
    """Return `url` in asyncpg's words: libpq's `sslmode` is its `ssl`."""
    query = dict(url.query)
    if "sslmode" in query:
        query["ssl"] = query.pop("sslmode")
    return url.set(drivername="postgresql+asyncpg", query=query)
