"""Everything that can happen to a contact. What is stored is a list of these, and nothing else."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

from video_advice.advice.outcome import Outcome
from video_advice.advice.redflags import Answered
from video_advice.advice.urgency import Urgency
from video_advice.callback import PhoneNumber
from video_advice.ids import (
    LANGUAGE_PATTERN,
    ContactId,
    Instant,
    Language,
    NurseId,
    PersonId,
    PhotoId,
    RegionCode,
)
from video_advice.network import Network
from video_advice.notices import PushAddress
from video_advice.people import Channel, Competence, Concerns, NurseCard, Role
from video_advice.photos import PhotoFault
from video_advice.quality.survey import Survey
from video_advice.reason import Need


class WhyReturned(StrEnum):
    """Why somebody who had got a nurse is waiting again."""

    NURSE_DECLINED = "nurse_declined"
    NURSE_SILENT = "nurse_silent"
    NURSE_LOST = "nurse_lost"
    NURSE_SENT_BACK = "nurse_sent_back"
    NO_ANSWER = "no_answer"
    HANDED_OVER = "handed_over"
    COLLEAGUE_COULD_NOT = "colleague_could_not"


class HowPhoto(StrEnum):
    """Where a photo came from."""

    CAMERA = "camera"
    GALLERY = "gallery"


class Destination(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a contact is handed over: to the one colleague `nurse`, or to whoever serves the line.

    What is None stays as it was.
    """

    competence: Competence | None = None
    language: Annotated[Language, msgspec.Meta(pattern=LANGUAGE_PATTERN)] | None = None
    interpreter: bool | None = None
    nurse: Annotated[NurseId, msgspec.Meta(min_length=1, max_length=64)] | None = None


class Event(msgspec.Struct, frozen=True, tag_field="type"):
    """Something that happened. `repr` names the type only: the fields may be patient data."""

    def __repr__(self) -> str:
        """Name the type only."""
        return f"{type(self).__name__}(…)"


class Opened(Event, frozen=True, tag="opened"):
    """A person asked for help and took a place in the line."""

    contact: ContactId
    person: PersonId
    region: RegionCode
    concerns: Concerns
    called: str
    age: int | None
    language: Language
    interpreter: bool
    channel: Channel
    story: str
    consent: str
    competence: Competence = Competence.GENERAL
    protected: bool = False


class Joined(Event, frozen=True, tag="joined"):
    """Somebody's first page for this contact connected."""

    role: Role


class Dropped(Event, frozen=True, tag="dropped"):
    """Somebody's last page for this contact disconnected.

    `since`: the last that was heard of them, where that is longer ago than the event.
    """

    role: Role
    since: Instant | None = None


class NurseOffered(Event, frozen=True, tag="nurse_offered"):
    """The contact was offered to a nurse. `reason` and `why` say why this contact was next.

    `chats` is how many chats she holds at once; `within` how many milliseconds she has to answer,
    None for as many as the policy gives.
    """

    nurse: NurseCard
    epoch: int
    reason: str
    chats: int = 1
    why: Need | None = None
    within: int | None = None


class OfferAccepted(Event, frozen=True, tag="offer_accepted"):
    """The nurse took it, from a page that is connected."""

    nurse: NurseCard
    epoch: int


class OfferDeclined(Event, frozen=True, tag="offer_declined"):
    """The nurse did not take it."""

    nurse: NurseCard
    epoch: int


class HungUp(Event, frozen=True, tag="hung_up"):
    """The talk is over; the outcome remains to be signed."""

    by: Role
    epoch: int


class Returned(Event, frozen=True, tag="returned"):
    """The nurse sent the contact back to the line, arrival kept."""

    epoch: int
    urgency: Urgency | None
    reason: str


class Transferred(Event, frozen=True, tag="transferred"):
    """The nurse handed the contact over to another line or to a colleague, arrival kept."""

    epoch: int
    to: Destination
    urgency: Urgency | None
    reason: str
    summary: str


class ColleagueGone(Event, frozen=True, tag="colleague_gone"):
    """The one colleague that the contact waits for is not on duty any more."""

    nurse: NurseId


class PatientLeft(Event, frozen=True, tag="patient_left"):
    """The patient does not want to go on."""


class CallbackChosen(Event, frozen=True, tag="callback_chosen"):
    """The patient chose to be called: from `at` on, or when it is their turn."""

    at: Instant | None
    number: PhoneNumber


class ChannelWished(Event, frozen=True, tag="channel_wished"):
    """The patient chose another channel before meeting a nurse."""

    channel: Channel


class ChannelProposed(Event, frozen=True, tag="channel_proposed"):
    """The nurse asks to change channel; nothing changes until the patient has answered."""

    channel: Channel
    epoch: int


class ChannelAnswered(Event, frozen=True, tag="channel_answered"):
    """The patient's answer to a proposed channel."""

    accepted: bool


class ChannelLowered(Event, frozen=True, tag="channel_lowered"):
    """Either of them ended the video; the talk goes on in chat."""

    by: Role


class ChatSent(Event, frozen=True, tag="chat_sent"):
    """A chat message. `key` is made by the sender and makes sending again harmless."""

    by: Role
    name: str
    text: str
    key: str


class ChatRead(Event, frozen=True, tag="chat_read"):
    """Somebody has seen every message up to and including the version `upto`."""

    by: Role
    upto: int


class PhotoReceived(Event, frozen=True, tag="photo_received"):
    """A photo has arrived whole and waits to be cleaned."""

    photo: PhotoId
    by: Role
    how: HowPhoto


class PhotoCleaned(Event, frozen=True, tag="photo_cleaned"):
    """A photo is upright, holds pixels only, and can be looked at. Sizes in pixels."""

    photo: PhotoId
    width: int
    height: int


class PhotoRejected(Event, frozen=True, tag="photo_rejected"):
    """A photo could not be used, and is gone."""

    photo: PhotoId
    fault: PhotoFault


class PhotoRemoved(Event, frozen=True, tag="photo_removed"):
    """The patient took a photo back."""

    photo: PhotoId


class OutcomeSigned(Event, frozen=True, tag="outcome_signed"):
    """The nurse signed the outcome; the contact is over."""

    outcome: Outcome
    nurse: NurseCard
    epoch: int


class SurveyAnswered(Event, frozen=True, tag="survey_answered"):
    """The patient said how it was."""

    survey: Survey


class TimePassed(Event, frozen=True, tag="time_passed"):
    """The contact's deadline came. `present` are those who are connected in truth."""

    present: frozenset[Role]


class CallbackDropped(Event, frozen=True, tag="callback_dropped"):
    """The patient waits at the page after all, in the old place."""


class CallUnanswered(Event, frozen=True, tag="call_unanswered"):
    """The nurse called and reached nobody."""

    epoch: int


class FeltWorse(Event, frozen=True, tag="felt_worse"):
    """The patient feels worse: the answers about red flags, and their own words."""

    answers: tuple[Answered, ...]
    words: str


class CheckAnswered(Event, frozen=True, tag="check_answered"):
    """Asked whether it is still the same, the patient said yes, or that it can be asked later."""

    later: bool


class NetworkMeasured(Event, frozen=True, tag="network_measured"):
    """The patient's page has measured its network."""

    network: Network


class PushAsked(Event, frozen=True, tag="push_asked"):
    """One of the patient's devices is to be sent notices."""

    address: PushAddress


class PushGone(Event, frozen=True, tag="push_gone"):
    """A device is to be sent no more notices, or can no longer be reached."""

    endpoint: str


class TextAsked(Event, frozen=True, tag="text_asked"):
    """A number is to be sent notices as text messages; None ends that."""

    number: PhoneNumber | None


class SoonNext(Event, frozen=True, tag="soon_next"):
    """It is soon this patient's turn."""


AnyEvent = (
    Opened
    | Joined
    | Dropped
    | NurseOffered
    | OfferAccepted
    | OfferDeclined
    | HungUp
    | Returned
    | Transferred
    | ColleagueGone
    | PatientLeft
    | CallbackChosen
    | ChannelWished
    | ChannelProposed
    | ChannelAnswered
    | ChannelLowered
    | ChatSent
    | ChatRead
    | PhotoReceived
    | PhotoCleaned
    | PhotoRejected
    | PhotoRemoved
    | OutcomeSigned
    | SurveyAnswered
    | TimePassed
    | CallbackDropped
    | CallUnanswered
    | FeltWorse
    | CheckAnswered
    | NetworkMeasured
    | PushAsked
    | PushGone
    | TextAsked
    | SoonNext
)


class Recorded(msgspec.Struct, frozen=True):
    """An event in its place: the version it made, and when (milliseconds)."""

    version: int
    at: Instant
    event: AnyEvent
