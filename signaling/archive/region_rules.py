"""What each region has decided: `video_advice.ports.RegionRules` in SQL."""

from __future__ import annotations

from sqlalchemy import Connection, and_, func, select
from sqlalchemy.exc import IntegrityError

from signaling.archive.codec import RULE
from signaling.archive.database import Database
from signaling.archive.tables import region_rule
from video_advice.ports import Conflict, RegionRule


class SqlRegionRules:
    """One row a decision. They stay."""

    def __init__(self, database: Database) -> None:
        """Keep them in `database`."""
        self._database = database

    async def newest(self) -> list[RegionRule]:
        """Return the rule in force of each region that has decided something, by region."""
        return await self._database.read(_newest)

    async def add(self, one: RegionRule) -> None:
        """Put a region's next rule in force. Raises: Conflict when that version exists."""
        try:
            await self._database.write(_add, one)
        except IntegrityError:
            raise Conflict from None


def _newest(connection: Connection) -> list[RegionRule]:
    last = (
        select(region_rule.c.region, func.max(region_rule.c.version).label("version"))
        .group_by(region_rule.c.region)
        .subquery()
    )
    same = and_(region_rule.c.region == last.c.region, region_rule.c.version == last.c.version)
    rows = select(region_rule).join(last, same).order_by(region_rule.c.region)
    return [
        RegionRule(row.region, row.version, row.at, row.author, RULE.unpack(row.payload))
        for row in connection.execute(rows)
    ]


def _add(connection: Connection, one: RegionRule) -> None:
    connection.execute(
        region_rule.insert().values(
            region=one.region,
            version=one.version,
            at=one.at,
            author=one.author,
            payload=RULE.pack(one.rule),
        )
    )
