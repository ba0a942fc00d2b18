"""Nobody goes before everybody for ever: immediate need counts 12 hours, a lost nurse 6."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        # They stood 2e14 and 1e14 milliseconds before their arrival.
        "UPDATE contact SET score = CASE"
        " WHEN score < -150000000000000 THEN score + 200000000000000 - 43200000"
        " ELSE score + 100000000000000 - 21600000 END WHERE score < 0"
    )
