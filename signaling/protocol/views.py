"""What each side may see of a contact. Made from the contact by pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from video_advice.advice.care_levels import CareLevel
from video_advice.advice.outcome import Outcome
from video_advice.advice.redflags import RedFlag
from video_advice.advice.urgency import Urgency
from video_advice.callback import PhoneNumber
from video_advice.contact import offer_until
from video_advice.events import HowPhoto, WhyReturned
from video_advice.forecast import Forecast
from video_advice.ids import ContactId, Instant, Language, NurseId, PhotoId, RegionCode
from video_advice.network import Network
from video_advice.people import Channel, Competence, Concerns, NurseCard, Role
from video_advice.photos import PhotoFault
from video_advice.policy import Policy
from video_advice.reason import Need
from video_advice.regions.rules import LANGUAGES, Pause, PauseWhy
from video_advice.state import Contact, EndedWhy, Phase, Photo, PhotoStatus, Worse


class PhotoView(msgspec.Struct, frozen=True):
    """A photo as both sides see it. Sizes in pixels of the view; 0 until it is ready."""

    id: PhotoId
    by: Role
    how: HowPhoto
    at: Instant
    status: PhotoStatus
    width: int
    height: int
    fault: PhotoFault | None


class AdviceView(msgspec.Struct, frozen=True):
    """The advice as the patient keeps it."""

    urgency: Urgency
    care_level: CareLevel
    advice: str
    seek_again: str
    language: Language
    nurse: NurseCard
    at: Instant


class OwnCallback(msgspec.Struct, frozen=True):
    """The patient's own call: the number's last digits, and when. No `at`: when it is the turn.

    `tries` of `most` calls have not been answered.
    """

    ends: str
    at: Instant | None
    until: Instant | None
    tries: int
    most: int


class HandedOver(msgspec.Struct, frozen=True):
    """Who handed the patient over, and to what: what is null was not changed.

    `colleague`: to one whom she chose.
    """

    by: str
    colleague: bool
    competence: Competence | None
    language: Language | None
    interpreter: bool | None


class HandoverView(msgspec.Struct, frozen=True):
    """What a nurse wrote to whoever takes what she handed over. `personal`: to one colleague."""

    by: NurseCard
    at: Instant
    personal: bool
    reason: str
    summary: str

    def __repr__(self) -> str:
        """Show no content."""
        return "HandoverView(…)"


class Colleague(msgspec.Struct, frozen=True):
    """A nurse on duty who may take a contact. `free`: she has a seat for it now."""

    nurse: NurseId
    name: str
    title: str
    free: bool


class CallTask(msgspec.Struct, frozen=True):
    """Whom the nurse calls. The number is there once she has taken the contact.

    After an unanswered call the next is tried in `again` milliseconds, `most` times in all.
    """

    number: PhoneNumber | None
    tries: int
    most: int
    again: int

    def __repr__(self) -> str:
        """Show no number."""
        return f"CallTask(tries={self.tries})"


class PatientView(msgspec.Struct, frozen=True):
    """The patient's own contact. `peer_read` is the newest version the nurse has read.

    `worse_at` is when the patient last said that it is worse; `next_check` when to ask again.
    """

    contact: ContactId
    version: int
    phase: Phase
    channel: Channel
    region: RegionCode
    concerns: Concerns
    called: str
    language: Language
    interpreter: bool
    story: str
    epoch: int
    opened_at: Instant
    nurse: NurseCard | None
    peer_present: bool
    told: WhyReturned | None
    proposal: Channel | None
    photos: tuple[PhotoView, ...]
    own_read: int
    peer_read: int
    advice: AdviceView | None
    ended: EndedWhy | None
    surveyed: bool
    callback: OwnCallback | None
    unreached: bool
    red_flags: tuple[RedFlag, ...]
    worse_at: Instant | None
    next_check: Instant | None
    text_ends: str | None
    handover: HandedOver | None

    def __repr__(self) -> str:
        """Show no content."""
        return f"PatientView({self.contact}, {self.version})"


class NurseView(msgspec.Struct, frozen=True):
    """A contact as the nurse who holds it sees it. `offer_until` is set while it is an offer.

    `reason` is the code of why it was offered, `why` and `waited` (milliseconds) the rest of it.
    """

    contact: ContactId
    version: int
    phase: Phase
    channel: Channel
    region: RegionCode
    concerns: Concerns
    called: str
    age: int | None
    language: Language
    interpreter: bool
    competence: Competence
    protected: bool
    story: str
    consent: str
    epoch: int
    opened_at: Instant
    arrived_at: Instant
    urgency: Urgency | None
    reason: str
    why: Need | None
    waited: int | None
    told: WhyReturned | None
    peer_present: bool
    proposal: Channel | None
    declined_channel: Channel | None
    photos: tuple[PhotoView, ...]
    own_read: int
    peer_read: int
    overdue: bool
    offer_until: Instant | None
    ended: EndedWhy | None
    callback: CallTask | None
    unreached: bool
    red_flags: tuple[RedFlag, ...]
    worse: tuple[Worse, ...]
    handover: HandoverView | None
    network: Network | None

    def __repr__(self) -> str:
        """Show no content."""
        return f"NurseView({self.contact}, {self.version})"


class LineRow(msgspec.Struct, frozen=True):
    """A waiting contact in the nurse's live line. `reason`, a code, and `why` say why there.

    `mine`: she may be offered it. `unserved`: nobody on duty may. `hidden`: the identity is
    protected and she has no right to meet it, so no name, age or story is told. `handed_by`: the
    colleague who handed it over, if one did, and `handed_reason` why.
    """

    contact: ContactId
    region: RegionCode
    concerns: Concerns
    called: str
    age: int | None
    story: str
    urgency: Urgency | None
    reason: str
    why: Need
    arrived_at: Instant
    channel: Channel
    language: Language
    interpreter: bool
    competence: Competence
    protected: bool
    hidden: bool
    unserved: bool
    photos: int
    away: bool
    mine: bool
    callback: bool
    red_flags: tuple[RedFlag, ...]
    worse: bool
    handed_by: str | None
    handed_reason: str

    def __repr__(self) -> str:
        """Show no content."""
        return f"LineRow({self.contact})"


class Words(msgspec.Struct, frozen=True):
    """The same said in one language."""

    language: str
    text: str


class PauseView(msgspec.Struct, frozen=True):
    """A line, or a channel or competence of it, that takes nobody new. `texts`: where to turn."""

    why: PauseWhy
    channel: Channel | None
    competence: Competence | None
    texts: tuple[Words, ...]


def pause_view(pause: Pause) -> PauseView:
    """Return the pause with its words in every language of the pages."""
    texts = tuple(Words(language, pause.text(language)) for language in LANGUAGES)
    return PauseView(pause.why, pause.channel, pause.competence, texts)


def in_words(texts: Mapping[str, str]) -> tuple[Words, ...]:
    """Return a region's own words, by language."""
    return tuple(Words(language, text) for language, text in sorted(texts.items()))


class PlaceView(msgspec.Struct, frozen=True):
    """Where in the line the patient stands. `before` by reason sums to `place` - 1.

    `told_at`: when the forecast was first told in these words. `held`: how many of a hundred told
    in the region last week held; null when too few were told. `paused`: nobody new is taken; who
    waits keeps the place. `elsewhere`: where to turn while `nurses` is 0, in the region's words.
    """

    contact: ContactId
    place: int
    before_urgent: int
    before_earlier: int
    nurses: int
    forecast: Forecast | None
    told_at: Instant | None
    held: int | None
    paused: PauseView | None
    elsewhere: tuple[Words, ...]


def _photo(photo: Photo) -> PhotoView:
    return PhotoView(
        photo.id,
        photo.by,
        photo.how,
        photo.at,
        photo.status,
        photo.width,
        photo.height,
        photo.fault,
    )


def advice(contact: Contact) -> AdviceView | None:
    """Return the signed advice, or None while there is none."""
    if contact.outcome is None or contact.nurse is None:
        return None
    signed: Outcome = contact.outcome
    return AdviceView(
        urgency=signed.urgency,
        care_level=signed.care_level,
        advice=signed.advice,
        seek_again=signed.seek_again,
        language=signed.advice_language,
        nurse=contact.nurse,
        at=contact.phase_at,
    )


def _own_callback(contact: Contact, policy: Policy) -> OwnCallback | None:
    if contact.callback is None:
        return None
    at = contact.callback_at
    return OwnCallback(
        ends=contact.callback.ends,
        at=at,
        until=None if at is None else at + policy.callback_window,
        tries=contact.callback.tries,
        most=policy.call_tries,
    )


def _call_task(contact: Contact, policy: Policy) -> CallTask | None:
    if contact.callback is None:
        return None
    taken = contact.phase in {Phase.CALLING, Phase.WRAPPING_UP}
    return CallTask(
        number=contact.callback.number if taken else None,
        tries=contact.callback.tries,
        most=policy.call_tries,
        again=policy.call_again,
    )


def _next_check(contact: Contact, policy: Policy) -> Instant | None:
    """Return when to ask whether it is still the same: never sooner after an answer or a wait."""
    if contact.phase is not Phase.WAITING:
        return None
    return (contact.checked_at or contact.arrived_at) + policy.check_in


_HANDED_OVER: Final = frozenset({WhyReturned.HANDED_OVER, WhyReturned.COLLEAGUE_COULD_NOT})


def _handed_over(contact: Contact) -> HandedOver | None:
    """Return what the patient is told of a handover while nobody has taken it."""
    given = contact.handover
    if given is None or contact.told not in _HANDED_OVER:
        return None
    to = given.to
    colleague = to.nurse is not None
    return HandedOver(given.by.name, colleague, to.competence, to.language, to.interpreter)


def _handover(contact: Contact) -> HandoverView | None:
    given = contact.handover
    if given is None:
        return None
    personal = given.to.nurse is not None
    return HandoverView(given.by, given.at, personal, given.reason, given.summary)


def for_patient(contact: Contact, version: int, policy: Policy) -> PatientView:
    """Return what the patient may see. The nurse is named only once she has accepted."""
    named = contact.nurse is not None and contact.phase is not Phase.OFFERED
    return PatientView(
        contact=contact.id,
        version=version,
        phase=contact.phase,
        channel=contact.channel,
        region=contact.region,
        concerns=contact.concerns,
        called=contact.called,
        language=contact.language,
        interpreter=contact.interpreter,
        story=contact.story,
        epoch=contact.epoch,
        opened_at=contact.opened_at,
        nurse=contact.nurse if named else None,
        peer_present=named and Role.NURSE not in contact.absent(),
        told=contact.told,
        proposal=contact.proposal,
        photos=tuple(_photo(p) for p in contact.photos),
        own_read=contact.patient_read,
        peer_read=contact.nurse_read,
        advice=advice(contact),
        ended=contact.ended,
        surveyed=contact.survey is not None,
        callback=_own_callback(contact, policy),
        unreached=contact.unreached,
        red_flags=contact.red_flags,
        worse_at=contact.worse[-1].at if contact.worse else None,
        next_check=_next_check(contact, policy),
        text_ends=None if contact.text_to is None else contact.text_to[-2:],
        handover=_handed_over(contact),
    )


def for_nurse(contact: Contact, version: int, policy: Policy) -> NurseView:
    """Return what the nurse who holds the contact may see."""
    offered = contact.phase is Phase.OFFERED
    return NurseView(
        contact=contact.id,
        version=version,
        phase=contact.phase,
        channel=contact.channel,
        region=contact.region,
        concerns=contact.concerns,
        called=contact.called,
        age=contact.age,
        language=contact.language,
        interpreter=contact.interpreter,
        competence=contact.competence,
        protected=contact.protected,
        story=contact.story,
        consent=contact.consent,
        epoch=contact.epoch,
        opened_at=contact.opened_at,
        arrived_at=contact.arrived_at,
        urgency=contact.urgency,
        reason=contact.reason,
        why=contact.why,
        waited=contact.waited,
        told=contact.told,
        peer_present=Role.PATIENT not in contact.absent(),
        proposal=contact.proposal,
        declined_channel=contact.declined_channel,
        photos=tuple(_photo(p) for p in contact.photos),
        own_read=contact.nurse_read,
        peer_read=contact.patient_read,
        overdue=contact.overdue,
        offer_until=offer_until(contact, policy) if offered else None,
        ended=contact.ended,
        callback=_call_task(contact, policy),
        unreached=contact.unreached,
        red_flags=contact.red_flags,
        worse=contact.worse,
        handover=_handover(contact),
        network=contact.network,
    )
