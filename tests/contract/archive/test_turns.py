"""Whose turn it is costs a few steps, however many wait whom the nurse may not take."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from signaling.archive import Archive, waiting
from signaling.archive.tables import contact, declined
from tests.contract.archive.making import open_waiting, wants
from video_advice.ids import ContactId

MANY = 10_000
FEW = 1_500
"""More rows, or steps of SQLite's machine by the ten, than a look at the first may take."""

AHEAD: dict[str, dict[str, Any]] = {
    "of another language": {"line_group": "12/chat/ar/general//"},
    "of another competence": {"line_group": "12/chat/sv/skin//"},
    "of another region": {"line_group": "14/chat/sv/general//", "region": "14"},
    "away": {"away": True},
    "waiting for another nurse": {"named": "åsa"},
}


def name_of(number: int) -> str:
    return str(100_000 + number)


def crowd(connection: Connection, changes: dict[str, Any]) -> None:
    """Let many stand before the one who waits, told apart from that one by `changes`."""
    if connection.dialect.name == "postgresql":
        # Looking at the table by itself while it is being filled, it would find it all but empty.
        connection.execute(text("ALTER TABLE contact SET (autovacuum_enabled = false)"))
    made = {"score": "number"} | dict.fromkeys(
        ("id", "person", "live_person", "open_key"), "CAST(100000 + number AS text)"
    )
    columns = [
        f":{one.name}" if one.name in changes else made.get(one.name, one.name) for one in contact.c
    ]
    names = ", ".join(one.name for one in contact.c)
    connection.execute(
        text(
            f"""
            INSERT INTO contact ({names})
            WITH RECURSIVE many(number) AS (
                SELECT 0 UNION ALL SELECT number + 1 FROM many WHERE number + 1 < {MANY}
            )
            SELECT {", ".join(columns)} FROM contact CROSS JOIN many
            """
        ),
        changes,
    )


async def seen(sql: Archive, ask: Callable[[Connection], Any]) -> tuple[Any, int]:
    """Return the answer to a question, and how many rows or steps it took."""
    steps = 0

    def explained(connection: Connection) -> Any:
        nonlocal steps
        statements: list[tuple[str, Any]] = []

        def note(*args: Any) -> None:
            statements.append((args[2], args[3]))

        event.listen(connection, "before_cursor_execute", note)
        answer = ask(connection)
        event.remove(connection, "before_cursor_execute", note)
        for statement, values in statements:
            steps += rows_of(connection, statement, values)
        return answer

    def counted(connection: Connection) -> Any:
        nonlocal steps

        def step() -> int:
            nonlocal steps
            steps += 1
            return 0

        driver: Any = connection.connection.driver_connection
        driver.set_progress_handler(step, 10)
        try:
            return ask(connection)
        finally:
            driver.set_progress_handler(None, 0)

    is_sqlite = await sql.database.read(lambda connection: connection.dialect.name == "sqlite")
    return await sql.database.read(counted if is_sqlite else explained), steps


def rows_of(connection: Connection, statement: str, values: Any) -> int:
    """Return how many rows PostgreSQL's plan really touched."""
    found = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", values)
    plan = found.scalar_one()
    plan = json.loads(plan) if isinstance(plan, str) else plan

    def touched(node: dict[str, Any]) -> int:
        own = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
        return int(own * node["Actual Loops"]) + sum(map(touched, node.get("Plans", ())))

    return touched(plan[0]["Plan"])


@pytest.mark.parametrize("analyzed", [False, True])
@pytest.mark.parametrize("who", AHEAD)
async def test_nobody_is_passed_one_by_one(sql: Archive, who: str, analyzed: bool) -> None:  # noqa: FBT001
    first = await open_waiting(sql)
    await sql.database.write(crowd, AHEAD[who])
    if analyzed:
        await sql.database.write(lambda connection: connection.execute(text("ANALYZE contact")))
    nurse = wants("karin")
    everybody = (10**13, ContactId("0"))
    found, steps = await seen(sql, lambda connection: waiting.first(connection, nurse, everybody))
    assert found == first
    assert 0 < steps < FEW


async def test_only_whom_she_has_declined_herself_is_passed(sql: Archive) -> None:
    """And none of those whom others have."""
    await open_waiting(sql)

    def decline(connection: Connection) -> None:
        crowd(connection, {})
        everybody = text("INSERT INTO declined (contact, nurse) SELECT id, 'åsa' FROM contact")
        connection.execute(everybody)
        hers = [{"contact": name_of(number), "nurse": "karin"} for number in range(30)]
        connection.execute(declined.insert(), hers)

    await sql.database.write(decline)
    found, steps = await seen(sql, lambda connection: waiting.first(connection, wants("karin")))
    assert found == name_of(30)
    assert 0 < steps < FEW
