"""What goes over HTTP: request and answer bodies of the resources under `/api`."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from signaling.protocol.views import PatientView, PauseView, Words
from video_advice.events import HowPhoto
from video_advice.ids import (
    KEY_PATTERN,
    LANGUAGE_PATTERN,
    REGION_PATTERN,
    ContactId,
    Instant,
    Language,
    NurseId,
    PhotoId,
    RegionCode,
)
from video_advice.people import Channel, Competence, Concerns, Nurse, Role
from video_advice.quality.calibration import Calibration, Hour, Promise


class OpenContact(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A person asks for help. `key` is made by the page; the same key never opens two contacts.

    `protected`: whose identity is protected meets only nurses who may know it.
    """

    key: Annotated[str, Meta(pattern=KEY_PATTERN)]
    region: Annotated[RegionCode, Meta(pattern=REGION_PATTERN)]
    concerns: Concerns
    called: Annotated[str, Meta(max_length=60)] = ""
    age: Annotated[int, Meta(ge=0, le=125)] | None = None
    language: Annotated[Language, Meta(pattern=LANGUAGE_PATTERN)]
    interpreter: bool
    channel: Channel
    story: Annotated[str, Meta(max_length=2000)]
    consent: Annotated[str, Meta(max_length=40)]
    competence: Competence = Competence.GENERAL
    protected: bool = False

    def __repr__(self) -> str:
        """Show no content."""
        return "OpenContact(…)"


class ContactOpened(msgspec.Struct, frozen=True):
    """The contact exists and has its place. `already` says that it was open before."""

    contact: ContactId
    already: bool
    view: PatientView


class Me(msgspec.Struct, frozen=True):
    """Who this browser is. A patient's `contact` is the open one, else the last."""

    role: Role | None
    contact: ContactId | None
    nurse: Nurse | None
    expires: Instant | None


class RegionItem(msgspec.Struct, frozen=True):
    """A region to choose, and how its line is right now. `nurses` counts those on duty.

    `competences`: what somebody on duty knows more about. `hidden_number`: its nurses
    call from a number that is not shown. `pauses`: parts of its line that take nobody new.
    `elsewhere`: where to turn when nobody can, in the region's words.
    """

    code: RegionCode
    name: str
    waiting: int
    nurses: int
    competences: tuple[Competence, ...]
    hidden_number: bool
    pauses: tuple[PauseView, ...]
    elsewhere: tuple[Words, ...]


class Catalogue(msgspec.Struct, frozen=True):
    """What the start page needs: regions, the version of the information text, demo or not.

    `push_key` is the key browsers are asked to be reached with, empty without Web Push; `texts`
    says whether text messages can be asked for, `network_test` whether networks can be measured.
    """

    regions: tuple[RegionItem, ...]
    consent: str
    demo: bool
    channels: tuple[Channel, ...]
    push_key: str
    texts: bool
    network_test: bool


class DemoNurse(msgspec.Struct, frozen=True):
    """A demo identity that can be signed in with, in demo mode only."""

    id: NurseId
    name: str
    title: str
    region: RegionCode
    languages: tuple[Language, ...]


class DemoNurses(msgspec.Struct, frozen=True):
    """The demo identities."""

    nurses: tuple[DemoNurse, ...]


class SignInDemo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sign in as a demo nurse."""

    nurse: Annotated[NurseId, Meta(max_length=40)]


class PhotoQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a photo comes from, and a key made by the page: the same key is the same photo."""

    how: HowPhoto
    key: Annotated[str, Meta(pattern=KEY_PATTERN)]


class PhotoAccepted(msgspec.Struct, frozen=True):
    """The photo arrived whole and is being cleaned; the contact tells how it goes."""

    photo: PhotoId
    how: HowPhoto


class IceServer(msgspec.Struct, frozen=True, omit_defaults=True):
    """One entry of RTCConfiguration.iceServers."""

    urls: tuple[str, ...]
    username: str | None = None
    credential: str | None = None


class IceServers(msgspec.Struct, frozen=True):
    """ICE servers for one contact. Credentials end at `expires` (milliseconds)."""

    servers: tuple[IceServer, ...]
    policy: Literal["all", "relay"]
    expires: Instant


class EchoOffer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An SDP offer of one data channel, whose messages come back."""

    sdp: Annotated[str, Meta(min_length=1, max_length=12_000)]

    def __repr__(self) -> str:
        """Show no address."""
        return "EchoOffer(…)"


class EchoAnswer(msgspec.Struct, frozen=True):
    """The answer, candidates included."""

    sdp: str

    def __repr__(self) -> str:
        """Show no address."""
        return "EchoAnswer(…)"


class MoveCode(msgspec.Struct, frozen=True):
    """A one-use code with which another device takes over the same contact."""

    code: str
    expires: Instant


class RedeemMove(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Use a code from the other device."""

    code: Annotated[str, Meta(max_length=20)]


class ForecastScoreQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which region."""

    region: Annotated[RegionCode, Meta(pattern=REGION_PATTERN)]


class ForecastScore(msgspec.Struct, frozen=True):
    """How well the waits told in a region held: those told between `since` and `until`.

    `aim`: the share that should fall inside. `hours` are of the day, UTC.
    """

    region: RegionCode
    since: Instant
    until: Instant
    aim: float
    calibration: Calibration
    reliability: tuple[Promise, ...]
    hours: tuple[Hour, ...]


class Problem(msgspec.Struct, frozen=True):
    """Why a request was refused: a stable code, a sentence for the person, the field at fault."""

    code: str
    text: str
    detail: str = ""


class Health(msgspec.Struct, frozen=True):
    """Whether the process lives (`/health`) or can serve (`/ready`), and what is missing."""

    ok: bool
    missing: tuple[str, ...] = ()
