"""A schedule follows from its seed and leaves nothing broken."""

from __future__ import annotations

from collections import defaultdict

from tests.chaos.plan import Kind, draw

SEEDS = range(200)


def test_the_same_seed_gives_the_same_schedule() -> None:
    assert all(draw(seed) == draw(seed) for seed in SEEDS)
    assert len({draw(seed).faults for seed in SEEDS}) == len(SEEDS)


def test_no_target_is_broken_twice_at_once_or_for_ever() -> None:
    for plan in map(draw, SEEDS):
        ends: dict[str, float] = defaultdict(float)
        for fault in sorted(plan.faults, key=lambda one: one.at):
            assert fault.at > ends[fault.target], plan
            ends[fault.target] = fault.at + fault.duration
        assert max(ends.values()) <= plan.length + 1, plan


def test_every_kind_of_fault_comes_up_over_both_stores() -> None:
    plans = [draw(seed) for seed in SEEDS]
    for store, lacks in (("postgresql", {Kind.LOCK}), ("sqlite", {Kind.CRASH})):
        kinds = {fault.kind for plan in plans if plan.store == store for fault in plan.faults}
        assert kinds == set(Kind) - lacks
    assert {(plan.webs, plan.workers) for plan in plans} == {(2, 1), (2, 2), (3, 1)}
