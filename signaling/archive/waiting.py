"""The line as the archive sees it: `video_advice.line` said in SQL."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from typing import Final

from sqlalchemy import ColumnElement, Connection, TextClause, and_, exists, or_, text

from signaling.archive.tables import FOR_ONE, FREE, IN_LINE, contact, declined
from video_advice.ids import ContactId, RegionCode
from video_advice.line import Group, Wants, fits

ORDER: Final = (contact.c.score, contact.c.id)
"""`line.order`."""

Turn = tuple[int, ContactId]
"""A score and a contact, as ordered by `line.order`."""

_LAST: Final[Turn] = (2**63 - 1, ContactId("~"))
"""Behind every contact."""

_GROUPS: Final = text(
    f"""
    WITH RECURSIVE present(key) AS (
        SELECT (
            SELECT line_group FROM contact
            WHERE {FREE} AND line_group > :start ORDER BY line_group LIMIT 1
        )
        UNION ALL
        SELECT (
            SELECT line_group FROM contact
            WHERE {FREE} AND line_group > present.key AND line_group < :stop
            ORDER BY line_group LIMIT 1
        ) FROM present WHERE present.key IS NOT NULL
    )
    SELECT key, CAST(NULL AS bigint) AS score, CAST(NULL AS text) AS id
    FROM present WHERE key IS NOT NULL
    UNION ALL
    SELECT line_group, score, id FROM contact
    WHERE {FOR_ONE} AND named = :nurse AND (score, id) < (:score, :id)
    """  # noqa: S608 - constants of ours
)
"""The groups in which somebody waits, a step in the index for each; and who waits for the nurse."""

_THEIRS: Final = f"""
    FROM contact
    WHERE {FREE} AND line_group = each_key.value AND (score, id) < (:score, :id)
        AND (
            SELECT count(*) FROM declined
            WHERE declined.contact = contact.id AND declined.nurse = :nurse
        ) = 0
    ORDER BY score, id LIMIT 1
"""  # noqa: S608 - constants of ours
"""The first of a group. A count, not an anti-join, and no join around it: a plan may work those out
for everybody who waits before it looks for the first."""

_EACH: Final = {
    "sqlite": "json_each(:keys) AS each_key",
    "postgresql": "json_array_elements_text(CAST(:keys AS json)) AS each_key(value)",
}

_group: Final = cache(Group.of_key)


def in_line(regions: Iterable[RegionCode]) -> ColumnElement[bool]:
    """Say which contacts wait in `regions`."""
    return and_(text(IN_LINE), contact.c.region.in_(sorted(regions)))


def first(connection: Connection, nurse: Wants, before: Turn = _LAST) -> ContactId | None:
    """Return whose turn it is among those `nurse` may take, or of those before a turn.

    It costs a few steps in an index for each group, however many wait.
    """
    if not nurse.regions:
        return None
    bounds = {"score": before[0], "id": before[1], "nurse": nurse.nurse}
    ends = {"start": f"{min(nurse.regions)}/", "stop": f"{max(nurse.regions)}0"}
    keys: list[str] = []
    turns: list[Turn] = []
    for key, score, one in connection.execute(_GROUPS, bounds | ends):
        if fits(nurse, _group(key)):
            if one is None:
                keys.append(key)
            else:
                turns.append((score, one))
    if keys:
        query = _firsts(connection.dialect.name)
        found = connection.execute(query, bounds | {"keys": json.dumps(keys)})
        turns.extend((score, one) for score, one in found if one is not None)
    return min(turns)[1] if turns else None


def particular() -> ColumnElement[bool]:
    """Say which are there and were declined by a nurse, or wait for one."""
    has_declined = exists().where(declined.c.contact == contact.c.id)
    special = or_(contact.c.named.is_not(None), has_declined)
    return and_(text(IN_LINE), contact.c.away.is_(False), special)


@cache
def _firsts(dialect: str) -> TextClause:
    columns = f"(SELECT score {_THEIRS}), (SELECT id {_THEIRS})"
    return text(f"SELECT {columns} FROM {_EACH[dialect]}")  # noqa: S608 - constants of ours
