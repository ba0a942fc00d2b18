"""Leases of processes, and the connections that live by them."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from signaling.archive import Archive
from tests.contract.archive.making import (
    T0,
    AnyArchive,
    accept,
    change,
    get,
    happen,
    offer,
    open_waiting,
)
from tests.contract.archive.timing import ArchiveTime
from tests.real import PATIENCE
from video_advice.events import ChatSent, Dropped
from video_advice.ids import ConnectionId, ContactId, ProcessId
from video_advice.people import Role
from video_advice.ports import Arrival, Change, Gone, GuardFailed, LeaseLost, NobodyHere, Stored

P1, P2 = ProcessId("p1"), ProcessId("p2")
C1, C2 = ConnectionId("c1"), ConnectionId("c2")
A, B = ContactId("a"), ContactId("b")
LEASE = 5_000


async def test_a_process_starts_by_its_first_renewal_and_lives_on(
    archive: AnyArchive, clock: ArchiveTime
) -> None:
    assert await archive.presence.renew(P1, LEASE) == T0
    await clock.set(T0 + LEASE - 1)
    assert await archive.presence.renew(P1, LEASE) == T0 + LEASE - 1
    await clock.set(T0 + 2 * LEASE - 2)
    assert await archive.presence.renew(P1, LEASE) == T0 + 2 * LEASE - 2


async def test_the_time_is_the_archives(archive: AnyArchive, clock: ArchiveTime) -> None:
    await clock.set(T0 + 1_234)
    assert await archive.presence.time() == T0 + 1_234


async def test_a_lapsed_lease_cannot_be_renewed(archive: AnyArchive, clock: ArchiveTime) -> None:
    await archive.presence.renew(P1, LEASE)
    await clock.set(T0 + LEASE)
    assert await archive.presence.renew(P1, LEASE) is None
    assert await archive.presence.renew(P2, LEASE) == T0 + LEASE


async def test_a_reaped_process_stays_dead_even_if_the_clock_goes_back(
    archive: AnyArchive, clock: ArchiveTime
) -> None:
    await archive.presence.renew(P1, LEASE)
    await clock.set(T0 + LEASE)
    await archive.presence.reap()
    await clock.set(T0 + 1)
    assert await archive.presence.renew(P1, LEASE) is None


async def test_present_is_who_has_a_connection_in_a_live_process(
    archive: AnyArchive, clock: ArchiveTime
) -> None:
    await archive.presence.renew(P1, LEASE)
    await archive.presence.renew(P2, 2 * LEASE)
    await archive.presence.arrive(P1, C1, A, Role.PATIENT)
    await archive.presence.arrive(P2, C2, A, Role.NURSE)
    for at, here, lapsed in (
        (T0 + LEASE - 1, {Role.PATIENT, Role.NURSE}, set()),
        (T0 + LEASE, {Role.NURSE}, {Role.PATIENT}),
        (T0 + 2 * LEASE, set(), {Role.PATIENT, Role.NURSE}),
    ):
        await clock.set(at)
        assert await archive.presence.present(A) == here
        assert await archive.presence.lapsed(A) == lapsed
        assert await archive.presence.present(B) == set()


async def test_a_connection_through_an_unknown_process_is_nobody(archive: AnyArchive) -> None:
    await archive.presence.arrive(P1, C1, A, Role.PATIENT)
    assert await archive.presence.present(A) == frozenset()
    assert await archive.presence.reap() == [Gone(C1, A, Role.PATIENT, None)]


async def test_arriving_twice_and_leaving_once(archive: AnyArchive) -> None:
    await archive.presence.renew(P1, LEASE)
    for _ in range(2):
        await archive.presence.arrive(P1, C1, A, Role.PATIENT)
    await archive.presence.leave(C1)
    assert await archive.presence.present(A) == frozenset()
    await archive.presence.leave(C1)


async def test_two_pages_of_one_person(archive: AnyArchive) -> None:
    await archive.presence.renew(P1, LEASE)
    await archive.presence.arrive(P1, C1, A, Role.PATIENT)
    await archive.presence.arrive(P1, C2, A, Role.PATIENT)
    await archive.presence.leave(C1)
    assert await archive.presence.present(A) == {Role.PATIENT}


async def test_leaving_one_contact_or_all(archive: AnyArchive) -> None:
    await archive.presence.renew(P1, LEASE)
    await archive.presence.arrive(P1, C1, A, Role.NURSE)
    await archive.presence.arrive(P1, C1, B, Role.NURSE)
    await archive.presence.leave(C1, A)
    assert await archive.presence.present(A) == frozenset()
    assert await archive.presence.present(B) == {Role.NURSE}
    await archive.presence.arrive(P1, C1, A, Role.NURSE)
    await archive.presence.leave(C1)
    assert await archive.presence.present(A) == frozenset()
    assert await archive.presence.present(B) == frozenset()


async def test_the_reaped_are_told_until_they_leave_nurses_first_with_the_last_renewal(
    archive: AnyArchive, clock: ArchiveTime
) -> None:
    """A worker that dies between reaping and noting it must not make anybody stay for ever."""
    await archive.presence.renew(P1, LEASE)
    await archive.presence.renew(P2, 9 * LEASE)
    await archive.presence.arrive(P1, C1, A, Role.PATIENT)
    await archive.presence.arrive(P1, C2, B, Role.NURSE)
    await archive.presence.arrive(P2, ConnectionId("c3"), A, Role.PATIENT)
    await clock.set(T0 + 3_000)
    await archive.presence.renew(P1, LEASE)
    await clock.set(T0 + 3_000 + LEASE - 1)
    assert await archive.presence.reap() == []
    await clock.set(T0 + 3_000 + LEASE)
    nurse, patient = (
        Gone(C2, B, Role.NURSE, T0 + 3_000),
        Gone(C1, A, Role.PATIENT, T0 + 3_000),
    )
    for _ in range(2):
        assert await archive.presence.reap() == [nurse, patient]
    await archive.presence.leave(C2, B)
    assert await archive.presence.reap() == [patient]
    await archive.presence.leave(C1, A)
    assert await archive.presence.reap() == []
    assert await archive.presence.present(A) == {Role.PATIENT}


async def test_who_arrives_through_the_dead_is_reaped_too(
    archive: AnyArchive, clock: ArchiveTime
) -> None:
    await archive.presence.renew(P1, LEASE)
    await clock.set(T0 + LEASE)
    assert await archive.presence.reap() == []
    await archive.presence.arrive(P1, C1, A, Role.PATIENT)
    assert await archive.presence.present(A) == frozenset()
    assert await archive.presence.reap() == [Gone(C1, A, Role.PATIENT, T0)]


# What is written in a process's name ---------------------------------------------------------


async def test_what_a_process_writes_counts_until_its_lease_ends(
    archive: AnyArchive, clock: ArchiveTime
) -> None:
    """To the millisecond, for what is written alone and for what is written with others."""
    contact = await open_waiting(archive)
    await archive.presence.renew(P1, LEASE)
    for made in (ChatSent(Role.PATIENT, "Å", "hej", "k"), Dropped(Role.PATIENT)):
        before = await get(archive, contact)
        late = in_name_of(P1, change(before, made, T0))
        await clock.set(T0 + LEASE)
        with pytest.raises(LeaseLost):
            await archive.contacts.commit(late)
        assert await get(archive, contact) == before
        await clock.set(T0 + LEASE - 1)
        await archive.contacts.commit(late)
        assert (await get(archive, contact)).version == before.version + 1
    unknown = change(await get(archive, contact), ChatSent(Role.PATIENT, "Å", "hej", "l"), T0)
    with pytest.raises(LeaseLost):
        await archive.contacts.commit(in_name_of(P2, unknown))


@pytest.mark.parametrize("late", [-1, 0, 1])
async def test_she_accepts_until_her_lease_ends(
    archive: AnyArchive, clock: ArchiveTime, late: int
) -> None:
    """To the millisecond; whoever is too late is neither hers nor thought to be there."""
    contact = await open_waiting(archive)
    offered = await happen(archive, contact, offer((await get(archive, contact)).contact, "n"))
    await archive.presence.renew(P1, LEASE)
    await clock.set(T0 + LEASE + late)
    here = Arrival(P1, C1, Role.NURSE)
    accepted = replace(in_name_of(P1, change(offered, accept(offered.contact), T0)), arrival=here)
    if late < 0:
        await archive.contacts.commit(accepted)
        assert await get(archive, contact) == Stored(accepted.version, accepted.contact)
        assert await archive.presence.present(contact) == {Role.NURSE}
    else:
        with pytest.raises(LeaseLost):
            await archive.contacts.commit(accepted)
        assert await get(archive, contact) == offered
        assert await archive.presence.present(contact) == frozenset()


async def test_the_last_page_takes_its_person_with_it_and_no_other_does(
    archive: AnyArchive,
) -> None:
    contact = await open_waiting(archive)
    await archive.presence.renew(P1, LEASE)
    for page in (C1, C2):
        await archive.presence.arrive(P1, page, contact, Role.PATIENT)
    before = await get(archive, contact)
    guard = NobodyHere(Role.PATIENT)
    gone = change(before, Dropped(Role.PATIENT, T0), T0 + 1, guard=guard)
    with pytest.raises(GuardFailed):
        await archive.contacts.commit(departing(C1, gone))
    await archive.presence.leave(C1, contact)
    assert await archive.presence.present(contact) == {Role.PATIENT}
    await archive.contacts.commit(departing(C2, gone))
    assert await archive.presence.present(contact) == frozenset()
    assert (await get(archive, contact)).contact.patient_left_at == T0


async def test_a_crowd_comes_and_goes_in_few_transactions(
    sql: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    contacts = [await open_waiting(sql) for _ in range(60)]
    await sql.presence.renew(P1, LEASE)
    written: list[str] = []
    write = type(sql.database).write

    async def counted(self: object, body: object, *args: object) -> object:
        written.append(getattr(body, "__name__", ""))
        return await write(self, body, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(type(sql.database), "write", counted)
    pages = [(ConnectionId(f"page-{one}"), one) for one in contacts]
    await asyncio.gather(*(sql.presence.arrive(P1, p, c, Role.PATIENT) for p, c in pages))
    leaving = [await going(sql, page, contact) for page, contact in pages]
    stranger = in_name_of(P2, leaving[0])
    outcomes = await asyncio.gather(
        *(sql.contacts.commit(one) for one in (*leaving[1:], stranger)), return_exceptions=True
    )
    assert [type(one) for one in outcomes] == [list] * 59 + [LeaseLost]
    assert [await sql.presence.present(one) for one in contacts] == [
        frozenset({Role.PATIENT}),
        *[frozenset()] * 59,
    ]
    effects = [e for one in leaving[1:] for e in one.effects]
    numbers = [n for one in outcomes if isinstance(one, list) for n in one]
    claimed = {d.number: d.effect for d in await sql.outbox.claim(T0 * 2, 1_000, 1)}
    assert [claimed[number] for number in numbers] == effects
    assert written.count("_arrive") <= 2
    assert written.count("write_all") <= 2


async def test_whoever_asks_again_at_once_is_answered(sql: Archive) -> None:
    """Many ask, and each asks anew the moment it has its answer: nobody may be forgotten."""
    contact = await open_waiting(sql)

    async def ask() -> None:
        for _ in range(200):
            assert (await get(sql, contact)).version == 2

    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*(ask() for _ in range(3)))


def in_name_of(process: ProcessId, one: Change) -> Change:
    return replace(one, process=process)


def departing(page: ConnectionId, one: Change) -> Change:
    return replace(one, departure=page)


async def going(archive: AnyArchive, page: ConnectionId, contact: ContactId) -> Change:
    """What is written when a patient's only page leaves."""
    stored = await get(archive, contact)
    gone = change(stored, Dropped(Role.PATIENT), T0 + 5_000, guard=NobodyHere(Role.PATIENT))
    return in_name_of(P1, departing(page, gone))
