"""What one commit promises: I1, I2, I3, I4's version, keys, seats and guards."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.contract.archive.making import (
    T0,
    AnyArchive,
    accept,
    change,
    contact_id,
    get,
    happen,
    nurse_card,
    offer,
    offered,
    open_change,
    open_waiting,
    opening,
    person_id,
    wants,
)
from tests.contract.archive.timing import ArchiveTime
from video_advice.contact import deadline, step
from video_advice.effects import CleanPhoto, SyncTicket
from video_advice.events import (
    ChannelAnswered,
    ChannelLowered,
    ChannelProposed,
    ChatSent,
    Dropped,
    HowPhoto,
    HungUp,
    Joined,
    NurseOffered,
    OfferAccepted,
    OfferDeclined,
    PatientLeft,
    PhotoReceived,
)
from video_advice.ids import ConnectionId, ContactId, NurseId, PhotoId, ProcessId
from video_advice.people import Channel, Role
from video_advice.policy import DEFAULT
from video_advice.ports import (
    AlreadyDone,
    AlreadyOpen,
    Arrival,
    Change,
    Conflict,
    GuardFailed,
    NobodyBefore,
    NobodyHere,
    NotFirst,
    SeatTaken,
    Stored,
)
from video_advice.state import Phase

HELLO = ChatSent(Role.PATIENT, "Å", "hej", "k-chat-01")


async def test_what_was_committed_is_what_is_loaded(archive: AnyArchive) -> None:
    event = opening()
    made = open_change(event, key="key-00001")
    await archive.contacts.commit(made)
    stored = await archive.contacts.load(event.contact)
    assert stored is not None
    assert (stored.version, stored.contact) == (1, made.contact)


async def test_an_unknown_contact_is_none(archive: AnyArchive) -> None:
    assert await archive.contacts.load(contact_id()) is None
    assert await archive.contacts.history(contact_id()) == []
    assert await archive.contacts.of_person(person_id()) is None


async def test_a_change_of_a_contact_that_does_not_exist_is_a_conflict(archive: AnyArchive) -> None:
    orphan = replace(open_change(opening()), expected=3)
    with pytest.raises(Conflict):
        await archive.contacts.commit(orphan)
    assert await archive.contacts.load(orphan.contact.id) is None


@pytest.mark.parametrize("expected", [1, 3, 99])
async def test_a_change_of_any_other_version_is_a_conflict(
    archive: AnyArchive, expected: int
) -> None:
    contact = await open_waiting(archive)
    before = await get(archive, contact)
    with pytest.raises(Conflict):
        await archive.contacts.commit(replace(change(before, HELLO, T0), expected=expected))
    assert await get(archive, contact) == before


async def test_the_second_of_two_changes_of_one_version_is_a_conflict(archive: AnyArchive) -> None:
    contact = await open_waiting(archive)
    before = await get(archive, contact)
    first = change(before, Dropped(Role.PATIENT), T0 + 1)
    second = change(before, HELLO, T0 + 2)
    await archive.contacts.commit(first)
    with pytest.raises(Conflict):
        await archive.contacts.commit(second)
    after = await get(archive, contact)
    assert after.version == before.version + 1
    assert after.contact == first.contact
    assert await archive.contacts.chat(contact) == []


async def test_a_refused_change_leaves_no_effect_behind(archive: AnyArchive) -> None:
    contact = await open_waiting(archive)
    before = await get(archive, contact)
    photo = PhotoReceived(PhotoId("f" * 32), Role.PATIENT, HowPhoto.CAMERA)
    late = change(before, photo, T0 + 2)
    await happen(archive, contact, HELLO)
    claimed = await archive.outbox.claim(T0 * 2, 100, 1000)
    with pytest.raises(Conflict):
        await archive.contacts.commit(late)
    assert late.effects
    assert await archive.outbox.claim(T0 * 2, 100, 1000) == []
    assert all(isinstance(one.effect, SyncTicket) for one in claimed)


async def test_the_same_key_opens_the_same_contact(archive: AnyArchive) -> None:
    person = person_id()
    first = opening(person=person)
    await archive.contacts.commit(open_change(first, key="key-00001"))
    with pytest.raises(AlreadyDone) as told:
        await archive.contacts.commit(open_change(opening(person=person), key="key-00001"))
    assert (told.value.contact, told.value.version) == (first.contact, 1)


async def test_the_same_key_gives_the_same_contact_after_its_end_and_more(
    archive: AnyArchive,
) -> None:
    person = person_id()
    first = opening(person=person)
    await happen(archive, first.contact, first, key="key-00001")
    await happen(archive, first.contact, PatientLeft())
    second = opening(person=person)
    await happen(archive, second.contact, second, key="key-00002")
    # The key is of the ended one while the person has another open: the key wins.
    with pytest.raises(AlreadyDone) as told:
        await archive.contacts.commit(open_change(opening(person=person), key="key-00001"))
    assert told.value.contact == first.contact


async def test_another_person_may_use_the_same_key(archive: AnyArchive) -> None:
    one, two = opening(), opening()
    await archive.contacts.commit(open_change(one, key="key-00001"))
    await archive.contacts.commit(open_change(two, key="key-00001"))
    assert await archive.contacts.load(two.contact) is not None


@pytest.mark.parametrize("key", [None, "key-00002"])
async def test_one_open_contact_a_person(archive: AnyArchive, key: str | None) -> None:
    person = person_id()
    first = opening(person=person)
    await archive.contacts.commit(open_change(first, key="key-00001"))
    with pytest.raises(AlreadyOpen) as told:
        await archive.contacts.commit(open_change(opening(person=person), key=key))
    assert told.value.contact == first.contact


async def test_a_person_may_open_again_after_the_end(archive: AnyArchive) -> None:
    person = person_id()
    first, second = opening(person=person), opening(person=person)
    await happen(archive, first.contact, first, PatientLeft())
    stored = await happen(archive, second.contact, second)
    assert stored.contact.phase is Phase.WAITING


async def test_an_identifier_that_is_in_use_is_a_conflict(archive: AnyArchive) -> None:
    taken = opening()
    await archive.contacts.commit(open_change(taken, key="key-00001"))
    with pytest.raises(Conflict):
        await archive.contacts.commit(open_change(opening(taken.contact), key="key-00002"))
    assert (await get(archive, taken.contact)).contact.person == taken.person


async def test_a_key_used_in_the_contact_names_the_version_it_made(archive: AnyArchive) -> None:
    contact = await open_waiting(archive)
    sent = await happen(archive, contact, HELLO, key="k-chat-01")
    await happen(archive, contact, Dropped(Role.PATIENT))
    again = change(await get(archive, contact), HELLO, T0 + 9, key="k-chat-01")
    with pytest.raises(AlreadyDone) as told:
        await archive.contacts.commit(again)
    assert (told.value.contact, told.value.version) == (contact, sent.version)
    # Asked on an outdated version, it is still the same thing, not a conflict.
    with pytest.raises(AlreadyDone):
        await archive.contacts.commit(replace(again, expected=1))
    assert len(await archive.contacts.chat(contact)) == 1


async def test_a_key_of_one_contact_is_free_in_another(archive: AnyArchive) -> None:
    one, two = await open_waiting(archive), await open_waiting(archive)
    await happen(archive, one, HELLO, key="k-chat-01")
    await happen(archive, two, HELLO, key="k-chat-01")
    assert len(await archive.contacts.chat(two)) == 1


async def test_a_nurse_has_one_seat(archive: AnyArchive) -> None:
    one, two = await open_waiting(archive), await open_waiting(archive)
    await offered(archive, one, "n1")
    waiting = await get(archive, two)
    with pytest.raises(SeatTaken):
        await archive.contacts.commit(change(waiting, offer(waiting.contact, "n1"), T0 + 20_000))
    assert await get(archive, two) == waiting
    await offered(archive, two, "n2")


async def hold(archive: AnyArchive, nurse: str, *, video: bool = False) -> ContactId:
    """Open a contact and let the nurse, who holds two chats at most, accept it."""
    channel = Channel.VIDEO if video else Channel.CHAT
    one = await open_waiting(archive, opening(channel=channel))
    stored = await get(archive, one)
    stored = await happen(archive, one, offer(stored.contact, nurse, 2), at=T0 + 10_000)
    await happen(archive, one, accept(stored.contact), at=T0 + 11_000)
    return one


async def test_a_nurse_of_two_chats_holds_two(archive: AnyArchive) -> None:
    first, second = await hold(archive, "n1"), await hold(archive, "n1")
    with pytest.raises(SeatTaken):
        await hold(archive, "n1")
    stored = await get(archive, first)
    await happen(archive, first, HungUp(Role.NURSE, stored.contact.epoch), at=T0 + 20_000)
    third = await hold(archive, "n1")
    with pytest.raises(SeatTaken):
        await hold(archive, "n1")
    assert {one.contact.id for one in await archive.contacts.of_nurse(NurseId("n1"))} == {
        first,
        second,
        third,
    }


async def test_a_video_is_the_only_one(archive: AnyArchive) -> None:
    video = await hold(archive, "n1", video=True)
    for other in (True, False):
        with pytest.raises(SeatTaken):
            await hold(archive, "n1", video=other)
    await happen(archive, video, ChannelLowered(Role.NURSE), at=T0 + 20_000)
    await hold(archive, "n1")
    with pytest.raises(SeatTaken):
        await hold(archive, "n1")
    chat = await hold(archive, "n2")
    with pytest.raises(SeatTaken):
        await hold(archive, "n2", video=True)
    assert (await get(archive, chat)).contact.phase is Phase.TALKING


async def test_a_chat_becomes_a_video_only_when_it_is_alone(archive: AnyArchive) -> None:
    one, two = await hold(archive, "n1"), await hold(archive, "n1")
    stored = await get(archive, one)
    proposed = ChannelProposed(Channel.VIDEO, stored.contact.epoch)
    before = await happen(archive, one, proposed, at=T0 + 20_000)
    yes = ChannelAnswered(accepted=True)
    with pytest.raises(SeatTaken):
        await happen(archive, one, yes, at=T0 + 21_000)
    assert await get(archive, one) == before
    other = await get(archive, two)
    await happen(archive, two, HungUp(Role.NURSE, other.contact.epoch), at=T0 + 22_000)
    raised = await happen(archive, one, yes, at=T0 + 23_000)
    assert raised.contact.channel is Channel.VIDEO
    with pytest.raises(SeatTaken):
        await hold(archive, "n1")


async def test_a_seat_is_free_again_after_the_talk(archive: AnyArchive) -> None:
    one, two = await open_waiting(archive), await open_waiting(archive)
    stored = await offered(archive, one, "n1")
    stored = await happen(archive, one, accept(stored.contact), at=T0 + 20_000)
    assert stored.contact.phase is Phase.TALKING
    stored = await happen(archive, one, HungUp(Role.NURSE, stored.contact.epoch), at=T0 + 30_000)
    assert stored.contact.phase is Phase.WRAPPING_UP
    assert (await offered(archive, two, "n1")).contact.phase is Phase.OFFERED


async def test_the_change_that_keeps_a_seat_is_not_stopped_by_it(archive: AnyArchive) -> None:
    contact = await open_waiting(archive)
    stored = await offered(archive, contact, "n1")
    assert (await happen(archive, contact, accept(stored.contact))).contact.phase is Phase.TALKING


async def test_a_conflict_is_told_before_a_taken_seat(archive: AnyArchive) -> None:
    one, two = await open_waiting(archive), await open_waiting(archive)
    await offered(archive, one, "n1")
    late = change(await get(archive, two), offer((await get(archive, two)).contact), T0 + 20_000)
    await happen(archive, two, HELLO)
    with pytest.raises(Conflict):
        await archive.contacts.commit(late)


async def test_whoever_is_first_must_be_offered_first(archive: AnyArchive) -> None:
    one = await open_waiting(archive, at=T0)
    two = await open_waiting(archive, at=T0 + 5_000)
    guard = NobodyBefore(wants("n1"))
    later = await get(archive, two)
    with pytest.raises(NotFirst) as told:
        await archive.contacts.commit(change(later, offer(later.contact), T0 + 9_000, guard=guard))
    assert told.value.contact == one
    assert await get(archive, two) == later
    first = await get(archive, one)
    await archive.contacts.commit(change(first, offer(first.contact), T0 + 9_000, guard=guard))


async def test_who_cannot_be_served_is_not_before_anybody(archive: AnyArchive) -> None:
    declined = await open_waiting(archive, at=T0)
    stored = await offered(archive, declined, "n1")
    assert stored.contact.nurse is not None
    gone = OfferDeclined(stored.contact.nurse, stored.contact.epoch)
    await happen(archive, declined, gone, at=T0 + 20_000)
    away = await open_waiting(archive, at=T0 + 1_000)
    await happen(archive, away, Dropped(Role.PATIENT))
    last = await open_waiting(archive, at=T0 + 5_000)
    guard = NobodyBefore(wants("n1"))
    stored = await get(archive, last)
    made = change(stored, offer(stored.contact), T0 + 30_000, guard=guard)
    await archive.contacts.commit(made)
    assert (await get(archive, last)).contact.nurse == nurse_card("n1")


async def test_nobody_here_holds_only_when_nobody_is_here(archive: AnyArchive) -> None:
    contact = await open_waiting(archive)
    process, page = ProcessId("p1"), ConnectionId("c1")
    assert await archive.presence.renew(process, 5_000)
    await archive.presence.arrive(process, page, contact, Role.PATIENT)
    before = await get(archive, contact)
    gone = change(before, Dropped(Role.PATIENT), T0 + 1_000, guard=NobodyHere(Role.PATIENT))
    with pytest.raises(GuardFailed):
        await archive.contacts.commit(gone)
    assert await get(archive, contact) == before
    # The nurse is not here, and her guard asks for nobody else.
    await archive.presence.arrive(process, ConnectionId("c2"), ContactId("x"), Role.NURSE)
    other = change(before, Dropped(Role.NURSE), T0 + 1_000, guard=NobodyHere(Role.NURSE))
    await archive.contacts.commit(other)
    await archive.presence.leave(page)
    await archive.contacts.commit(replace(gone, expected=before.version + 1))


async def test_a_connection_of_a_lapsed_process_is_nobody(
    archive: AnyArchive, clock: ArchiveTime
) -> None:
    contact = await open_waiting(archive)
    await archive.presence.renew(ProcessId("p1"), 5_000)
    await archive.presence.arrive(ProcessId("p1"), ConnectionId("c1"), contact, Role.PATIENT)
    before = await get(archive, contact)
    gone = change(before, Dropped(Role.PATIENT), T0, guard=NobodyHere(Role.PATIENT))
    await clock.set(T0 + 4_999)
    with pytest.raises(GuardFailed):
        await archive.contacts.commit(gone)
    await clock.set(T0 + 5_000)
    await archive.contacts.commit(gone)


async def test_a_repeated_key_is_told_before_a_guard(archive: AnyArchive) -> None:
    first = await open_waiting(archive, at=T0)
    contact = await open_waiting(archive, at=T0 + 5_000)
    await happen(archive, contact, HELLO, key="key-00001")
    stored = await get(archive, contact)
    guard = NobodyBefore(wants("n1"))
    with pytest.raises(AlreadyDone):
        await archive.contacts.commit(
            change(stored, offer(stored.contact), T0 + 9_000, key="key-00001", guard=guard)
        )
    assert (await get(archive, first)).contact.phase is Phase.WAITING


async def test_effects_are_posted_in_order_with_their_numbers(archive: AnyArchive) -> None:
    event = opening()
    opened = await archive.contacts.commit(open_change(event))
    stored = await get(archive, event.contact)
    photo = PhotoReceived(PhotoId("a" * 32), Role.PATIENT, HowPhoto.GALLERY)
    made = change(stored, photo, T0 + 1)
    numbers = await archive.contacts.commit(made)
    assert made.effects == (
        CleanPhoto(event.contact, PhotoId("a" * 32)),
        SyncTicket(event.contact),
    )
    claimed = await archive.outbox.claim(T0 + 1, 10, 1_000)
    assert [one.number for one in claimed] == opened + numbers
    assert [one.effect for one in claimed][1:] == list(made.effects)
    assert numbers == sorted(numbers)


async def test_nothing_to_do_is_an_empty_list(archive: AnyArchive) -> None:
    contact = await open_waiting(archive)
    assert await archive.contacts.commit(change(await get(archive, contact), HELLO, T0)) == []


async def test_who_has_ended_is_never_offered(archive: AnyArchive, clock: ArchiveTime) -> None:
    contact = await open_waiting(archive)
    await happen(archive, contact, PatientLeft())
    assert await archive.contacts.first(wants()) is None
    await clock.set(T0 * 2)
    assert await archive.contacts.due(10) == []
    assert await archive.contacts.of_nurse(NurseId("n1")) == []


async def test_joined_again_keeps_the_place(archive: AnyArchive) -> None:
    one = await open_waiting(archive, at=T0)
    two = await open_waiting(archive, at=T0 + 1_000)
    await happen(archive, one, Dropped(Role.PATIENT), at=T0 + 2_000)
    assert await archive.contacts.first(wants()) == two
    await happen(archive, one, Joined(Role.PATIENT), at=T0 + 3_000)
    assert await archive.contacts.first(wants()) == one


async def test_two_events_in_one_moment_are_two_versions_or_none(archive: AnyArchive) -> None:
    """Taking is accepting: the offer and its acceptance, with the page that is then present."""
    first = await get(archive, await open_waiting(archive))
    second = await get(archive, await open_waiting(archive))
    await archive.presence.renew(ProcessId("web-1"), 60_000)
    for stored, name in ((first, "desk-1"), (second, "desk-2")):
        taken = took(stored, Arrival(ProcessId("web-1"), ConnectionId(name), Role.NURSE))
        if stored is first:
            await archive.contacts.commit(taken)
            assert await get(archive, stored.contact.id) == Stored(taken.version, taken.contact)
            history = await archive.contacts.history(stored.contact.id, stored.version)
            assert [(one.version, one.event) for one in history] == [
                (stored.version + 1, taken.earlier[0]),
                (stored.version + 2, taken.event),
            ]
            assert Role.NURSE in await archive.presence.present(stored.contact.id)
        else:
            with pytest.raises(SeatTaken):
                await archive.contacts.commit(taken)
            assert await get(archive, stored.contact.id) == stored
            assert Role.NURSE not in await archive.presence.present(stored.contact.id)


def took(stored: Stored, arrival: Arrival) -> Change:
    """What the engine commits when a nurse takes a contact."""
    offered = NurseOffered(nurse_card(), stored.contact.epoch + 1, "turn")
    accepted = OfferAccepted(nurse_card(), stored.contact.epoch + 1)
    between, effects = step(stored.contact, offered, T0, DEFAULT)
    after, more = step(between, accepted, T0, DEFAULT)
    return Change(
        contact=after,
        expected=stored.version,
        event=accepted,
        at=T0,
        deadline=deadline(after, T0, DEFAULT),
        effects=(*effects, *more),
        earlier=(offered,),
        arrival=arrival,
        before=stored.contact,
    )
