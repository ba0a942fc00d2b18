"""Who can be served by the same nurses, whom somebody waits for, and how many one nurse holds."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NAME = sa.String().with_variant(sa.String(collation="C"), "postgresql")
SEATS = 5


def upgrade() -> None:
    op.add_column("contact", sa.Column("line_group", NAME))
    op.add_column("contact", sa.Column("named", NAME))
    waits = sa.text("phase = 'waiting'")
    op.create_index(
        "ix_contact_group",
        "contact",
        ["line_group", "score", "id"],
        sqlite_where=waits,
        postgresql_where=waits,
    )
    op.create_table(
        "seat",
        sa.Column("nurse", NAME, nullable=False),
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("contact", NAME, nullable=False),
        sa.CheckConstraint(f"number >= 0 AND number < {SEATS}", name="ck_seat_number"),
        sa.PrimaryKeyConstraint("nurse", "number", name="pk_seat"),
        sa.ForeignKeyConstraint(["contact"], ["contact.id"], name="fk_seat_contact"),
    )
    op.create_index("ix_seat_contact", "seat", ["contact"])
    _group_and_seat()
    for column in ("channel", "language", "interpreter"):
        op.drop_column("contact", column)


def _group_and_seat() -> None:
    """Give a group to everybody who waits and seats to everybody whom a nurse holds."""
    connection = op.get_bind()
    rows = connection.execute(
        sa.text(
            "SELECT id, phase, region, channel, language, interpreter, nurse, seat, state"
            " FROM contact WHERE phase = 'waiting' OR seat IS NOT NULL"
        )
    ).all()
    for row in rows:
        called = json.loads(row.state).get("callback") is not None
        whole = called or row.channel == "video"
        if row.phase == "waiting":
            language = "" if row.interpreter else row.language
            parts = (row.region, row.channel, language, "general", "", "whole" if whole else "")
            connection.execute(
                sa.text("UPDATE contact SET line_group = :key WHERE id = :id"),
                {"key": "/".join(parts), "id": row.id},
            )
        if row.seat is not None:
            connection.execute(
                sa.text("INSERT INTO seat (nurse, number, contact) VALUES (:nurse, :number, :id)"),
                [
                    {"nurse": row.nurse, "number": number, "id": row.id}
                    for number in range(SEATS if whole else 1)
                ],
            )
