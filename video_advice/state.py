"""What a contact is at one moment: the sum of its events."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from video_advice.advice.outcome import Outcome
from video_advice.advice.redflags import RedFlag
from video_advice.advice.urgency import Urgency
from video_advice.callback import Callback, PhoneNumber
from video_advice.events import Destination, HowPhoto, WhyReturned
from video_advice.ids import ContactId, Instant, Language, NurseId, PersonId, PhotoId, RegionCode
from video_advice.network import Network
from video_advice.notices import PushAddress
from video_advice.people import Channel, Competence, Concerns, NurseCard, Role
from video_advice.photos import PhotoFault
from video_advice.quality.survey import Survey
from video_advice.reason import Need


class Phase(StrEnum):
    """Where in its life a contact is."""

    WAITING = "waiting"
    SCHEDULED = "scheduled"
    OFFERED = "offered"
    CALLING = "calling"
    JOINING = "joining"
    TALKING = "talking"
    INTERRUPTED = "interrupted"
    WRAPPING_UP = "wrapping_up"
    ENDED = "ended"


HELD = frozenset({Phase.OFFERED, Phase.CALLING, Phase.JOINING, Phase.TALKING, Phase.INTERRUPTED})
"""The phases in which a contact fills a nurse's seat."""


class EndedWhy(StrEnum):
    """How a contact came to its end."""

    SIGNED = "signed"
    PATIENT_LEFT = "patient_left"
    ABANDONED = "abandoned"


class PhotoStatus(StrEnum):
    """How far a photo has come."""

    CLEANING = "cleaning"
    READY = "ready"
    REJECTED = "rejected"


class Photo(msgspec.Struct, frozen=True):
    """A photo in a contact. Sizes in pixels, of the view; 0 until it is ready."""

    id: PhotoId
    by: Role
    how: HowPhoto
    at: Instant
    status: PhotoStatus = PhotoStatus.CLEANING
    width: int = 0
    height: int = 0
    fault: PhotoFault | None = None


class Worse(msgspec.Struct, frozen=True):
    """What somebody said who felt worse while waiting."""

    at: Instant
    flags: tuple[RedFlag, ...]
    words: str

    def __repr__(self) -> str:
        """Show no content."""
        return "Worse(…)"


class Handover(msgspec.Struct, frozen=True):
    """Who handed a contact over last, to whom, and what she wrote to whoever takes it."""

    by: NurseCard
    at: Instant
    to: Destination
    reason: str
    summary: str

    def __repr__(self) -> str:
        """Show no content."""
        return "Handover(…)"


class Contact(msgspec.Struct, frozen=True):
    """One person's whole matter. `repr` shows no content.

    `reason`, `why` and `waited` (milliseconds) tell of the newest offer why it was made, `within`
    how many milliseconds there are to answer it, None for as many as the policy gives.
    """

    id: ContactId
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
    opened_at: Instant
    phase: Phase
    phase_at: Instant
    arrived_at: Instant
    patient_left_at: Instant | None
    nurse_left_at: Instant | None = None
    epoch: int = 0
    nurse: NurseCard | None = None
    reason: str = ""
    urgency: Urgency | None = None
    ahead: bool = False
    told: WhyReturned | None = None
    declined_by: tuple[NurseId, ...] = ()
    proposal: Channel | None = None
    declined_channel: Channel | None = None
    callback_at: Instant | None = None
    photos: tuple[Photo, ...] = ()
    patient_read: int = 0
    nurse_read: int = 0
    overdue: bool = False
    outcome: Outcome | None = None
    ended: EndedWhy | None = None
    survey: Survey | None = None
    callback: Callback | None = None
    unreached: bool = False
    worse: tuple[Worse, ...] = ()
    red_flags: tuple[RedFlag, ...] = ()
    checked_at: Instant | None = None
    pushes: tuple[PushAddress, ...] = ()
    text_to: PhoneNumber | None = None
    soon_told: bool = False
    competence: Competence = Competence.GENERAL
    protected: bool = False
    named: NurseId | None = None
    chats: int = 1
    why: Need | None = None
    waited: int | None = None
    within: int | None = None
    handover: Handover | None = None
    network: Network | None = None

    def __repr__(self) -> str:
        """Show the identifier and phase; the rest is patient data."""
        return f"Contact({self.id}, {self.phase}, epoch={self.epoch})"

    def away(self) -> bool:
        """Say whether nobody can be met: the page is closed and there is no number to call."""
        return self.patient_left_at is not None and self.callback is None

    def whole(self) -> bool:
        """Say whether it needs a nurse with all her seats free: a video or a call does."""
        return self.channel is Channel.VIDEO or self.callback is not None

    def reachable(self) -> bool:
        """Say whether notices can be sent to a device or a number."""
        return bool(self.pushes) or self.text_to is not None

    def absent(self) -> frozenset[Role]:
        """Return who of patient and nurse is not connected. No nurse yet counts as absent."""
        gone = set()
        if self.patient_left_at is not None:
            gone.add(Role.PATIENT)
        if self.nurse_left_at is not None or self.nurse is None:
            gone.add(Role.NURSE)
        return frozenset(gone)
