"""Every message on the socket. `ClientMessage` comes in, `ServerMessage` goes out.

Requests that carry `ref` are answered by `done` or `refused` with the same `ref`. Limits stand in
the types; unknown fields are refused on the way in and ignored by browsers on the way out.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from signaling.protocol.views import (
    Colleague,
    LineRow,
    NurseView,
    PatientView,
    PauseView,
    PlaceView,
)
from video_advice.advice.care_levels import CareLevel
from video_advice.advice.outcome import AdviceText, Outcome, Sbar
from video_advice.advice.redflags import MOST as MOST_FLAGS
from video_advice.advice.redflags import Answered
from video_advice.advice.urgency import Urgency
from video_advice.callback import MOST_CHARACTERS
from video_advice.events import Destination
from video_advice.ids import (
    ID_PATTERN,
    KEY_PATTERN,
    LANGUAGE_PATTERN,
    PEER_PATTERN,
    ContactId,
    Instant,
    Language,
    PhotoId,
    RegionCode,
)
from video_advice.network import Network
from video_advice.notices import PushAddress
from video_advice.people import Channel, Nurse, Role
from video_advice.quality.survey import Survey

PROTOCOL_VERSION: Final = 1
MAX_FRAME: Final = 16 * 1024
"""Bytes in one frame, both ways."""

Ref = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Contact = Annotated[ContactId, Meta(pattern=ID_PATTERN)]
PhotoRef = Annotated[PhotoId, Meta(pattern=ID_PATTERN)]
Epoch = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Version = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Key = Annotated[str, Meta(pattern=KEY_PATTERN)]
Text = Annotated[str, Meta(max_length=4000)]
PeerSession = Annotated[str, Meta(pattern=PEER_PATTERN)]
Sdp = Annotated[str, Meta(max_length=12_000)]
Candidate = Annotated[str, Meta(max_length=512)]
Number = Annotated[str, Meta(max_length=MOST_CHARACTERS)]


class _Message(msgspec.Struct, frozen=True, tag_field="type"):
    def __repr__(self) -> str:
        """Name the type only: the fields may be patient data or network addresses."""
        return f"{type(self).__name__}(…)"


class _FromClient(_Message, frozen=True, tag_field="type", forbid_unknown_fields=True):
    pass


class _Request(
    _FromClient, frozen=True, tag_field="type", forbid_unknown_fields=True, kw_only=True
):
    ref: Ref


class Resume(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The newest version of a contact that the page has."""

    contact: Contact
    version: Version


class NoteDraft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An outcome on its way: what the nurse has filled in so far."""

    urgency: Urgency | None = None
    care_level: CareLevel | None = None
    note: Sbar = Sbar()
    advice: AdviceText = ""
    advice_language: Annotated[Language, Meta(pattern=LANGUAGE_PATTERN)] = Language("sv")
    seek_again: AdviceText = ""

    def __repr__(self) -> str:
        """Show no content."""
        return "NoteDraft(…)"


class FirstOffer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An SDP offer of `session`, made ahead: it is passed on once both have accepted video."""

    session: PeerSession
    sdp: Sdp

    def __repr__(self) -> str:
        """Show no network addresses."""
        return "FirstOffer(…)"


# From the browser ---------------------------------------------------------------------------


class Hello(_FromClient, frozen=True, tag="hello", kw_only=True):
    """The first message: which protocol, in which language and role, and what is known already."""

    protocol: Annotated[int, Meta(ge=0, le=10_000)]
    language: Annotated[Language, Meta(pattern=LANGUAGE_PATTERN)]
    role: Role = Role.PATIENT
    resume: Annotated[tuple[Resume, ...], Meta(max_length=50)] = ()


class Ping(_FromClient, frozen=True, tag="ping"):
    """Are you there? Answered by `pong`."""

    n: Ref


class ChatSend(_Request, frozen=True, tag="chat.send", kw_only=True):
    """Send a chat message. Sending the same `key` again changes nothing."""

    contact: Contact
    key: Key
    text: Text


class ChatSeen(_FromClient, frozen=True, tag="chat.seen"):
    """Every message up to `upto` has been shown."""

    contact: Contact
    upto: Version


class ChatTyping(_FromClient, frozen=True, tag="chat.typing"):
    """Somebody is writing. Relayed, never stored."""

    contact: Contact


class ContactLeave(_Request, frozen=True, tag="contact.leave", kw_only=True):
    """Patient: leave the line."""

    contact: Contact


class ContactHangUp(_Request, frozen=True, tag="contact.hang_up", kw_only=True):
    """End the talk. The outcome remains to be signed."""

    contact: Contact
    epoch: Epoch


class ChannelWish(_Request, frozen=True, tag="channel.wish", kw_only=True):
    """Patient: choose another channel before meeting the nurse."""

    contact: Contact
    channel: Channel


class ChannelAnswer(_Request, frozen=True, tag="channel.answer", kw_only=True):
    """Patient: answer the nurse's proposal to change channel."""

    contact: Contact
    accepted: bool


class ChannelLower(_Request, frozen=True, tag="channel.lower", kw_only=True):
    """Either: end the video and go on in chat."""

    contact: Contact


class PhotoRemove(_Request, frozen=True, tag="photo.remove", kw_only=True):
    """Patient: take a photo back."""

    contact: Contact
    photo: PhotoRef


class SurveyAnswer(_Request, frozen=True, tag="survey.answer", kw_only=True):
    """Patient: say how it was, after the end."""

    contact: Contact
    survey: Survey


class DutySet(_Request, frozen=True, tag="duty.set", kw_only=True):
    """Nurse: go on or off duty; `offers` asks that the next contact is offered when she is free."""

    on: bool
    offers: bool = False


class LineTake(_Request, frozen=True, tag="line.take", kw_only=True):
    """Nurse: take the next contact, or the chosen one."""

    contact: Contact | None = None
    media: FirstOffer | None = None


class OfferAccept(_Request, frozen=True, tag="offer.accept", kw_only=True):
    """Nurse: take the offered contact."""

    contact: Contact
    epoch: Epoch
    media: FirstOffer | None = None


class OfferDecline(_Request, frozen=True, tag="offer.decline", kw_only=True):
    """Nurse: let the offered contact go back to its place."""

    contact: Contact
    epoch: Epoch


class ContactReturn(_Request, frozen=True, tag="contact.return", kw_only=True):
    """Nurse: send the contact back to the line, with its arrival kept."""

    contact: Contact
    epoch: Epoch
    urgency: Urgency | None = None
    reason: Annotated[str, Meta(max_length=500)] = ""


class ContactTransfer(_Request, frozen=True, tag="contact.transfer", kw_only=True):
    """Nurse: hand the contact over to another line or a colleague; it keeps its arrival."""

    contact: Contact
    epoch: Epoch
    to: Destination
    urgency: Urgency | None = None
    reason: Annotated[str, Meta(min_length=1, max_length=500)]
    summary: Annotated[str, Meta(max_length=2000)] = ""


class ColleaguesAsk(_Request, frozen=True, tag="colleagues.ask", kw_only=True):
    """Nurse: who else on duty may take this contact? `colleagues.able` comes before `done`."""

    contact: Contact


class ChannelPropose(_Request, frozen=True, tag="channel.propose", kw_only=True):
    """Nurse: ask the patient to change channel."""

    contact: Contact
    epoch: Epoch
    channel: Channel


class NoteSave(_Request, frozen=True, tag="note.save", kw_only=True):
    """Nurse: keep the unsigned note."""

    contact: Contact
    draft: NoteDraft


class OutcomeSign(_Request, frozen=True, tag="outcome.sign", kw_only=True):
    """Nurse: sign the outcome and close the contact."""

    contact: Contact
    epoch: Epoch
    outcome: Outcome


class MediaReady(_FromClient, frozen=True, tag="media.ready", kw_only=True):
    """This page is ready to negotiate media as `session`, a number it made for this connection.

    A patient who waits for a video meeting may say so already: it is told when both have accepted.
    """

    contact: Contact
    epoch: Epoch
    session: PeerSession


class MediaDescription(_FromClient, frozen=True, tag="media.description", kw_only=True):
    """An SDP description from `session`, meant for `to` only."""

    contact: Contact
    epoch: Epoch
    session: PeerSession
    to: PeerSession
    kind: Literal["offer", "answer"]
    sdp: Sdp


class MediaCandidate(_FromClient, frozen=True, tag="media.candidate", kw_only=True):
    """An ICE candidate from `session`, meant for `to` only; an empty one ends the gathering."""

    contact: Contact
    epoch: Epoch
    session: PeerSession
    to: PeerSession
    candidate: Candidate
    mid: Annotated[str, Meta(max_length=32)] | None = None
    line: Annotated[int, Meta(ge=0, le=64)] | None = None


class CallbackChoose(_Request, frozen=True, tag="callback.choose", kw_only=True):
    """Patient: be called at `number` instead of waiting, when it is the turn or from `at` on."""

    contact: Contact
    number: Number
    at: Annotated[Instant, Meta(ge=0, le=2**53 - 1)] | None = None


class CallbackDrop(_Request, frozen=True, tag="callback.drop", kw_only=True):
    """Patient: wait at the page after all, in the old place."""

    contact: Contact


class WorseReport(_Request, frozen=True, tag="worse.report", kw_only=True):
    """Patient: it is worse. Every question is answered, or one answer raises a red flag."""

    contact: Contact
    answers: Annotated[tuple[Answered, ...], Meta(max_length=MOST_FLAGS)]
    words: Annotated[str, Meta(max_length=500)] = ""


class CheckAnswer(_Request, frozen=True, tag="check.answer", kw_only=True):
    """Patient: it is still the same, or may be asked `later`."""

    contact: Contact
    later: bool


class NetworkReport(_Request, frozen=True, tag="network.report", kw_only=True):
    """Patient: so is the network for a video call. The nurse is told."""

    contact: Contact
    network: Network


class NoticePush(_Request, frozen=True, tag="notice.push", kw_only=True):
    """Patient: send notices to this browser."""

    contact: Contact
    address: PushAddress


class NoticePushStop(_Request, frozen=True, tag="notice.push_stop", kw_only=True):
    """Patient: send no more notices to this browser."""

    contact: Contact
    endpoint: Annotated[str, Meta(max_length=1000)]


class NoticeText(_Request, frozen=True, tag="notice.text", kw_only=True):
    """Patient: send notices to this number as text messages; none ends that."""

    contact: Contact
    number: Number | None = None


class CallUnanswered(_Request, frozen=True, tag="call.unanswered", kw_only=True):
    """Nurse: nobody answered. It is tried again later, or hers to decide after the last try."""

    contact: Contact
    epoch: Epoch


ClientMessage = (
    Hello
    | Ping
    | ChatSend
    | ChatSeen
    | ChatTyping
    | ContactLeave
    | ContactHangUp
    | ChannelWish
    | ChannelAnswer
    | ChannelLower
    | PhotoRemove
    | SurveyAnswer
    | DutySet
    | LineTake
    | OfferAccept
    | OfferDecline
    | ContactReturn
    | ContactTransfer
    | ColleaguesAsk
    | ChannelPropose
    | NoteSave
    | OutcomeSign
    | MediaReady
    | MediaDescription
    | MediaCandidate
    | CallbackChoose
    | CallbackDrop
    | WorseReport
    | CheckAnswer
    | NetworkReport
    | NoticePush
    | NoticePushStop
    | NoticeText
    | CallUnanswered
)


# To the browser -----------------------------------------------------------------------------


class Welcome(_Message, frozen=True, tag="welcome", kw_only=True):
    """The answer to `hello`. `now` is the service's clock; `contact` is the patient's own."""

    protocol: int
    role: Role
    now: Instant
    contact: ContactId | None
    nurse: Nurse | None


class Busy(_Message, frozen=True, tag="busy"):
    """Too many come at once: try again in `retry_after` milliseconds. The socket is then closed."""

    retry_after: int


class Pong(_Message, frozen=True, tag="pong"):
    """The answer to `ping`."""

    n: int


class Done(_Message, frozen=True, tag="done", kw_only=True):
    """The request was carried out and is kept. `version` is what it made, if anything."""

    ref: int
    contact: ContactId | None = None
    version: int | None = None


class RefusedMessage(_Message, frozen=True, tag="refused", kw_only=True):
    """The request was not carried out; nothing changed. `text` is for the person."""

    ref: int | None
    code: str
    text: str
    detail: str = ""


class ContactState(_Message, frozen=True, tag="contact.state"):
    """Patient: the contact as it now is."""

    view: PatientView


class ContactCard(_Message, frozen=True, tag="contact.card"):
    """Nurse: a contact she holds, as it now is."""

    view: NurseView


class ContactGone(_Message, frozen=True, tag="contact.gone", kw_only=True):
    """Nurse: a contact is no longer hers; `unanswered`: she called and reached nobody."""

    contact: ContactId
    why: Literal["ended", "returned", "lost", "left", "unanswered"]


class ChatAdded(_Message, frozen=True, tag="chat.added", kw_only=True):
    """A chat message in its place: `version` orders it, `key` is the one its sender gave it."""

    contact: ContactId
    version: int
    key: str
    by: Role
    name: str
    text: str
    at: Instant


class ChatTypingNow(_Message, frozen=True, tag="chat.typing_now", kw_only=True):
    """The other one is writing."""

    contact: ContactId
    by: Role


class LinePlace(_Message, frozen=True, tag="line.place"):
    """Patient: the place in the line, sent when it changes."""

    place: PlaceView


class LineState(_Message, frozen=True, tag="line.state", kw_only=True):
    """Nurse: the line she serves, in order. `total` may be more than the rows shown."""

    rows: tuple[LineRow, ...]
    total: int


class RegionPause(msgspec.Struct, frozen=True):
    """A pause of a region's line."""

    region: RegionCode
    pause: PauseView


class DutyState(_Message, frozen=True, tag="duty.state", kw_only=True):
    """Nurse: whether she is on duty, since when, and how many nurses are.

    `offers`: she asked for the next to be offered; `offering`: regions of hers where it always is.
    `available`: false after offers without an answer, until she goes on duty anew. `pauses`: of the
    lines that she serves.
    """

    on: bool
    offers: bool
    since: Instant | None
    colleagues: int
    available: bool
    offering: tuple[RegionCode, ...]
    pauses: tuple[RegionPause, ...]


class ColleaguesAble(_Message, frozen=True, tag="colleagues.able", kw_only=True):
    """Nurse: who else on duty may take the contact, those first who can now."""

    contact: ContactId
    colleagues: tuple[Colleague, ...]


class NoteKept(_Message, frozen=True, tag="note.kept", kw_only=True):
    """Nurse: the unsigned note as it was last kept, after a return to the contact."""

    contact: ContactId
    draft: NoteDraft


class MediaReadyNow(_Message, frozen=True, tag="media.ready_now", kw_only=True):
    """The other side is ready to negotiate as `session`.

    `early`: it had said so before both accepted; an offer that came with the acceptance is there.
    """

    contact: ContactId
    epoch: int
    session: str
    early: bool = False


class MediaDescribed(_Message, frozen=True, tag="media.described", kw_only=True):
    """The other side's SDP description, for the page that is `to`."""

    contact: ContactId
    epoch: int
    session: str
    to: str
    kind: Literal["offer", "answer"]
    sdp: str


class MediaCandidateFound(_Message, frozen=True, tag="media.candidate_found", kw_only=True):
    """The other side's ICE candidate, for the page that is `to`."""

    contact: ContactId
    epoch: int
    session: str
    to: str
    candidate: str
    mid: str | None = None
    line: int | None = None


ServerMessage = (
    Welcome
    | Busy
    | Pong
    | Done
    | RefusedMessage
    | ContactState
    | ContactCard
    | ContactGone
    | ChatAdded
    | ChatTypingNow
    | LinePlace
    | LineState
    | DutyState
    | ColleaguesAble
    | NoteKept
    | MediaReadyNow
    | MediaDescribed
    | MediaCandidateFound
)
