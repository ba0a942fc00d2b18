"""Where work in the outbox was asked for, so that its trace goes on where it is carried out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

NAME = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("outbox", sa.Column("trace", NAME, nullable=False, server_default=""))
