"""What the archive answers beside the line: persons, nurses, deadlines, versions."""

from __future__ import annotations

from tests.contract.archive.making import (
    T0,
    AnyArchive,
    accept,
    contact_id,
    get,
    happen,
    offered,
    open_waiting,
    opening,
    person_id,
)
from tests.contract.archive.test_replay import OUTCOME
from tests.contract.archive.timing import ArchiveTime
from video_advice.events import (
    ChatSent,
    Dropped,
    HungUp,
    Joined,
    OutcomeSigned,
    PatientLeft,
)
from video_advice.ids import NurseId
from video_advice.people import Role
from video_advice.policy import DEFAULT, MINUTE
from video_advice.state import Phase


async def test_a_person_is_shown_the_open_contact_else_the_newest_ended(
    archive: AnyArchive,
) -> None:
    person = person_id()
    lives = [opening(person=person) for _ in range(3)]
    for number, life in enumerate(lives):
        at = T0 + number * MINUTE
        assert (await happen(archive, life.contact, life, at=at)).version == 1
        shown = await archive.contacts.of_person(person)
        assert shown is not None
        assert shown.contact.id == life.contact
        await happen(archive, life.contact, PatientLeft(), at=at + 1)
        shown = await archive.contacts.of_person(person)
        assert shown is not None
        assert (shown.contact.id, shown.contact.phase) == (life.contact, Phase.ENDED)


async def test_a_nurse_holds_what_is_not_signed(archive: AnyArchive) -> None:
    nurse = NurseId("n1")
    one, two = await open_waiting(archive), await open_waiting(archive)
    stored = await offered(archive, one, nurse, at=T0 + MINUTE)
    assert await archive.contacts.of_nurse(nurse) == [stored]
    stored = await happen(archive, one, accept(stored.contact))
    stored = await happen(archive, one, HungUp(Role.PATIENT, stored.contact.epoch))
    second = await offered(archive, two, nurse, at=T0 + 2 * MINUTE)
    assert await archive.contacts.of_nurse(nurse) == [stored, second]
    assert await archive.contacts.of_nurse(NurseId("n2")) == []
    assert stored.contact.nurse is not None
    signed = OutcomeSigned(OUTCOME, stored.contact.nurse, stored.contact.epoch)
    await happen(archive, one, signed)
    assert await archive.contacts.of_nurse(nurse) == [second]


async def test_the_longest_overdue_first(archive: AnyArchive, clock: ArchiveTime) -> None:
    late = await open_waiting(archive, at=T0 + 3_000)
    early = await open_waiting(archive, at=T0)
    never = await open_waiting(archive, at=T0)
    await happen(archive, never, PatientLeft())
    due = T0 + 1_000 + DEFAULT.check
    await clock.set(due - 1)
    assert await archive.contacts.due(10) == []
    await clock.set(due)
    assert await archive.contacts.due(10) == [early]
    await clock.set(due + MINUTE)
    assert await archive.contacts.due(10) == [early, late]
    assert await archive.contacts.due(1) == [early]


async def test_touch_moves_the_deadline_of_the_newest_version_only(
    archive: AnyArchive, clock: ArchiveTime
) -> None:
    contact = await open_waiting(archive)
    stored = await get(archive, contact)
    await archive.contacts.touch(contact, stored.version, T0 + 10 * MINUTE)
    await clock.set(T0 + 10 * MINUTE - 1)
    assert await archive.contacts.due(10) == []
    await clock.set(T0 + 10 * MINUTE)
    assert await archive.contacts.due(10) == [contact]
    await archive.contacts.touch(contact, stored.version, T0 + 20 * MINUTE)
    await archive.contacts.touch(contact, stored.version - 1, T0)
    assert await archive.contacts.due(10) == []
    assert await get(archive, contact) == stored
    await archive.contacts.touch(contact_id(), 1, T0)


async def test_versions_of_many(archive: AnyArchive) -> None:
    one, two = await open_waiting(archive), await open_waiting(archive)
    await happen(archive, two, Dropped(Role.PATIENT), Joined(Role.PATIENT))
    strangers = [contact_id() for _ in range(2_500)]
    found = await archive.contacts.versions([one, *strangers, two])
    assert found == {one: 2, two: 4}
    assert await archive.contacts.versions([]) == {}


async def test_chat_is_the_messages_only(archive: AnyArchive) -> None:
    contact = await open_waiting(archive)
    hello = ChatSent(Role.PATIENT, "Å", "hej", "k-chat-01")
    more = ChatSent(Role.PATIENT, "Å", "مرحبا\n👋", "k-chat-02")
    await happen(archive, contact, hello, Dropped(Role.PATIENT), more)
    chat = await archive.contacts.chat(contact)
    assert [(one.version, one.event) for one in chat] == [(3, hello), (5, more)]
    assert [one.at for one in chat] == [T0, T0 + 2_000]
    assert await archive.contacts.chat(contact, after=3) == chat[1:]
