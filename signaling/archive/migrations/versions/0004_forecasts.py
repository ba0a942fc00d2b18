"""What people were told of the wait, and indexes for what it is worked out from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NAME = sa.String().with_variant(sa.String(collation="C"), "postgresql")
INSTANT = sa.BigInteger()


def upgrade() -> None:
    op.create_table(
        "forecast",
        sa.Column("contact", NAME, nullable=False),
        sa.Column("told_at", INSTANT, nullable=False),
        sa.Column("low", sa.Integer, nullable=False),
        sa.Column("high", sa.Integer, nullable=False),
        sa.Column("expected", INSTANT, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("region", NAME, nullable=False),
        sa.Column("channel", NAME, nullable=False),
        sa.Column("language", NAME),
        sa.PrimaryKeyConstraint("contact", "told_at", name="pk_forecast"),
    )
    op.create_index("ix_forecast_region_told_at", "forecast", ["region", "told_at"])
    op.create_index("ix_contact_opened", "contact", ["region", "opened_at"])
    left = sa.text("ended_at IS NOT NULL AND nurse IS NULL")
    op.create_index(
        "ix_contact_left",
        "contact",
        ["region", "ended_at"],
        sqlite_where=left,
        postgresql_where=left,
    )
