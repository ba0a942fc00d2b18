"""Work committed with the events that asked for it: `video_advice.ports.Outbox` in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Final

from sqlalchemy import Connection, bindparam, case, select

from signaling.archive.codec import EFFECT
from signaling.archive.database import CHUNK, Database
from signaling.archive.grouped import Grouped
from signaling.archive.tables import outbox
from video_advice.ids import Instant
from video_advice.ports import Delivery

_DOUBLINGS: Final = 6
"""After so many tries the pause grows no more: 64 times the first."""

_due: Final = (
    select(outbox.c.number)
    .where(outbox.c.due_at <= bindparam("now"))
    .order_by(outbox.c.due_at, outbox.c.number)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)  # SQLite has one writer at a time and no need of it
    .cte("due")
)
_pause: Final = bindparam("hold", type_=outbox.c.due_at.type) * case(
    {tries: 2**tries for tries in range(_DOUBLINGS)}, value=outbox.c.attempts, else_=2**_DOUBLINGS
)
_CLAIM: Final = (
    outbox.update()
    .where(outbox.c.number.in_(select(_due.c.number)))
    .values(
        attempts=outbox.c.attempts + 1,
        due_at=bindparam("now", type_=outbox.c.due_at.type) + _pause,
    )
    .returning(outbox.c.number, outbox.c.payload, outbox.c.attempts, outbox.c.trace)
)


class SqlOutbox:
    """Work to do, in `outbox`."""

    def __init__(self, database: Database) -> None:
        """Keep it in `database`."""
        self._database = database
        self._forgetting = Grouped(database, _done)

    async def claim(self, now: Instant, limit: int, hold: int) -> list[Delivery]:
        """Return deliveries that are due, and keep others from them for `hold` milliseconds.

        With every try the pause doubles, up to 64 times `hold`. `attempts` is 0 the first time.
        """
        return await self._database.write(_claim, now, limit, hold)

    async def done(self, numbers: Sequence[int]) -> None:
        """Forget deliveries that have been carried out."""
        if numbers:
            await self._forgetting.put(numbers)


def _claim(connection: Connection, now: Instant, limit: int, hold: int) -> list[Delivery]:
    rows = connection.execute(_CLAIM, {"now": now, "limit": limit, "hold": hold})
    return sorted(
        (
            Delivery(number, EFFECT.unpack(payload), tries - 1, trace)
            for number, payload, tries, trace in rows
        ),
        key=lambda one: one.number,
    )


def _done(connection: Connection, finished: Sequence[Sequence[int]]) -> Sequence[None]:
    numbers = sorted(chain.from_iterable(finished))
    for start in range(0, len(numbers), CHUNK):
        some = numbers[start : start + CHUNK]
        connection.execute(outbox.delete().where(outbox.c.number.in_(some)))
    return [None] * len(finished)
