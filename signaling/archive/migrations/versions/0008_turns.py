"""Whose turn it is in a group: found without passing those who are away or wait for one nurse."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WAITS = "phase = 'waiting' AND NOT away"


def upgrade() -> None:
    op.drop_index("ix_contact_group", "contact")
    for name, column, who in (
        ("ix_contact_turn", "line_group", f"{WAITS} AND named IS NULL"),
        ("ix_contact_named", "named", f"{WAITS} AND named IS NOT NULL"),
    ):
        where = sa.text(who)
        op.create_index(
            name, "contact", [column, "score", "id"], sqlite_where=where, postgresql_where=where
        )
