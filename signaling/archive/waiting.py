"""The line as the archive sees it: `video_advice.line` said in SQL."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    TextClause,
    and_,
    bindparam,
    exists,
    or_,
    text,
)

from signaling.archive.tables import FOR_ONE, FREE, IN_LINE, contact, declined
from video_advice.ids import ContactId, NurseId, RegionCode
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
    SELECT key, CAST(NULL AS text) AS named, CAST(NULL AS bigint) AS score, CAST(NULL AS text) AS id
    FROM present WHERE key IS NOT NULL
    UNION ALL
    SELECT line_group, named, score, id FROM contact
    WHERE {FOR_ONE} AND named IN :nurses AND (score, id) < (:score, :id)
    """  # noqa: S608 - constants of ours
).bindparams(bindparam("nurses", type_=String, expanding=True))
"""The groups in which somebody waits, a step in the index for each; and who waits for a nurse."""

_THEIRS: Final = f"""
    FROM contact
    WHERE {FREE} AND line_group = ask.value ->> 1
        AND (score, id) < (CAST(ask.value ->> 3 AS bigint), ask.value ->> 4)
        AND id NOT IN :but
        AND (
            SELECT count(*) FROM declined
            WHERE declined.contact = contact.id AND declined.nurse = ask.value ->> 2
        ) = 0
    ORDER BY score, id LIMIT 1
"""  # noqa: S608 - constants of ours
"""The first of a group. A count, not an anti-join, and no join around it: a plan may work those out
for everybody who waits before it looks for the first."""

_EACH: Final = {
    "sqlite": "json_each(:asks) AS ask",
    "postgresql": "json_array_elements(CAST(:asks AS json)) AS ask(value)",
}

_group: Final = cache(Group.of_key)


def in_line(regions: Iterable[RegionCode]) -> ColumnElement[bool]:
    """Say which contacts wait in `regions`."""
    return and_(text(IN_LINE), contact.c.region.in_(sorted(regions)))


def first(connection: Connection, nurse: Wants, before: Turn = _LAST) -> ContactId | None:
    """Return whose turn it is among those `nurse` may take, or of those before a turn.

    It costs a few steps in an index for each group, however many wait.
    """
    found = firsts(connection, [(nurse, before)])[0]
    return None if found is None else found[1]


def firsts(
    connection: Connection, asked: Sequence[tuple[Wants, Turn]], but: Sequence[ContactId] = ()
) -> list[Turn | None]:
    """Return the same for several nurses, as if those in `but` did not wait."""
    regions = frozenset[RegionCode]().union(*(nurse.regions for nurse, _ in asked))
    if not regions:
        return [None] * len(asked)
    ends = {"start": f"{min(regions)}/", "stop": f"{max(regions)}0"}
    last = dict(zip(("score", "id"), max(before for _, before in asked), strict=True))
    nurses = {"nurses": [nurse.nurse for nurse, _ in asked]}
    found = connection.execute(_GROUPS, ends | last | nurses).all()
    asks: list[tuple[int, str, NurseId, int, ContactId]] = []
    turns: list[list[Turn]] = [[] for _ in asked]
    for number, (nurse, before) in enumerate(asked):
        for key, named, score, one in found:
            if not fits(nurse, _group(key)):
                continue
            if one is None:
                asks.append((number, key, nurse.nurse, *before))
            elif named == nurse.nurse and (score, one) < before and one not in but:
                turns[number].append((score, one))
    if asks:
        query = _firsts(connection.dialect.name)
        for number, score, one in connection.execute(query, {"asks": json.dumps(asks), "but": but}):
            if one is not None:
                turns[int(number)].append((score, one))
    return [min(some, default=None) for some in turns]


def particular() -> ColumnElement[bool]:
    """Say which are there and were declined by a nurse, or wait for one."""
    has_declined = exists().where(declined.c.contact == contact.c.id)
    special = or_(contact.c.named.is_not(None), has_declined)
    return and_(text(IN_LINE), contact.c.away.is_(False), special)


@cache
def _firsts(dialect: str) -> TextClause:
    columns = f"ask.value ->> 0, (SELECT score {_THEIRS}), (SELECT id {_THEIRS})"
    query = text(f"SELECT {columns} FROM {_EACH[dialect]}")  # noqa: S608 - constants of ours
    return query.bindparams(bindparam("but", type_=String, expanding=True))
