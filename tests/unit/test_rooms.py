"""Who is told what: nothing twice and nothing missing, in whatever order things come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from signaling.background import Background
from signaling.engine import Engine, Events
from signaling.protocol import messages as m
from signaling.rooms import Rooms
from tests.fakes.clock import Hands
from tests.fakes.memory_archive import MemoryArchive
from tests.unit import lives
from tests.unit.lives import KARIN, NURSE, PATIENT, YUSUF, Life
from tests.unit.people import FakePage, nurse_of
from video_advice import events as ev
from video_advice.events import Recorded
from video_advice.ids import ContactId
from video_advice.people import Channel, Role
from video_advice.policy import DEFAULT
from video_advice.ports import ArchiveDown, Stored


class SlowContacts:
    """The archive as a process sees it that has to wait for each answer."""

    def __init__(self, archive: MemoryArchive) -> None:
        """Answer at once until `held` is set."""
        self._contacts = archive.contacts
        self.held: asyncio.Event | None = None
        self.asked = 0
        self.down = False

    async def load(self, contact: ContactId) -> Stored | None:
        answer = await self._contacts.load(contact)
        await self._wait()
        return answer

    async def chat(self, contact: ContactId, after: int = 0) -> list[Recorded]:
        answer = await self._contacts.chat(contact, after)
        await self._wait()
        return answer

    async def _wait(self) -> None:
        self.asked += 1
        if self.down:
            raise ArchiveDown
        if self.held is not None:
            await self.held.wait()


class Process:
    """One web process's rooms and engine; several may share an archive."""

    def __init__(self, archive: MemoryArchive) -> None:
        """Begin with nobody connected."""
        self.background = Background()
        self.contacts = SlowContacts(archive)
        self.rooms = Rooms(self.contacts, DEFAULT, self.background)  # type: ignore[arg-type]
        self.engine = Engine(archive.contacts, archive.presence, Hands(), DEFAULT, self.heard)

    async def heard(self, stored: Stored, events: Events, _: object) -> None:
        self.rooms.news(stored, *events)

    async def settle(self) -> None:
        """Let everything that was started come to its end."""
        for _ in range(50):
            await asyncio.sleep(0)


@pytest.fixture
async def archive() -> MemoryArchive:
    return MemoryArchive()


@pytest.fixture
async def here(archive: MemoryArchive) -> AsyncIterator[Process]:
    process = Process(archive)
    yield process
    await process.background.stop()


@pytest.fixture
async def there(archive: MemoryArchive) -> AsyncIterator[Process]:
    process = Process(archive)
    yield process
    await process.background.stop()


async def live(process: Process, life: Life) -> Stored:
    """Store a life; return what became of it."""
    stored = await process.engine.open(life.history[0][1], life.contact.id, "key-0001")
    for _, event in life.history[1:]:
        stored = await process.engine.happen(life.contact.id, event)
    return stored


async def say(process: Process, contact: ContactId, *texts: str) -> Stored:
    stored: Stored | None = None
    for text in texts:
        said = ev.ChatSent(PATIENT, "Å", text, f"key-{text:0>8}")
        stored = await process.engine.happen(contact, said)
    assert stored is not None
    return stored


def patient_page(name: str = "phone") -> FakePage:
    return FakePage(name, person=lives.opened().person)


# Coming -------------------------------------------------------------------------------------


async def test_a_page_that_comes_is_sent_all_and_one_that_comes_back_only_the_rest(
    here: Process,
) -> None:
    contact = (await live(here, lives.waiting())).contact.id
    known = await say(here, contact, "a", "b")
    stored = await say(here, contact, "c")
    fresh, back = patient_page("fresh"), patient_page("back")
    await here.rooms.enter(fresh, stored, 0)
    await here.rooms.enter(back, stored, known.version)
    await here.settle()
    assert (fresh.chat(), back.chat()) == (["a", "b", "c"], ["c"])
    assert fresh.versions() == back.versions() == [stored.version]


async def test_what_is_written_while_a_page_is_read_for_comes_once(here: Process) -> None:
    stored = await live(here, lives.waiting())
    contact = stored.contact.id
    stored = await say(here, contact, "before")
    page = patient_page()
    here.contacts.held = asyncio.Event()
    entering = asyncio.create_task(here.rooms.enter(page, stored, 0))
    await here.settle()
    await say(here, contact, "meanwhile")
    await here.settle()
    await here.engine.happen(contact, ev.ChannelWished(Channel.VIDEO))
    await here.settle()
    here.contacts.held.set()
    await entering
    await here.settle()
    assert page.chat() == ["before", "meanwhile"]
    assert page.versions() == sorted(set(page.versions()))


async def test_what_another_process_writes_while_a_page_is_read_for_comes_once(
    here: Process, there: Process
) -> None:
    stored = await live(there, lives.waiting())
    contact = stored.contact.id
    await say(there, contact, "a")  # after `stored` was read here, before its chat is
    page = patient_page()
    await here.rooms.enter(page, stored, 0)
    here.rooms.poke(contact)
    await here.settle()
    assert page.chat() == ["a"]
    last = await say(there, contact, "b")
    for _ in range(3):
        here.rooms.poke(contact)
    await here.settle()
    assert page.chat() == ["a", "b"]
    assert page.versions()[-1] == last.version


async def test_a_bell_that_came_too_early_costs_nothing(here: Process, there: Process) -> None:
    """A commit elsewhere, told before this process knew of the page, is found all the same."""
    stored = await live(there, lives.waiting())
    newest = await there.engine.happen(stored.contact.id, ev.ChannelWished(Channel.VIDEO))
    here.rooms.poke(stored.contact.id)
    await here.settle()
    page = patient_page()
    await here.rooms.enter(page, stored, 0)
    await here.settle()
    assert page.versions()[-1] == newest.version


async def test_a_bell_during_a_reading_makes_one_more(here: Process, there: Process) -> None:
    stored = await live(there, lives.waiting())
    contact = stored.contact.id
    page = patient_page()
    await here.rooms.enter(page, stored, stored.version)
    await here.settle()
    here.contacts.held = asyncio.Event()
    asked = here.contacts.asked
    for text in "abc":
        await say(there, contact, text)
        here.rooms.poke(contact)
        await here.settle()
    assert here.contacts.asked == asked + 1, "one reading at a time"
    here.contacts.held.set()
    await here.settle()
    assert page.chat() == ["a", "b", "c"]


async def test_a_page_that_leaves_while_it_is_read_for_is_sent_nothing(here: Process) -> None:
    stored = await live(here, lives.waiting())
    page = patient_page()
    here.contacts.held = asyncio.Event()
    entering = asyncio.create_task(here.rooms.enter(page, stored, 0))
    await here.settle()
    assert here.rooms.sign_out(page) == [stored.contact.id]
    here.contacts.held.set()
    await entering
    assert page.sent == []
    assert here.rooms.contacts() == []


async def test_a_page_that_could_not_be_read_for_is_not_left_half_inside(here: Process) -> None:
    stored = await live(here, lives.waiting())
    page = patient_page()
    here.contacts.down = True
    with pytest.raises(ArchiveDown):
        await here.rooms.enter(page, stored, 0)
    assert here.rooms.contacts() == []
    here.contacts.down = False
    await here.rooms.enter(page, stored, 0)
    assert page.versions() == [stored.version]


# What a nurse gets and loses ----------------------------------------------------------------


async def test_what_becomes_a_nurses_reaches_her_pages_with_all_that_was_written(
    here: Process, there: Process
) -> None:
    stored = await live(there, lives.waiting())
    contact = stored.contact.id
    await say(there, contact, "a", "b")
    pages = [FakePage(name, nurse=nurse_of(KARIN)) for name in ("one", "two")]
    stranger = FakePage("three", nurse=nurse_of(YUSUF))
    for page in (*pages, stranger):
        here.rooms.sign_in(page)
    await there.engine.happen(contact, ev.NurseOffered(KARIN, 1, "turn"))
    here.rooms.poke(contact, KARIN.id)
    await here.settle()
    for page in pages:
        assert page.chat() == ["a", "b"]
        assert [card.view.phase for card in page.of(m.ContactCard)] == ["offered"]
    assert stranger.sent == []


async def test_what_is_written_while_the_nurse_is_read_for_comes_once_and_in_order(
    here: Process,
) -> None:
    stored = await live(here, lives.waiting())
    contact = stored.contact.id
    await say(here, contact, "a")
    page = FakePage("desk", nurse=nurse_of(KARIN))
    here.rooms.sign_in(page)
    here.contacts.held = asyncio.Event()
    await here.engine.happen(contact, ev.NurseOffered(KARIN, 1, "turn"))
    await here.settle()
    await here.engine.happen(contact, ev.OfferAccepted(KARIN, 1))
    await say(here, contact, "b")
    await here.settle()
    here.contacts.held.set()
    await here.settle()
    assert page.chat() == ["a", "b"]
    assert page.versions() == sorted(set(page.versions()))


async def test_a_nurse_whose_reading_failed_gets_the_contact_with_the_next_news(
    here: Process,
) -> None:
    stored = await live(here, lives.waiting())
    contact = stored.contact.id
    page = FakePage("desk", nurse=nurse_of(KARIN))
    here.rooms.sign_in(page)
    here.contacts.down = True
    await here.engine.happen(contact, ev.NurseOffered(KARIN, 1, "turn"))
    await here.settle()
    assert page.sent == []
    here.contacts.down = False
    await here.engine.happen(contact, ev.OfferAccepted(KARIN, 1))
    await here.settle()
    assert [card.view.phase for card in page.of(m.ContactCard)] == ["talking"]


@pytest.mark.parametrize(
    ("make", "leave", "why"),
    [
        (lives.offered, lambda life: life.decline(), "returned"),
        (lives.talking, lambda life: life.happen(ev.Returned(1, None, "")), "returned"),
        (lives.offered, lambda life: life.happen(ev.PatientLeft()), "left"),
        (lives.wrapping_up, lambda life: life.sign(), "ended"),
        (
            lives.talking,
            lambda life: life.happen(ev.Dropped(NURSE)) and life.silence(),
            "lost",
        ),
    ],
)
async def test_a_nurse_is_told_that_a_contact_is_hers_no_more(
    here: Process, make: Callable[[], Life], leave: Callable[[Life], object], why: str
) -> None:
    life = make()
    page, patient = FakePage("desk", nurse=nurse_of(KARIN)), patient_page()
    here.rooms.sign_in(page)
    stored = await live(here, life)
    contact = stored.contact.id
    await here.rooms.enter(patient, stored, stored.version)
    await here.settle()
    page.sent.clear()
    leave(life)
    news = Stored(stored.version + 1, life.contact)
    here.rooms.news(news, life.history[-1][1])
    assert page.sent == [m.ContactGone(contact=contact, why=why)]  # type: ignore[arg-type]
    page.sent.clear()
    here.rooms.news(Stored(news.version + 1, life.contact), ev.ChatRead(PATIENT, 1))
    assert page.sent == [], "and nothing of it after that"
    assert patient.versions()[-1] == news.version + 1


async def test_the_nurse_is_named_to_the_patient_only_once_she_has_accepted(here: Process) -> None:
    stored = await live(here, lives.waiting())
    page = patient_page()
    await here.rooms.enter(page, stored, 0)
    await here.engine.happen(stored.contact.id, ev.NurseOffered(KARIN, 1, "turn"))
    await here.settle()
    assert page.of(m.ContactState)[-1].view.nurse is None
    await here.engine.happen(stored.contact.id, ev.OfferAccepted(KARIN, 1))
    await here.settle()
    assert page.of(m.ContactState)[-1].view.nurse == KARIN


# Passing on ---------------------------------------------------------------------------------


async def test_what_is_passed_on_reaches_the_other_side_only(here: Process) -> None:
    stored = await live(here, lives.talking())
    contact = stored.contact.id
    phone, tablet = patient_page("phone"), patient_page("tablet")
    desk = FakePage("desk", nurse=nurse_of(KARIN))
    for page in (phone, tablet, desk):
        await here.rooms.enter(page, stored, stored.version)
    await here.settle()
    for page in (phone, tablet, desk):
        page.sent.clear()
    typing = m.ChatTypingNow(contact=contact, by=NURSE)
    here.rooms.relay(contact, NURSE, typing)
    here.rooms.relay(ContactId("0" * 32), NURSE, typing)
    assert (phone.sent, tablet.sent, desk.sent) == ([typing], [typing], [])


async def test_a_media_session_has_one_owner_while_its_page_is_here(here: Process) -> None:
    stored = await live(here, lives.talking())
    contact = stored.contact.id
    phone, stranger = patient_page("phone"), patient_page("stranger")
    await here.rooms.enter(phone, stored, stored.version)
    here.rooms.announce(phone, contact, "first")
    here.rooms.announce(stranger, contact, "foreign")
    assert here.rooms.owner(contact, "first") is phone
    assert here.rooms.owner(contact, "foreign") is None
    here.rooms.announce(phone, contact, "second")
    assert here.rooms.owner(contact, "first") is None
    assert here.rooms.owner(contact, "second") is phone
    here.rooms.sign_out(phone)
    assert here.rooms.owner(contact, "second") is None


async def test_a_page_that_was_ready_while_waiting_is_announced_once_both_accept(
    here: Process,
) -> None:
    greeted: list[tuple[ContactId, str]] = []

    async def greet(contact: ContactId, role: Role, session: str) -> None:
        assert role is PATIENT
        greeted.append((contact, session))

    here.rooms.greet = greet
    opened = lives.opened(channel=Channel.VIDEO)
    stored = await here.engine.open(opened, opened.contact, "key-0001")
    contact = stored.contact.id
    phone = patient_page("phone")
    await here.rooms.enter(phone, stored, 0)
    here.rooms.announce(phone, contact, "warm")
    await here.engine.happen(contact, ev.Joined(PATIENT))
    await here.engine.happen(contact, ev.NurseOffered(KARIN, 1, "turn"))
    await here.settle()
    assert greeted == []
    await here.engine.happen(contact, ev.OfferAccepted(KARIN, 1))
    await here.engine.happen(contact, ev.Joined(NURSE))
    await here.settle()
    assert greeted == [(contact, "warm")]
    await here.engine.happen(contact, ev.ChannelLowered(PATIENT))
    await here.engine.happen(contact, ev.Returned(1, None, "again"))
    await here.settle()
    assert greeted == [(contact, "warm")]


async def test_a_room_is_gone_with_its_last_page(here: Process) -> None:
    stored = await live(here, lives.talking())
    desk = FakePage("desk", nurse=nurse_of(KARIN))
    here.rooms.sign_in(desk)
    await here.rooms.enter(desk, stored, 0)
    assert here.rooms.stored(stored.contact.id) == stored
    assert here.rooms.members() == [desk]
    assert here.rooms.sign_out(desk) == [stored.contact.id]
    assert here.rooms.stored(stored.contact.id) is None
    assert here.rooms.members() == []
    assert here.rooms.nurses() == []
