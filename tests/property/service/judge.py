"""Looks at every commit as it is made, and at all that is stored after each step.

The laws are those of the guarantees. They are said here of what is stored before and after, and do
not lean on the code that they judge; only folding the events (I11) uses the rules themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from tests.chaos import laws_stored
from tests.chaos.lives import Lives, Moment
from tests.chaos.records import Entry
from tests.fakes.clock import Hands
from video_advice import events as ev
from video_advice import line
from video_advice.contact import deadline, step
from video_advice.events import AnyEvent, Recorded
from video_advice.ids import ContactId, Instant, NurseId
from video_advice.line import Ticket, Wants
from video_advice.people import Channel, Nurse, Role
from video_advice.policy import Policy
from video_advice.ports import Stored
from video_advice.refusals import Refused
from video_advice.state import HELD, Contact, Phase

_EVER = 2**60


class Asked(msgspec.Struct, frozen=True):
    """Something a client asked for. `mark` is unique, and in the event, where it has one."""

    contact: ContactId
    event: AnyEvent
    key: str | None = None
    mark: str = ""


class Commit(msgspec.Struct, frozen=True):
    """A contact before and after a commit, and what was stored with it."""

    before: Stored | None
    recorded: tuple[Recorded, ...]
    after: Stored

    @property
    def was(self) -> Contact | None:
        """The contact before."""
        return None if self.before is None else self.before.contact

    @property
    def now(self) -> Contact:
        """The contact after."""
        return self.after.contact

    def of(self, kind: type[Any]) -> Iterator[Any]:
        """What was stored of one type."""
        return (one.event for one in self.recorded if isinstance(one.event, kind))


class Judge:
    """Remembers what was stored and what was answered. `broken` holds each breach in words."""

    def __init__(
        self,
        archive: Any,
        clock: Hands,
        policy: Policy,
        nurses: Iterable[Nurse],
        hers: Callable[[NurseId, ContactId], bool],
    ) -> None:
        """`archive` is read directly, and keeps time by `clock`.

        `hers`: whether a nurse has a page open in a contact.
        """
        self.broken: list[str] = []
        self.stored: dict[ContactId, Stored] = {}
        self.seen: set[tuple[Phase, str, Phase]] = set()
        self.nurses = {nurse.id: nurse for nurse in nurses}
        self._events: dict[ContactId, list[Recorded]] = {}
        self._acknowledged: list[tuple[Asked, int]] = []
        self._archive = archive
        self._clock = clock
        self._policy = policy
        self._hers = hers

    # What it is told ----------------------------------------------------------------------------

    async def committed(self, contact: ContactId, comes: bool) -> None:  # noqa: FBT001
        """Look at what has just been written, before anybody else does anything.

        `comes`: the nurse came with it.
        """
        events = self._events.setdefault(contact, [])
        before = self.stored.get(contact)
        after = await self._archive.contacts.load(contact)
        new = await self._archive.contacts.history(contact, len(events))
        commit = Commit(before, tuple(new), after)
        self.broken.extend(self._wrong(commit))
        for role in Role:
            if any(gone.role is role for gone in commit.of(ev.Dropped)):
                here = await self._archive.presence.present(contact)
                if role in here:
                    self.broken.append(f"I9 {contact}: {role} is here, and was counted out")
        here = await self._archive.presence.present(contact)
        if comes and Role.NURSE not in here:
            self.broken.append(f"I9 {contact}: its nurse came, and is not here")
        self._note(commit)
        events.extend(new)
        self.stored[contact] = after

    def done(self, asked: Asked, contact: ContactId, version: int) -> None:
        """Remember that somebody was told `done`."""
        at = self._events.get(contact, [])
        if version > len(at) or type(at[version - 1].event) is not type(asked.event):
            self.broken.append(f"I1 {contact} v{version}: {asked.event!r} was answered, not stored")
        self._acknowledged.append((asked, version))

    def refused(self, asked: Asked) -> None:
        """Remember that somebody was told that nothing was done."""
        if self._times(asked.mark):
            self.broken.append(f"I18 {asked.contact}: {asked.event!r} was refused, and is stored")

    def _note(self, commit: Commit) -> None:
        if commit.was is not None:
            for one in commit.recorded:
                self.seen.add((commit.was.phase, type(one.event).__name__, commit.now.phase))

    # At each commit -----------------------------------------------------------------------------

    def _wrong(self, commit: Commit) -> Iterator[str]:
        before = 0 if commit.before is None else commit.before.version
        versions = [one.version for one in commit.recorded]
        if versions != list(range(before + 1, commit.after.version + 1)) or not versions:
            yield f"I11 {commit.now.id}: v{versions} stored over v{before}"
        yield from self._folded(commit)
        yield from _moved(commit)
        yield from self._held(commit)
        yield from self._kept_place(commit)
        yield from self._in_turn(commit)
        yield from self._places(commit)

    def _folded(self, commit: Commit) -> Iterator[str]:
        contact = commit.was
        moments = []
        for one in commit.recorded:
            try:
                after, _ = step(contact, one.event, one.at, self._policy)
            except Refused as refused:
                yield f"I11 {commit.now.id} v{one.version}: {one.event!r} gives {refused.code}"
                after = commit.now
            entry = Entry(0, commit.now.id, one.version, one.at, one.event)
            moments.append(Moment(entry, contact, after))
            contact = after
        if contact != commit.now:
            yield f"I11 {commit.now.id}: the events give {contact!r}, stored is {commit.now!r}"
        lives = Lives(tuple(moments), {}, ())
        yield from laws_stored.fenced(lives)
        yield from laws_stored.over(lives)

    def _held(self, commit: Commit) -> Iterator[str]:
        now = commit.now
        others = [s.contact for s in self.stored.values() if s.contact.id != now.id]
        if now.nurse is not None and now.phase in HELD:
            held = [now, *self._held_by(now.nurse.id, now.id)]
            alone = any(one.channel is Channel.VIDEO or one.callback for one in held)
            if len(held) > (1 if alone else self._chats(now.nurse.id)):
                yield f"I3 {now.nurse.id} holds {held}"
        if now.phase is not Phase.ENDED:
            mine = [o for o in others if o.person == now.person and o.phase is not Phase.ENDED]
            if mine:
                yield f"I2 {now.person} has {now.id} and {mine} open"

    def _kept_place(self, commit: Commit) -> Iterator[str]:
        was, now = commit.was, commit.now
        if was is None:
            return
        if now.arrived_at != was.arrived_at or now.opened_at != was.opened_at:
            yield f"I6 {now.id}: arrived at {was.arrived_at}, now said to be {now.arrived_at}"
        assessed = commit.of(ev.Returned | ev.Transferred | ev.FeltWorse)  # type: ignore[arg-type]
        if now.urgency != was.urgency and not any(assessed):
            yield f"I6 {now.id}: the urgency changed by {commit.recorded}"
        if was.ahead and not now.ahead and not any(commit.of(ev.OfferAccepted)):
            yield f"I6 {now.id}: is ahead no more by {commit.recorded}"

    def _in_turn(self, commit: Commit) -> Iterator[str]:
        for offer in commit.of(ev.NurseOffered):
            nurse = self.nurses.get(offer.nurse.id)
            own = None if commit.was is None else line.ticket(commit.was, 0)
            if offer.reason == "chosen" or nurse is None or own is None:
                continue
            wants = self.wants(nurse)
            first = line.first(wants, (t for t in self.tickets() if t.contact != own.contact))
            if not line.serves(wants, own):
                yield f"I6 {own.contact}: offered to {nurse.id}, who does not serve it"
            if first is not None and line.order(first) < line.order(own):
                yield f"I6 {own.contact}: offered to {nurse.id} before {first.contact}"

    def _places(self, commit: Commit) -> Iterator[str]:
        """Nobody's place rises but by a change of urgency, a return, or a greater need."""
        was, now = commit.was, commit.now
        places = line.standings(self.tickets())
        rest = [t for t in self.tickets() if t.contact != now.id]
        own = line.ticket(now, 0)
        later = line.standings([*rest, own] if own is not None else rest)
        told = None if was is None else (was.urgency, was.ahead)
        came_back = was is not None and (was.phase is not Phase.WAITING or was.away())
        for other in rest:
            if later[other.contact].place <= places[other.contact].place:
                continue
            needs_more = own is not None and was is None and own.score < other.score
            if not (came_back or told != (now.urgency, now.ahead) or needs_more):
                yield f"I7 {other.contact}: moved back by {commit.recorded} of {now.id}"

    def _held_by(self, nurse: NurseId, but: ContactId | None = None) -> list[Contact]:
        held = (s.contact for s in self.stored.values() if s.contact.phase in HELD)
        return [c for c in held if c.id != but and c.nurse is not None and c.nurse.id == nurse]

    def _chats(self, nurse: NurseId) -> int:
        return self.nurses[nurse].chats if nurse in self.nurses else 1

    def wants(self, nurse: Nurse) -> Wants:
        """Return what a nurse can take besides what she holds."""
        return line.wants(nurse, whole=nurse.chats == 1 or not self._held_by(nurse.id))

    # After each step ----------------------------------------------------------------------------

    def tickets(self) -> list[Ticket]:
        """Return who waits."""
        found = (line.ticket(one.contact, one.version) for one in self.stored.values())
        return [one for one in found if one is not None]

    async def look(self) -> None:
        """Look at everything that is stored, once."""
        now = self._clock.now()
        living = await self._due(_EVER)
        for contact, known in self.stored.items():
            stored = await self._archive.contacts.load(contact)
            if stored != known:
                self.broken.append(f"I1 {contact}: {stored} stands where {known} was stored")
            if await self._archive.contacts.history(contact) != self._events[contact]:
                self.broken.append(f"I1 {contact}: its events are not those that were stored")
            due = deadline(known.contact, now, self._policy)
            here = await self._archive.presence.present(contact)
            nurse = known.contact.nurse
            if Role.NURSE in here and (nurse is None or not self._hers(nurse.id, contact)):
                self.broken.append(f"I9 {contact}: another's page counts for that of {nurse}")
            if (due is not None) is not (contact in living):
                self.broken.append(f"I8 {contact}: {known.contact.phase} has no deadline, or one")
            elif due is not None and contact not in await self._due(due):
                self.broken.append(f"I8 {contact}: {known.contact.phase} falls due too late")
        for asked, version in self._acknowledged:
            if asked.mark and self._times(asked.mark) != 1:
                times = self._times(asked.mark)
                self.broken.append(f"I2 {asked.contact} v{version}: stored {times} times")
        self._acknowledged = [(one, v) for one, v in self._acknowledged if one.mark]

    async def _due(self, at: Instant) -> set[ContactId]:
        """Return what will have fallen due at a time."""
        now, self._clock.at = self._clock.at, at
        try:
            return set(await self._archive.contacts.due(len(self.stored) + 1))
        finally:
            self._clock.at = now

    def _times(self, mark: str) -> int:
        events = (one.event for some in self._events.values() for one in some)
        return sum(bool(mark) and mark_of(event) == mark for event in events)


def mark_of(event: AnyEvent) -> str:
    """Return what marks an event as one that was asked for once."""
    match event:
        case ev.Opened(story=mark) | ev.ChatSent(text=mark):
            return mark
    return ""


def _moved(commit: Commit) -> Iterator[str]:
    was, now = commit.was, commit.now
    if was is None:
        return
    changed = now.nurse != was.nurse
    if now.epoch < was.epoch or ((changed or now.ended != was.ended) and now.epoch == was.epoch):
        yield f"I4 {now.id}: from {was!r} to {now!r} without a new epoch"
    if changed and was.nurse is not None and now.nurse is not None:
        yield f"I3 {now.id}: went from nurse to nurse"
    if was.phase is Phase.ENDED and now.phase is not Phase.ENDED:
        yield f"I5 {now.id}: lives again"
