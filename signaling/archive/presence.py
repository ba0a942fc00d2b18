"""Who is connected: `video_advice.ports.Presence` in SQL.

A lease is live before the instant it runs until, and lapsed from that instant on.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, select

from signaling.archive.database import Database, insert
from signaling.archive.tables import presence, process
from video_advice.ids import ConnectionId, ContactId, Instant, ProcessId
from video_advice.people import Role
from video_advice.ports import Arrival

_REAPED = 0


def live(now: Instant) -> ColumnElement[bool]:
    """Say which rows of `presence` belong to a process whose lease is live."""
    return presence.c.process.in_(select(process.c.id).where(process.c.lease_until > now))


class SqlPresence:
    """Leases in `process`, connections in `presence`."""

    def __init__(self, database: Database) -> None:
        """Keep them in `database`."""
        self._database = database

    async def renew(self, process: ProcessId, now: Instant, until: Instant) -> bool:
        """Extend the lease; False when it had lapsed: every connection must then be closed.

        The first renewal of a process starts it. One whose lease has lapsed never comes back; it
        goes on under a new identifier.
        """
        return await self._database.write(_renew, process, now, until)

    async def arrive(
        self, process: ProcessId, connection: ConnectionId, contact: ContactId, role: Role
    ) -> None:
        """Note a connection. Noting it twice is fine."""
        await self._database.write(arrive, Arrival(process, connection, role), contact)

    async def leave(self, connection: ConnectionId, contact: ContactId | None = None) -> None:
        """Forget a connection in one contact, or in all."""
        await self._database.write(_leave, connection, contact)

    async def present(self, contact: ContactId, now: Instant) -> frozenset[Role]:
        """Return the roles that have a connection in a live process."""
        return await self._database.read(_present, contact, now)

    async def reap(self, now: Instant) -> list[tuple[ContactId, Role]]:
        """Forget processes whose lease has lapsed; return who was connected through them.

        Somebody who noted a connection through a process already forgotten is returned as well.
        """
        return await self._database.write(_reap, now)


def _renew(connection: Connection, one: ProcessId, now: Instant, until: Instant) -> bool:
    extended = connection.execute(
        process.update()
        .where(process.c.id == one, process.c.lease_until > now)
        .values(lease_until=until)
    )
    if extended.rowcount == 1:
        return True
    started = connection.execute(
        insert(connection, process).values(id=one, lease_until=until).on_conflict_do_nothing()
    )
    return started.rowcount == 1


def arrive(connection: Connection, one: Arrival, where: ContactId) -> None:
    """Note a page in a contact. Noting it twice is fine."""
    connection.execute(
        insert(connection, presence)
        .values(connection=one.connection, contact=where, role=one.role.value, process=one.process)
        .on_conflict_do_nothing()
    )


def _leave(connection: Connection, one: ConnectionId, where: ContactId | None) -> None:
    gone = presence.delete().where(presence.c.connection == one)
    connection.execute(gone if where is None else gone.where(presence.c.contact == where))


def _present(connection: Connection, where: ContactId, now: Instant) -> frozenset[Role]:
    roles = select(presence.c.role).where(presence.c.contact == where, live(now))
    return frozenset(Role(role) for role in connection.scalars(roles))


def _reap(connection: Connection, now: Instant) -> list[tuple[ContactId, Role]]:
    # The leases first: from then on no renewal can bring back what is deleted next.
    connection.execute(
        process.update()
        .where(process.c.lease_until <= now, process.c.lease_until != _REAPED)
        .values(lease_until=_REAPED)
    )
    gone = connection.execute(
        presence.delete().where(~live(now)).returning(presence.c.contact, presence.c.role)
    )
    return sorted({(where, Role(role)) for where, role in gone})
