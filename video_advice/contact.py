"""The life of a contact: its phases, what may happen in each, and what then becomes of it.

`ALLOWED` is the specification, `step` carries it out. Both are pure. An event that the table does
not allow is refused and changes nothing.
"""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from video_advice import events as ev
from video_advice import handover, meanwhile
from video_advice.effects import AnyEffect, CleanPhoto, DropPhoto, SyncTicket, TellPatient
from video_advice.events import AnyEvent, WhyReturned
from video_advice.ids import Instant
from video_advice.notices import Notice
from video_advice.people import Channel, Role
from video_advice.policy import Policy
from video_advice.refusals import Refusal, Refused
from video_advice.state import HELD, Contact, EndedWhy, Phase, Photo, PhotoStatus

W, S, O, C, J, T, I, U, E = Phase  # noqa: E741 - the table below must fit on a screen

_Row = dict[type[ev.Event], set[Phase]]

_MOVES: Final[dict[Phase, _Row]] = {
    W: {
        ev.Joined: {W},
        ev.Dropped: {W},
        ev.NurseOffered: {O},
        ev.ColleagueGone: {W},
        ev.CallbackChosen: {W, S},
        ev.CallbackDropped: {W},
        ev.ChannelWished: {W},
        ev.FeltWorse: {W},
        ev.CheckAnswered: {W},
        ev.NetworkMeasured: {W},
        ev.SoonNext: {W},
        ev.PatientLeft: {E},
        ev.TimePassed: {W, E},
    },
    S: {
        ev.Joined: {S},
        ev.Dropped: {S},
        ev.CallbackChosen: {W, S},
        ev.CallbackDropped: {W},
        ev.ChannelWished: {S},
        ev.FeltWorse: {W, S},
        ev.PatientLeft: {E},
        ev.TimePassed: {S, W},
    },
    O: {
        ev.Joined: {O},
        ev.Dropped: {O},
        ev.OfferAccepted: {C, J, T},
        ev.OfferDeclined: {W},
        ev.ChannelWished: {O},
        ev.FeltWorse: {O},
        ev.CheckAnswered: {O},
        ev.NetworkMeasured: {O},
        ev.PatientLeft: {E},
        ev.TimePassed: {O, W},
    },
    C: {
        ev.Joined: {C},
        ev.Dropped: {C},
        ev.HungUp: {U},
        ev.CallUnanswered: {S, U},
        ev.Returned: {W},
        ev.Transferred: {W},
        ev.TimePassed: {C, W},
    },
    J: {
        ev.Joined: {J, T},
        ev.Dropped: {J},
        ev.Returned: {W},
        ev.Transferred: {W},
        ev.ChannelLowered: {J},
        ev.PatientLeft: {E},
        ev.TimePassed: {J, T, W, E},
    },
    T: {
        ev.Joined: {T},
        ev.Dropped: {I},
        ev.HungUp: {U},
        ev.Returned: {W},
        ev.Transferred: {W},
        ev.ChannelProposed: {T},
        ev.ChannelAnswered: {T},
        ev.ChannelLowered: {T},
        ev.TimePassed: {T, I},
    },
    I: {
        ev.Joined: {I, T},
        ev.Dropped: {I},
        ev.HungUp: {U},
        ev.Returned: {W},
        ev.Transferred: {W},
        ev.ChannelAnswered: {I},
        ev.ChannelLowered: {I},
        ev.TimePassed: {I, T, W, U},
    },
    U: {
        ev.Joined: {U},
        ev.Dropped: {U},
        ev.OutcomeSigned: {E},
        ev.TimePassed: {U},
    },
    E: {
        ev.SurveyAnswered: {E},
    },
}

_KEEPS_THE_PHASE: Final[tuple[type[ev.Event], ...]] = (
    ev.ChatSent,
    ev.ChatRead,
    ev.PhotoReceived,
    ev.PhotoCleaned,
    ev.PhotoRejected,
    ev.PhotoRemoved,
    ev.PushAsked,
    ev.PushGone,
    ev.TextAsked,
)

_HERS: Final = (
    ev.OfferAccepted,
    ev.CallUnanswered,
    ev.Returned,
    ev.Transferred,
    ev.ChannelProposed,
)

ALLOWED: Final[dict[Phase, dict[type[ev.Event], frozenset[Phase]]]] = {
    phase: {
        **{event: frozenset(to) for event, to in row.items()},
        **{event: frozenset({phase}) for event in _KEEPS_THE_PHASE if phase is not E},
    }
    for phase, row in _MOVES.items()
}
"""Which event may happen in which phase, and the phases it may lead to."""


def step(
    contact: Contact | None, event: AnyEvent, now: Instant, policy: Policy
) -> tuple[Contact, tuple[AnyEffect, ...]]:
    """Return what `contact` becomes when `event` happens at `now`, and the work that follows.

    Raises:
        Refused: the event is not allowed in this phase, or names a stale epoch.
    """
    if contact is None:
        if not isinstance(event, ev.Opened):
            raise Refused(Refusal.NOT_FOUND)
        return _opened(event, now), (SyncTicket(event.contact),)
    reachable = ALLOWED[contact.phase].get(type(event))
    if reachable is None:
        raise Refused(Refusal.NOT_ALLOWED_NOW)
    if _by_nurse(event) and lease_over(contact, now, policy):
        raise Refused(Refusal.STALE_EPOCH)
    after, effects = _apply(contact, event, now, policy)
    if after.phase not in reachable:
        message = f"{type(event).__name__} led from {contact.phase} to {after.phase}"
        raise AssertionError(message)
    if _in_line(contact) != _in_line(after):
        effects = (*effects, SyncTicket(contact.id))
    return after, effects


def _by_nurse(event: AnyEvent) -> bool:
    """Say whether it is something that only the nurse who has the contact may do."""
    match event:
        case ev.Joined(role=role) | ev.HungUp(by=role) | ev.ChannelLowered(by=role):
            return role is Role.NURSE
    return isinstance(event, _HERS)


def _in_line(contact: Contact) -> tuple[object, ...]:
    """Return everything that decides the place in the line; a change of it moves the ticket."""
    return (
        contact.phase is Phase.WAITING,
        contact.urgency,
        contact.ahead,
        contact.channel,
        contact.away(),
        contact.declined_by,
        len(contact.photos),
        contact.callback is None,
        contact.competence,
        contact.named,
        contact.worse[-1:],
        contact.reachable(),
    )


def _opened(event: ev.Opened, now: Instant) -> Contact:
    return Contact(
        id=event.contact,
        person=event.person,
        region=event.region,
        concerns=event.concerns,
        called=event.called,
        age=event.age,
        language=event.language,
        interpreter=event.interpreter,
        channel=event.channel,
        story=event.story,
        consent=event.consent,
        competence=event.competence,
        protected=event.protected,
        opened_at=now,
        phase=Phase.WAITING,
        phase_at=now,
        arrived_at=now,
        patient_left_at=now,
    )


def _apply(  # noqa: C901, PLR0911, PLR0912 - one match is the whole machine
    contact: Contact, event: AnyEvent, now: Instant, policy: Policy
) -> tuple[Contact, tuple[AnyEffect, ...]]:
    none: tuple[AnyEffect, ...] = ()
    match event:
        case ev.Joined(role=role):
            return _joined(contact, role, now), none
        case ev.Dropped(role=role, since=since):
            return _dropped(contact, role, now if since is None else min(since, now), now), none
        case ev.NurseOffered(epoch=epoch):
            _check_epoch(contact.epoch + 1, epoch)
            return _to(_offered(contact, event, now), Phase.OFFERED, now), none
        case ev.OfferAccepted(nurse=nurse, epoch=epoch):
            _check_nurse(contact, nurse.id, epoch)
            return _accepted(contact, now)
        case ev.OfferDeclined(nurse=nurse, epoch=epoch):
            _check_nurse(contact, nurse.id, epoch)
            return _back_in_line(contact, WhyReturned.NURSE_DECLINED, now), none
        case ev.HungUp(epoch=epoch):
            _check_epoch(contact.epoch, epoch)
            return _to(replace(contact, proposal=None), Phase.WRAPPING_UP, now), none
        case ev.Returned(epoch=epoch, urgency=urgency):
            _check_epoch(contact.epoch, epoch)
            kept = replace(contact, urgency=urgency or contact.urgency)
            return _back_in_line(kept, WhyReturned.NURSE_SENT_BACK, now), none
        case ev.Transferred(epoch=epoch):
            _check_epoch(contact.epoch, epoch)
            return _transferred(contact, event, now), none
        case ev.ColleagueGone(nurse=gone):
            if contact.named != gone:
                raise Refused(Refusal.NOT_ALLOWED_NOW)
            return handover.to_everybody(contact), none
        case ev.PatientLeft():
            return _end(contact, EndedWhy.PATIENT_LEFT, now), none
        case ev.CallbackChosen():
            return meanwhile.chosen(contact, event, now, policy), none
        case ev.CallbackDropped():
            return meanwhile.dropped(contact, now), none
        case ev.CallUnanswered(epoch=epoch):
            _check_epoch(contact.epoch, epoch)
            return meanwhile.unanswered(contact, now, policy)
        case ev.FeltWorse():
            return meanwhile.worse(contact, event, now), none
        case ev.CheckAnswered():
            return replace(contact, checked_at=now), none
        case ev.NetworkMeasured(network=network):
            return replace(contact, network=network), none
        case ev.PushAsked() | ev.PushGone() | ev.TextAsked():
            return meanwhile.asked(contact, event), none
        case ev.SoonNext():
            return meanwhile.soon(contact)
        case ev.ChannelWished(channel=channel):
            return replace(contact, channel=channel), none
        case ev.ChannelProposed(channel=channel, epoch=epoch):
            _check_epoch(contact.epoch, epoch)
            return replace(contact, proposal=channel, declined_channel=None), none
        case ev.ChannelAnswered(accepted=accepted):
            return _answer(contact, accepted=accepted), none
        case ev.ChannelLowered():
            return replace(contact, channel=Channel.CHAT, proposal=None), none
        case ev.ChatSent():
            return contact, none
        case ev.ChatRead(by=role, upto=upto):
            return _read(contact, role, upto), none
        case ev.OutcomeSigned(outcome=outcome, nurse=nurse, epoch=epoch):
            _check_nurse(contact, nurse.id, epoch)
            return _end(replace(contact, outcome=outcome), EndedWhy.SIGNED, now), none
        case ev.SurveyAnswered(survey=survey):
            return replace(contact, survey=survey), none
        case ev.TimePassed(present=present):
            return _time_passed(contact, present, now, policy), none
        case ev.PhotoReceived() | ev.PhotoCleaned() | ev.PhotoRejected() | ev.PhotoRemoved():
            return _photo(contact, event, now, policy)
        case ev.Opened():
            raise Refused(Refusal.NOT_ALLOWED_NOW)


def _offered(contact: Contact, event: ev.NurseOffered, now: Instant) -> Contact:
    return replace(
        contact,
        nurse=event.nurse,
        epoch=event.epoch,
        reason=event.reason,
        why=event.why,
        waited=now - contact.arrived_at,
        chats=event.chats,
        within=event.within,
        told=None,
    )


def _to(contact: Contact, phase: Phase, now: Instant) -> Contact:
    return replace(contact, phase=phase, phase_at=now)


def _check_epoch(expected: int, epoch: int) -> None:
    if epoch != expected:
        raise Refused(Refusal.STALE_EPOCH)


def _check_nurse(contact: Contact, nurse: str, epoch: int) -> None:
    if contact.nurse is None or contact.nurse.id != nurse:
        raise Refused(Refusal.NOT_YOURS)
    _check_epoch(contact.epoch, epoch)


def _accepted(contact: Contact, now: Instant) -> tuple[Contact, tuple[AnyEffect, ...]]:
    taken = replace(contact, nurse_left_at=None, ahead=False, named=None)
    if contact.callback is not None:
        return _to(taken, Phase.CALLING, now), ()
    joining = _talk_if_both_are_here(_to(taken, Phase.JOINING, now), now)
    calls_back = joining.phase is Phase.JOINING and contact.reachable()
    return joining, (TellPatient(contact.id, Notice.NURSE),) if calls_back else ()


def _joined(contact: Contact, role: Role, now: Instant) -> Contact:
    if role is Role.PATIENT:
        here = replace(contact, patient_left_at=None)
    else:
        here = replace(contact, nurse_left_at=None)
    return _talk_if_both_are_here(here, now)


def _talk_if_both_are_here(contact: Contact, now: Instant) -> Contact:
    if contact.phase in {Phase.JOINING, Phase.INTERRUPTED} and not contact.absent():
        return _to(contact, Phase.TALKING, now)
    return contact


def _dropped(contact: Contact, role: Role, since: Instant, now: Instant) -> Contact:
    if role in contact.absent():
        return _to(contact, Phase.INTERRUPTED, now) if contact.phase is Phase.TALKING else contact
    if role is Role.PATIENT:
        gone = replace(contact, patient_left_at=since)
    else:
        gone = replace(contact, nurse_left_at=since)
    return _to(gone, Phase.INTERRUPTED, now) if contact.phase is Phase.TALKING else gone


_BY_THE_NURSE: Final = frozenset({WhyReturned.NURSE_SENT_BACK, WhyReturned.HANDED_OVER})


def _back_in_line(contact: Contact, why: WhyReturned, now: Instant) -> Contact:
    declined = contact.declined_by
    if contact.nurse is not None and why is not WhyReturned.NURSE_LOST:
        declined = (*(n for n in declined if n != contact.nurse.id), contact.nurse.id)
    if contact.named is not None:  # until she accepts: she declined it, or let it lapse
        why = WhyReturned.COLLEAGUE_COULD_NOT
    return replace(
        _to(contact, Phase.WAITING, now),
        nurse=None,
        nurse_left_at=None,
        epoch=contact.epoch + 1,
        proposal=None,
        told=why,
        ahead=contact.ahead or why is WhyReturned.NURSE_LOST,
        named=None,
        declined_by=declined,
        soon_told=contact.soon_told and why not in _BY_THE_NURSE,
    )


def _transferred(contact: Contact, event: ev.Transferred, now: Instant) -> Contact:
    if contact.nurse is None:
        raise Refused(Refusal.NOT_YOURS)
    waiting = _back_in_line(contact, WhyReturned.HANDED_OVER, now)
    return handover.given(waiting, event, contact.nurse, now)


def _end(contact: Contact, why: EndedWhy, now: Instant) -> Contact:
    ended = replace(contact, epoch=contact.epoch + 1, ended=why, proposal=None, told=None)
    return _to(meanwhile.forgotten(ended), Phase.ENDED, now)


def _answer(contact: Contact, *, accepted: bool) -> Contact:
    if contact.proposal is None:
        raise Refused(Refusal.NOT_ALLOWED_NOW)
    if accepted:
        return replace(contact, channel=contact.proposal, proposal=None)
    return replace(contact, declined_channel=contact.proposal, proposal=None)


def _read(contact: Contact, role: Role, upto: int) -> Contact:
    if role is Role.PATIENT:
        return replace(contact, patient_read=max(contact.patient_read, upto))
    return replace(contact, nurse_read=max(contact.nurse_read, upto))


def _photo(
    contact: Contact,
    event: ev.PhotoReceived | ev.PhotoCleaned | ev.PhotoRejected | ev.PhotoRemoved,
    now: Instant,
    policy: Policy,
) -> tuple[Contact, tuple[AnyEffect, ...]]:
    others = tuple(p for p in contact.photos if p.id != event.photo)
    match event:
        case ev.PhotoReceived(photo=photo, by=by, how=how):
            if len(others) >= policy.photos:
                raise Refused(Refusal.PHOTO_TOO_MANY)
            new = Photo(id=photo, by=by, how=how, at=now)
            return replace(contact, photos=(*others, new)), (CleanPhoto(contact.id, photo),)
        case ev.PhotoRemoved():
            return replace(contact, photos=others), (DropPhoto(contact.id, event.photo),)
    known = next((p for p in contact.photos if p.id == event.photo), None)
    if known is None:
        raise Refused(Refusal.NOT_ALLOWED_NOW)
    if isinstance(event, ev.PhotoCleaned):
        after = replace(
            known, status=PhotoStatus.READY, width=event.width, height=event.height, fault=None
        )
    else:
        after = replace(known, status=PhotoStatus.REJECTED, fault=event.fault)
    photos = tuple(after if p is known else p for p in contact.photos)
    return replace(contact, photos=photos), ()


def _time_passed(
    contact: Contact, present: frozenset[Role], now: Instant, policy: Policy
) -> Contact:
    """Make the contact agree with who is really there, then let its deadline fall."""
    # Who left goes first: one who came must not start a talk with one who is gone.
    for role in (Role.PATIENT, Role.NURSE):
        if role not in present and role not in contact.absent():
            contact = _dropped(contact, role, now, now)
    for role in contact.absent() & present:
        if role is Role.PATIENT or not lease_over(contact, now, policy):
            contact = _joined(contact, role, now)
    due = deadline(contact, now, policy)
    return contact if due is None or due > now else _fallen_due(contact, now, policy)


def _fallen_due(contact: Contact, now: Instant, policy: Policy) -> Contact:
    match contact.phase:
        case Phase.WAITING:
            alone = handover.until(contact, policy)
            waited = alone is not None and alone <= now
            return (
                handover.to_everybody(contact) if waited else _end(contact, EndedWhy.ABANDONED, now)
            )
        case Phase.SCHEDULED:
            # Whoever closed the page until the agreed time has the whole grace from then.
            left = None if contact.patient_left_at is None else now
            called = replace(contact, ahead=True, callback_at=None, patient_left_at=left)
            return _to(called, Phase.WAITING, now)
        case Phase.OFFERED:
            return _back_in_line(contact, WhyReturned.NURSE_SILENT, now)
        case Phase.CALLING:
            return _back_in_line(contact, WhyReturned.NURSE_LOST, now)
        case Phase.JOINING if Role.NURSE in contact.absent():
            return _back_in_line(contact, WhyReturned.NURSE_LOST, now)
        case Phase.INTERRUPTED if lease_over(contact, now, policy):
            return _back_in_line(contact, WhyReturned.NURSE_LOST, now)
        case Phase.JOINING:
            return _end(contact, EndedWhy.ABANDONED, now)
        case Phase.INTERRUPTED:
            return _to(replace(contact, proposal=None), Phase.WRAPPING_UP, now)
        case Phase.WRAPPING_UP:
            return replace(contact, overdue=True)
    return contact


def offer_until(contact: Contact, policy: Policy) -> Instant:
    """Return when an offer lapses."""
    return contact.phase_at + (policy.offer if contact.within is None else contact.within)


def lease_over(contact: Contact, now: Instant, policy: Policy) -> bool:
    """Say whether the nurse has the contact no longer, though nobody may have noted that yet."""
    if contact.phase is Phase.OFFERED:
        return offer_until(contact, policy) <= now
    left = contact.nurse_left_at
    return contact.phase in HELD and left is not None and left + policy.nurse_grace <= now


def deadline(contact: Contact, now: Instant, policy: Policy) -> Instant | None:
    """Return when silence is acted on, in milliseconds; None only when the contact has ended."""
    patient_left, nurse_left = contact.patient_left_at, contact.nurse_left_at
    match contact.phase:
        case Phase.WAITING:
            due = now + policy.check
            if patient_left is not None and contact.away():
                due = patient_left + policy.waiting_grace
            alone = handover.until(contact, policy)
            return due if alone is None else min(due, alone)
        case Phase.SCHEDULED:
            return contact.callback_at if contact.callback_at is not None else now
        case Phase.OFFERED:
            return offer_until(contact, policy)
        case Phase.CALLING:
            return now + policy.check if nurse_left is None else nurse_left + policy.nurse_grace
        case Phase.JOINING:
            # Not later than a look at who is there: one of them may be gone unnoticed.
            due = min(contact.phase_at + policy.joining, now + policy.check)
            return due if nurse_left is None else min(due, nurse_left + policy.nurse_grace)
        case Phase.TALKING:
            return now + policy.check
        case Phase.INTERRUPTED:
            graces = ((patient_left, policy.patient_grace), (nurse_left, policy.nurse_grace))
            ends = (left + grace for left, grace in graces if left is not None)
            return min((*ends, now + policy.check))
        case Phase.WRAPPING_UP:
            return now + policy.signing if contact.overdue else contact.phase_at + policy.signing
        case Phase.ENDED:
            return None
