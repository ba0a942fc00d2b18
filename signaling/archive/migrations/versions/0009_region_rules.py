"""What regions decide about their lines; offers that a nurse let lapse, and one offer at a time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

NAME = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "region_rule",
        sa.Column("region", NAME, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("author", NAME, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("region", "version", name="pk_region_rule"),
    )
    op.add_column("duty", sa.Column("silent", sa.Integer, nullable=False, server_default="0"))
    offered = sa.text("phase = 'offered'")
    op.create_index(
        "ix_contact_offered",
        "contact",
        ["nurse"],
        unique=True,
        sqlite_where=offered,
        postgresql_where=offered,
    )
