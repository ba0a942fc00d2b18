"""Run by Alembic, in the transaction that `signaling.archive.migrate` has opened."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
