"""Token buckets: one rule, in the server and beside it."""

from __future__ import annotations

from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from signaling.live import keys, rates
from signaling.live.connect import Live, open_live
from signaling.live.rates import Bucket, take
from tests import real
from tests.contract.live.conftest import Opener, all_keys
from tests.contract.live.tickets import NOON
from tests.waiting import eventually
from video_advice.ids import Instant, ProcessId


async def times(live: Live, bucket: str, now: Instant) -> int:
    """How often one in a second, at most three, is allowed at a moment."""
    count = 0
    while await live.rates.allow(bucket, 1, 1.0, 3, now):
        count += 1
        assert count < 100
    return count


async def test_a_burst_is_allowed_and_then_what_flows_in(live: Live) -> None:
    assert await times(live, "b", NOON) == 3
    assert await times(live, "b", NOON + 999) == 0
    assert await times(live, "b", NOON + 1_000) == 1
    assert await times(live, "b", NOON + 3_000) == 2
    assert await times(live, "b", NOON + 3_600_000) == 3


async def test_what_is_refused_costs_nothing(live: Live) -> None:
    assert await live.rates.allow("b", 2, 1.0, 3, NOON)
    assert not await live.rates.allow("b", 2, 1.0, 3, NOON)
    assert await live.rates.allow("b", 1, 1.0, 3, NOON)
    assert not await live.rates.allow("other", 4, 1.0, 3, NOON)
    assert await live.rates.allow("other", 3, 1.0, 3, NOON)


async def test_buckets_are_apart_and_processes_share_them(another: Opener) -> None:
    ours, theirs = another(), another()
    assert await times(ours, "b", NOON) == 3
    assert await times(theirs, "b", NOON) == 0
    assert await times(theirs, "c", NOON) == 3


async def test_a_clock_behind_another_neither_gives_nor_takes(another: Opener) -> None:
    ours, theirs = another(), another()
    assert await times(ours, "b", NOON + 500) == 3
    for _ in range(50):
        assert not await theirs.rates.allow("b", 1, 1.0, 3, NOON)
        assert not await ours.rates.allow("b", 1, 1.0, 3, NOON + 500)
    assert await times(ours, "b", NOON + 1_500) == 1


async def test_a_bucket_is_forgotten_after_it_is_full_again_and_names_nobody(
    live: Live, admin: Redis
) -> None:
    await live.rates.allow("from 192.0.2.1", 1, 0.1, 3, NOON)
    [key] = await all_keys(admin)
    assert b"192" not in key
    assert 30_000 < await admin.pttl(key) <= 90_000


@pytest.mark.parametrize(
    "spoil",
    [
        ("SET", "x"),
        ("HSET", "tokens", "nan", "at", "nan"),
        ("HSET", "tokens", "inf", "at", str(NOON)),
        ("HSET", "tokens", "-1e300", "at", str(NOON)),
        ("HSET", "tokens", "0", "at", "9e15"),
        ("HSET", "tokens", "many"),
        ("HSET", "tokens", "", "at", ""),
        ("SADD", "x"),
    ],
)
async def test_content_that_makes_no_sense_is_a_full_bucket(
    live: Live, admin: Redis, spoil: tuple[str, ...]
) -> None:
    await cast("Any", admin).execute_command(spoil[0], keys.bucket("b"), *spoil[1:])
    assert await times(live, "b", NOON) == 3
    assert await times(live, "b", NOON) == 0


RULES = st.tuples(st.sampled_from([0.1, 1.0, 7.3]), st.integers(1, 5))
STEPS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(-2_000, 5_000) | st.just(10**7)), max_size=30
)


@settings(
    deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rule=RULES, steps=STEPS)
async def test_the_server_and_the_process_follow_the_same_rule(
    live: Live, admin: Redis, rule: tuple[float, int], steps: list[tuple[int, int]]
) -> None:
    await admin.delete(keys.bucket("b"))
    known: Bucket | None = None
    now = NOON
    for cost, later in steps:
        now += later
        allowed, known = take(known, cost, *rule, now)
        assert await live.rates.allow("b", cost, *rule, now) == allowed
        assert 0 <= known.tokens <= rule[1]


@given(rule=RULES, steps=STEPS)
def test_no_more_goes_through_than_the_burst_and_what_flowed_in(
    rule: tuple[float, int], steps: list[tuple[int, int]]
) -> None:
    known: Bucket | None = None
    now, through = NOON, 0
    for cost, later in steps:
        now += abs(later)
        allowed, known = take(known, cost, *rule, now)
        through += cost * allowed
    assert through <= rule[1] + rule[0] * (now - NOON) / 1000 + 1e-6


async def test_without_the_server_a_flood_is_limited_all_the_same(
    redis_url: str, redis_server: real.Redis
) -> None:
    live = open_live(redis_url, ProcessId("p1"))
    assert await times(live, "b", NOON) == 3
    redis_server.stop(kill=True)
    assert await times(live, "b", NOON) == 3
    assert await times(live, "b", NOON + 2_000) == 2
    assert await times(live, "c", NOON) == 3
    redis_server.start()
    await eventually(live.ping)
    assert await times(live, "b", NOON) == 3
    await live.close()


async def test_a_process_remembers_so_many_buckets_and_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rates, "REMEMBERED", 3)
    live = open_live(f"redis://127.0.0.1:{real.free_port()}", ProcessId("p1"))
    for name in "abcab":
        await live.rates.allow(name, 3, 1.0, 3, NOON)
    await live.rates.allow("d", 3, 1.0, 3, NOON)
    assert list(live.rates._own) == [keys.bucket(name) for name in "abd"]
    await live.close()
