"""The laws about what was answered and shown: nothing of it is lost, doubled, or out of order."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from tests.chaos.history import History, Operation, Outcome
from tests.chaos.records import Entry, Records
from video_advice import events as ev
from video_advice.people import NurseCard, Role

EVENTS: Final[dict[str, type[ev.Event]]] = {
    "open": ev.Opened,
    "chat": ev.ChatSent,
    "photo": ev.PhotoReceived,
    "take": ev.OfferAccepted,
    "accept": ev.OfferAccepted,
    "decline": ev.OfferDeclined,
    "return": ev.Returned,
    "transfer": ev.Transferred,
    "unanswered": ev.CallUnanswered,
    "hang_up": ev.HungUp,
    "sign": ev.OutcomeSigned,
    "leave": ev.PatientLeft,
    "worse": ev.FeltWorse,
    "callback": ev.CallbackChosen,
    "callback_drop": ev.CallbackDropped,
    "survey": ev.SurveyAnswered,
}
"""What has to be stored for each kind of operation that was answered `done`."""

_TICK: Final = 250
"""Milliseconds by which a process may misjudge the archive's time: half of its quickest
renewal so far, and one that has just come up amid faults has made none that was quick.
"""

Stored = dict[tuple[str, int], Entry]
Marks = dict[tuple[str, str], list[Entry]]


def marks_of(records: Records) -> Marks:
    """Return the events that carry a client's own mark, by kind and mark."""
    found: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in records.entries:
        match entry.event:
            case ev.Opened(story=story):
                found["open", story].append(entry)
            case ev.ChatSent(text=text):
                found["chat", text].append(entry)
            case ev.PhotoReceived(photo=photo):
                found["photo", photo].append(entry)
    return found


def lost(
    operations: Iterable[Operation],
    stored: Stored,
    marks: Marks,
) -> Iterator[str]:
    for one in operations:
        if one.outcome is not Outcome.OK:
            continue
        if one.kind in {"open", "photo"}:
            found = [e for e in marks.get((one.kind, one.mark), ()) if e.contact == one.contact]
            if not found:
                yield f"I1 {_name(one)}: nothing of it is stored"
            continue
        entry = stored.get((one.contact, one.version or 0))
        if entry is None or not isinstance(entry.event, EVENTS[one.kind]):
            there = "nothing" if entry is None else type(entry.event).__name__
            yield f"I1 {_name(one)}: {there} is stored at v{one.version}"
        elif isinstance(entry.event, ev.ChatSent) and entry.event.text != one.mark:
            yield f"I1 {_name(one)}: another message is stored at v{one.version}"
        elif _by(entry.event) not in {None, one.who}:
            yield f"I1 {_name(one)}: stored as {_by(entry.event)}'s"


def doubled(operations: Iterable[Operation], marks: Marks) -> Iterator[str]:
    for one in operations:
        found = marks.get((one.kind, one.mark), ())
        if len(found) > 1:
            where = ", ".join(f"{e.contact} v{e.version}" for e in found)
            yield f"I2 {_name(one)}: stored {len(found)} times: {where}"


def never_happened(operations: Iterable[Operation], marks: Marks) -> Iterator[str]:
    for one in operations:
        if one.outcome is Outcome.FAIL and marks.get((one.kind, one.mark)):
            yield f"I18 {_name(one)}: refused ({one.code}), and yet stored"


def in_time(operations: Iterable[Operation], stored: Stored) -> Iterator[str]:
    """What was answered before something else was asked for stands before it."""
    by_contact: dict[str, list[Operation]] = defaultdict(list)
    for one in operations:
        if one.outcome is Outcome.OK and one.version is not None:
            by_contact[one.contact].append(one)
            entry = stored.get((one.contact, one.version))
            if entry is not None and not one.start - _TICK <= entry.at <= one.end + _TICK:
                yield f"I1 {_name(one)}: made at {entry.at}, asked {one.start} to {one.end}"
    for some in by_contact.values():
        ends = sorted(some, key=lambda one: one.end)
        newest, at = 0, 0
        for one in sorted(some, key=lambda one: one.start):
            while at < len(ends) and ends[at].end < one.start:
                newest = max(newest, ends[at].version or 0)
                at += 1
            if one.version is not None and one.version <= newest:
                yield f"I1 {_name(one)}: stands at v{one.version}, before v{newest}, asked earlier"


def _name(one: Operation) -> str:
    return f"{one.kind} by {one.who} on {one.contact or 'none'} {one.mark} at {one.start}"


def told(history: History, stored: Stored) -> Iterator[str]:
    chat: dict[str, list[int]] = defaultdict(list)
    for (contact, version), entry in stored.items():
        if isinstance(entry.event, ev.ChatSent):
            chat[contact].append(version)
    for number, page in enumerate(history.pages):
        name = f"page {number} of {page.who}"
        heard: dict[str, list[int]] = defaultdict(list)
        for one in page.heard:
            heard[one.contact].append(one.version)
            found = stored.get((one.contact, one.version))
            event = None if found is None else found.event
            if not isinstance(event, ev.ChatSent) or event.text != one.mark:
                yield f"I1 {name}: shown a message that is not stored, {one.contact} v{one.version}"
        for contact, versions in heard.items():
            if versions != sorted(set(versions)):
                twice = [v for v, times in Counter(versions).items() if times > 1]
                yield f"I2 {name}: {contact} shown twice {twice} or out of order"
        for contact, version in page.ended.items():
            missed = {v for v in chat[contact] if v <= version} - set(heard[contact])
            if missed and page.role == Role.PATIENT.value:
                yield f"I1 {name}: {contact} never shown {sorted(missed)}"
        for contact, states in page.states.items():
            if states != sorted(states) or [e for _, e in states] != sorted(e for _, e in states):
                yield f"I4 {name}: {contact} shown an older state after a newer one"


def _by(event: ev.Event) -> str | None:
    nurse = getattr(event, "nurse", None)
    return str(nurse.id) if isinstance(nurse, NurseCard) else None
