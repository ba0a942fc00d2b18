"""Who is called back to the page, when, and what is not said any more."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from signaling.config import Settings
from signaling.engine import Engine, Events
from signaling.forecasting import Forecaster
from signaling.index import Index
from signaling.replica import Replica
from signaling.services import Services
from signaling.telling import Telling
from tests.fakes.clock import Hands
from tests.fakes.memory_archive import MemoryArchive
from tests.unit import lives
from tests.unit.lives import ADDRESS, KARIN, NUMBER, PATIENT, T0
from video_advice import events as ev
from video_advice import line
from video_advice.callback import PhoneNumber
from video_advice.effects import TellPatient
from video_advice.ids import ContactId
from video_advice.notices import Notice, PushAddress
from video_advice.policy import DEFAULT, HOUR, SECOND
from video_advice.ports import Delivery, Duty, SenderDown, Stored
from video_advice.state import Contact

OTHER = PushAddress("https://push.example/2", "p" * 87, "a" * 22)


class Post:
    """Push service and text provider: what was sent, and how it goes."""

    def __init__(self) -> None:
        """Everything works."""
        self.pushed: list[tuple[str, bytes]] = []
        self.texts: list[tuple[str, str, str]] = []
        self.gone: set[str] = set()
        self.down: set[str] = set()

    async def push(self, address: PushAddress, payload: bytes, topic: str, ttl: int) -> bool:
        del topic, ttl
        if address.endpoint in self.down:
            raise SenderDown("down")
        if address.endpoint in self.gone:
            return False
        self.pushed.append((address.endpoint, payload))
        return True

    async def send(self, number: PhoneNumber, text: str, key: str) -> None:
        self.texts.append((number, text, key))


class Place:
    """An engine, a line and a post, in memory."""

    def __init__(self) -> None:
        """Begin with an empty line and nobody on duty."""
        self.clock = Hands()
        self.archive = MemoryArchive(self.clock)
        self.duties: list[Duty] = []
        live = line.MemoryLine()
        self.index = Index(live, self.archive.contacts)
        self.replica = Replica(self.index, lambda: True)
        live.tell = self.replica.hear
        self.engine = Engine(
            self.archive.contacts, self.archive.presence, self.clock, DEFAULT, self._hear
        )
        self.post = Post()
        services = SimpleNamespace(
            archive=SimpleNamespace(contacts=self.archive.contacts, duties=self),
            engine=self.engine,
            replica=self.replica,
            forecaster=Forecaster(self.archive.forecasts, self.clock),
            settings=Settings(),
        )
        self.telling = Telling(cast("Services", services), self.post, self.post)

    async def all(self) -> list[Duty]:
        """Who is on duty."""
        return self.duties

    async def _hear(self, stored: Stored, events: Events, deliveries: tuple[Delivery, ...]) -> None:
        del events, deliveries
        await self.index.sync(stored.contact.id)

    async def open(self, number: int, *events: ev.AnyEvent) -> ContactId:
        contact = ContactId(f"{number:032x}")
        self.clock.at = T0 + number * SECOND
        await self.engine.open(lives.opened(number), contact, f"key-{number:04}")
        for event in (ev.Joined(PATIENT), *events):
            await self.engine.happen(contact, event)
        return contact

    async def work(self) -> list[TellPatient]:
        """The notices that lie in the outbox."""
        claimed = await self.archive.outbox.claim(self.clock.now() + HOUR, 100, 1)
        return [one.effect for one in claimed if isinstance(one.effect, TellPatient)]

    async def contact(self, contact: ContactId) -> Contact:
        stored = await self.archive.contacts.load(contact)
        assert stored is not None
        return stored.contact


@pytest.fixture
def place() -> Place:
    return Place()


async def test_who_asked_and_is_near_the_front_is_told_once(place: Place) -> None:
    asked = await place.open(1, ev.PushAsked(ADDRESS))
    await place.open(2)
    third = await place.open(3, ev.TextAsked(NUMBER))
    for _ in range(3):
        await place.telling.look()
    assert await place.work() == [TellPatient(asked, Notice.SOON)]
    assert not (await place.contact(third)).soon_told


async def test_who_comes_nearer_is_told_then(place: Place) -> None:
    first = await place.open(1)
    await place.open(2)
    third = await place.open(3, ev.TextAsked(NUMBER))
    await place.telling.look()
    assert await place.work() == []
    await place.engine.happen(first, ev.PatientLeft())
    await place.telling.look()
    assert await place.work() == [TellPatient(third, Notice.SOON)]


async def test_asking_when_it_is_soon_already_is_answered_at_once(place: Place) -> None:
    first = await place.open(1)
    await place.telling.look()
    assert await place.work() == []
    await place.engine.happen(first, ev.TextAsked(NUMBER))
    await place.telling.look()
    assert await place.work() == [TellPatient(first, Notice.SOON)]


async def test_a_notice_goes_everywhere_it_was_asked_for(place: Place) -> None:
    asks = (ev.PushAsked(ADDRESS), ev.PushAsked(OTHER), ev.TextAsked(NUMBER))
    contact = await place.open(1, *asks)
    effect = TellPatient(contact, Notice.SOON)
    assert await place.telling.tell(effect)
    assert await place.telling.tell(effect), "said twice does no harm"
    assert {where for where, _ in place.post.pushed} == {ADDRESS.endpoint, OTHER.endpoint}
    assert {payload for _, payload in place.post.pushed} == {b'{"notice":"soon"}'}
    [(number, words, key), again] = place.post.texts
    assert (number, words) == (NUMBER, "Video Advice: det är snart din tur.")
    assert again[2] == key
    assert contact not in key


async def test_one_device_that_fails_keeps_the_notice_and_not_the_others(place: Place) -> None:
    contact = await place.open(1, ev.PushAsked(ADDRESS), ev.PushAsked(OTHER))
    place.post.down.add(ADDRESS.endpoint)
    with pytest.raises(SenderDown):
        await place.telling.tell(TellPatient(contact, Notice.SOON))
    assert [where for where, _ in place.post.pushed] == [OTHER.endpoint]


async def test_a_device_that_is_gone_is_forgotten(place: Place) -> None:
    contact = await place.open(1, ev.PushAsked(ADDRESS), ev.PushAsked(OTHER))
    place.post.gone.add(ADDRESS.endpoint)
    assert await place.telling.tell(TellPatient(contact, Notice.SOON))
    assert (await place.contact(contact)).pushes == (OTHER,)


async def test_what_is_not_true_any_more_is_not_said(place: Place) -> None:
    contact = await place.open(1, ev.TextAsked(NUMBER))
    for notice in (Notice.NURSE, Notice.CALLED):
        assert await place.telling.tell(TellPatient(contact, notice))
    await place.engine.happen(contact, ev.NurseOffered(KARIN, 1, "turn"))
    await place.engine.happen(contact, ev.OfferAccepted(KARIN, 1))
    assert await place.telling.tell(TellPatient(contact, Notice.SOON))
    assert place.post.texts == []
    assert await place.telling.tell(TellPatient(ContactId("0" * 32), Notice.SOON))
