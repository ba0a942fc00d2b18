"""The archive as plain dictionaries, in one process: the reference that SQL is compared with.

The contract tests in `tests/archive` hold it to the same body as SQLite and PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from tests.fakes.clock import Hands
from video_advice import line
from video_advice.effects import AnyEffect
from video_advice.events import (
    CallUnanswered,
    ChatSent,
    NurseOffered,
    OfferDeclined,
    Recorded,
    Returned,
    TimePassed,
    Transferred,
)
from video_advice.ids import (
    ConnectionId,
    ContactId,
    Instant,
    NurseId,
    PersonId,
    ProcessId,
    RegionCode,
)
from video_advice.line import Ticket, Wants
from video_advice.people import Role
from video_advice.ports import (
    AlreadyDone,
    AlreadyOpen,
    Change,
    Clock,
    Conflict,
    Delivery,
    Gone,
    GuardFailed,
    LeaseLost,
    NobodyBefore,
    NobodyHere,
    NotFirst,
    RegionRule,
    SeatTaken,
    Spot,
    Stored,
)
from video_advice.state import HELD, Contact, Phase


@dataclass
class _Row:
    contact: Contact
    deadline: Instant | None
    open_key: str | None
    events: list[Recorded] = field(default_factory=list)
    keys: dict[str, int] = field(default_factory=dict)

    @property
    def version(self) -> int:
        return len(self.events)

    @property
    def stored(self) -> Stored:
        return Stored(self.version, self.contact)

    @property
    def open(self) -> bool:
        return self.contact.phase is not Phase.ENDED

    @property
    def offered_at(self) -> Instant:
        offers = (e.at for e in reversed(self.events) if isinstance(e.event, NurseOffered))
        return next(offers, 0)


@dataclass
class _Job:
    effect: AnyEffect
    due_at: Instant
    attempts: int = 0
    trace: str = ""


class MemoryPresence:
    """Who is connected. Its clock is the archive's."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._leases: dict[ProcessId, Instant] = {}
        self._renewed: dict[ProcessId, Instant] = {}
        self._rows: dict[tuple[ConnectionId, ContactId], tuple[ProcessId, Role]] = {}

    def now(self) -> Instant:
        return self._clock.now()

    def lives(self, process: ProcessId) -> bool:
        return self._leases.get(process, 0) > self._clock.now()

    async def renew(self, process: ProcessId, lease: int) -> Instant | None:
        if process in self._leases and not self.lives(process):
            return None
        now = self._clock.now()
        self._renewed[process], self._leases[process] = now, now + lease
        return now

    async def time(self) -> Instant:
        return self._clock.now()

    async def arrive(
        self, process: ProcessId, connection: ConnectionId, contact: ContactId, role: Role
    ) -> None:
        self._rows.setdefault((connection, contact), (process, role))

    async def leave(self, connection: ConnectionId, contact: ContactId | None = None) -> None:
        for one, where in list(self._rows):
            if one == connection and contact in {None, where}:
                del self._rows[one, where]

    def clear(self, contact: ContactId, role: Role) -> None:
        gone = [k for k, v in self._rows.items() if k[1] == contact and v[1] is role]
        for key in gone:
            del self._rows[key]

    async def present(self, contact: ContactId) -> frozenset[Role]:
        return self.here(contact)

    def here(
        self, contact: ContactId, *, but: ConnectionId | None = None, alive: bool = True
    ) -> frozenset[Role]:
        return frozenset(
            role
            for (one, where), (process, role) in self._rows.items()
            if where == contact and one != but and self.lives(process) is alive
        )

    async def lapsed(self, contact: ContactId) -> frozenset[Role]:
        return self.here(contact, alive=False)

    async def reap(self) -> list[Gone]:
        self._leases = {p: u if self.lives(p) else 0 for p, u in self._leases.items()}
        gone = [
            Gone(one, where, role, self._renewed.get(process))
            for (one, where), (process, role) in self._rows.items()
            if not self.lives(process)
        ]
        return sorted(gone, key=lambda g: (g.role, g.contact, g.connection))


class MemoryOutbox:
    """Work to do."""

    def __init__(self) -> None:
        self._jobs: dict[int, _Job] = {}
        self._last = 0

    def post(self, effect: AnyEffect, at: Instant, trace: str) -> int:
        self._last += 1
        self._jobs[self._last] = _Job(effect, at, trace=trace)
        return self._last

    async def claim(self, now: Instant, limit: int, hold: int) -> list[Delivery]:
        due = sorted((job.due_at, n) for n, job in self._jobs.items() if job.due_at <= now)[:limit]
        claimed = []
        for number in sorted(n for _, n in due):
            job = self._jobs[number]
            claimed.append(Delivery(number, job.effect, job.attempts, job.trace))
            job.due_at = now + hold * 2 ** min(job.attempts, 6)
            job.attempts += 1
        return claimed

    async def done(self, numbers: Sequence[int]) -> None:
        for number in numbers:
            self._jobs.pop(number, None)


class MemoryContacts:
    """Contacts and their events."""

    def __init__(self, outbox: MemoryOutbox, presence: MemoryPresence) -> None:
        self._outbox = outbox
        self._presence = presence
        self._rows: dict[ContactId, _Row] = {}
        self.answered: Callable[[Change], None] = lambda _: None

    async def load(self, contact: ContactId) -> Stored | None:
        row = self._rows.get(contact)
        return row.stored if row else None

    async def commit(self, change: Change) -> list[int]:
        if change.process is not None and not self._presence.lives(change.process):
            raise LeaseLost
        self._check_keys(change)
        self._check_seat(change.contact)
        self._check_guard(change)
        row = self._rows.setdefault(
            change.contact.id, _Row(change.contact, change.deadline, change.key)
        )
        row.contact = change.contact
        row.deadline = change.deadline
        given_back = isinstance(
            change.event, OfferDeclined | Returned | Transferred | CallUnanswered | TimePassed
        )
        if given_back and change.contact.phase in {Phase.WAITING, Phase.SCHEDULED}:
            self._presence.clear(change.contact.id, Role.NURSE)
        for version, event in enumerate(change.events, change.expected + 1):
            row.events.append(Recorded(version, change.at, event))
        if change.departure is not None:
            await self._presence.leave(change.departure, row.contact.id)
        if change.arrival is not None:
            here = change.arrival
            await self._presence.arrive(here.process, here.connection, row.contact.id, here.role)
        if change.key is not None:
            row.keys[change.key] = row.version
        self.answered(change)
        return [self._outbox.post(effect, change.at, change.trace) for effect in change.effects]

    def _check_keys(self, change: Change) -> None:
        after, key = change.contact, change.key
        known = self._rows.get(after.id)
        if change.expected == 0:
            theirs = [row for row in self._rows.values() if row.contact.person == after.person]
            for row in theirs:
                if key is not None and row.open_key == key:
                    raise AlreadyDone(row.contact.id, 1)
            for row in theirs:
                if row.open:
                    raise AlreadyOpen(row.contact.id)
        elif known is not None and key is not None and key in known.keys:
            raise AlreadyDone(after.id, known.keys[key])
        if change.expected != (known.version if known else 0):
            raise Conflict

    def _check_seat(self, after: Contact) -> None:
        if after.nurse is None or after.phase not in HELD:
            return
        others = [
            row.contact
            for row in self._rows.values()
            if row.contact.id != after.id
            and row.contact.phase in HELD
            and row.contact.nurse is not None
            and row.contact.nurse.id == after.nurse.id
        ]
        if after.phase is Phase.OFFERED and any(one.phase is Phase.OFFERED for one in others):
            raise SeatTaken
        if any(one.whole() for one in (after, *others)):
            if others:
                raise SeatTaken
        elif len(others) >= after.chats:
            raise SeatTaken

    def _check_guard(self, change: Change) -> None:
        match change.guard:
            case NobodyHere(role=role):
                if role in self._presence.here(change.contact.id, but=change.departure):
                    raise GuardFailed
            case NobodyBefore(nurse=nurse):
                one = change.before or change.contact
                score = line.score(one.urgency, one.arrived_at, ahead=one.ahead)
                others = (t for t in self._tickets() if t.contact != one.id)
                first = line.first(nurse, others)
                if first is not None and line.order(first) < (score, one.id):
                    raise NotFirst(first.contact)

    def _tickets(self) -> list[Ticket]:
        tickets = (line.ticket(row.contact, row.version) for row in self._rows.values())
        return sorted((t for t in tickets if t is not None), key=line.order)

    async def touch(self, contact: ContactId, version: int, deadline: Instant) -> None:
        row = self._rows.get(contact)
        if row is not None and row.version == version:
            row.deadline = deadline

    async def history(self, contact: ContactId, after: int = 0) -> list[Recorded]:
        row = self._rows.get(contact)
        return [e for e in row.events if e.version > after] if row else []

    async def chat(self, contact: ContactId, after: int = 0) -> list[Recorded]:
        return [e for e in await self.history(contact, after) if isinstance(e.event, ChatSent)]

    async def of_person(self, person: PersonId) -> Stored | None:
        theirs = [row for row in self._rows.values() if row.contact.person == person]
        newest = max(theirs, key=lambda row: (row.open, row.contact.phase_at), default=None)
        return newest.stored if newest else None

    async def of_nurse(self, nurse: NurseId) -> list[Stored]:
        held = [
            row
            for row in self._rows.values()
            if row.open and row.contact.nurse is not None and row.contact.nurse.id == nurse
        ]
        return [row.stored for row in sorted(held, key=lambda r: (r.offered_at, r.contact.id))]

    async def waiting(self, regions: Iterable[RegionCode], limit: int) -> list[Stored]:
        wanted = set(regions)
        tickets = [t for t in self._tickets() if t.region in wanted]
        return [self._rows[t.contact].stored for t in tickets[:limit]]

    async def tickets(self, region: RegionCode) -> list[Ticket]:
        return [t for t in self._tickets() if t.region == region]

    async def spots(self, region: RegionCode) -> list[Spot]:
        return [(one.contact, one.score, one.away) for one in await self.tickets(region)]

    async def first(self, nurse: Wants) -> ContactId | None:
        first = line.first(nurse, self._tickets())
        return first.contact if first else None

    async def particular(self) -> list[Ticket]:
        return [t for t in self._tickets() if not t.away and (t.declined_by or t.named)]

    async def due(self, limit: int) -> list[ContactId]:
        now = self._presence.now()
        overdue = sorted(
            (row.deadline, one)
            for one, row in self._rows.items()
            if row.deadline is not None and row.deadline <= now
        )
        return [one for _, one in overdue[:limit]]

    async def versions(self, contacts: Iterable[ContactId]) -> dict[ContactId, int]:
        return {one: self._rows[one].version for one in contacts if one in self._rows}


class MemoryRegionRules:
    """What the regions have decided."""

    def __init__(self) -> None:
        self._rules: dict[tuple[RegionCode, int], RegionRule] = {}

    async def newest(self) -> list[RegionRule]:
        last = {one.region: one for _, one in sorted(self._rules.items())}
        return list(last.values())

    async def add(self, one: RegionRule) -> None:
        if (one.region, one.version) in self._rules:
            raise Conflict
        self._rules[one.region, one.version] = one


class MemoryArchive:
    """One archive. `close` is there for symmetry."""

    def __init__(self, clock: Clock | None = None) -> None:
        """`clock` is the archive's own; by default one that stands still."""
        from tests.fakes.memory_duty import MemoryAlarms, MemoryDuties
        from tests.fakes.memory_forecasts import MemoryForecasts

        self.presence = MemoryPresence(clock or Hands())
        self.outbox = MemoryOutbox()
        self.contacts = MemoryContacts(self.outbox, self.presence)
        self.forecasts = MemoryForecasts(self.contacts)
        self.duties = MemoryDuties(self.contacts, self.presence)
        self.contacts.answered = self.duties.note_answer
        self.alarms = MemoryAlarms()
        self.rules = MemoryRegionRules()

    async def close(self) -> None:
        """Nothing is open."""
