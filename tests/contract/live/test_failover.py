"""The primary is gone and another takes its place; a cluster's slots move. Nobody has to help."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterator

import pytest

from signaling.live import keys
from signaling.live.bells import RECONNECTED
from signaling.live.connect import Live, open_live
from tests.contract.live.test_bells import Next, listening
from tests.contract.live.tickets import SKANE, contact, nurse, ticket
from tests.real import wait_until
from tests.redises import NAME, Clustered, Configured, Watched, stopped
from tests.waiting import eventually
from video_advice.ids import ProcessId, RegionCode
from video_advice.ports import LineDown, Unbuilt
from video_advice.regions.catalogue import REGIONS


@pytest.fixture
def watched() -> Iterator[Watched]:
    """A set of this test's own."""
    several = Watched()
    try:
        yield several.start()
    finally:
        several.close()


@pytest.fixture
def clustered() -> Iterator[Clustered]:
    """A cluster of this test's own."""
    several = Clustered()
    try:
        yield several.start()
    finally:
        several.close()


Pair = tuple[Live, Live]


async def pair(url: str) -> AsyncIterator[Pair]:
    ours, theirs = open_live(url, ProcessId("p1")), open_live(url, ProcessId("p2"))
    yield ours, theirs
    await ours.close()
    await theirs.close()


@pytest.fixture
async def behind_sentinels(watched: Watched) -> AsyncIterator[Pair]:
    async for both in pair(watched.url):
        yield both


@pytest.fixture
async def on_cluster(clustered: Clustered) -> AsyncIterator[Pair]:
    async for both in pair(clustered.url):
        yield both


async def usable(live: Live, region: RegionCode) -> bool:
    """Whether the line can be written; builds it again when it was lost."""
    try:
        await live.line.put(ticket(9, region=region))
    except LineDown:
        return False
    except Unbuilt:
        await live.line.rebuild(region, [ticket(9, region=region)])
    return True


async def refused(work: Awaitable[object]) -> bool:
    try:
        await work
    except LineDown:
        return True
    except Unbuilt:
        pass
    return False


@pytest.mark.parametrize("how", ["killed", "hangs"])
async def test_the_promoted_replica_is_used_and_the_old_primary_is_not(
    behind_sentinels: Pair, watched: Watched, how: str
) -> None:
    ours, theirs = behind_sentinels
    old = watched.primary
    async with listening(theirs.bells) as following, listening(ours.bells):
        assert (await following()).kind == RECONNECTED
        await ours.line.rebuild(SKANE, [ticket(1)])
        await ours.bells.ring("event", contact(1))
        assert (await following()).subject == contact(1)
        if how == "killed":
            old.stop(kill=True)
            await eventually(lambda: moved(watched, old))
            await eventually(lambda: usable(ours, SKANE))
        else:
            with stopped(old):
                await eventually(lambda: moved(watched, old))
                await eventually(lambda: usable(ours, SKANE))
        assert await theirs.line.lift(nurse()) in {contact(1), contact(9)}
        assert (await following()).kind == RECONNECTED
        await eventually(ours.ping)
        await eventually(theirs.ping)
        await eventually(lambda: rings_through(ours, following, contact(2)))
        names = watched.primary.ask("CLIENT", "LIST")
        assert all(f"video-advice-{process}" in names for process in ("p1", "p2"))


async def rings_through(ours: Live, following: Next, subject: str) -> bool:
    """Ring, and say whether that is what is heard next: one may still ring at the old server."""
    await ours.bells.ring("event", subject)
    try:
        async with asyncio.timeout(0.2):
            return (await following()).subject == subject
    except TimeoutError:
        return False


async def moved(watched: Watched, old: Configured) -> bool:
    return watched.primary is not old


async def test_a_planned_fail_over_is_followed(behind_sentinels: Pair, watched: Watched) -> None:
    ours, _ = behind_sentinels
    await ours.line.rebuild(SKANE, [ticket(1)])
    old = watched.primary
    assert watched.sentinels[0].ask("SENTINEL", "FAILOVER", NAME) == "OK"
    await eventually(lambda: moved(watched, old))
    await eventually(lambda: usable(ours, SKANE))
    assert await ours.line.lift(nurse()) in {contact(1), contact(9)}


async def test_without_sentinels_it_is_down_at_once(watched: Watched) -> None:
    for sentinel in watched.sentinels:
        sentinel.stop(kill=True)
    live = open_live(watched.url, ProcessId("p1"))
    assert not await live.ping()
    assert await refused(live.line.put(ticket(1)))
    watched.sentinels[2].start()
    await eventually(live.ping)
    await live.close()


async def test_one_sentinel_that_hangs_keeps_nobody_waiting(watched: Watched) -> None:
    with stopped(watched.sentinels[0]):
        live = open_live(watched.url, ProcessId("p1"))
        assert await live.ping()
        await live.close()


def kept_by(clustered: Clustered, node: Configured) -> RegionCode:
    """Return a region that the node keeps."""
    return next(code for code in REGIONS if clustered.keeper(keys.region(code).line) is node)


async def test_a_cluster_goes_on_when_a_node_is_killed(
    on_cluster: Pair, clustered: Clustered
) -> None:
    ours, theirs = on_cluster
    first, second = clustered.nodes[:2]
    lost, kept = kept_by(clustered, first), kept_by(clustered, second)
    for region in (lost, kept):
        await ours.line.rebuild(region, [ticket(1, region=region)])
    async with listening(theirs.bells) as following:
        assert (await following()).kind == RECONNECTED
        first.stop(kill=True)
        await eventually(lambda: refused(ours.line.put(ticket(2, region=lost))))
        assert not await ours.ping()
        assert await ours.line.lift(nurse(kept)) == contact(1), "other slots go on"
        await eventually(lambda: usable(ours, lost))
        await eventually(ours.ping)
        await eventually(theirs.ping)
        assert await theirs.line.lift(nurse(lost)) in {contact(1), contact(2), contact(9)}
        await eventually(lambda: rings_through(ours, following, contact(3)))


async def test_a_slot_that_has_moved_is_followed(on_cluster: Pair, clustered: Clustered) -> None:
    ours, _ = on_cluster
    await ours.line.rebuild(SKANE, [ticket(1)])
    key = keys.region(SKANE).line
    source = clustered.keeper(key)
    target = next(node for node in clustered.primaries if node is not source)
    slot = source.ask("CLUSTER", "KEYSLOT", key)
    target_id, source_id = target.ask("CLUSTER", "MYID"), source.ask("CLUSTER", "MYID")
    target.ask("CLUSTER", "SETSLOT", slot, "IMPORTING", source_id)
    source.ask("CLUSTER", "SETSLOT", slot, "MIGRATING", target_id)
    assert [one.contact for one in await ours.line.tickets(SKANE)] == [contact(1)]
    for name in source.ask("CLUSTER", "GETKEYSINSLOT", slot, "10").split():
        source.ask("MIGRATE", "127.0.0.1", str(target.port), name, "0", "5000")
    assert [one.contact for one in await ours.line.tickets(SKANE)] == [contact(1)], "ASK"
    for node in (target, source):
        node.ask("CLUSTER", "SETSLOT", slot, "NODE", target_id)
    wait_until(lambda: clustered.keeper(key) is target, "the slot to have moved")
    assert await ours.line.lift(nurse()) == contact(1), "MOVED"
    assert await ours.line.lift(nurse()) is None


async def test_one_node_that_hangs_holds_up_its_slots_alone(
    on_cluster: Pair, clustered: Clustered
) -> None:
    ours, _ = on_cluster
    second, third = clustered.nodes[1:3]
    lost, kept = kept_by(clustered, second), kept_by(clustered, third)
    for region in (lost, kept):
        await ours.line.rebuild(region, [ticket(1, region=region)])
    with stopped(second):
        await eventually(lambda: refused(ours.line.put(ticket(2, region=lost))))
        assert await ours.line.lift(nurse(kept)) == contact(1)
        assert not await ours.ping()
    await eventually(lambda: usable(ours, lost))
    await eventually(ours.ping)
