"""What people were told of the wait, and what it is worked out from: `ports.Forecasts` in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, and_, false, func, or_, select, text

from signaling.archive.database import Database, insert
from signaling.archive.tables import IN_LINE, LEFT, contact, contact_event, forecast
from video_advice.events import CallbackChosen, OfferAccepted
from video_advice.forecast import Recent, Witness
from video_advice.ids import Instant, RegionCode
from video_advice.line import Group
from video_advice.policy import HOUR
from video_advice.ports import Told
from video_advice.quality.calibration import Case, How

_SERVED: Final = 50
"""How many of the latest contacts say how long a nurse is taken."""
_WITNESSES: Final = 20
_SPAN: Final = HOUR
_ACCEPTED: Final = OfferAccepted.__struct_config__.tag
_CALLBACK: Final = CallbackChosen.__struct_config__.tag


class SqlForecasts:
    """One row in `forecast` each time somebody was told something."""

    def __init__(self, database: Database) -> None:
        """Keep them in `database`."""
        self._database = database

    async def keep(self, told: Sequence[Told]) -> None:
        """Keep what was told. The same again changes nothing."""
        if told:
            await self._database.write(_keep, told)

    async def waiting(self) -> dict[Group, int]:
        """Return how many wait, and are there, in each group of every region."""
        return await self._database.read(_waiting)

    async def recent(self, region: RegionCode, now: Instant) -> Recent:
        """Return what has just happened in the region's line."""
        return await self._database.read(_recent, region, now)

    async def cases(
        self, region: RegionCode, since: Instant, until: Instant, now: Instant
    ) -> list[Case]:
        """Return what each was told first between `since` and `until`, and what came of it."""
        return await self._database.read(_cases, region, since, until, now)


def _keep(connection: Connection, told: Sequence[Told]) -> None:
    rows = [
        {
            "contact": one.contact,
            "told_at": one.told_at,
            "low": one.forecast.low,
            "high": one.forecast.high,
            "expected": one.expected,
            "place": one.place,
            "region": one.group.region,
            "channel": one.group.channel.value,
            "language": one.group.language,
        }
        for one in told
    ]
    connection.execute(insert(connection, forecast).on_conflict_do_nothing(), rows)


def _waiting(connection: Connection) -> dict[Group, int]:
    counts = (
        select(contact.c.line_group, func.count())
        .where(text(IN_LINE), contact.c.away.is_(False))
        .group_by(contact.c.line_group)
    )
    return {Group.of_key(key): count for key, count in connection.execute(counts)}


def _recent(connection: Connection, region: RegionCode, now: Instant) -> Recent:
    since = now - _SPAN
    served = (
        contact.c.region == region,
        contact.c.ended_at.is_not(None),
        contact.c.nurse.is_not(None),
    )
    latest = list(
        connection.execute(
            select(contact.c.id, contact.c.offered_at, contact.c.ended_at)
            .where(*served)
            .order_by(contact.c.ended_at.desc(), contact.c.id)
            .limit(_SERVED)
        )
    )
    taken = connection.scalar(
        select(func.sum(contact.c.offered_at - contact.c.arrived_at)).where(
            *served, contact.c.ended_at > since
        )
    )
    left, gave_up = connection.execute(
        select(func.count(), func.sum(contact.c.ended_at - contact.c.arrived_at)).where(
            contact.c.region == region, contact.c.ended_at > since, text(LEFT)
        )
    ).one()
    here = connection.scalar(
        select(func.sum(now - contact.c.arrived_at)).where(
            contact.c.region == region, text(IN_LINE), contact.c.away.is_(False)
        )
    )
    return Recent(
        service=tuple(row.ended_at - row.offered_at for row in latest),
        left=left,
        waited=sum(int(part or 0) for part in (taken, gave_up, here)),
        arrivals=_arrivals(connection, region, since),
        span=_SPAN,
        witnesses=_witnesses(connection, {row.id: row.offered_at for row in latest[:_WITNESSES]}),
    )


def _arrivals(
    connection: Connection, region: RegionCode, since: Instant
) -> tuple[tuple[int, int], ...]:
    start = contact.c.score - contact.c.arrived_at
    counts = connection.execute(
        select(start, func.count())
        .where(contact.c.region == region, contact.c.opened_at > since)
        .group_by(start)
    )
    found: dict[int, int] = {}
    for head_start, count in counts:
        found[max(head_start, 0)] = found.get(max(head_start, 0), 0) + count
    return tuple(sorted(found.items()))


def _witnesses(connection: Connection, taken: dict[str, Instant]) -> tuple[Witness, ...]:
    told = connection.execute(
        select(forecast.c.contact, forecast.c.told_at, forecast.c.expected)
        .where(forecast.c.contact.in_(sorted(taken)) if taken else false())
        .order_by(forecast.c.contact, forecast.c.told_at.desc())
    )
    first = {one: (told_at, expected) for one, told_at, expected in told}
    return tuple(
        Witness(at - first[one][0], first[one][1])
        for one, at in taken.items()
        if one in first and at > first[one][0]
    )


def _cases(
    connection: Connection, region: RegionCode, since: Instant, until: Instant, now: Instant
) -> list[Case]:
    within = and_(
        forecast.c.region == region, forecast.c.told_at >= since, forecast.c.told_at < until
    )
    first = (
        select(forecast.c.contact, func.min(forecast.c.told_at).label("told_at"))
        .where(within)
        .group_by(forecast.c.contact)
        .subquery()
    )
    moves = (
        select(
            forecast.c.contact,
            forecast.c.told_at,
            forecast.c.low,
            forecast.c.high,
            contact.c.ended_at,
            contact_event.c.type,
            contact_event.c.at,
        )
        .join(
            first,
            and_(first.c.contact == forecast.c.contact, first.c.told_at == forecast.c.told_at),
        )
        .join(contact, contact.c.id == forecast.c.contact)
        .outerjoin(
            contact_event,
            and_(
                contact_event.c.contact == forecast.c.contact,
                contact_event.c.at >= forecast.c.told_at,
                or_(contact_event.c.type == _ACCEPTED, contact_event.c.type == _CALLBACK),
            ),
        )
        .order_by(forecast.c.told_at, forecast.c.contact, contact_event.c.version)
    )
    found: dict[str, Case] = {}
    for one, told_at, low, high, ended_at, kind, at in connection.execute(moves):
        if one not in found:
            how, end = _end(kind, at, ended_at, now)
            found[one] = Case(told_at, low, high, how, max(end - told_at, 0))
    return list(found.values())


def _end(
    kind: str | None, at: Instant | None, ended_at: Instant | None, now: Instant
) -> tuple[How, Instant]:
    if at is not None:
        return (How.TAKEN if kind == _ACCEPTED else How.LEFT), at
    return (How.WAITING, now) if ended_at is None else (How.LEFT, ended_at)
