"""Which nurses are on duty: `video_advice.ports.Duties` in SQL."""

from __future__ import annotations

from sqlalchemy import Connection, select

from signaling.archive.codec import DUTY
from signaling.archive.database import Database, insert
from signaling.archive.tables import duty
from video_advice.ids import NurseId
from video_advice.ports import Duty


class SqlDuties:
    """One row a nurse on duty."""

    def __init__(self, database: Database) -> None:
        """Keep them in `database`."""
        self._database = database

    async def set(self, duty: Duty) -> None:
        """Put a nurse on duty, or change how."""
        await self._database.write(_set, duty)

    async def clear(self, nurse: NurseId) -> None:
        """Take a nurse off duty."""
        await self._database.write(_clear, nurse)

    async def find(self, nurse: NurseId) -> Duty | None:
        """Return the nurse's duty, or None."""
        return await self._database.read(_find, nurse)

    async def all(self) -> list[Duty]:
        """Return everybody on duty, the longest first."""
        return await self._database.read(_all)


def _set(connection: Connection, one: Duty) -> None:
    row = {"since": one.since, "payload": DUTY.pack(one)}
    connection.execute(
        insert(connection, duty)
        .values(nurse=one.nurse.id, **row)
        .on_conflict_do_update(index_elements=[duty.c.nurse], set_=row)
    )


def _clear(connection: Connection, nurse: NurseId) -> None:
    connection.execute(duty.delete().where(duty.c.nurse == nurse))


def _find(connection: Connection, nurse: NurseId) -> Duty | None:
    payload = connection.scalar(select(duty.c.payload).where(duty.c.nurse == nurse))
    return None if payload is None else DUTY.unpack(payload)


def _all(connection: Connection) -> list[Duty]:
    payloads = select(duty.c.payload).order_by(duty.c.since, duty.c.nurse)
    return [DUTY.unpack(payload) for payload in connection.scalars(payloads)]
