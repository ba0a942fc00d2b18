"""Sessions, codes for another device, duty and drafts. They live in SQL only."""

from __future__ import annotations

import asyncio
import json

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, LargeBinary, select

from signaling.archive import Archive
from signaling.archive.codec import DUTY
from signaling.archive.tables import metadata
from tests.contract.archive.making import (
    T0,
    AnyArchive,
    contact_id,
    get,
    happen,
    nurse_card,
    open_waiting,
    opening,
    person_id,
)
from video_advice.events import (
    NurseOffered,
    OfferAccepted,
    OfferDeclined,
    PatientLeft,
    TimePassed,
)
from video_advice.ids import (
    ConnectionId,
    ContactId,
    Language,
    NurseId,
    PersonId,
    ProcessId,
    RegionCode,
    desk_of,
)
from video_advice.people import Channel, Nurse, Role
from video_advice.policy import DEFAULT, MINUTE, SILENT_OFFERS
from video_advice.ports import Conflict, Duty, Known, SeatTaken, Session, Stored
from video_advice.state import Phase

NURSE = Nurse(
    id=NurseId("n1"),
    name="Kim Å",
    title="leg. ssk",
    region=RegionCode("12"),
    regions=frozenset({RegionCode("12"), RegionCode("01")}),
    languages=frozenset({Language("sv"), Language("en")}),
    channels=frozenset(Channel),
)
PATIENT = Session("s1", Role.PATIENT, PersonId("p1"), None, T0 + 1_000)
SECRET = "a-secret-nobody-else-has"


async def test_a_session_is_found_by_its_secret_until_it_expires(sql: Archive) -> None:
    await sql.sessions.start(SECRET, PATIENT)
    assert await sql.sessions.find(SECRET, T0) == PATIENT
    assert await sql.sessions.find(SECRET, T0 + 999) == PATIENT
    assert await sql.sessions.find(SECRET, T0 + 1_000) is None
    assert await sql.sessions.find("another", T0) is None


async def test_somebody_who_comes_back_is_recognised_with_the_own_contact(sql: Archive) -> None:
    person = person_id()
    session = replace(PATIENT, person=person)
    await sql.sessions.start(SECRET, session)
    await open_waiting(sql)  # somebody else's
    assert await sql.sessions.recognise(SECRET, T0) == Known(session, None)
    for number in range(2):
        life = opening(person=person)
        await happen(sql, life.contact, life, at=T0 + number * MINUTE)
        now = await get(sql, life.contact)
        assert await sql.sessions.recognise(SECRET, T0) == Known(session, now)
        await happen(sql, life.contact, PatientLeft(), at=T0 + number * MINUTE + 1)
        ended = await get(sql, life.contact)
        assert await sql.sessions.recognise(SECRET, T0) == Known(session, ended)
    assert await sql.sessions.recognise(SECRET, T0 + 1_000) is None
    assert await sql.sessions.recognise("another", T0) is None


async def test_many_who_come_at_once_are_recognised_each_for_themselves(sql: Archive) -> None:
    sessions = [replace(PATIENT, person=person_id()) for _ in range(300)]
    for number, session in enumerate(sessions):
        await sql.sessions.start(f"secret-{number}", session)
    nurse = Session("s2", Role.NURSE, None, NURSE, T0 + 1_000)
    await sql.sessions.start(SECRET, nurse)
    asked = [*(f"secret-{n}" for n in range(300)), SECRET, "nobody", "secret-7"]
    found = await asyncio.gather(*(sql.sessions.recognise(one, T0) for one in asked))
    expected = [*sessions, nurse, None, sessions[7]]
    assert [None if one is None else one.session for one in found] == expected


async def test_whoever_gives_up_asking_keeps_nobody_else_waiting(sql: Archive) -> None:
    await sql.sessions.start(SECRET, PATIENT)
    asking = [asyncio.create_task(sql.sessions.recognise(SECRET, T0)) for _ in range(6)]
    await asyncio.sleep(0)
    for task in asking[::2]:
        task.cancel()
    found = await asyncio.gather(*asking, return_exceptions=True)
    assert [one.session for one in found[1::2] if isinstance(one, Known)] == [PATIENT] * 3
    assert await sql.sessions.recognise(SECRET, T0) == Known(PATIENT, None)


async def test_a_nurse_session_keeps_what_she_serves(sql: Archive) -> None:
    session = Session("s2", Role.NURSE, None, NURSE, T0 + 1_000)
    await sql.sessions.start(SECRET, session)
    assert await sql.sessions.find(SECRET, T0) == session


async def test_an_ended_session_is_gone(sql: Archive) -> None:
    await sql.sessions.start(SECRET, PATIENT)
    await sql.sessions.start("another", replace(PATIENT, id="s2"))
    await sql.sessions.end(SECRET)
    await sql.sessions.end(SECRET)
    assert await sql.sessions.find(SECRET, T0) is None
    assert await sql.sessions.find("another", T0) is not None


async def test_neither_secret_nor_code_is_stored(sql: Archive) -> None:
    await sql.sessions.start(SECRET, PATIENT)
    await sql.sessions.lend("KDFJ2345", PersonId("p1"), T0 + 1_000)

    def everything(connection: Connection) -> list[object]:
        return [
            value.decode() if isinstance(column.type, LargeBinary) else value
            for table in metadata.sorted_tables
            for column in table.c
            for value in connection.scalars(select(column))
        ]

    stored = [str(value) for value in await sql.database.read(everything)]
    assert any(len(value) == 64 for value in stored)
    assert not any(SECRET in value or "KDFJ2345" in value for value in stored)


async def test_a_code_works_once(sql: Archive) -> None:
    await sql.sessions.lend("KDFJ2345", PersonId("p1"), T0 + 1_000)
    assert await sql.sessions.redeem("KDFJ2346", T0) is None
    assert await sql.sessions.redeem("KDFJ2345", T0 + 999) == "p1"
    assert await sql.sessions.redeem("KDFJ2345", T0 + 999) is None


async def test_a_code_lapses(sql: Archive) -> None:
    await sql.sessions.lend("KDFJ2345", PersonId("p1"), T0 + 1_000)
    assert await sql.sessions.redeem("KDFJ2345", T0 + 1_000) is None


async def test_a_code_is_never_lent_to_two_people(sql: Archive) -> None:
    await sql.sessions.lend("KDFJ2345", PersonId("p1"), T0 + 1_000)
    with pytest.raises(Conflict):
        await sql.sessions.lend("KDFJ2345", PersonId("p2"), T0 + 2_000)
    assert await sql.sessions.redeem("KDFJ2345", T0) == "p1"


async def test_duty(sql: Archive) -> None:
    first = Duty(NURSE, offers=True, since=T0)
    second = Duty(replace(NURSE, id=NurseId("n0")), offers=False, since=T0 + 1)
    await sql.duties.set(second)
    await sql.duties.set(first)
    assert await sql.duties.all() == [first, second]
    assert await sql.duties.find(NURSE.id) == first
    changed = replace(first, offers=False, since=T0 + 2)
    await sql.duties.set(changed)
    assert await sql.duties.find(NURSE.id) == changed
    assert await sql.duties.all() == [second, changed]
    await sql.duties.clear(NURSE.id)
    await sql.duties.clear(NURSE.id)
    assert await sql.duties.find(NURSE.id) is None
    assert await sql.duties.all() == [second]


def test_the_same_value_is_always_the_same_bytes() -> None:
    many = frozenset(Language(code) for code in ("sv", "en", "ar", "so", "fi", "de", "uk"))
    packed = DUTY.pack(Duty(replace(NURSE, languages=many), offers=True, since=T0))
    assert json.loads(packed)["nurse"]["languages"] == sorted(many)


async def test_drafts(sql: Archive) -> None:
    contact, other = contact_id(), contact_id()
    body = "utkast \N{THERMOMETER} \0".encode() + b"\xff"
    assert await sql.drafts.find(contact, NURSE.id) is None
    await sql.drafts.save(contact, NURSE.id, b"{}")
    await sql.drafts.save(contact, NURSE.id, body)
    await sql.drafts.save(contact, NurseId("n2"), b"other")
    await sql.drafts.save(other, NURSE.id, b"kept")
    assert await sql.drafts.find(contact, NURSE.id) == body
    await sql.drafts.hand_over(contact, NurseId("n3"), NURSE.id)  # who has written nothing
    await sql.drafts.hand_over(contact, NURSE.id, NURSE.id)
    assert await sql.drafts.find(contact, NURSE.id) == body
    await sql.drafts.hand_over(contact, NurseId("n2"), NURSE.id)
    assert await sql.drafts.find(contact, NurseId("n2")) is None
    assert await sql.drafts.find(contact, NURSE.id) == b"other"
    await sql.drafts.hand_over(contact, NURSE.id, NurseId("n2"))
    assert await sql.drafts.find(contact, NURSE.id) is None
    assert await sql.drafts.find(contact, NurseId("n2")) == b"other"
    assert await sql.drafts.find(other, NURSE.id) == b"kept"
    await sql.drafts.drop(contact)
    assert await sql.drafts.find(contact, NURSE.id) is None
    assert await sql.drafts.find(contact, NurseId("n2")) is None
    assert await sql.drafts.find(other, NURSE.id) == b"kept"


async def test_who_is_at_the_desk_and_what_she_holds(archive: AnyArchive) -> None:
    here, away = NurseId("n1"), NurseId("n2")
    for number, name in enumerate((away, here)):
        await archive.duties.set(
            Duty(replace(NURSE, id=name, chats=2), offers=False, since=T0 + number)
        )
    assert await archive.duties.at_desk() == []
    await archive.presence.renew(ProcessId("p"), MINUTE)
    await archive.presence.arrive(ProcessId("p"), ConnectionId("c"), desk_of(here), Role.NURSE)
    [one] = await archive.duties.at_desk()
    assert (one.duty.nurse.id, one.taken, one.asked, one.free()) == (here, 0, False, True)
    contact = await open_waiting(archive)
    await happen(archive, contact, NurseOffered(nurse_card(), 1, "turn", 2))
    [one] = await archive.duties.at_desk()
    assert (one.taken, one.asked, one.free()) == (1, True, False)
    await happen(archive, contact, OfferAccepted(nurse_card(), 1))
    [one] = await archive.duties.at_desk()
    assert (one.taken, one.asked, one.free()) == (1, False, True)


async def test_offers_without_an_answer_are_counted_until_there_is_one(archive: AnyArchive) -> None:
    duty = Duty(NURSE, offers=True, since=T0)
    await archive.duties.set(duty)
    silence = TimePassed(frozenset({Role.PATIENT}))

    async def offered() -> tuple[ContactId, int]:
        contact = await open_waiting(archive)
        await happen(archive, contact, NurseOffered(nurse_card(), 1, "turn"))
        return contact, T0 + DEFAULT.offer

    for lapsed in (1, SILENT_OFFERS):
        contact, late = await offered()
        await happen(archive, contact, silence, at=late)
        [known] = await archive.duties.all()
        assert known == replace(duty, silent=lapsed)
        assert known.available() is (lapsed < SILENT_OFFERS)
    for answer in (OfferDeclined, OfferAccepted):
        contact, late = await offered()
        await happen(archive, contact, silence, at=late)
        contact, _ = await offered()
        await happen(archive, contact, answer(nurse_card(), 1))
        assert await archive.duties.find(NURSE.id) == duty
    await archive.duties.set(replace(duty, silent=2))
    await archive.duties.set(duty)
    assert await archive.duties.find(NURSE.id) == duty


async def test_one_offer_at_a_time_waits_for_a_nurse(archive: AnyArchive) -> None:
    first, second = [await open_waiting(archive) for _ in range(2)]
    offer = NurseOffered(nurse_card(), 1, "turn", 3)
    await happen(archive, first, offer)
    with pytest.raises(SeatTaken):
        await happen(archive, second, offer)
    await happen(archive, first, OfferAccepted(nurse_card(), 1))
    assert (await happen(archive, second, offer)).contact.phase is Phase.OFFERED


async def test_of_two_offers_at_once_one_stands(sql: Archive, other: Archive) -> None:
    offer = NurseOffered(nurse_card(), 1, "turn", 5)
    for _ in range(10):
        one, two = [await open_waiting(sql) for _ in range(2)]
        done = await asyncio.gather(
            happen(sql, one, offer), happen(other, two, offer), return_exceptions=True
        )
        assert sorted(type(each).__name__ for each in done) in (
            ["SeatTaken", "Stored"],
            ["Conflict", "Stored"],
        )
        won = one if isinstance(done[0], Stored) else two
        await happen(sql, won, OfferDeclined(nurse_card(), 1))
