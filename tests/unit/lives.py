"""Lives of a contact: each phase reached by events that really happen, and events of every type."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, get_args

from tests.fakes import clock
from video_advice import events as ev
from video_advice.advice.care_levels import CareLevel
from video_advice.advice.outcome import Outcome, Sbar
from video_advice.advice.redflags import Answer, Answered, RedFlag
from video_advice.advice.urgency import Urgency
from video_advice.callback import PhoneNumber
from video_advice.contact import deadline, step
from video_advice.effects import AnyEffect
from video_advice.ids import ContactId, Instant, Language, NurseId, PersonId, PhotoId, RegionCode
from video_advice.network import Network, Verdict, Way
from video_advice.notices import PushAddress
from video_advice.people import Channel, Competence, Concerns, NurseCard, Role
from video_advice.photos import PhotoFault
from video_advice.policy import DEFAULT, HOUR, SECOND, Policy
from video_advice.quality.survey import Survey
from video_advice.state import Contact, Phase

T0: Final = clock.T0
PATIENT, NURSE = Role.PATIENT, Role.NURSE
NOBODY: Final[frozenset[Role]] = frozenset()
BOTH: Final = frozenset(Role)
EVENTS: Final[tuple[type[ev.Event], ...]] = get_args(ev.AnyEvent)
PHOTO: Final = PhotoId("f" * 32)
NUMBER: Final = PhoneNumber("+46701740605")
"""One of the numbers kept free for fiction by the Swedish authority for post and telecom."""
NETWORK: Final = Network(Verdict.UNSTEADY, 80, 5, 300, (Way.UDP, Way.TCP))
ADDRESS: Final = PushAddress("https://push.example/1", "p" * 87, "a" * 22)
NO_FLAG: Final = tuple(Answered(flag, Answer.NO) for flag in RedFlag)


def nurse_card(name: str = "karin") -> NurseCard:
    return NurseCard(NurseId(name), name.title(), "Sjuksköterska", RegionCode("01"))


KARIN, YUSUF = nurse_card("karin"), nurse_card("yusuf")
DESTINATIONS: Final = (
    ev.Destination(nurse=YUSUF.id),
    ev.Destination(competence=Competence.CHILD),
    ev.Destination(language=Language("ar"), interpreter=True),
)
OUTCOME: Final = Outcome(
    urgency=Urgency.WITHIN_A_DAY,
    care_level=CareLevel.SELF_CARE,
    note=Sbar(situation="s", assessment="a", recommendation="r"),
    advice="Vila.",
    advice_language=Language("sv"),
)


def opened(number: int = 1, channel: Channel = Channel.CHAT) -> ev.Opened:
    return ev.Opened(
        contact=ContactId(f"{number:032x}"),
        person=PersonId(f"{number + 2**64:032x}"),
        region=RegionCode("12"),
        concerns=Concerns.ME,
        called="Å",
        age=40,
        language=Language("sv"),
        interpreter=False,
        channel=channel,
        story="ont i halsen",
        consent="1",
    )


class Life:
    """One contact, one second between events unless said otherwise."""

    def __init__(self, policy: Policy = DEFAULT, now: Instant = T0) -> None:
        """Begin with a contact whose patient has not connected yet."""
        self.policy = policy
        self.now = now
        self.effects: list[AnyEffect] = []
        self.history: list[tuple[Instant, ev.AnyEvent]] = []
        self.contact = self._take(None, opened())

    def happen(self, *events: ev.AnyEvent, after: int = SECOND) -> Contact:
        for event in events:
            self.now += after
            self.contact = self._take(self.contact, event)
        return self.contact

    def offer(self, nurse: NurseCard = KARIN) -> Contact:
        return self.happen(ev.NurseOffered(nurse, self.contact.epoch + 1, "turn"))

    def accept(self) -> Contact:
        assert self.contact.nurse is not None
        return self.happen(ev.OfferAccepted(self.contact.nurse, self.contact.epoch))

    def decline(self) -> Contact:
        assert self.contact.nurse is not None
        return self.happen(ev.OfferDeclined(self.contact.nurse, self.contact.epoch))

    def hang_up(self, by: Role = NURSE) -> Contact:
        return self.happen(ev.HungUp(by, self.contact.epoch))

    def sign(self) -> Contact:
        assert self.contact.nurse is not None
        return self.happen(ev.OutcomeSigned(OUTCOME, self.contact.nurse, self.contact.epoch))

    def due(self) -> Instant | None:
        return deadline(self.contact, self.now, self.policy)

    def present(self) -> frozenset[Role]:
        """Those the contact believes to be there."""
        return BOTH - self.contact.absent()

    def silence(self, present: frozenset[Role] | None = None) -> Contact:
        """Let the deadline fall; the truth is what the contact believes unless said otherwise."""
        due = self.due()
        assert due is not None
        passed = ev.TimePassed(self.present() if present is None else present)
        return self.happen(passed, after=max(due - self.now, 0))

    def _take(self, contact: Contact | None, event: ev.AnyEvent) -> Contact:
        after, effects = step(contact, event, self.now, self.policy)
        self.history.append((self.now, event))
        self.effects.extend(effects)
        return after


def waiting() -> Life:
    life = Life()
    life.happen(ev.Joined(PATIENT))
    return life


def scheduled() -> Life:
    life = waiting()
    life.happen(ev.CallbackChosen(life.now + HOUR, NUMBER))
    return life


def offered() -> Life:
    life = waiting()
    life.offer()
    return life


def to_be_called() -> Life:
    life = waiting()
    life.happen(ev.CallbackChosen(None, NUMBER))
    return life


def calling() -> Life:
    life = to_be_called()
    life.happen(ev.Dropped(PATIENT))
    life.offer()
    life.accept()
    return life


def joining() -> Life:
    life = offered()
    life.happen(ev.Dropped(PATIENT))
    life.accept()
    return life


def talking() -> Life:
    life = offered()
    life.accept()
    return life


def interrupted(*gone: Role) -> Life:
    life = talking()
    life.happen(*(ev.Dropped(role) for role in gone or (PATIENT,)))
    return life


def wrapping_up() -> Life:
    life = talking()
    life.hang_up()
    return life


def ended() -> Life:
    life = wrapping_up()
    life.sign()
    return life


REACH: Final[dict[Phase, Callable[[], Life]]] = {
    Phase.WAITING: waiting,
    Phase.SCHEDULED: scheduled,
    Phase.OFFERED: offered,
    Phase.CALLING: calling,
    Phase.JOINING: joining,
    Phase.TALKING: talking,
    Phase.INTERRUPTED: interrupted,
    Phase.WRAPPING_UP: wrapping_up,
    Phase.ENDED: ended,
}
"""A life that has come to each phase in an ordinary way."""


def handed_over() -> Life:
    """Somebody who waits for one colleague of the nurse they had."""
    life = talking()
    to = ev.Destination(nurse=YUSUF.id)
    life.happen(ev.Transferred(life.contact.epoch, to, None, "x", ""))
    return life


def variants() -> Iterator[Life]:
    """Lives in every phase and in every mood: who is gone, what was proposed, what was sent."""
    for make in REACH.values():
        for role in Role:
            life = make()
            yield make()
            if role not in life.contact.absent() and life.contact.phase is not Phase.ENDED:
                life.happen(ev.Dropped(role))
                yield life
    yield to_be_called()
    yield handed_over()
    offered_by_name = handed_over()
    offered_by_name.offer(YUSUF)
    yield offered_by_name
    closed = to_be_called()
    closed.happen(ev.Dropped(PATIENT))
    yield closed
    offered_call = to_be_called()
    offered_call.offer()
    yield offered_call
    last_try = calling()
    for _ in range(DEFAULT.call_tries - 1):
        last_try.happen(ev.CallUnanswered(last_try.contact.epoch))
        last_try.silence()
        last_try.offer()
        last_try.accept()
    yield last_try
    yield interrupted(PATIENT, NURSE)
    yield interrupted(NURSE)
    proposed = talking()
    proposed.happen(ev.ChannelProposed(Channel.VIDEO, proposed.contact.epoch))
    yield proposed
    for role in Role:
        dropped = talking()
        dropped.happen(ev.ChannelProposed(Channel.VIDEO, dropped.contact.epoch), ev.Dropped(role))
        yield dropped
    for make in REACH.values():
        with_photo = make()
        if with_photo.contact.phase is not Phase.ENDED:
            with_photo.happen(ev.PhotoReceived(PHOTO, PATIENT, ev.HowPhoto.CAMERA))
            with_photo.happen(ev.PushAsked(ADDRESS))
            yield with_photo


def samples(contact: Contact, kind: type[ev.Event], now: Instant) -> list[ev.AnyEvent]:
    """Events of one type that fit the contact as it is, in every variant that may matter."""
    nurse, epoch = contact.nurse or KARIN, contact.epoch
    made: dict[type[ev.Event], list[ev.AnyEvent]] = {
        ev.Opened: [opened()],
        ev.Joined: [ev.Joined(role) for role in Role],
        ev.Dropped: [ev.Dropped(role) for role in Role],
        ev.NurseOffered: [ev.NurseOffered(KARIN, epoch + 1, "turn")],
        ev.OfferAccepted: [ev.OfferAccepted(nurse, epoch)],
        ev.OfferDeclined: [ev.OfferDeclined(nurse, epoch)],
        ev.HungUp: [ev.HungUp(role, epoch) for role in Role],
        ev.Returned: [ev.Returned(epoch, urgency, "x") for urgency in (None, Urgency.IMMEDIATE)],
        ev.Transferred: [ev.Transferred(epoch, to, None, "x", "") for to in DESTINATIONS],
        ev.ColleagueGone: [ev.ColleagueGone(contact.named or YUSUF.id)],
        ev.PatientLeft: [ev.PatientLeft()],
        ev.CallbackChosen: [ev.CallbackChosen(at, NUMBER) for at in (None, now + 2 * HOUR)],
        ev.CallbackDropped: [ev.CallbackDropped()],
        ev.CallUnanswered: [ev.CallUnanswered(epoch)],
        ev.FeltWorse: [
            ev.FeltWorse(NO_FLAG, "mer ont"),
            ev.FeltWorse((Answered(RedFlag.CHEST, Answer.UNKNOWN),), ""),
        ],
        ev.CheckAnswered: [ev.CheckAnswered(later) for later in (True, False)],
        ev.NetworkMeasured: [ev.NetworkMeasured(NETWORK)],
        ev.PushAsked: [ev.PushAsked(ADDRESS)],
        ev.PushGone: [ev.PushGone(ADDRESS.endpoint)],
        ev.TextAsked: [ev.TextAsked(number) for number in (NUMBER, None)],
        ev.SoonNext: [ev.SoonNext()],
        ev.ChannelWished: [ev.ChannelWished(channel) for channel in Channel],
        ev.ChannelProposed: [ev.ChannelProposed(channel, epoch) for channel in Channel],
        ev.ChannelAnswered: [ev.ChannelAnswered(accepted) for accepted in (True, False)],
        ev.ChannelLowered: [ev.ChannelLowered(role) for role in Role],
        ev.ChatSent: [ev.ChatSent(role, "Å", "hej", "key-0001") for role in Role],
        ev.ChatRead: [ev.ChatRead(role, 3) for role in Role],
        ev.PhotoReceived: [ev.PhotoReceived(PHOTO, PATIENT, how) for how in ev.HowPhoto],
        ev.PhotoCleaned: [ev.PhotoCleaned(PHOTO, 20, 10)],
        ev.PhotoRejected: [ev.PhotoRejected(PHOTO, PhotoFault.UNREADABLE)],
        ev.PhotoRemoved: [ev.PhotoRemoved(PHOTO)],
        ev.OutcomeSigned: [ev.OutcomeSigned(OUTCOME, nurse, epoch)],
        ev.SurveyAnswered: [ev.SurveyAnswered(Survey(4))],
        ev.TimePassed: [
            ev.TimePassed(present)
            for present in (NOBODY, frozenset({PATIENT}), frozenset({NURSE}), BOTH)
        ],
    }
    return made[kind]
