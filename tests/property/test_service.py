"""The whole service keeps its promises in any life; without one of its safeguards it does not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import Phase as Stage
from hypothesis.stateful import run_state_machine_as_test

import signaling.archive.open
from signaling.archive import migrate, open_archive
from signaling.archive.database import Sqlite
from tests.fakes.clock import Hands
from tests.fakes.inline_sqlite import TIME, InlineSqlite, keep_time
from tests.property.service.machine import Broken, Service
from tests.property.service.mutants import MUTANTS, Mutant
from video_advice.state import Phase

EXAMPLES = 400
"""Walks within which a mutant must have been noticed; most are in the first dozen."""


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Log nothing: what happens thousands of times is not worth a line each."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def walk(machine: type[Service], examples: int, *stages: Stage) -> None:
    """Walk, the same ways each time. Without `stages` a failure is made as short as can be."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            database=None,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
            phases=stages or tuple(Stage),
        ),
    )


def test_the_service_keeps_its_promises_in_any_life() -> None:
    Service.seen.clear()
    walk(Service, 150)
    assert {before for before, _, _ in Service.seen} == set(Phase), "walks come everywhere"


def test_it_keeps_them_over_sql(tmp_path: Path) -> None:
    """Over the archive that the embedded service has: a file, and threads."""
    template = tmp_path / "template.db"
    asyncio.run(migrate(f"sqlite:///{template}"))
    numbers = iter(range(1_000))

    class OverSql(Service):
        @staticmethod
        def archive(clock: Hands) -> Any:
            path = tmp_path / f"{next(numbers)}.db"
            path.write_bytes(template.read_bytes())
            archive = open_archive(f"sqlite:///{path}", time=TIME)
            assert isinstance(archive.database, Sqlite)
            keep_time(archive.database._engine, clock)
            return archive

    walk(OverSql, 10)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_without_a_safeguard_a_law_is_broken(
    mutant: Mutant, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Walks(Service):
        if mutant.sql:
            cared_for = False

            @staticmethod
            def archive(clock: Hands) -> Any:
                monkeypatch.setattr(
                    signaling.archive.open, "connect", lambda *_: InlineSqlite(clock)
                )
                return open_archive("sqlite:///memory")

    mutant.patch(monkeypatch)
    with pytest.raises(Broken) as found:
        walk(Walks, EXAMPLES, Stage.generate)
    assert found.value.laws & mutant.laws, found.value
