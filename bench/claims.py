"""How others give the next of a line to one of several takers: the peers of the bench `line`.

The tables are as plain as can be: a row of the size of ours, an index in the order of the line over
those who wait, no history, no seats, no work that follows.
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

import redis.asyncio as redis
from redis.exceptions import WatchError
from sqlalchemy import Connection, text

from signaling.archive.database import Database, connect

Claim = Callable[[], Awaitable[bool]]
"""Claims one; False when there is none."""

_TABLE: Final = (
    """
    CREATE TABLE ticket (
        id bigint PRIMARY KEY, score bigint NOT NULL, status text NOT NULL, assignee text,
        assigned_at timestamptz, body text NOT NULL
    )
    """,
    """
    INSERT INTO ticket
    SELECT n, n, 'waiting', NULL, NULL, repeat('x', 600) FROM generate_series(1, :size) AS n
    """,
    "CREATE INDEX ticket_line ON ticket (score, id) WHERE status = 'waiting'",
    "ANALYZE ticket",
)
_NEXT: Final = text(
    """
    SELECT id FROM ticket WHERE status = 'waiting'
    ORDER BY score, id FOR UPDATE SKIP LOCKED LIMIT 1
    """
)
_ASSIGN: Final = text(
    """
    UPDATE ticket SET status = 'assigned', assignee = :nurse, assigned_at = now()
    WHERE id = :id AND status = 'waiting'
    """
)
_LINE: Final = "bench:line"
_CHUNK: Final = 1_000


@asynccontextmanager
async def skip_locked(database_url: str, redis_url: str, size: int) -> AsyncIterator[Claim]:
    """Take the first row that nobody else has locked, and assign it, in one transaction."""
    del redis_url
    nurses = itertools.count()
    async with _tickets(database_url, size) as database:
        yield lambda: database.write(_first_unlocked, str(next(nurses)))


@asynccontextmanager
async def redis_list(database_url: str, redis_url: str, size: int) -> AsyncIterator[Claim]:
    """Pop from a list in Redis, then assign the row in SQL."""
    nurses = itertools.count()
    async with _tickets(database_url, size) as database, redis.from_url(redis_url) as client:
        for start in range(1, size + 1, _CHUNK):
            await client.rpush(_LINE, *range(start, min(start + _CHUNK, size + 1)))

        async def claim() -> bool:
            popped = await client.lpop(_LINE)
            if not isinstance(popped, bytes):
                return False
            return await database.write(_assign, int(popped), str(next(nurses)))

        yield claim


@asynccontextmanager
async def watch(database_url: str, redis_url: str, size: int) -> AsyncIterator[Claim]:
    """Look at the first of a sorted set and remove it unless the set has changed; no SQL."""
    del database_url
    async with redis.from_url(redis_url, decode_responses=True) as client:
        for start in range(0, size, _CHUNK):
            some = range(start, min(start + _CHUNK, size))
            await client.zadd(_LINE, {str(number): number for number in some})

        async def claim() -> bool:
            async with client.pipeline() as pipe:
                while True:
                    await pipe.watch(_LINE)
                    found = await pipe.zrange(_LINE, 0, 0)
                    if not found:
                        return False
                    pipe.multi()  # type: ignore[no-untyped-call]
                    pipe.zrem(_LINE, str(found[0]))
                    try:
                        await pipe.execute()
                    except WatchError:
                        continue
                    return True

        yield claim


@asynccontextmanager
async def _tickets(database_url: str, size: int) -> AsyncIterator[Database]:
    database = connect(database_url, 60)

    def fill(connection: Connection) -> None:
        for statement in _TABLE:
            connection.execute(text(statement), {"size": size} if ":size" in statement else {})

    try:
        await database.write(fill)
        yield database
    finally:
        await database.close()


def _first_unlocked(connection: Connection, nurse: str) -> bool:
    found = connection.scalar(_NEXT)
    return found is not None and _assign(connection, found, nurse)


def _assign(connection: Connection, ticket: int, nurse: str) -> bool:
    return connection.execute(_ASSIGN, {"id": ticket, "nurse": nurse}).rowcount == 1
