"""Two processes on one database: whatever both want, one gets it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable

from msgspec.structs import replace

from signaling.archive import Archive
from tests.contract.archive.making import (
    T0,
    accept,
    change,
    get,
    happen,
    offer,
    open_change,
    open_waiting,
    opening,
    person_id,
)
from tests.contract.archive.timing import ArchiveTime
from video_advice.events import ChatSent, Dropped, OfferDeclined, PatientLeft
from video_advice.ids import ConnectionId, ContactId, NurseId, PersonId, ProcessId
from video_advice.people import Channel, Role
from video_advice.ports import (
    AlreadyDone,
    AlreadyOpen,
    Conflict,
    GuardFailed,
    NobodyHere,
    SeatTaken,
    Stored,
)
from video_advice.state import Phase

ROUNDS = 25


async def both(*doing: Awaitable[object]) -> list[object]:
    """What became of each: its result, or its exception."""
    return list(await asyncio.gather(*doing, return_exceptions=True))


def kinds(outcomes: list[object]) -> Counter[type]:
    return Counter(type(one) for one in outcomes)


async def test_one_version_is_written_once(sql: Archive, other: Archive) -> None:
    contact = await open_waiting(sql)
    for number in range(ROUNDS):
        stored = await get(sql, contact)
        changes = [
            change(stored, ChatSent(Role.PATIENT, name, "hej", f"{name}-{number}"), T0 + number)
            for name in ("one", "two")
        ]
        outcomes = await both(sql.contacts.commit(changes[0]), other.contacts.commit(changes[1]))
        assert kinds(outcomes) == {list: 1, Conflict: 1}
        written = await other.contacts.history(contact, after=stored.version)
        assert [one.event for one in written] == [changes[outcomes.index([])].event]


async def test_two_nurses_want_one_patient(sql: Archive, other: Archive) -> None:
    for _ in range(ROUNDS):
        contact = await open_waiting(sql)
        stored = await get(sql, contact)
        offers = [change(stored, offer(stored.contact, f"{contact}-{n}"), T0) for n in "ab"]
        outcomes = await both(sql.contacts.commit(offers[0]), other.contacts.commit(offers[1]))
        assert kinds(outcomes) == {list: 1, Conflict: 1}


async def test_two_processes_offer_one_nurse(sql: Archive, other: Archive) -> None:
    for number in range(ROUNDS):
        contacts = [await open_waiting(sql), await open_waiting(sql)]
        nurse = f"nurse-{number}"
        offers = []
        for contact in contacts:
            stored = await get(sql, contact)
            offers.append(change(stored, offer(stored.contact, nurse), T0))
        outcomes = await both(sql.contacts.commit(offers[0]), other.contacts.commit(offers[1]))
        assert kinds(outcomes) == {list: 1, SeatTaken: 1}
        assert len(await sql.contacts.of_nurse(NurseId(nurse))) == 1


async def test_two_processes_fill_her_last_seat(sql: Archive, other: Archive) -> None:
    """A chat and a chat, a chat and a video: she is never above what she can hold."""
    for number in range(ROUNDS):
        nurse = f"nurse-{number}"
        held = await open_waiting(sql)
        await happen(sql, held, offer((await get(sql, held)).contact, nurse, chats=2))
        await happen(sql, held, accept((await get(sql, held)).contact))
        channels = (Channel.CHAT, Channel.VIDEO if number % 2 else Channel.CHAT)
        offers = []
        for channel in channels:
            contact = await open_waiting(sql, opening(channel=channel))
            stored = await get(sql, contact)
            offers.append(change(stored, offer(stored.contact, nurse, chats=2), T0))
        outcomes = await both(sql.contacts.commit(offers[0]), other.contacts.commit(offers[1]))
        refused = kinds(outcomes)[SeatTaken] + kinds(outcomes)[Conflict]
        assert (kinds(outcomes)[list], refused) == (1, 1)
        assert len(await sql.contacts.of_nurse(NurseId(nurse))) == 2


async def test_one_person_opens_twice(sql: Archive, other: Archive) -> None:
    for _ in range(ROUNDS):
        person = person_id()
        one, two = opening(person=person), opening(person=person)
        outcomes = await both(
            sql.contacts.commit(open_change(one, key="key-00001")),
            other.contacts.commit(open_change(two, key="key-00002")),
        )
        assert kinds(outcomes) == {list: 1, AlreadyOpen: 1}
        opened = await sql.contacts.of_person(person)
        told = next(o for o in outcomes if isinstance(o, AlreadyOpen))
        assert opened is not None
        assert told.contact == opened.contact.id


async def test_one_request_arrives_twice(sql: Archive, other: Archive) -> None:
    for _ in range(ROUNDS):
        person = person_id()
        one, two = opening(person=person), opening(person=person)
        outcomes = await both(
            sql.contacts.commit(open_change(one, key="key-00001")),
            other.contacts.commit(open_change(two, key="key-00001")),
        )
        assert kinds(outcomes) == {list: 1, AlreadyDone: 1}
        opened = await sql.contacts.of_person(person)
        told = next(o for o in outcomes if isinstance(o, AlreadyDone))
        assert opened is not None
        assert (told.contact, told.version) == (opened.contact.id, 1)


async def test_twenty_tabs_of_one_person_open_at_once(sql: Archive, other: Archive) -> None:
    """Each with a key of its own, and each asking twice: one contact, and all are told of it."""
    for _ in range(ROUNDS):
        person = person_id()
        asked = [open_change(opening(person=person), key=f"key-{tab:05}") for tab in range(20)]
        outcomes = await both(*(one.contacts.commit(tab) for tab in asked for one in (sql, other)))
        assert kinds(outcomes) == {list: 1, AlreadyDone: 1, AlreadyOpen: 38}
        opened = await sql.contacts.of_person(person)
        assert opened is not None
        told = [one.contact for one in outcomes if isinstance(one, AlreadyDone | AlreadyOpen)]
        assert set(told) == {opened.contact.id}


async def test_many_writers_lose_nothing(sql: Archive, other: Archive) -> None:
    contact = await open_waiting(sql)

    async def chat(archive: Archive, name: str) -> None:
        for number in range(10):
            said = ChatSent(Role.PATIENT, name, "hej", f"{name}-{number}")
            while True:
                try:
                    await happen(archive, contact, said, key=f"{name}-{number}")
                except Conflict:
                    continue
                break

    await asyncio.gather(
        *(chat(archive, f"{n}-{m}") for n, archive in enumerate((sql, other)) for m in range(3))
    )
    said = [one.event for one in await sql.contacts.chat(contact)]
    assert len(said) == 60
    assert len(set(said)) == 60
    assert (await get(sql, contact)).version == 62


async def test_a_code_is_redeemed_once(sql: Archive, other: Archive) -> None:
    for number in range(ROUNDS):
        code = f"KDFJ{number:04}"
        await sql.sessions.lend(code, PersonId("p1"), T0 + 1)
        outcomes = await both(sql.sessions.redeem(code, T0), other.sessions.redeem(code, T0))
        assert sorted(map(str, outcomes)) == ["None", "p1"]


async def test_work_is_claimed_by_one(sql: Archive, other: Archive) -> None:
    numbers: list[int] = []
    for _ in range(40):
        numbers += await sql.contacts.commit(open_change(opening()))
    claimed: list[int] = []
    while len(claimed) < len(numbers):
        found = await asyncio.gather(
            sql.outbox.claim(T0, 7, 1_000), other.outbox.claim(T0, 7, 1_000)
        )
        assert any(found)
        claimed += [one.number for some in found for one in some]
    assert sorted(claimed) == numbers


async def test_a_renewal_and_a_reaping_agree(
    sql: Archive, other: Archive, sql_clock: ArchiveTime
) -> None:
    """While the lease lapses one is before that and the other after, or both on the same side."""
    for number in range(ROUNDS):
        process = ProcessId(f"p{number}")
        await sql_clock.set(T0)
        await sql.presence.renew(process, 5)
        await sql.presence.arrive(process, _connection(number), ContactId("a"), Role.NURSE)
        await sql_clock.set(T0 + 4)
        renewed, gone, _ = await asyncio.gather(
            sql.presence.renew(process, 6), other.presence.reap(), sql_clock.set(T0 + 5)
        )
        assert renewed is None or gone == []
        alive = await sql.presence.present(ContactId("a"))
        assert alive == (frozenset() if renewed is None else frozenset({Role.NURSE}))
        await sql.presence.leave(_connection(number))


def _connection(number: int) -> ConnectionId:
    return ConnectionId(f"c{number}")


async def test_a_patient_who_leaves_while_she_is_offered(sql: Archive, other: Archive) -> None:
    for _ in range(ROUNDS):
        contact = await open_waiting(sql)
        stored = await get(sql, contact)
        outcomes = await both(
            sql.contacts.commit(change(stored, offer(stored.contact, str(contact)), T0)),
            other.contacts.commit(change(stored, PatientLeft(), T0)),
        )
        assert kinds(outcomes) == {list: 1, Conflict: 1}
        phase = (await get(sql, contact)).contact.phase
        assert phase is (Phase.OFFERED if isinstance(outcomes[0], list) else Phase.ENDED)


async def test_two_workers_offer_one_nurse_a_thousand_times(sql: Archive, other: Archive) -> None:
    """Each time both want her for somebody else; she holds one and nobody is lost."""
    contacts = [await open_waiting(sql), await open_waiting(sql)]
    nurse = NurseId("claimed")
    for number in range(1_000):
        waiting = [await get(sql, contact) for contact in contacts]
        if number % 2:
            waiting.reverse()
        outcomes = await both(
            *(
                one.contacts.commit(change(stored, offer(stored.contact, nurse), T0))
                for one, stored in zip((sql, other), waiting, strict=True)
            )
        )
        assert kinds(outcomes) == {list: 1, SeatTaken: 1}
        [held] = await sql.contacts.of_nurse(nurse)
        assert held.contact.nurse is not None
        await happen(sql, held.contact.id, OfferDeclined(held.contact.nurse, held.contact.epoch))


async def test_a_patient_who_leaves_while_she_accepts(sql: Archive, other: Archive) -> None:
    """In the same millisecond: one of them is first, and what is stored is that one's truth."""
    for number in range(ROUNDS):
        contact = await open_waiting(sql)
        stored = await happen(sql, contact, offer((await get(sql, contact)).contact, f"n-{number}"))
        at = T0 + 5_000
        accepted = change(stored, accept(stored.contact), at)
        left = change(stored, PatientLeft(), at)
        outcomes = await both(sql.contacts.commit(accepted), other.contacts.commit(left))
        assert kinds(outcomes) == {list: 1, Conflict: 1}
        first = accepted if isinstance(outcomes[0], list) else left
        for archive in (sql, other):
            assert await get(archive, contact) == Stored(first.version, first.contact)


async def test_whoever_comes_as_the_last_page_goes_is_here(sql: Archive, other: Archive) -> None:
    """Either the page that came is seen by the one that goes, or it sees that nobody was left."""
    process = ProcessId("p")
    await sql.presence.renew(process, 60_000)
    for number in range(ROUNDS):
        contact = await open_waiting(sql)
        old, new = _connection(2 * number), _connection(2 * number + 1)
        await sql.presence.arrive(process, old, contact, Role.PATIENT)
        stored = await get(sql, contact)
        gone = change(stored, Dropped(Role.PATIENT), T0, guard=NobodyHere(Role.PATIENT))

        async def come(new: ConnectionId = new, contact: ContactId = contact) -> bool:
            await other.presence.arrive(process, new, contact, Role.PATIENT)
            return (await get(other, contact)).contact.patient_left_at is not None

        written, saw = await both(sql.contacts.commit(replace(gone, departure=old)), come())
        assert isinstance(written, GuardFailed) or saw is True
