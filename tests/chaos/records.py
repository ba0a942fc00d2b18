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


class Entry(msgspec.Struct, frozen=True):
    """An event with its place among all commits, from 0. `at` is when it was made, in milliseconds.

    `committed`: when it was committed, in milliseconds; None where the database cannot tell, and
    then checking and committing were one indivisible step.
    """

    order: int
    contact: str
    version: int
    at: int
    event: AnyEvent
    key: str | None = None
    committed: float | None = None


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
        )
        for number, row in enumerate(connection.execute(query))
    )
    return Records(rows, entries)
