"""What the rules need from the world. Each port is kept by one room of `signaling`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

import msgspec

from video_advice.callback import PhoneNumber
from video_advice.effects import AnyEffect
from video_advice.events import AnyEvent, Recorded
from video_advice.forecast import Forecast, Recent
from video_advice.ids import (
    ConnectionId,
    ContactId,
    Instant,
    NurseId,
    PersonId,
    ProcessId,
    RegionCode,
)
from video_advice.line import Group, Ticket, Wants
from video_advice.notices import PushAddress
from video_advice.people import Nurse, Role
from video_advice.policy import SILENT_OFFERS
from video_advice.quality.calibration import Case
from video_advice.regions.rules import Rule
from video_advice.state import Contact


class Clock(Protocol):
    """The one clock that decides leases and deadlines."""

    def now(self) -> Instant:
        """Return the time in milliseconds since 1970 UTC."""
        ...


class Ids(Protocol):
    """Where identifiers and secrets come from."""

    def new(self) -> str:
        """Return 128 fresh random bits as 32 hexadecimal digits."""
        ...

    def secret(self) -> str:
        """Return 256 fresh random bits, safe in a cookie."""
        ...

    def code(self) -> str:
        """Return a short code a person can type: 8 characters without look-alikes (40 bits)."""
        ...


class Conflict(Exception):
    """Somebody else wrote this version first. Load again and repeat."""


class AlreadyDone(Exception):
    """The key has been used: the same thing was asked for before. `version` is what it made."""

    def __init__(self, contact: ContactId, version: int) -> None:
        """Name the contact and version that the first request made."""
        super().__init__(contact, version)
        self.contact = contact
        self.version = version


class AlreadyOpen(Exception):
    """The person has an open contact already."""

    def __init__(self, contact: ContactId) -> None:
        """Name the open contact."""
        super().__init__(contact)
        self.contact = contact


class SeatTaken(Exception):
    """The nurse has not the seats free that the contact would fill."""


class NotFirst(Exception):
    """An eligible contact stands before the proposed one. `contact` is the first."""

    def __init__(self, contact: ContactId) -> None:
        """Name the contact whose turn it is."""
        super().__init__(contact)
        self.contact = contact


class NobodyHere(msgspec.Struct, frozen=True):
    """Guard: commit only if no live connection of `role` is left in the contact."""

    role: Role


class NobodyBefore(msgspec.Struct, frozen=True):
    """Guard: commit only if nobody eligible for `nurse` stands before the contact."""

    nurse: Wants


Guard = NobodyHere | NobodyBefore


class GuardFailed(Exception):
    """What the guard asked for is not so; nothing was written."""


class LeaseLost(Exception):
    """The lease of the process that writes has lapsed: it may have been paused. Nothing changed."""


class Stored(msgspec.Struct, frozen=True):
    """A contact as the archive has it. `version` counts its events, from 1."""

    version: int
    contact: Contact


class Arrival(msgspec.Struct, frozen=True):
    """A page through which somebody is connected to the contact from the same moment on."""

    process: ProcessId
    connection: ConnectionId
    role: Role


class Change(msgspec.Struct, frozen=True):
    """Events and all that follows from them, to be committed in one transaction.

    `expected` is the version they build on (0 for a new contact). Mostly it is one `event`; those
    in `earlier` came before it in the same moment, and each is a version of its own.
    `key` makes repeating harmless: unique per person for a new contact, else per contact.
    `process` is the one that writes: its lease must be live then. `departure` is a page through
    which somebody is connected no more from that moment on.
    `before` is the contact that they build on, None for a new one: it tells its place in line and
    which seats it filled. `trace` tells where it was asked for, to whoever carries out its effects.
    """

    contact: Contact
    expected: int
    event: AnyEvent
    at: Instant
    deadline: Instant | None
    effects: tuple[AnyEffect, ...]
    key: str | None = None
    guard: Guard | None = None
    earlier: tuple[AnyEvent, ...] = ()
    arrival: Arrival | None = None
    before: Contact | None = None
    process: ProcessId | None = None
    departure: ConnectionId | None = None
    trace: str = ""

    @property
    def version(self) -> int:
        """Return the version that it makes."""
        return self.expected + len(self.events)

    @property
    def events(self) -> tuple[AnyEvent, ...]:
        """Return all events, in order."""
        return (*self.earlier, self.event)


Spot = tuple[ContactId, int, bool]
"""A contact in the line, its score, and whether it is away."""


class Contacts(Protocol):
    """The truth about contacts."""

    async def load(self, contact: ContactId) -> Stored | None:
        """Return the contact, or None."""
        ...

    async def commit(self, change: Change) -> list[int]:
        """Write the change; return the outbox numbers of its effects, in order.

        Raises: LeaseLost, Conflict, AlreadyDone, AlreadyOpen, SeatTaken, NotFirst, GuardFailed.
        """
        ...

    async def touch(self, contact: ContactId, version: int, deadline: Instant) -> None:
        """Move the deadline if `version` is still the newest; else do nothing."""
        ...

    async def history(self, contact: ContactId, after: int = 0) -> list[Recorded]:
        """Return the events with a version above `after`, in order."""
        ...

    async def chat(self, contact: ContactId, after: int = 0) -> list[Recorded]:
        """Return the chat messages (`ChatSent`) with a version above `after`, in order."""
        ...

    async def of_person(self, person: PersonId) -> Stored | None:
        """Return the person's open contact, else the newest ended one, else None."""
        ...

    async def of_nurse(self, nurse: NurseId) -> list[Stored]:
        """Return what the nurse holds: offered, joined, talking, interrupted, unsigned."""
        ...

    async def waiting(self, regions: Iterable[RegionCode], limit: int) -> list[Stored]:
        """Return the waiting contacts of the regions in the order of the line."""
        ...

    async def tickets(self, region: RegionCode) -> list[Ticket]:
        """Return every ticket of the region in order: what the live line is rebuilt from."""
        ...

    async def spots(self, region: RegionCode) -> list[Spot]:
        """Return where every ticket of the region stands, and nothing else of it; in any order."""
        ...

    async def first(self, nurse: Wants) -> ContactId | None:
        """Return whose turn it is among those `nurse` may take: the last word."""
        ...

    async def particular(self) -> list[Ticket]:
        """Return the tickets of those who are there and whom a nurse declined, or wait for one."""
        ...

    async def due(self, limit: int) -> list[ContactId]:
        """Return contacts whose deadline has come by the archive's clock, the oldest first."""
        ...

    async def versions(self, contacts: Iterable[ContactId]) -> dict[ContactId, int]:
        """Return the newest version of each."""
        ...


class Delivery(msgspec.Struct, frozen=True):
    """An effect to carry out, with its number in the outbox and how often it was tried.

    `trace` is that of the change which asked for it.
    """

    number: int
    effect: AnyEffect
    attempts: int
    trace: str = ""


class Outbox(Protocol):
    """Work committed with the events that asked for it, delivered at least once."""

    async def claim(self, now: Instant, limit: int, hold: int) -> list[Delivery]:
        """Return deliveries that are due, and keep others from them for `hold` milliseconds."""
        ...

    async def done(self, numbers: Sequence[int]) -> None:
        """Forget deliveries that have been carried out."""
        ...


class Gone(msgspec.Struct, frozen=True):
    """A connection through a process that has died. `since`: the last that was heard of that."""

    connection: ConnectionId
    contact: ContactId
    role: Role
    since: Instant | None


class Presence(Protocol):
    """Who is connected. One lease a process; a connection lives as long as its process's lease.

    Leases are judged by the archive's own clock.
    """

    async def renew(self, process: ProcessId, lease: int) -> Instant | None:
        """Extend the lease by `lease` milliseconds from now; return the archive's time.

        None when it had lapsed: every connection must then be closed.
        """
        ...

    async def time(self) -> Instant:
        """Return the archive's time; nothing that is being written delays it."""
        ...

    async def arrive(
        self, process: ProcessId, connection: ConnectionId, contact: ContactId, role: Role
    ) -> None:
        """Note a connection. Noting it twice is fine."""
        ...

    async def leave(self, connection: ConnectionId, contact: ContactId | None = None) -> None:
        """Forget a connection in one contact, or in all."""
        ...

    async def present(self, contact: ContactId) -> frozenset[Role]:
        """Return the roles that have a connection in a live process."""
        ...

    async def lapsed(self, contact: ContactId) -> frozenset[Role]:
        """Return the roles that have a connection in a dead process, not yet reaped."""
        ...

    async def reap(self) -> list[Gone]:
        """Let no process whose lease has lapsed come back; return who was connected through such.

        They are returned until they `leave`; nurses first, and not everybody at once.
        """
        ...


class Session(msgspec.Struct, frozen=True):
    """A signed-in person. `nurse` is set for a nurse; `person` for a patient."""

    id: str
    role: Role
    person: PersonId | None
    nurse: Nurse | None
    expires: Instant

    def __repr__(self) -> str:
        """Never show the identifier: it is only a hash, but of a secret."""
        return f"Session({self.role})"


class Known(msgspec.Struct, frozen=True):
    """Somebody who has come back: the session, and a patient's own contact, the open one first."""

    session: Session
    contact: Stored | None


class Sessions(Protocol):
    """Signed-in people. The secret itself is never stored, only its SHA-256."""

    async def start(self, secret: str, session: Session) -> None:
        """Keep a session under the hash of `secret`."""
        ...

    async def find(self, secret: str, now: Instant) -> Session | None:
        """Return the session of `secret` unless it has expired or ended."""
        ...

    async def recognise(self, secret: str, now: Instant) -> Known | None:
        """Return the session of `secret` as `find` does, with the person's own contact."""
        ...

    async def end(self, secret: str) -> None:
        """End a session."""
        ...

    async def lend(self, code: str, person: PersonId, until: Instant) -> None:
        """Keep a one-use code with which another device becomes the same person."""
        ...

    async def redeem(self, code: str, now: Instant) -> PersonId | None:
        """Use up a code; return whose it was, or None."""
        ...


class Duty(msgspec.Struct, frozen=True):
    """A nurse on duty. `offers`: she wants the next contact offered when she is free.

    `silent`: how many offers in a row she has let lapse. The archive counts them; setting
    a duty begins anew.
    """

    nurse: Nurse
    offers: bool
    since: Instant
    silent: int = 0

    def available(self) -> bool:
        """Say whether she may be offered anything: she has not been silent too often."""
        return self.silent < SILENT_OFFERS


class AtDesk(msgspec.Struct, frozen=True):
    """A nurse on duty whose page is open.

    `taken`: how many of her seats are filled. `asked`: an offer waits for her answer.
    """

    duty: Duty
    taken: int
    asked: bool

    def free(self) -> bool:
        """Say whether she has a seat free and nothing to answer."""
        return not self.asked and self.taken < self.duty.nurse.chats


class Duties(Protocol):
    """Which nurses are on duty."""

    async def set(self, duty: Duty) -> None:
        """Put a nurse on duty, or change how."""
        ...

    async def clear(self, nurse: NurseId) -> None:
        """Take a nurse off duty."""
        ...

    async def find(self, nurse: NurseId) -> Duty | None:
        """Return the nurse's duty, or None."""
        ...

    async def all(self) -> list[Duty]:
        """Return everybody on duty, the longest first."""
        ...

    async def at_desk(self) -> list[AtDesk]:
        """Return those on duty whose page is open, the longest on duty first."""
        ...


class RegionRule(msgspec.Struct, frozen=True):
    """What a region decided: its `version`th rule, counted from 1. `author` is whoever wrote it."""

    region: RegionCode
    version: int
    at: Instant
    author: str
    rule: Rule


class RegionRules(Protocol):
    """What the regions have decided about their lines. Nothing decided is ever changed."""

    async def newest(self) -> list[RegionRule]:
        """Return the rule in force of each region that has decided something, by region."""
        ...

    async def add(self, one: RegionRule) -> None:
        """Put a region's next rule in force. Raises: Conflict when that version exists."""
        ...


class Drafts(Protocol):
    """A nurse's unsigned note, kept so that a crash loses nothing."""

    async def save(self, contact: ContactId, nurse: NurseId, body: bytes) -> None:
        """Keep the newest draft."""
        ...

    async def find(self, contact: ContactId, nurse: NurseId) -> bytes | None:
        """Return the draft, or None."""
        ...

    async def hand_over(self, contact: ContactId, giver: NurseId, taker: NurseId) -> None:
        """Let `taker` have the draft of `giver` instead of her own, if there is one."""
        ...

    async def drop(self, contact: ContactId) -> None:
        """Forget it; the outcome is signed."""
        ...


class Told(msgspec.Struct, frozen=True):
    """What one person was told of the wait, and the mean it came from (milliseconds)."""

    contact: ContactId
    told_at: Instant
    forecast: Forecast
    expected: int
    place: int
    group: Group


class Forecasts(Protocol):
    """What people were told of the wait, and what it is worked out from."""

    async def keep(self, told: Sequence[Told]) -> None:
        """Keep what was told. The same again changes nothing."""
        ...

    async def waiting(self) -> dict[Group, int]:
        """Return how many wait, and are there, in each group of every region."""
        ...

    async def recent(self, region: RegionCode, now: Instant) -> Recent:
        """Return what has just happened in the region's line."""
        ...

    async def cases(
        self, region: RegionCode, since: Instant, until: Instant, now: Instant
    ) -> list[Case]:
        """Return what each was told first between `since` and `until`, and what came of it."""
        ...


class Alarm(msgspec.Struct, frozen=True):
    """Something that is, or was, wrong: `kind` with `subject`, until None while it lasts."""

    kind: str
    subject: str
    since: Instant
    until: Instant | None


class Alarms(Protocol):
    """What somebody who looks after the service must see."""

    async def sound(self, kind: str, subject: str, now: Instant) -> bool:
        """Note that something is wrong; False when that is known already."""
        ...

    async def settle(self, kind: str, subject: str, now: Instant) -> bool:
        """Note that it is right again; False when nothing was wrong."""
        ...

    async def open(self) -> list[Alarm]:
        """Return what is wrong now, the longest first."""
        ...


class ArchiveDown(Exception):
    """The archive cannot be reached; nothing was accepted."""


class LineDown(Exception):
    """The live line cannot be reached; go on with the archive alone."""


class Unbuilt(Exception):
    """The live line knows nothing of a region (it was wiped). Rebuild it from the archive."""

    def __init__(self, region: RegionCode) -> None:
        """Name the region."""
        super().__init__(region)
        self.region = region


class Line(Protocol):
    """What is happening now in the line: a hint, never the truth.

    Each change of a region is told to whoever listens, as `video_advice.line.Moved`.
    Every method may raise LineDown; all but `rebuild` may raise Unbuilt.
    """

    async def put(self, one: Ticket) -> None:
        """Enter or move a ticket; an older version than the known one changes nothing."""
        ...

    async def remove(self, contact: ContactId, region: RegionCode) -> None:
        """Take a ticket out. Taking out an absent one is fine."""
        ...

    async def lift(self, nurse: Wants) -> ContactId | None:
        """Take out and return the first ticket that `nurse` may be offered."""
        ...

    async def tickets(self, region: RegionCode) -> list[Ticket]:
        """Return the region's tickets in order."""
        ...

    async def numbered(self, region: RegionCode) -> tuple[int, list[Ticket]]:
        """Return the number of the region's last change (`line.Moved`), and its tickets then."""
        ...

    async def number(self, region: RegionCode) -> int:
        """Return the number of the region's last change."""
        ...

    async def rebuild(self, region: RegionCode, tickets: Iterable[Ticket]) -> None:
        """Replace all that is known of a region."""
        ...


class Figures(msgspec.Struct, frozen=True):
    """The whole service in numbers.

    `contacts`: how many are open, by phase and region; `waiting`: of them those in the line, by
    region and channel. `waiting_since`: arrival of the one who has waited longest in each region.
    `outbox`: work not carried out; the oldest is due since `due_since`. `alarms`: the kinds of
    those that are open, one for each.
    """

    contacts: dict[tuple[str, str], int]
    waiting: dict[tuple[str, str], int]
    waiting_since: dict[RegionCode, Instant]
    outbox: int
    due_since: Instant | None
    alarms: tuple[str, ...]


class Counts(Protocol):
    """Counts what there is."""

    async def take(self) -> Figures:
        """Return the figures of now."""
        ...


class Watch(Protocol):
    """Notes each use of a store, by names of the code; it never sees what is stored."""

    def __call__(self, kind: str, name: str) -> AbstractContextManager[None]:
        """Return what notes one use, which lasts as long as it is entered.

        `kind` is `read` or `write` of the archive, or `redis`.
        """
        ...


def unwatched(kind: str, name: str) -> AbstractContextManager[None]:
    """Note nothing."""
    del kind, name
    return nullcontext()


class SenderDown(Exception):
    """A notice could not be sent now; it may work later. The text names no receiver."""


class PushSender(Protocol):
    """Sends notices to browsers (Web Push)."""

    async def push(self, address: PushAddress, payload: bytes, topic: str, ttl: int) -> bool:
        """Send one; False when the browser is gone for good.

        `topic`: of several on one subject a browser is shown the last. `ttl`: seconds for which a
        browser that is off may still get it. Raises: SenderDown.
        """
        ...


class TextSender(Protocol):
    """Sends text messages."""

    async def send(self, number: PhoneNumber, text: str, key: str) -> None:
        """Send one; the same `key` is never sent twice. Raises: SenderDown."""
        ...
