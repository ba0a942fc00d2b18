"""Judges what people did and were told against what is stored. Pure, so that it is tested itself.

The laws are those of the guarantees: I1 durability, I2 idempotence, I3 exclusivity, I4 fencing, I5 no
resurrection, I6 order, I8 progress, I9 bounded orphanhood, I11 replay.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from tests.chaos.history import History, Operation, Outcome
from tests.chaos.lives import Lives, Moment, fold, passed_over
from tests.chaos.records import Entry, Records
from video_advice import events as ev
from video_advice.people import Nurse, Role
from video_advice.policy import Policy
from video_advice.state import HELD, Contact, Phase

EVENTS: Final[dict[str, type[ev.Event]]] = {
    "open": ev.Opened,
    "chat": ev.ChatSent,
    "photo": ev.PhotoReceived,
    "take": ev.OfferAccepted,
    "accept": ev.OfferAccepted,
    "decline": ev.OfferDeclined,
    "return": ev.Returned,
    "hang_up": ev.HungUp,
    "sign": ev.OutcomeSigned,
    "leave": ev.PatientLeft,
    "survey": ev.SurveyAnswered,
}
"""What has to be stored for each kind of operation that was answered `done`."""

_TICK: Final = 5
"""Milliseconds by which two readings of one clock may seem to disagree."""
_UNSEEN: Final = 20.0
"""Milliseconds after its commit in which PostgreSQL may not yet show a change to others."""
_RECOVERY: Final = 6_000
"""Milliseconds after a fault until every part that it touched goes on as before."""


class World(msgspec.Struct, frozen=True):
    """What a judge must know besides: who the nurses were, the rules, and when parts were broken.

    `capacity`: contacts that one nurse may hold at a time. `broken`: from and to, in milliseconds.
    `bound`: how many milliseconds without faults an orphan may stay one.
    """

    nurses: dict[str, Nurse]
    policy: Policy
    broken: tuple[tuple[int, int], ...] = ()
    capacity: int = 1
    bound: int = 20_000


class Verdict(msgspec.Struct, frozen=True):
    """What was found. `lost`, `doubled`: acknowledged operations; `broken`: every broken law."""

    acknowledged: int
    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    broken: tuple[str, ...]

    @property
    def good(self) -> bool:
        """Whether every law held."""
        return not (self.lost or self.doubled or self.broken)

    def __str__(self) -> str:
        """Say what was found, a line each."""
        named = (("lost", self.lost), ("doubled", self.doubled), ("broken", self.broken))
        return "\n".join(f"{name}: {what}" for name, found in named for what in found)


def judge(history: History, records: Records, world: World) -> Verdict:
    """Return every breach of the laws."""
    lives = fold(records, world.policy)
    stored = {(e.contact, e.version): e for e in records.entries}
    marks = _marks(records)
    broken = [
        *(f"I8 {what}" for what in history.stuck),
        *(f"I11 {what}" for what in lives.faults),
        *_agrees(records, lives),
        *_one_open(lives),
        *_exclusive(lives, world),
        *_fenced(lives),
        *_over(lives),
        *_in_turn(lives, world),
        *_no_orphans(history, lives, world),
        *_never_happened(history.operations, marks),
        *_in_time(history.operations, stored),
        *_told(history, stored),
    ]
    return Verdict(
        acknowledged=history.acknowledged,
        lost=tuple(_lost(history.operations, stored, marks)),
        doubled=tuple(_doubled(history.operations, marks)),
        broken=tuple(broken),
    )


# I1, I2: what was answered ----------------------------------------------------------------------


def _marks(records: Records) -> dict[tuple[str, str], list[Entry]]:
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


def _lost(
    operations: Iterable[Operation],
    stored: dict[tuple[str, int], Entry],
    marks: dict[tuple[str, str], list[Entry]],
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


def _doubled(
    operations: Iterable[Operation], marks: dict[tuple[str, str], list[Entry]]
) -> Iterator[str]:
    for one in operations:
        found = marks.get((one.kind, one.mark), ())
        if len(found) > 1:
            where = ", ".join(f"{e.contact} v{e.version}" for e in found)
            yield f"I2 {_name(one)}: stored {len(found)} times: {where}"


def _never_happened(
    operations: Iterable[Operation], marks: dict[tuple[str, str], list[Entry]]
) -> Iterator[str]:
    for one in operations:
        if one.outcome is Outcome.FAIL and marks.get((one.kind, one.mark)):
            yield f"I18 {_name(one)}: refused ({one.code}), and yet stored"


def _in_time(
    operations: Iterable[Operation], stored: dict[tuple[str, int], Entry]
) -> Iterator[str]:
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


def _by(event: ev.Event) -> str | None:
    nurse = getattr(event, "nurse", None)
    return None if nurse is None else str(nurse.id)


def _name(one: Operation) -> str:
    return f"{one.kind} by {one.who} on {one.contact or 'none'} {one.mark} at {one.start}"


# I2 to I6, I11: what is stored ------------------------------------------------------------------


def _agrees(records: Records, lives: Lives) -> Iterator[str]:
    for row in records.rows.values():
        moments = lives.of.get(row.id, [])
        if not moments:
            yield f"I11 {row.id}: no events"
            continue
        last = moments[-1]
        one = last.after
        if one != row.contact or last.entry.version != row.version:
            yield f"I11 {row.id}: the events give {one!r} v{last.entry.version}, not {row.contact!r}"
        ended = one.phase is Phase.ENDED
        columns = (row.phase, row.live_person, row.nurse, row.away)
        nurse = None if one.nurse is None else one.nurse.id
        away = one.patient_left_at is not None
        if columns != (one.phase.value, None if ended else one.person, nurse, away):
            yield f"I11 {row.id}: the columns say {columns}"
    for contact in lives.of.keys() - records.rows.keys():
        yield f"I1 {contact}: events without a contact"


def _one_open(lives: Lives) -> Iterator[str]:
    now: dict[str, set[str]] = defaultdict(set)
    for moment in lives.moments:
        mine = now[moment.after.person]
        if moment.after.phase is Phase.ENDED:
            mine.discard(moment.after.id)
        else:
            mine.add(moment.after.id)
        if len(mine) > 1:
            yield f"I2 {moment.after.person} has {len(mine)} open contacts: {sorted(mine)}"


def _exclusive(lives: Lives, world: World) -> Iterator[str]:
    held: dict[str, set[str]] = defaultdict(set)
    for moment in lives.moments:
        before, after = moment.before, moment.after
        if before is not None and _holder(before) not in {None, _holder(after)}:
            held[_holder(before) or ""].discard(after.id)
            if _holder(after) is not None:
                yield f"I3 {after.id} v{moment.entry.version}: went from nurse to nurse"
        holder = _holder(after)
        if holder is None:
            continue
        held[holder].add(after.id)
        if len(held[holder]) > world.capacity:
            yield f"I3 {holder} holds {sorted(held[holder])} at v{moment.entry.version}"


def _holder(contact: Contact) -> str | None:
    return contact.nurse.id if contact.nurse is not None and contact.phase in HELD else None


def _fenced(lives: Lives) -> Iterator[str]:
    for moment in lives.moments:
        before, event = moment.before, moment.entry.event
        if before is None:
            continue
        where = f"{before.id} v{moment.entry.version} {type(event).__name__}"
        epoch = getattr(event, "epoch", None)
        expected = before.epoch + isinstance(event, ev.NurseOffered)
        if epoch is not None and epoch != expected:
            yield f"I4 {where}: epoch {epoch}, not {expected}"
        if moment.after.epoch < before.epoch:
            yield f"I4 {where}: the epoch fell"
        hers = None if before.nurse is None else before.nurse.id
        by = _by(event)
        if by is not None and not isinstance(event, ev.NurseOffered) and by != hers:
            yield f"I4 {where}: by {by}, with {hers}"


def _over(lives: Lives) -> Iterator[str]:
    for moment in lives.moments:
        over = moment.before is not None and moment.before.phase is Phase.ENDED
        if over and not isinstance(moment.entry.event, ev.SurveyAnswered):
            where = f"{moment.after.id} v{moment.entry.version}"
            yield f"I5 {where}: {type(moment.entry.event).__name__} after the end"


def _in_turn(lives: Lives, world: World) -> Iterator[str]:
    for moment in lives.moments:
        event = moment.entry.event
        if not isinstance(event, ev.NurseOffered) or event.reason == "chosen":
            continue
        nurse = world.nurses.get(event.nurse.id)
        if nurse is None:
            yield f"I13 {moment.after.id}: offered to {event.nurse.id}, whom nobody knows"
            continue
        before = passed_over(moment, nurse, lives, _UNSEEN)
        if before:
            where = f"{moment.after.id} v{moment.entry.version}"
            yield f"I6 {where}: offered to {nurse.id} though {before} stood before"


# I9: who is gone --------------------------------------------------------------------------------


def _no_orphans(history: History, lives: Lives, world: World) -> Iterator[str]:
    for gone in history.vanished:
        if gone.role != Role.NURSE.value:
            continue
        latest = _after(gone.at, world.bound, world.broken)
        for contact, moments in lives.of.items():
            left = _left(moments, gone.who, gone.at)
            if left is None:
                continue
            if left > latest:
                late = "never" if left == _NEVER else f"{left - gone.at} ms later"
                yield f"I9 {contact}: {gone.who} gone at {gone.at}, given back {late}"


_NEVER: Final = 2**62


def _left(moments: list[Moment], nurse: str, at: int) -> int | None:
    """Return when the nurse no longer held the contact; None when she did not at `at`."""
    held = False
    for moment in moments:
        if moment.entry.at > at and held and _holder(moment.after) != nurse:
            return moment.entry.at
        if moment.entry.at <= at or held:
            held = _holder(moment.after) == nurse
    return _NEVER if held else None


def _after(at: int, bound: int, broken: Iterable[tuple[int, int]]) -> int:
    """Return when `bound` milliseconds have passed in which nothing was broken."""
    for start, end in sorted(broken):
        if start >= at + bound:
            break
        if end + _RECOVERY > at:
            bound -= max(0, start - at)
            at = max(at, end + _RECOVERY)
    return at + bound


# What pages were shown --------------------------------------------------------------------------


def _told(history: History, stored: dict[tuple[str, int], Entry]) -> Iterator[str]:
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
