"""The tables. Instants are milliseconds since 1970 UTC.

A contact's row is its newest state, with whatever a query needs beside it as columns. Its events
are the truth: folding them gives the state.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)

from video_advice.people import MOST_CHATS

metadata: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

# Identifiers order by their bytes, as in Python and SQLite: a tie in the line is broken by them.
_Name: Final = String().with_variant(String(collation="C"), "postgresql")
_Instant: Final = BigInteger()

IN_LINE: Final = "phase = 'waiting'"
"""Who stands in the line. Queries repeat these words literally, so that the index can be used."""

FREE: Final = f"{IN_LINE} AND NOT away AND named IS NULL"
"""Who may be offered to every nurse that serves the group. Repeated literally, as `IN_LINE`."""

FOR_ONE: Final = f"{IN_LINE} AND NOT away AND named IS NOT NULL"
"""Who may be offered to one nurse alone. Repeated literally, as `IN_LINE`."""

LEFT: Final = "ended_at IS NOT NULL AND nurse IS NULL"
"""Who left before a nurse took the contact. Repeated literally, as `IN_LINE`."""

contact: Final = Table(
    "contact",
    metadata,
    Column("id", _Name, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("phase", _Name, nullable=False),
    Column("region", _Name, nullable=False),
    Column("person", _Name, nullable=False),
    Column("live_person", _Name, unique=True),  # the person until it has ended: one open each
    Column("open_key", _Name),
    Column("nurse", _Name),
    Column("seat", Integer),  # the first of the seats that it fills
    Column("score", BigInteger, nullable=False),
    Column("arrived_at", _Instant, nullable=False),
    Column("away", Boolean, nullable=False),
    Column("deadline", _Instant, index=True),
    Column("opened_at", _Instant, nullable=False),
    Column("offered_at", _Instant),
    Column("ended_at", _Instant),
    Column("state", LargeBinary, nullable=False),
    Column("line_group", _Name),  # the key of the group it waits in; none when it does not wait
    Column("named", _Name),  # the only nurse that it waits for
    UniqueConstraint("person", "open_key"),
    UniqueConstraint("nurse", "seat"),
    Index(
        "ix_contact_line",
        "region",
        "score",
        "id",
        sqlite_where=text(IN_LINE),
        postgresql_where=text(IN_LINE),
    ),
    Index(
        "ix_contact_turn",
        "line_group",
        "score",
        "id",
        sqlite_where=text(FREE),
        postgresql_where=text(FREE),
    ),
    Index(
        "ix_contact_named",
        "named",
        "score",
        "id",
        sqlite_where=text(FOR_ONE),
        postgresql_where=text(FOR_ONE),
    ),
    Index(
        "ix_contact_held",
        "nurse",
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    Index(
        "ix_contact_served",
        "region",
        "ended_at",
        sqlite_where=text("ended_at IS NOT NULL AND nurse IS NOT NULL"),
        postgresql_where=text("ended_at IS NOT NULL AND nurse IS NOT NULL"),
    ),
    Index(
        "ix_contact_left",
        "region",
        "ended_at",
        sqlite_where=text(LEFT),
        postgresql_where=text(LEFT),
    ),
    Index(
        "ix_contact_offered",
        "nurse",
        unique=True,  # one offer at a time
        sqlite_where=text("phase = 'offered'"),
        postgresql_where=text("phase = 'offered'"),
    ),
    Index("ix_contact_opened", "region", "opened_at"),
)

seat: Final = Table(
    "seat",
    metadata,
    Column("nurse", _Name, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("contact", _Name, ForeignKey("contact.id"), nullable=False, index=True),
    CheckConstraint(f"number >= 0 AND number < {MOST_CHATS}", name="ck_seat_number"),
)
"""Who fills which of a nurse's seats: nobody can be in two, and no seat holds two."""

contact_event: Final = Table(
    "contact_event",
    metadata,
    Column("contact", _Name, ForeignKey("contact.id"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("type", _Name, nullable=False),
    Column("at", _Instant, nullable=False),
    Column("key", _Name),
    Column("payload", LargeBinary, nullable=False),
    UniqueConstraint("contact", "key"),
)

declined: Final = Table(
    "declined",
    metadata,
    Column("contact", _Name, ForeignKey("contact.id"), primary_key=True),
    Column("nurse", _Name, primary_key=True),
)

outbox: Final = Table(
    "outbox",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("contact", _Name, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("due_at", _Instant, nullable=False, index=True),
    Column("attempts", Integer, nullable=False),
    Column("trace", _Name, nullable=False, server_default=""),  # a W3C traceparent, or nothing
    sqlite_autoincrement=True,  # a number that was done is never given to other work
)

process: Final = Table(
    "process",
    metadata,
    Column("id", _Name, primary_key=True),
    Column("lease_until", _Instant, nullable=False),  # 0: reaped, and dead for ever
    Column("renewed_at", _Instant),  # the last sign of life
)

presence: Final = Table(
    "presence",
    metadata,
    Column("connection", _Name, primary_key=True),
    Column("contact", _Name, primary_key=True, index=True),
    Column("role", _Name, nullable=False),
    Column("process", _Name, nullable=False, index=True),
)

session: Final = Table(
    "session",
    metadata,
    Column("hash", _Name, primary_key=True),
    Column("role", _Name, nullable=False),
    Column("person", _Name),
    Column("payload", LargeBinary, nullable=False),
    Column("expires", _Instant, nullable=False),
)

move_code: Final = Table(
    "move_code",
    metadata,
    Column("hash", _Name, primary_key=True),
    Column("person", _Name, nullable=False),
    Column("until", _Instant, nullable=False),
    Column("used", Boolean, nullable=False),
)

duty: Final = Table(
    "duty",
    metadata,
    Column("nurse", _Name, primary_key=True),
    Column("since", _Instant, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("silent", Integer, nullable=False, server_default="0"),  # offers lapsed in a row
)

region_rule: Final = Table(
    "region_rule",
    metadata,
    Column("region", _Name, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("at", _Instant, nullable=False),
    Column("author", _Name, nullable=False),
    Column("payload", LargeBinary, nullable=False),
)
"""Each decision of a region about its line; the newest holds."""

draft: Final = Table(
    "draft",
    metadata,
    Column("contact", _Name, primary_key=True),
    Column("nurse", _Name, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

forecast: Final = Table(
    "forecast",
    metadata,
    Column("contact", _Name, primary_key=True),  # no foreign key: it would lock who is being taken
    Column("told_at", _Instant, primary_key=True, autoincrement=False),
    Column("low", Integer, nullable=False),  # minutes, as they were told
    Column("high", Integer, nullable=False),
    Column("expected", _Instant, nullable=False),  # milliseconds
    Column("place", Integer, nullable=False),
    Column("region", _Name, nullable=False),
    Column("channel", _Name, nullable=False),
    Column("language", _Name),  # none where an interpreter would do
    Index("ix_forecast_region_told_at", "region", "told_at"),
)

alarm: Final = Table(
    "alarm",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("kind", _Name, nullable=False),
    Column("subject", _Name, nullable=False),
    Column("since", _Instant, nullable=False),
    Column("until", _Instant),
    Index(
        "ix_alarm_open",
        "kind",
        "subject",
        unique=True,
        sqlite_where=text("until IS NULL"),
        postgresql_where=text("until IS NULL"),
    ),
)
