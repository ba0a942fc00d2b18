"""What is wrong, since when and until when: `video_advice.ports.Alarms` in SQL."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, select

from signaling.archive.database import Database, insert
from signaling.archive.tables import alarm
from video_advice.ids import Instant
from video_advice.ports import Alarm


class SqlAlarms:
    """One row each time that something goes wrong. They stay."""

    def __init__(self, database: Database) -> None:
        """Keep them in `database`."""
        self._database = database

    async def sound(self, kind: str, subject: str, now: Instant) -> bool:
        """Note that something is wrong; False when that is known already."""
        return await self._database.write(_sound, kind, subject, now)

    async def settle(self, kind: str, subject: str, now: Instant) -> bool:
        """Note that it is right again; False when nothing was wrong."""
        return await self._database.write(_settle, kind, subject, now)

    async def open(self) -> list[Alarm]:
        """Return what is wrong now, the longest first."""
        return await self._database.read(_open)

    async def all(self, since: Instant) -> list[Alarm]:
        """Return what was wrong at any time from `since` on, the newest last."""
        return await self._database.read(_all, since)


def _sound(connection: Connection, kind: str, subject: str, now: Instant) -> bool:
    # The index of open alarms lets one of two processes in.
    sounded = connection.execute(
        insert(connection, alarm)
        .values(kind=kind, subject=subject, since=now)
        .on_conflict_do_nothing()
        .returning(alarm.c.number)
    )
    return sounded.first() is not None


def _settle(connection: Connection, kind: str, subject: str, now: Instant) -> bool:
    settled = connection.execute(
        alarm.update()
        .where(alarm.c.kind == kind, alarm.c.subject == subject, alarm.c.until.is_(None))
        .values(until=now)
        .returning(alarm.c.number)
    )
    return settled.first() is not None


def _open(connection: Connection) -> list[Alarm]:
    return _read(connection, alarm.c.until.is_(None))


def _all(connection: Connection, since: Instant) -> list[Alarm]:
    return _read(connection, alarm.c.until.is_(None) | (alarm.c.until >= since))


def _read(connection: Connection, which: ColumnElement[bool]) -> list[Alarm]:
    columns = (alarm.c.kind, alarm.c.subject, alarm.c.since, alarm.c.until)
    rows = connection.execute(select(*columns).where(which).order_by(alarm.c.number))
    return [Alarm(*row) for row in rows]
