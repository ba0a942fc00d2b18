"""I11: folding the events gives the stored state, and every question agrees with that state."""

from __future__ import annotations

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from tests.contract.archive.making import (
    REGION,
    T0,
    AnyArchive,
    change,
    contact_id,
    fold,
    nurse_card,
    opening,
    person_id,
)
from tests.contract.archive.timing import ArchiveTime
from video_advice import events as ev
from video_advice import line
from video_advice.advice.care_levels import CareLevel
from video_advice.advice.outcome import Outcome, Sbar
from video_advice.advice.redflags import Answer, Answered, RedFlag
from video_advice.advice.urgency import Urgency
from video_advice.callback import PhoneNumber
from video_advice.contact import ALLOWED
from video_advice.ids import Language, NurseId, PhotoId, RegionCode
from video_advice.network import Network, Verdict, Way
from video_advice.notices import PushAddress
from video_advice.people import Channel, Competence, NurseCard, Role
from video_advice.photos import PhotoFault
from video_advice.policy import HOUR, MINUTE
from video_advice.ports import SeatTaken, Stored
from video_advice.quality.survey import Survey
from video_advice.refusals import Refused
from video_advice.state import Contact, Phase

DESTINATIONS = (
    ev.Destination(nurse=NurseId("n2")),
    ev.Destination(competence=Competence.CHILD),
    ev.Destination(language=Language("ar"), interpreter=True),
)
PHOTOS = tuple(PhotoId(letter * 32) for letter in "ab")
OUTCOME = Outcome(
    urgency=Urgency.WITHIN_A_DAY,
    care_level=next(iter(CareLevel)),
    note=Sbar(situation="s", assessment="a", recommendation="r"),
    advice="Vila och drick.",
    advice_language=Language("sv"),
)
NUMBER = PhoneNumber("+46701740605")
ADDRESS = PushAddress("https://push.example/1", "p" * 87, "a" * 22)
roles = st.sampled_from(Role)
channels = st.sampled_from(Channel)


def possible(
    contact: Contact, now: int, name: str
) -> dict[type[ev.Event], st.SearchStrategy[ev.AnyEvent]]:
    """One strategy for each type of event, with fields that mostly fit the contact."""
    nurse: NurseCard = contact.nurse or nurse_card(name)
    epoch = contact.epoch
    photos = st.sampled_from(PHOTOS)
    return {
        ev.Joined: st.builds(ev.Joined, roles),
        ev.Dropped: st.builds(ev.Dropped, roles),
        ev.NurseOffered: st.just(ev.NurseOffered(nurse_card(name), epoch + 1, "turn")),
        ev.OfferAccepted: st.just(ev.OfferAccepted(nurse, epoch)),
        ev.OfferDeclined: st.just(ev.OfferDeclined(nurse, epoch)),
        ev.HungUp: st.builds(ev.HungUp, roles, st.just(epoch)),
        ev.Returned: st.builds(
            ev.Returned, st.just(epoch), st.sampled_from((None, *Urgency)), st.just("annan kö")
        ),
        ev.Transferred: st.builds(
            ev.Transferred,
            st.just(epoch),
            st.sampled_from(DESTINATIONS),
            st.sampled_from((None, *Urgency)),
            st.just("annan kö"),
            st.just(""),
        ),
        ev.ColleagueGone: st.builds(ev.ColleagueGone, st.just(contact.named or NurseId("x"))),
        ev.PatientLeft: st.just(ev.PatientLeft()),
        ev.CallbackChosen: st.builds(
            ev.CallbackChosen, st.sampled_from((None, now + HOUR)), st.just(NUMBER)
        ),
        ev.CallbackDropped: st.just(ev.CallbackDropped()),
        ev.CallUnanswered: st.just(ev.CallUnanswered(epoch)),
        ev.FeltWorse: st.builds(
            ev.FeltWorse,
            st.tuples(st.builds(Answered, st.sampled_from(RedFlag), st.sampled_from(Answer))),
            st.just("mer ont"),
        ),
        ev.CheckAnswered: st.builds(ev.CheckAnswered, st.booleans()),
        ev.NetworkMeasured: st.builds(
            ev.NetworkMeasured,
            st.builds(
                Network,
                st.sampled_from(Verdict),
                st.sampled_from((None, 40)),
                st.sampled_from((None, 3)),
                st.sampled_from((None, 900)),
                st.sampled_from(((), (Way.UDP, Way.TLS))),
            ),
        ),
        ev.PushAsked: st.just(ev.PushAsked(ADDRESS)),
        ev.PushGone: st.just(ev.PushGone(ADDRESS.endpoint)),
        ev.TextAsked: st.builds(ev.TextAsked, st.sampled_from((None, NUMBER))),
        ev.SoonNext: st.just(ev.SoonNext()),
        ev.ChannelWished: st.builds(ev.ChannelWished, channels),
        ev.ChannelProposed: st.builds(ev.ChannelProposed, channels, st.just(epoch)),
        ev.ChannelAnswered: st.builds(ev.ChannelAnswered, st.booleans()),
        ev.ChannelLowered: st.builds(ev.ChannelLowered, roles),
        ev.ChatSent: st.builds(
            ev.ChatSent, roles, st.just("Å"), st.text(min_size=1), st.just("k-chat-01")
        ),
        ev.ChatRead: st.builds(ev.ChatRead, roles, st.integers(1, 40)),
        ev.PhotoReceived: st.builds(
            ev.PhotoReceived, photos, st.just(Role.PATIENT), st.sampled_from(ev.HowPhoto)
        ),
        ev.PhotoCleaned: st.builds(ev.PhotoCleaned, photos, st.just(2000), st.just(1500)),
        ev.PhotoRejected: st.builds(ev.PhotoRejected, photos, st.sampled_from(PhotoFault)),
        ev.PhotoRemoved: st.builds(ev.PhotoRemoved, photos),
        ev.OutcomeSigned: st.just(ev.OutcomeSigned(OUTCOME, nurse, epoch)),
        ev.SurveyAnswered: st.just(ev.SurveyAnswered(Survey(4, "bra"))),
        ev.TimePassed: st.builds(ev.TimePassed, st.frozensets(roles)),
    }


def rare(kind: type[ev.Event]) -> bool:
    """Events that end a walk too early when drawn as often as the others."""
    return kind in {ev.PatientLeft, ev.OutcomeSigned}


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
async def test_a_walk_through_a_life(
    archive: AnyArchive, clock: ArchiveTime, data: st.DataObject
) -> None:
    contacts = archive.contacts
    contact, person = contact_id(), person_id()
    region, name = RegionCode(f"r-{contact}"), f"n-{contact}"
    now = T0
    first = change(None, opening(contact, person=person, region=region), now)
    await contacts.commit(first)
    stored = Stored(1, first.contact)
    sent = 0
    for _ in range(data.draw(st.integers(5, 25), label="length")):
        now += data.draw(st.sampled_from((1, 1_000, 21_000, 4 * MINUTE, 31 * MINUTE)), label="wait")
        allowed = sorted(ALLOWED[stored.contact.phase], key=lambda kind: kind.__name__)
        often = [kind for kind in allowed if not rare(kind)]
        kind = data.draw(st.sampled_from(often * 3 + allowed), label="kind")
        happened = data.draw(possible(stored.contact, now, name)[kind], label="event")
        try:
            made = change(stored, happened, now)
        except Refused:
            continue
        await contacts.commit(made)
        stored = Stored(stored.version + 1, made.contact)
        sent += isinstance(happened, ev.ChatSent)
        event(stored.contact.phase)
        await agrees(archive, clock, stored, made.deadline)
    history = await contacts.history(contact)
    assert [one.version for one in history] == list(range(1, stored.version + 1))
    assert fold(history) == stored.contact
    assert await contacts.history(contact, after=3) == history[3:]
    chat = await contacts.chat(contact)
    assert chat == [one for one in history if isinstance(one.event, ev.ChatSent)]
    assert len(chat) == sent


async def agrees(
    archive: AnyArchive, clock: ArchiveTime, stored: Stored, deadline: int | None
) -> None:
    """Every question about the contact is answered as its state says."""
    contacts, contact = archive.contacts, stored.contact
    assert await contacts.load(contact.id) == stored
    assert await contacts.of_person(contact.person) == stored
    assert await contacts.versions([contact.id]) == {contact.id: stored.version}
    ticket = line.ticket(contact, stored.version)
    assert await contacts.tickets(contact.region) == ([ticket] if ticket else [])
    waiting = [stored] if ticket else []
    assert await contacts.waiting([contact.region, REGION], 5) == waiting
    if contact.nurse is not None:
        held = [] if contact.phase is Phase.ENDED else [stored]
        assert await contacts.of_nurse(contact.nurse.id) == held
    if deadline is None:
        assert contact.phase is Phase.ENDED
        await clock.set(T0 * 2)
        assert contact.id not in await contacts.due(1_000)
    else:
        await clock.set(deadline)
        assert contact.id in await contacts.due(1_000)
        await clock.set(deadline - 1)
        assert contact.id not in await contacts.due(1_000)


async def test_a_nurse_already_seated_stays_the_only_one(archive: AnyArchive) -> None:
    """The walk above gives each contact a nurse of its own; here they share one."""
    name, seated = "n1", 0
    for _ in range(4):
        contact = contact_id()
        await archive.contacts.commit(change(None, opening(contact), T0))
        stored = await archive.contacts.load(contact)
        assert stored is not None
        offered = ev.NurseOffered(nurse_card(name), 1, "turn")
        try:
            await archive.contacts.commit(change(stored, offered, T0 + 1))
        except SeatTaken:
            continue
        seated += 1
    assert seated == 1
    assert len(await archive.contacts.of_nurse(NurseId(name))) == 1
