"""Contacts and their events, the outbox, presence, sessions, duty and drafts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NAME = sa.String().with_variant(sa.String(collation="C"), "postgresql")
INSTANT = sa.BigInteger()


def upgrade() -> None:
    _contacts()
    _work_and_presence()
    _people()


def _contacts() -> None:
    op.create_table(
        "contact",
        sa.Column("id", NAME, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("phase", NAME, nullable=False),
        sa.Column("region", NAME, nullable=False),
        sa.Column("channel", NAME, nullable=False),
        sa.Column("language", NAME, nullable=False),
        sa.Column("interpreter", sa.Boolean, nullable=False),
        sa.Column("person", NAME, nullable=False),
        sa.Column("live_person", NAME),
        sa.Column("open_key", NAME),
        sa.Column("nurse", NAME),
        sa.Column("seat", sa.Integer),
        sa.Column("score", sa.BigInteger, nullable=False),
        sa.Column("arrived_at", INSTANT, nullable=False),
        sa.Column("away", sa.Boolean, nullable=False),
        sa.Column("deadline", INSTANT),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("offered_at", INSTANT),
        sa.Column("ended_at", INSTANT),
        sa.Column("state", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contact"),
        sa.UniqueConstraint("live_person", name="uq_contact_live_person"),
        sa.UniqueConstraint("person", "open_key", name="uq_contact_person_open_key"),
        sa.UniqueConstraint("nurse", "seat", name="uq_contact_nurse_seat"),
    )
    op.create_index("ix_contact_deadline", "contact", ["deadline"])
    _partial_index("ix_contact_line", ["region", "score", "id"], "phase = 'waiting'")
    _partial_index("ix_contact_held", ["nurse"], "ended_at IS NULL")
    served = "ended_at IS NOT NULL AND nurse IS NOT NULL"
    _partial_index("ix_contact_served", ["region", "ended_at"], served)
    op.create_table(
        "contact_event",
        sa.Column("contact", NAME, nullable=False),
        sa.Column("version", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("type", NAME, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("key", NAME),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("contact", "version", name="pk_contact_event"),
        sa.ForeignKeyConstraint(["contact"], ["contact.id"], name="fk_contact_event_contact"),
        sa.UniqueConstraint("contact", "key", name="uq_contact_event_contact_key"),
    )
    op.create_table(
        "declined",
        sa.Column("contact", NAME, nullable=False),
        sa.Column("nurse", NAME, nullable=False),
        sa.PrimaryKeyConstraint("contact", "nurse", name="pk_declined"),
        sa.ForeignKeyConstraint(["contact"], ["contact.id"], name="fk_declined_contact"),
    )


def _partial_index(name: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, "contact", columns, sqlite_where=condition, postgresql_where=condition)


def _work_and_presence() -> None:
    op.create_table(
        "outbox",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer, "sqlite"),
            nullable=False,
            autoincrement=True,
        ),
        sa.Column("contact", NAME, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_outbox"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_due_at", "outbox", ["due_at"])
    op.create_table(
        "process",
        sa.Column("id", NAME, nullable=False),
        sa.Column("lease_until", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_process"),
    )
    op.create_table(
        "presence",
        sa.Column("connection", NAME, nullable=False),
        sa.Column("contact", NAME, nullable=False),
        sa.Column("role", NAME, nullable=False),
        sa.Column("process", NAME, nullable=False),
        sa.PrimaryKeyConstraint("connection", "contact", name="pk_presence"),
    )
    op.create_index("ix_presence_contact", "presence", ["contact"])
    op.create_index("ix_presence_process", "presence", ["process"])


def _people() -> None:
    op.create_table(
        "session",
        sa.Column("hash", NAME, nullable=False),
        sa.Column("role", NAME, nullable=False),
        sa.Column("person", NAME),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("expires", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_session"),
    )
    op.create_table(
        "move_code",
        sa.Column("hash", NAME, nullable=False),
        sa.Column("person", NAME, nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.Column("used", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_move_code"),
    )
    op.create_table(
        "duty",
        sa.Column("nurse", NAME, nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("nurse", name="pk_duty"),
    )
    op.create_table(
        "draft",
        sa.Column("contact", NAME, nullable=False),
        sa.Column("nurse", NAME, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("contact", "nurse", name="pk_draft"),
    )
