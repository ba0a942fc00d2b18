"""What must not be lost. Kept in SQL: SQLite inside one machine, PostgreSQL where a region runs.

`open_archive(url)` gives the ports of `video_advice.ports`; `migrate(url)` makes the tables first.
"""

from __future__ import annotations

from signaling.archive.migrate import SchemaMissing, check_schema, migrate
from signaling.archive.open import Archive, open_archive

__all__ = ["Archive", "SchemaMissing", "check_schema", "migrate", "open_archive"]
