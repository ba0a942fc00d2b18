"""The line as the archive sees it: `video_advice.line` said in SQL."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select, text

from signaling.archive.tables import IN_LINE, contact, declined
from video_advice.ids import ContactId, RegionCode
from video_advice.line import Group, Wants, fits

ORDER: Final = (contact.c.score, contact.c.id)
"""`line.order`."""


def in_line(regions: Iterable[RegionCode]) -> ColumnElement[bool]:
    """Say which contacts wait in `regions`."""
    return and_(text(IN_LINE), contact.c.region.in_(sorted(regions)))


_first_key = (
    select(func.min(contact.c.line_group).label("key"))
    .where(text(IN_LINE))
    .cte("present", recursive=True)
)
_next_key = (
    select(func.min(contact.c.line_group))
    .where(text(IN_LINE), contact.c.line_group > _first_key.c.key)
    .scalar_subquery()
)
_present = _first_key.union_all(select(_next_key).where(_first_key.c.key.is_not(None)))
_PRESENT: Final = select(_present.c.key).where(_present.c.key.is_not(None))
"""The keys of all groups in which somebody waits: a step in the index for each group."""

_group: Final = cache(Group.of_key)


def groups(connection: Connection, nurse: Wants) -> list[str]:
    """Return the keys of the groups that `nurse` serves and in which somebody waits."""
    return [key for key in connection.scalars(_PRESENT) if fits(nurse, _group(key))]


def serves(connection: Connection, nurse: Wants) -> ColumnElement[bool]:
    """Say which waiting contacts `nurse` may be offered: `line.serves`."""
    has_declined = exists().where(
        declined.c.contact == contact.c.id, declined.c.nurse == nurse.nurse
    )
    return and_(
        text(IN_LINE),
        contact.c.line_group.in_(groups(connection, nurse)),
        contact.c.away.is_(False),
        or_(contact.c.named == nurse.nurse, and_(contact.c.named.is_(None), ~has_declined)),
    )


def particular() -> ColumnElement[bool]:
    """Say which are there and were declined by a nurse, or wait for one."""
    has_declined = exists().where(declined.c.contact == contact.c.id)
    special = or_(contact.c.named.is_not(None), has_declined)
    return and_(text(IN_LINE), contact.c.away.is_(False), special)


def before(score: int, one: ContactId) -> ColumnElement[bool]:
    """Say which contacts stand before the one with this score and identifier."""
    # The first term alone bounds the part of the index that is read.
    return and_(contact.c.score <= score, or_(contact.c.score < score, contact.c.id < one))
