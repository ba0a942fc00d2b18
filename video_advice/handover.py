"""A nurse hands a contact over: to another line, or to one colleague by name.

Whoever is handed over stands ahead of the others, and is waited for by the colleague only so long.
"""

from __future__ import annotations

from msgspec.structs import replace

from video_advice import events as ev
from video_advice.events import WhyReturned
from video_advice.ids import Instant
from video_advice.people import NurseCard
from video_advice.policy import Policy
from video_advice.refusals import Refusal, Refused
from video_advice.state import Contact, Handover


def given(waiting: Contact, event: ev.Transferred, by: NurseCard, now: Instant) -> Contact:
    """Return who waits again, as the nurse `by` hands it over.

    Raises:
        Refused: `transfer.to_self` or `transfer.to_nothing`.
    """
    to = event.to
    if to.nurse == by.id:
        raise Refused(Refusal.TRANSFER_TO_SELF)
    there = replace(
        waiting,
        competence=to.competence or waiting.competence,
        language=to.language or waiting.language,
        interpreter=waiting.interpreter if to.interpreter is None else to.interpreter,
        named=to.nurse,
    )
    if there == waiting:
        raise Refused(Refusal.TRANSFER_TO_NOTHING)
    return replace(
        there,
        urgency=event.urgency or waiting.urgency,
        ahead=True,
        handover=Handover(by, now, to, event.reason, event.summary),
    )


def to_everybody(contact: Contact) -> Contact:
    """Let everybody who can serve it take a contact that waited for one colleague."""
    return replace(contact, named=None, told=WhyReturned.COLLEAGUE_COULD_NOT)


def until(contact: Contact, policy: Policy) -> Instant | None:
    """Return how long a colleague is waited for; None when nobody is."""
    if contact.named is None or contact.handover is None:
        return None
    return contact.handover.at + policy.handover
