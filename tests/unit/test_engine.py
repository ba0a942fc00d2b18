"""The one road, over an archive in memory: what is refused leaves no trace, what meets repeats."""

from __future__ import annotations

import asyncio

import pytest

from signaling.engine import Engine, Events
from tests.fakes.clock import Hands
from tests.fakes.memory_archive import MemoryArchive, MemoryContacts
from tests.unit import lives
from tests.unit.lives import BOTH, EVENTS, KARIN, NURSE, PATIENT, YUSUF, Life
from video_advice import events as ev
from video_advice.contact import ALLOWED, deadline
from video_advice.effects import SyncTicket
from video_advice.ids import ConnectionId, ContactId, ProcessId
from video_advice.policy import DEFAULT, HOUR, SECOND
from video_advice.ports import (
    AlreadyDone,
    AlreadyOpen,
    Change,
    Conflict,
    Delivery,
    GuardFailed,
    LeaseLost,
    NobodyHere,
    Stored,
)
from video_advice.refusals import Refusal, Refused
from video_advice.state import Contact, Phase

HERE = ProcessId("here")


class World:
    """An engine, its archive, its clock, and what it has told."""

    def __init__(self) -> None:
        """Begin with one living process."""
        self.clock = Hands()
        self.archive = MemoryArchive(self.clock)
        self.heard: list[tuple[int, str, int]] = []
        self.engine = Engine(
            self.archive.contacts, self.archive.presence, self.clock, DEFAULT, self.hear
        )

    async def hear(self, stored: Stored, events: Events, deliveries: tuple[Delivery, ...]) -> None:
        names = "+".join(type(event).__name__ for event in events)
        self.heard.append((stored.version, names, len(deliveries)))

    async def live(self, life: Life) -> ContactId:
        """Let a life be stored event by event, at its own times."""
        await self.archive.presence.renew(HERE, 1000 * HOUR)
        stored: Stored | None = None
        for at, event in life.history:
            self.clock.at = at
            if stored is None:
                stored = await self.engine.open(event, life.contact.id, "key-0001")
            else:
                stored = await self.engine.happen(life.contact.id, event)
        for role in life.present():
            name = ConnectionId(f"page of {role}")
            await self.archive.presence.arrive(HERE, name, life.contact.id, role)
        return life.contact.id

    async def stored(self, contact: ContactId) -> Stored:
        stored = await self.archive.contacts.load(contact)
        assert stored is not None
        return stored


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize("phase", Phase)
async def test_what_is_refused_leaves_no_trace(world: World, phase: Phase) -> None:
    life = lives.REACH[phase]()
    contact = await world.live(life)
    before = await world.stored(contact)
    assert before.contact == life.contact
    work = await world.archive.outbox.claim(world.clock.now(), 100, 1)
    world.heard.clear()
    for kind in set(EVENTS) - set(ALLOWED[phase]):
        for event in lives.samples(before.contact, kind, life.now):
            with pytest.raises(Refused):
                await world.engine.happen(contact, event, key=f"key-{kind.__name__}")
    assert await world.stored(contact) == before
    assert len(await world.archive.contacts.history(contact)) == before.version
    assert world.heard == []
    assert len(await world.archive.outbox.claim(world.clock.now() + HOUR, 100, 1)) == len(work)


async def test_each_event_is_one_version_and_told_once(world: World) -> None:
    life = lives.talking()
    await world.live(life)
    assert [version for version, _, _ in world.heard] == [1, 2, 3, 4]
    assert [event for _, event, _ in world.heard] == [
        "Opened",
        "Joined",
        "NurseOffered",
        "OfferAccepted",
    ]
    assert [work for _, _, work in world.heard] == [1, 1, 1, 0]


async def test_the_same_key_is_done_once(world: World) -> None:
    contact = await world.live(lives.waiting())
    said = ev.ChatSent(PATIENT, "Å", "hej", "key-0001")
    first = await world.engine.happen(contact, said, key="patient:key-0001")
    with pytest.raises(AlreadyDone) as again:
        await world.engine.happen(contact, said, key="patient:key-0001")
    assert (again.value.contact, again.value.version) == (contact, first.version)
    assert (await world.stored(contact)).version == first.version


async def test_one_person_has_one_open_contact(world: World) -> None:
    life = lives.waiting()
    contact = await world.live(life)
    opened = lives.opened(2)
    same_person = ev.Opened(
        **{f: getattr(opened, f) for f in opened.__struct_fields__}
        | {"person": life.contact.person}
    )
    with pytest.raises(AlreadyOpen) as other:
        await world.engine.open(same_person, opened.contact, "key-0002")
    assert other.value.contact == contact
    with pytest.raises(AlreadyDone) as same:
        await world.engine.open(same_person, opened.contact, "key-0001")
    assert same.value.contact == contact


async def test_what_another_process_wrote_meanwhile_is_taken_into_account(world: World) -> None:
    """The event is made again from the newest contact: nothing is built on what was."""
    contact = await world.live(lives.waiting())
    other = Engine(world.archive.contacts, world.archive.presence, world.clock, DEFAULT, world.hear)
    made: list[int] = []

    def offer(now: Contact) -> ev.AnyEvent:
        made.append(now.epoch)
        return ev.NurseOffered(YUSUF, now.epoch + 1, "turn")

    commit = MemoryContacts.commit
    raced = False

    async def slow(self: MemoryContacts, change: Change) -> list[int]:
        nonlocal raced
        if not raced and isinstance(change.event, ev.NurseOffered):
            raced = True
            await other.happen(contact, ev.NurseOffered(KARIN, 1, "turn"))
            await other.happen(contact, ev.OfferDeclined(KARIN, 1))
            raise Conflict
        return await commit(self, change)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MemoryContacts, "commit", slow)
        stored = await world.engine.happen(contact, offer)
    assert made == [0, 2]
    assert (stored.contact.epoch, stored.contact.nurse) == (3, YUSUF)


async def test_many_at_once_become_one_after_the_other(world: World) -> None:
    contact = await world.live(lives.waiting())
    said = [
        world.engine.happen(contact, ev.ChatSent(PATIENT, "Å", f"{n}", f"key-{n:04}"))
        for n in range(50)
    ]
    versions = [stored.version for stored in await asyncio.gather(*said)]
    assert versions == list(range(3, 53))


async def test_nothing_happens_to_a_contact_that_is_not_there(world: World) -> None:
    nobody = ContactId("0" * 32)
    with pytest.raises(Refused) as refused:
        await world.engine.happen(nobody, ev.PatientLeft())
    assert refused.value.code is Refusal.NOT_FOUND
    await world.engine.tick(nobody)
    await world.engine.gone(nobody, PATIENT)
    await world.engine.arrived(HERE, ConnectionId("c"), nobody, PATIENT)


# Who is there -------------------------------------------------------------------------------


async def test_a_person_is_gone_when_the_last_page_is(world: World) -> None:
    contact = await world.live(lives.waiting())
    second = ConnectionId("second")
    await world.engine.arrived(HERE, second, contact, PATIENT)
    before = await world.stored(contact)
    await world.engine.left(ConnectionId("page of patient"), contact, PATIENT)
    assert await world.stored(contact) == before
    await world.engine.left(second, contact, PATIENT)
    after = await world.stored(contact)
    assert after.contact.patient_left_at == world.clock.now()
    await world.engine.left(second, contact, PATIENT)
    assert await world.stored(contact) == after, "being gone twice is no news"
    await world.engine.arrived(HERE, second, contact, PATIENT)
    assert (await world.stored(contact)).contact.patient_left_at is None


async def test_a_page_in_a_dead_process_does_not_count(world: World) -> None:
    contact = await world.live(lives.talking())
    world.clock.at += 2000 * HOUR
    reaped = await world.archive.presence.reap()
    assert {(one.contact, one.role) for one in reaped} == {(contact, role) for role in BOTH}
    for one in reaped:
        await world.engine.gone(contact, one.role, one.since)
    assert (await world.stored(contact)).contact.absent() == BOTH


async def test_the_guard_looks_when_it_is_written(world: World) -> None:
    """Between the look and the write a page came: it must not be counted out."""
    contact = await world.live(lives.waiting())
    with pytest.raises(GuardFailed):
        await world.engine.happen(contact, ev.Dropped(PATIENT), guard=NobodyHere(PATIENT))
    assert (await world.stored(contact)).contact.patient_left_at is None


async def test_who_gave_the_contact_back_does_not_count_as_the_next_nurse(world: World) -> None:
    """Her page stays open, at her desk; when her colleague drops out, nobody is left."""
    contact = await world.live(lives.talking())
    await world.engine.happen(contact, ev.Returned(1, None, ""))
    world.clock.at += 1000
    assert NURSE not in await world.archive.presence.present(contact)
    await world.engine.happen(contact, ev.NurseOffered(YUSUF, 3, "turn"))
    page = ConnectionId("page of yusuf")
    await world.archive.presence.arrive(HERE, page, contact, NURSE)
    await world.engine.happen(contact, ev.OfferAccepted(YUSUF, 3))
    assert (await world.stored(contact)).contact.phase is Phase.TALKING
    await world.engine.left(page, contact, NURSE)
    assert (await world.stored(contact)).contact.phase is Phase.INTERRUPTED


async def test_two_pages_that_leave_at_once_take_their_person_with_them(world: World) -> None:
    contact = await world.live(lives.talking())
    second = ConnectionId("second")
    await world.engine.arrived(HERE, second, contact, NURSE)
    await asyncio.gather(
        world.engine.left(second, contact, NURSE),
        world.engine.left(ConnectionId("page of nurse"), contact, NURSE),
    )
    assert (await world.stored(contact)).contact.phase is Phase.INTERRUPTED


async def test_she_is_gone_since_her_process_was_last_heard_of(world: World) -> None:
    """Neither time passing before the reaper nor the reaper's delay makes her lease longer."""
    contact = await world.live(lives.talking())
    dead = ProcessId("dead")
    await world.archive.presence.leave(ConnectionId("page of nurse"))
    heard = world.clock.at
    await world.archive.presence.renew(dead, 10 * SECOND)
    await world.engine.arrived(dead, ConnectionId("hers"), contact, NURSE)
    world.clock.at += DEFAULT.check
    await world.engine.tick(contact)
    assert (await world.stored(contact)).contact.phase is Phase.TALKING, "the reaper knows when"
    for one in await world.archive.presence.reap():
        await world.engine.gone(one.contact, one.role, one.since)
        await world.archive.presence.leave(one.connection, one.contact)
    assert (await world.stored(contact)).contact.nurse_left_at == heard
    await world.engine.tick(contact)
    after = (await world.stored(contact)).contact
    assert (after.phase, after.ahead) == (Phase.WAITING, True)


@pytest.mark.parametrize("early", [1, 0])
async def test_what_began_in_a_process_counts_while_that_one_lives(
    world: World, early: int
) -> None:
    """To the millisecond, whatever the process is called by now."""
    contact = await world.live(lives.talking())
    slept = ProcessId("slept")
    await world.archive.presence.renew(slept, 10 * SECOND)
    before = await world.stored(contact)
    world.clock.at += 10 * SECOND - early
    said = ev.ChatSent(NURSE, "K", "hej", "key-0001")
    if not early:
        with pytest.raises(LeaseLost):
            await world.engine.happen(contact, said, process=slept)
        with pytest.raises(LeaseLost):
            await world.engine.left(ConnectionId("page of nurse"), contact, NURSE, process=slept)
        assert await world.stored(contact) == before
        assert NURSE in await world.archive.presence.present(contact)
    else:
        stored = await world.engine.happen(contact, said, process=slept)
        assert stored.version == before.version + 1


async def test_a_worker_that_slept_lets_no_deadline_fall(world: World) -> None:
    contact = await world.live(lives.offered())
    asleep = Engine(
        world.archive.contacts,
        world.archive.presence,
        world.clock,
        DEFAULT,
        world.hear,
        lambda: ProcessId("asleep"),
    )
    world.clock.at += DEFAULT.offer
    before = await world.stored(contact)
    with pytest.raises(LeaseLost):
        await asleep.tick(contact)
    with pytest.raises(LeaseLost):
        await asleep.happen(contact, ev.ChatSent(PATIENT, "Å", "hej", "key-0001"))
    assert await world.stored(contact) == before


# Time ---------------------------------------------------------------------------------------


async def test_a_tick_before_the_deadline_changes_nothing(world: World) -> None:
    contact = await world.live(lives.offered())
    before = await world.stored(contact)
    world.clock.at = before.contact.phase_at + DEFAULT.offer - 1
    await world.engine.tick(contact)
    assert await world.stored(contact) == before


async def test_a_tick_at_the_deadline_lets_it_fall(world: World) -> None:
    contact = await world.live(lives.offered())
    world.clock.at = (await world.stored(contact)).contact.phase_at + DEFAULT.offer
    assert await world.archive.contacts.due(10) == [contact]
    world.heard.clear()
    await world.engine.tick(contact)
    after = await world.stored(contact)
    assert after.contact.phase is Phase.WAITING
    assert world.heard == [(after.version, "TimePassed", 1)]
    work = await world.archive.outbox.claim(world.clock.now(), 100, 1)
    assert work[-1].effect == SyncTicket(contact)


async def test_a_quiet_tick_writes_no_event_and_asks_again_later(world: World) -> None:
    contact = await world.live(lives.talking())
    before = await world.stored(contact)
    world.clock.at += DEFAULT.check
    assert await world.archive.contacts.due(10) == [contact]
    await world.engine.tick(contact)
    assert await world.stored(contact) == before
    assert await world.archive.contacts.due(10) == []
    due = deadline(before.contact, world.clock.now(), DEFAULT)
    assert due is not None
    world.clock.at = due
    assert await world.archive.contacts.due(10) == [contact]


async def test_a_tick_finds_out_who_is_really_there(world: World) -> None:
    """A lease that was lost without anybody noticing: silence ends it all the same."""
    contact = await world.live(lives.talking())
    await world.archive.presence.leave(ConnectionId("page of nurse"))
    world.clock.at += DEFAULT.check
    await world.engine.tick(contact)
    assert (await world.stored(contact)).contact.phase is Phase.INTERRUPTED
    world.clock.at += DEFAULT.nurse_grace
    await world.engine.tick(contact)
    back = (await world.stored(contact)).contact
    assert (back.phase, back.ahead) == (Phase.WAITING, True)


async def test_time_passes_for_an_ended_contact_without_effect(world: World) -> None:
    contact = await world.live(lives.ended())
    before = await world.stored(contact)
    world.clock.at += 1000 * HOUR
    await world.engine.tick(contact)
    assert await world.stored(contact) == before
