"""`python -m tests.chaos [SCHEDULES] [SEED]`: many schedules, one line of JSON a figure."""

from __future__ import annotations

import secrets
import sys
import tempfile
import time
from pathlib import Path

from bench.report import progress, tell
from tests.chaos.plan import draw
from tests.chaos.run import Result, run
from tests.chaos.servers import Hints, Records

LENGTH = 40.0


def main(words: list[str]) -> int:
    """Run the schedules SEED, SEED + 1, ...; return the exit code: 0 when every law held."""
    count = int(words[0]) if words else 25
    seed = int(words[1]) if len(words) > 1 and words[1] else secrets.randbelow(10**6)
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    progress(f"{count} schedules from SEED={seed}; what everybody did is in {folder}")
    begun = time.monotonic()
    results = []
    redis, records = Hints().start(), Records().start()
    try:
        for number in range(seed, seed + count):
            results.append(_one(number, folder, redis, records))
    finally:
        redis.close()
        records.close()
    lost = sum(len(one.verdict.lost) for one in results)
    doubled = sum(len(one.verdict.doubled) for one in results)
    broken = sum(len(one.verdict.broken) for one in results)
    acknowledged = sum(one.verdict.acknowledged for one in results)
    faults = sum(len(one.plan.faults) for one in results)
    tell("chaos", "acknowledged", acknowledged, "operations", runs=count)
    tell("chaos", "lost", lost, "operations", runs=count)
    tell("chaos", "doubled", doubled, "operations", runs=count)
    tell("chaos", "broken", broken, "laws", runs=count)
    tell("chaos", "schedules", count, "schedules", runs=count)
    tell("chaos", "faults", faults, "faults", runs=count)
    tell("chaos", "seed", seed, "seed", runs=count)
    tell("chaos", "minutes", (time.monotonic() - begun) / 60, "min", runs=count)
    return 1 if lost or doubled or broken else 0


def _one(number: int, folder: Path, redis: Hints, records: Records) -> Result:
    plan = draw(number, LENGTH)
    mine = folder / str(number)
    mine.mkdir()
    result = run(plan, mine, redis, None if plan.store == "sqlite" else records)
    found = result.verdict
    progress(
        f"seed {number}: {plan.store}, {plan.webs} + {plan.workers} processes, "
        f"{len(plan.faults)} faults, {found.acknowledged} acknowledged of "
        f"{len(result.history.operations)}, {'good' if found.good else 'BAD'}, "
        f"{result.seconds:.0f} s"
    )
    if not found.good:
        print(found, file=sys.stderr, flush=True)
    return result


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
