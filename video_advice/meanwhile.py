"""What happens while somebody waits: being called instead, feeling worse, being told it is soon.

Each function is one event's part of `video_advice.contact.step`.
"""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from video_advice import events as ev
from video_advice.advice.redflags import RedFlag, raised
from video_advice.advice.urgency import Urgency
from video_advice.callback import Callback, check_time
from video_advice.effects import AnyEffect, TellPatient
from video_advice.events import WhyReturned
from video_advice.ids import Instant
from video_advice.notices import MOST_DEVICES, Notice
from video_advice.policy import Policy
from video_advice.refusals import Refusal, Refused
from video_advice.state import Contact, Phase, Worse

MOST_WORSE: Final = 5
"""Reports of feeling worse that are kept at hand; all of them stay among the events."""


def chosen(contact: Contact, event: ev.CallbackChosen, now: Instant, policy: Policy) -> Contact:
    """Let the patient be called, when it is their turn or from a time on.

    Raises:
        Refused: `callback.time`.
    """
    check_time(event.at, now, policy)
    phase = Phase.WAITING if event.at is None else Phase.SCHEDULED
    return replace(
        _in(contact, phase, now),
        callback=Callback(event.number),
        callback_at=event.at,
        told=None,
        soon_told=contact.soon_told and phase is Phase.WAITING,
    )


def dropped(contact: Contact, now: Instant) -> Contact:
    """Let the patient wait at the page, in the old place.

    Raises:
        Refused: there was nothing to drop.
    """
    if contact.callback is None:
        raise Refused(Refusal.NOT_ALLOWED_NOW)
    left = None if contact.patient_left_at is None else now
    waiting = _in(contact, Phase.WAITING, now)
    return replace(waiting, callback=None, callback_at=None, told=None, patient_left_at=left)


def unanswered(
    contact: Contact, now: Instant, policy: Policy
) -> tuple[Contact, tuple[AnyEffect, ...]]:
    """Try again later; after the last try the nurse decides, and signs, what is to be done."""
    told = (TellPatient(contact.id, Notice.CALLED),)
    callback = contact.callback
    if callback is None:
        raise Refused(Refusal.NOT_ALLOWED_NOW)
    tried = replace(contact, callback=replace(callback, tries=callback.tries + 1))
    if callback.tries + 1 >= policy.call_tries:
        return replace(_in(tried, Phase.WRAPPING_UP, now), unreached=True), told
    later = replace(
        _in(tried, Phase.SCHEDULED, now),
        callback_at=now + policy.call_again,
        nurse=None,
        nurse_left_at=None,
        epoch=contact.epoch + 1,
        told=WhyReturned.NO_ANSWER,
        soon_told=False,
    )
    return later, told


def worse(contact: Contact, event: ev.FeltWorse, now: Instant) -> Contact:
    """Note it; a red flag raises the urgency: then nobody waits for a later call or one nurse."""
    flags = raised(event.answers)
    report = Worse(now, flags, event.words)
    noted = replace(contact, worse=(*contact.worse, report)[-MOST_WORSE:], checked_at=now)
    if not flags:
        return noted
    known = {*contact.red_flags, *flags}
    urgent = replace(
        noted,
        red_flags=tuple(flag for flag in RedFlag if flag in known),
        urgency=Urgency.IMMEDIATE,
        named=None,
    )
    if contact.phase is not Phase.SCHEDULED:
        return urgent
    return replace(_in(urgent, Phase.WAITING, now), callback_at=None)


def asked(contact: Contact, event: ev.PushAsked | ev.PushGone | ev.TextAsked) -> Contact:
    """Remember, or forget, where notices are sent.

    Raises:
        Refused: the device was not known.
    """
    match event:
        case ev.TextAsked(number=number):
            return replace(contact, text_to=number)
        case ev.PushAsked(address=address):
            others = tuple(one for one in contact.pushes if one.endpoint != address.endpoint)
            return replace(contact, pushes=(*others, address)[-MOST_DEVICES:])
        case ev.PushGone(endpoint=endpoint):
            left = tuple(one for one in contact.pushes if one.endpoint != endpoint)
            if left == contact.pushes:
                raise Refused(Refusal.NOT_ALLOWED_NOW)
            return replace(contact, pushes=left)


def soon(contact: Contact) -> tuple[Contact, tuple[AnyEffect, ...]]:
    """Say once, to whoever asked for it, that it is soon their turn.

    Raises:
        Refused: it has been said, or nobody asked.
    """
    if contact.soon_told or not contact.reachable():
        raise Refused(Refusal.NOT_ALLOWED_NOW)
    return replace(contact, soon_told=True), (TellPatient(contact.id, Notice.SOON),)


def forgotten(contact: Contact) -> Contact:
    """Forget every number and device: the contact is over."""
    return replace(contact, callback=None, callback_at=None, pushes=(), text_to=None)


def _in(contact: Contact, phase: Phase, now: Instant) -> Contact:
    return contact if contact.phase is phase else replace(contact, phase=phase, phase_at=now)
