"""Some schedules at each change; `make chaos` runs many more, and longer ones."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.plan import Store, draw
from tests.chaos.run import run
from tests.chaos.servers import Hints, Records

LENGTH = 5.0
"""Seconds in which parts are broken."""

SCHEDULES: tuple[tuple[int | None, Store | None], ...] = (
    (11, "postgresql"),
    (12, "sqlite"),
    (None, None),
)
"""Seeds, each with the store it is for; the last is another one in every run."""


@pytest.fixture(scope="module")
def redis() -> Iterator[Hints]:
    server = Hints()
    try:
        yield server.start()
    finally:
        server.close()


@pytest.fixture(scope="module")
def records() -> Iterator[Records]:
    server = Records()
    try:
        yield server.start()
    finally:
        server.close()


@pytest.mark.parametrize(("seed", "store"), SCHEDULES)
def test_nothing_is_lost_doubled_or_out_of_turn(
    seed: int | None, store: Store | None, redis: Hints, records: Records, tmp_path: Path
) -> None:
    seed = secrets.randbelow(10**6) if seed is None else seed
    plan = draw(seed, LENGTH, store)
    result = run(plan, tmp_path, redis, None if plan.store == "sqlite" else records)
    told = f"SEED={seed} LENGTH={LENGTH:.0f} over {plan.store}, see {tmp_path}\n{result.verdict}"
    assert result.verdict.good, told
    assert result.verdict.acknowledged > 100, told
