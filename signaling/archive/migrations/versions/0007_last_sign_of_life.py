"""When a process last renewed its lease: what was connected through it counts as gone from then."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("process", sa.Column("renewed_at", sa.BigInteger()))
