"""Opens the archive: one database behind all its ports."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select, true

from signaling.archive.alarms import SqlAlarms
from signaling.archive.contacts import SqlContacts
from signaling.archive.database import Database, connect
from signaling.archive.drafts import SqlDrafts
from signaling.archive.duties import SqlDuties
from signaling.archive.figures import SqlCounts
from signaling.archive.forecasts import SqlForecasts
from signaling.archive.migrate import check_schema
from signaling.archive.outbox import SqlOutbox
from signaling.archive.presence import SqlPresence
from signaling.archive.region_rules import SqlRegionRules
from signaling.archive.sessions import SqlSessions
from video_advice.ports import Watch, unwatched


@dataclass(frozen=True)
class Archive:
    """What must not be lost. Every method of every port may raise ArchiveDown."""

    database: Database
    contacts: SqlContacts
    outbox: SqlOutbox
    presence: SqlPresence
    sessions: SqlSessions
    duties: SqlDuties
    drafts: SqlDrafts
    forecasts: SqlForecasts
    alarms: SqlAlarms
    counts: SqlCounts
    rules: SqlRegionRules

    async def ping(self) -> None:
        """Return when the database answers. Raises: ArchiveDown."""
        await self.database.read(_ping)

    async def check(self) -> None:
        """Return when the tables are those of this program. Raises: SchemaMissing, ArchiveDown."""
        await check_schema(self.database)

    async def close(self) -> None:
        """Wait for what is under way and close every connection."""
        await self.database.close()


def open_archive(
    url: str, patience: float = 5.0, watch: Watch = unwatched, time: str | None = None
) -> Archive:
    """Return the archive at `url`. Nothing is reached for before the first call.

    `url`: `sqlite:///file` or `postgresql://user@host/name`. `patience`: how many seconds a lock,
    a connection or a statement may take before it is ArchiveDown. `watch` is told of each
    transaction. `time`: SQL that gives the time instead of the database's own clock, for tests.

    Raises: ValueError for any other address.
    """
    database = connect(url, patience, watch, time)
    return Archive(
        database=database,
        contacts=SqlContacts(database),
        outbox=SqlOutbox(database),
        presence=SqlPresence(database),
        sessions=SqlSessions(database),
        duties=SqlDuties(database),
        drafts=SqlDrafts(database),
        forecasts=SqlForecasts(database),
        alarms=SqlAlarms(database),
        counts=SqlCounts(database),
        rules=SqlRegionRules(database),
    )


def _ping(connection: Connection) -> None:
    connection.execute(select(true()))
