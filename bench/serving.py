"""The whole service for benches with a browser: web process, worker, Redis, a database."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.house import House
from tests.real import Redis


@contextmanager
def service() -> Iterator[House]:
    """Run the service as `make run` does, in demo mode, on free ports."""
    redis = Redis()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        database = f"sqlite:///{folder / 'archive.sqlite'}"
        try:
            redis.start()
            house = House(
                folder, redis.url, database, lease=10, nurse_grace=20, log_level="warning"
            )
            with house:
                yield house
        finally:
            redis.close()
