"""`python -m tests.chaos SCHEDULES SEED LENGTH`: many schedules, one line of JSON a figure.

Empty or left out: 25, any, 60 seconds.
"""

from __future__ import annotations

import secrets
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from bench.report import Figure, progress
from tests.chaos.plan import Plan, draw
from tests.chaos.run import Result, run
from tests.chaos.servers import Hints, Records

LENGTH = 60.0
"""Seconds in which parts are broken, in each schedule."""


def main(words: list[str]) -> int:
    """Run the schedules SEED, SEED + 1, ...; return the exit code: 0 when every law held."""
    given = dict(enumerate(words))
    count = int(given.get(0) or 25)
    seed = int(given.get(1) or secrets.randbelow(10**6))
    length = float(given.get(2) or LENGTH)
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    progress(f"{count} schedules from SEED={seed}; what everybody did is in {folder}")
    begun = time.monotonic()
    redis, records = Hints().start(), Records().start()
    try:
        results = [_one(draw(n, length), folder, redis, records) for n in range(seed, seed + count)]
    finally:
        redis.close()
        records.close()
    lost = sum(len(one.verdict.lost) for one in results)
    doubled = sum(len(one.verdict.doubled) for one in results)
    broken = sum(len(one.verdict.broken) for one in results)
    acknowledged = sum(one.verdict.acknowledged for one in results)
    faults = sum(len(one.plan.faults) for one in results)
    _tell("acknowledged", acknowledged, "operations", count)
    _tell("lost", lost, "operations", count)
    _tell("doubled", doubled, "operations", count)
    _tell("broken", broken, "laws", count)
    _tell("schedules", count, "schedules", count)
    _tell("faults", faults, "faults", count)
    _tell("seed", seed, "seed", count)
    _tell("minutes", round((time.monotonic() - begun) / 60, 1), "min", count)
    return 1 if lost or doubled or broken else 0


def _tell(name: str, value: float, unit: str, runs: int) -> None:
    """Print a figure with all its digits: a seed or a count is not rounded."""
    print(msgspec.json.encode(Figure("chaos", name, value, unit, {}, runs)).decode(), flush=True)  # noqa: T201


def _one(plan: Plan, folder: Path, redis: Hints, records: Records) -> Result:
    mine = folder / str(plan.seed)
    mine.mkdir()
    result = run(plan, mine, redis, None if plan.store == "sqlite" else records)
    found = result.verdict
    progress(
        f"seed {plan.seed}: {plan.store}, {plan.webs} + {plan.workers} processes, "
        f"{len(plan.faults)} faults, {found.acknowledged} acknowledged of "
        f"{len(result.history.operations)}, {'good' if found.good else 'BAD'}, "
        f"{result.seconds:.0f} s"
    )
    if not found.good:
        progress(str(found))
    return result


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
