"""What is stored when all is over, with the order in which it was committed."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, select, text

from signaling.archive.codec import CONTACT, EVENT
from signaling.archive.database import connect
from signaling.archive.tables import contact, contact_event
from video_advice.events import AnyEvent
from video_advice.state import Contact


class Row(msgspec.Struct, frozen=True):
    """A contact's row."""

    id: str
    version: int
    phase: str
    person: str
    live_person: str | None
    open_key: str | None
    nurse: str | None
    score: int
    away: bool
    contact: Contact


class Sight(msgspec.Struct, frozen=True):
    """What PostgreSQL let a transaction see while it wrote, and the transaction's own number.

    A commit may be on record for long, on a busy or a sleeping server, before others see it.
    """

    number: int
    first: int
    next: int
    running: frozenset[int]

    @classmethod
    def of(cls, number: str, snapshot: str) -> Sight:
        """Read PostgreSQL's text: `first:next:running`."""
        first, next_, running = snapshot.split(":")
        return cls(
            int(number),
            int(first),
            int(next_),
            frozenset(map(int, running.split(","))) if running else frozenset(),
        )

    def sees(self, other: Sight) -> bool:
        """Whether what `other` wrote was there for this one."""
        number = other.number
        return number < self.first or (number < self.next and number not in self.running)


class Entry(msgspec.Struct, frozen=True):
    """An event with its place among all commits, from 0. `at` is when it was made, in milliseconds.

    `committed`: when it was committed, in milliseconds, and `sight`: what its transaction saw; None
    where the database cannot tell, and then checking and committing were one indivisible step.
    """

    order: int
    contact: str
    version: int
    at: int
    event: AnyEvent
    key: str | None = None
    committed: float | None = None
    sight: Sight | None = None

    def seen_by(self, other: Entry) -> bool:
        """Whether this stood when `other` was written."""
        if self.sight is None or other.sight is None:
            return self.order < other.order
        return other.sight.sees(self.sight)


class Records(msgspec.Struct, frozen=True):
    """Everything a checker needs of the tables."""

    rows: dict[str, Row]
    entries: tuple[Entry, ...]


_COMMITTED = {
    # PostgreSQL runs with track_commit_timestamp = on.
    "postgresql": "(extract(epoch from pg_xact_commit_timestamp(contact_event.xmin)) * 1000)"
    "::double precision",
    # One writer at a time: row numbers rise in the order of the commits.
    "sqlite": "contact_event.rowid",
}


_SIGHT = """
    ALTER TABLE contact_event
    ADD COLUMN judged_number text DEFAULT pg_current_xact_id()::text,
    ADD COLUMN judged_snapshot text DEFAULT pg_current_snapshot()::text
"""


async def note_sight(database_url: str) -> None:
    """Have PostgreSQL note with each event what its transaction saw."""
    database = connect(database_url, None)
    try:
        await database.write(lambda connection: connection.execute(text(_SIGHT)))
    finally:
        await database.close()


async def read_records(database_url: str) -> Records:
    """Return what the archive at `database_url` holds."""
    database = connect(database_url, None)
    try:
        return await database.read(_read)
    finally:
        await database.close()


def _read(connection: Connection) -> Records:
    kind = connection.dialect.name
    rows = {
        row.id: Row(
            id=row.id,
            version=row.version,
            phase=row.phase,
            person=row.person,
            live_person=row.live_person,
            open_key=row.open_key,
            nurse=row.nurse,
            score=row.score,
            away=row.away,
            contact=CONTACT.unpack(row.state),
        )
        for row in connection.execute(select(contact))
    }
    query = select(
        contact_event.c.contact,
        contact_event.c.version,
        contact_event.c.at,
        contact_event.c.key,
        contact_event.c.payload,
        text(f"{_COMMITTED[kind]} AS place"),
        *map(text, ("judged_number", "judged_snapshot") if kind == "postgresql" else ()),
    ).order_by(text("place"), contact_event.c.contact, contact_event.c.version)
    entries = tuple(
        Entry(
            order=number,
            contact=row[0],
            version=row[1],
            at=row[2],
            key=row[3],
            event=EVENT.unpack(row[4]),
            committed=float(row[5]) if kind == "postgresql" else None,
            sight=Sight.of(row[6], row[7]) if kind == "postgresql" else None,
        )
        for number, row in enumerate(connection.execute(query))
    )
    return Records(rows, entries)
