"""The line as the archive sees it: `video_advice.line` said in SQL."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, or_, text

from signaling.archive.tables import IN_LINE, contact, declined
from video_advice.ids import ContactId, RegionCode
from video_advice.line import Wants

ORDER: Final = (contact.c.score, contact.c.id)
"""`line.order`."""


def in_line(regions: Iterable[RegionCode]) -> ColumnElement[bool]:
    """Say which contacts wait in `regions`."""
    return and_(text(IN_LINE), contact.c.region.in_(sorted(regions)))


def serves(nurse: Wants) -> ColumnElement[bool]:
    """Say which waiting contacts `nurse` may be offered: `line.serves`."""
    has_declined = exists().where(
        declined.c.contact == contact.c.id, declined.c.nurse == nurse.nurse
    )
    return and_(
        in_line(nurse.regions),
        contact.c.away.is_(False),
        contact.c.channel.in_(sorted(nurse.channels)),
        or_(contact.c.interpreter.is_(True), contact.c.language.in_(sorted(nurse.languages))),
        ~has_declined,
    )


def before(score: int, one: ContactId) -> ColumnElement[bool]:
    """Say which contacts stand before the one with this score and identifier."""
    # The first term alone bounds the part of the index that is read.
    return and_(contact.c.score <= score, or_(contact.c.score < score, contact.c.id < one))
