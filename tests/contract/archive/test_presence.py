"""Leases of processes, and the connections that live by them."""

from __future__ import annotations

from tests.contract.archive.making import T0, AnyArchive
from video_advice.ids import ConnectionId, ContactId, ProcessId
from video_advice.people import Role

P1, P2 = ProcessId("p1"), ProcessId("p2")
C1, C2 = ConnectionId("c1"), ConnectionId("c2")
A, B = ContactId("a"), ContactId("b")
LEASE = 5_000


async def test_a_process_starts_by_its_first_renewal_and_lives_on(archive: AnyArchive) -> None:
    assert await archive.presence.renew(P1, T0, T0 + LEASE)
    assert await archive.presence.renew(P1, T0 + LEASE - 1, T0 + 2 * LEASE)
    assert await archive.presence.reap(T0 + LEASE) == []
    assert await archive.presence.renew(P1, T0 + LEASE, T0 + 3 * LEASE)


async def test_a_lapsed_lease_cannot_be_renewed(archive: AnyArchive) -> None:
    await archive.presence.renew(P1, T0, T0 + LEASE)
    assert not await archive.presence.renew(P1, T0 + LEASE, T0 + 2 * LEASE)
    assert not await archive.presence.renew(P1, T0 + LEASE, T0 + 9 * LEASE)


async def test_a_reaped_process_stays_dead_for_every_clock(archive: AnyArchive) -> None:
    await archive.presence.renew(P1, T0, T0 + LEASE)
    await archive.presence.reap(T0 + LEASE)
    # Its own clock lags: by it the lease still runs.
    assert not await archive.presence.renew(P1, T0 + 1, T0 + 9 * LEASE)
    assert await archive.presence.renew(P2, T0 + 1, T0 + 9 * LEASE)


async def test_present_is_who_has_a_connection_in_a_live_process(archive: AnyArchive) -> None:
    await archive.presence.renew(P1, T0, T0 + LEASE)
    await archive.presence.renew(P2, T0, T0 + 2 * LEASE)
    await archive.presence.arrive(P1, C1, A, Role.PATIENT)
    await archive.presence.arrive(P2, C2, A, Role.NURSE)
    assert await archive.presence.present(A, T0) == {Role.PATIENT, Role.NURSE}
    assert await archive.presence.present(A, T0 + LEASE - 1) == {Role.PATIENT, Role.NURSE}
    assert await archive.presence.present(A, T0 + LEASE) == {Role.NURSE}
    assert await archive.presence.present(A, T0 + 2 * LEASE) == frozenset()
    assert await archive.presence.present(B, T0) == frozenset()


async def test_a_connection_through_an_unknown_process_is_nobody(archive: AnyArchive) -> None:
    await archive.presence.arrive(P1, C1, A, Role.PATIENT)
    assert await archive.presence.present(A, T0) == frozenset()
    assert await archive.presence.reap(T0) == [(A, Role.PATIENT)]
    assert await archive.presence.reap(T0) == []


async def test_arriving_twice_and_leaving_once(archive: AnyArchive) -> None:
    await archive.presence.renew(P1, T0, T0 + LEASE)
    for _ in range(2):
        await archive.presence.arrive(P1, C1, A, Role.PATIENT)
    await archive.presence.leave(C1)
    assert await archive.presence.present(A, T0) == frozenset()
    await archive.presence.leave(C1)


async def test_two_pages_of_one_person(archive: AnyArchive) -> None:
    await archive.presence.renew(P1, T0, T0 + LEASE)
    await archive.presence.arrive(P1, C1, A, Role.PATIENT)
    await archive.presence.arrive(P1, C2, A, Role.PATIENT)
    await archive.presence.leave(C1)
    assert await archive.presence.present(A, T0) == {Role.PATIENT}


async def test_leaving_one_contact_or_all(archive: AnyArchive) -> None:
    await archive.presence.renew(P1, T0, T0 + LEASE)
    await archive.presence.arrive(P1, C1, A, Role.NURSE)
    await archive.presence.arrive(P1, C1, B, Role.NURSE)
    await archive.presence.leave(C1, A)
    assert await archive.presence.present(A, T0) == frozenset()
    assert await archive.presence.present(B, T0) == {Role.NURSE}
    await archive.presence.arrive(P1, C1, A, Role.NURSE)
    await archive.presence.leave(C1)
    assert await archive.presence.present(A, T0) == frozenset()
    assert await archive.presence.present(B, T0) == frozenset()


async def test_reaping_tells_who_was_connected_through_the_dead_once(archive: AnyArchive) -> None:
    await archive.presence.renew(P1, T0, T0 + LEASE)
    await archive.presence.renew(P2, T0, T0 + 2 * LEASE)
    await archive.presence.arrive(P1, C1, B, Role.NURSE)
    await archive.presence.arrive(P1, C1, A, Role.NURSE)
    await archive.presence.arrive(P1, ConnectionId("c3"), A, Role.PATIENT)
    await archive.presence.arrive(P1, ConnectionId("c4"), A, Role.PATIENT)
    await archive.presence.arrive(P2, C2, A, Role.PATIENT)
    assert await archive.presence.reap(T0 + LEASE - 1) == []
    gone = await archive.presence.reap(T0 + LEASE)
    assert sorted(gone) == [(A, Role.NURSE), (A, Role.PATIENT), (B, Role.NURSE)]
    assert await archive.presence.reap(T0 + LEASE) == []
    assert await archive.presence.present(A, T0) == {Role.PATIENT}


async def test_who_arrives_through_the_dead_is_reaped_too(archive: AnyArchive) -> None:
    await archive.presence.renew(P1, T0, T0 + LEASE)
    assert await archive.presence.reap(T0 + LEASE) == []
    await archive.presence.arrive(P1, C1, A, Role.PATIENT)
    assert await archive.presence.present(A, T0) == frozenset()
    assert await archive.presence.reap(T0 + LEASE) == [(A, Role.PATIENT)]
