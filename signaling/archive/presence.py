"""Who is connected: `video_advice.ports.Presence` in SQL.

A lease is live before the instant it runs until, and lapsed from that instant on, by the clock of
the database and no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, Connection, or_, select, tuple_

from signaling.archive.database import Database, insert, time, time_text
from signaling.archive.grouped import Grouped
from signaling.archive.tables import contact, presence, process
from signaling.archive.together import Together
from video_advice.ids import ConnectionId, ContactId, Instant, ProcessId
from video_advice.people import Role
from video_advice.ports import Arrival, Gone

_REAPED: Final = 0
_MOST: Final = 500
"""How many are reaped at a time."""

Place = tuple[Arrival, ContactId]
Leaving = tuple[ConnectionId, ContactId | None]


def lives(text: str) -> ColumnElement[bool]:
    """Say which rows of `process` have a live lease. `text`: the database's `time_text`."""
    return process.c.lease_until > time(text)


def live(connection: Connection) -> ColumnElement[bool]:
    """Say which rows of `presence` belong to a process whose lease is live."""
    alive = select(process.c.id).where(lives(time_text(connection)))
    return presence.c.process.in_(alive)


class SqlPresence:
    """Leases in `process`, connections in `presence`."""

    def __init__(self, database: Database) -> None:
        """Keep them in `database`."""
        self._database = database
        self._arriving = Grouped(database, _arrive)
        self._leaving = Grouped(database, _leave)
        self._present = Together(database, _present)

    async def renew(self, process: ProcessId, lease: int) -> Instant | None:
        """Extend the lease by `lease` ms from now; return the database's time.

        None when it had lapsed: every connection must then be closed. The first renewal of a
        process starts it. One whose lease has lapsed never comes back; it goes on under a new
        identifier.
        """
        return await self._database.write(_renew, process, lease)

    async def time(self) -> Instant:
        """Return the database's time."""
        return await self._database.read(_time)

    async def arrive(
        self, process: ProcessId, connection: ConnectionId, contact: ContactId, role: Role
    ) -> None:
        """Note a connection. Noting it twice is fine."""
        await self._arriving.put((Arrival(process, connection, role), contact))

    async def leave(self, connection: ConnectionId, contact: ContactId | None = None) -> None:
        """Forget a connection in one contact, or in all."""
        await self._leaving.put((connection, contact))

    async def present(self, contact: ContactId) -> frozenset[Role]:
        """Return the roles that have a connection in a live process."""
        return await self._present.ask(contact) or frozenset()

    async def lapsed(self, contact: ContactId) -> frozenset[Role]:
        """Return the roles that have a connection in a dead process, not yet reaped."""
        return await self._database.read(_lapsed, contact)

    async def reap(self) -> list[Gone]:
        """Let no process whose lease has lapsed come back; return who was connected through such.

        Nurses come first, and not everybody may be returned at once. They are returned again until
        they have been noted as gone and forgotten (`leave`).
        """
        return await self._database.write(_reap)


def _renew(connection: Connection, one: ProcessId, lease: int) -> Instant | None:
    text = time_text(connection)
    times = {"renewed_at": time(text), "lease_until": time(text) + lease}
    extended: Instant | None = connection.scalar(
        process.update()
        .where(process.c.id == one, lives(text))
        .values(times)
        .returning(process.c.renewed_at)
    )
    if extended is not None:
        return extended
    started: Instant | None = connection.scalar(
        insert(connection, process)
        .values({"id": one, **times})
        .on_conflict_do_nothing()
        .returning(process.c.renewed_at)
    )
    return started


def _time(connection: Connection) -> Instant:
    now: Instant = connection.execute(select(time(time_text(connection)))).scalar_one()
    return now


def arrive(connection: Connection, places: Sequence[Place]) -> None:
    """Note pages in contacts whose rows this transaction has locked. Twice is fine."""
    connection.execute(
        insert(connection, presence).on_conflict_do_nothing(),
        [
            {
                "connection": one.connection,
                "contact": where,
                "role": one.role.value,
                "process": one.process,
            }
            for one, where in places
        ],
    )


def _arrive(connection: Connection, places: Sequence[Place]) -> Sequence[None]:
    # Whoever is just being written as gone is so before this, or is seen to be here.
    rooms = select(contact.c.id).where(contact.c.id.in_({where for _, where in places}))
    connection.execute(rooms.order_by(contact.c.id).with_for_update(read=True)).all()
    arrive(connection, places)
    return [None] * len(places)


def _leave(connection: Connection, leavings: Sequence[Leaving]) -> Sequence[None]:
    everywhere = [one for one, where in leavings if where is None]
    rooms = [(one, where) for one, where in leavings if where is not None]
    if everywhere:
        connection.execute(presence.delete().where(presence.c.connection.in_(everywhere)))
    if rooms:
        leave(connection, rooms)
    return [None] * len(leavings)


def leave(connection: Connection, rooms: Sequence[tuple[ConnectionId, ContactId]]) -> None:
    """Forget pages, each in one contact."""
    where = tuple_(presence.c.connection, presence.c.contact)
    connection.execute(presence.delete().where(where.in_(rooms)))


def _present(
    connection: Connection, rooms: Sequence[str], _now: Instant
) -> dict[str, frozenset[Role]]:
    found: dict[str, set[Role]] = {}
    rows = select(presence.c.contact, presence.c.role)
    for where, role in connection.execute(
        rows.where(presence.c.contact.in_(rooms), live(connection))
    ):
        found.setdefault(where, set()).add(Role(role))
    return {where: frozenset(roles) for where, roles in found.items()}


def _lapsed(connection: Connection, where: ContactId) -> frozenset[Role]:
    roles = select(presence.c.role).where(presence.c.contact == where, ~live(connection))
    return frozenset(Role(role) for role in connection.scalars(roles))


def _reap(connection: Connection) -> list[Gone]:
    # A renewal may be under way: only of those that are marked it is sure that they are dead.
    connection.execute(
        process.update()
        .where(~lives(time_text(connection)), process.c.lease_until != _REAPED)
        .values(lease_until=_REAPED)
    )
    rows = (
        select(presence.c.connection, presence.c.contact, presence.c.role, process.c.renewed_at)
        .select_from(presence)
        .outerjoin(process, process.c.id == presence.c.process)
        .where(or_(process.c.id.is_(None), process.c.lease_until == _REAPED))
        .order_by(presence.c.role, presence.c.contact, presence.c.connection)
        .limit(_MOST)
    )
    return [Gone(one, where, Role(role), at) for one, where, role, at in connection.execute(rows)]
