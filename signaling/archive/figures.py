"""The whole service in numbers: `video_advice.ports.Counts` in SQL."""

from __future__ import annotations

from collections import Counter
from typing import Final

from sqlalchemy import Connection, func, select, text

from signaling.archive.database import Database
from signaling.archive.tables import alarm, contact, outbox
from video_advice.ids import Instant, RegionCode
from video_advice.line import Group
from video_advice.ports import Figures

_OPEN: Final = (
    select(
        contact.c.phase,
        contact.c.region,
        contact.c.line_group,
        func.count(),
        func.min(contact.c.arrived_at),
    )
    .where(text("ended_at IS NULL"))  # in the words of `ix_contact_held`, which lists the open ones
    .group_by(contact.c.phase, contact.c.region, contact.c.line_group)
)
_WORK: Final = select(func.count(), func.min(outbox.c.due_at))
_ALARMS: Final = select(alarm.c.kind).where(alarm.c.until.is_(None)).order_by(alarm.c.number)


class SqlCounts:
    """Counted anew each time."""

    def __init__(self, database: Database) -> None:
        """Count what is in `database`."""
        self._database = database

    async def take(self) -> Figures:
        """Return the figures of now."""
        return await self._database.read(_figures)


def _figures(connection: Connection) -> Figures:
    contacts: Counter[tuple[str, str]] = Counter()
    waiting: Counter[tuple[str, str]] = Counter()
    since: dict[RegionCode, Instant] = {}
    for phase, region, group, number, arrived in connection.execute(_OPEN):
        contacts[phase, region] += number
        if group is not None:
            waiting[region, Group.of_key(group).channel.value] += number
            since[region] = min(arrived, since.get(region, arrived))
    [(work, due)] = connection.execute(_WORK)
    alarms = tuple(connection.scalars(_ALARMS))
    return Figures(contacts, waiting, since, work, due, alarms)
