"""The one road: every event, from whatever door, becomes a new version of a contact here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final
from weakref import WeakValueDictionary

from signaling.watch.commits import watched
from signaling.watch.spans import carried
from video_advice.contact import deadline, step
from video_advice.effects import AnyEffect
from video_advice.events import AnyEvent, Dropped, Joined, TimePassed
from video_advice.ids import ConnectionId, ContactId, Instant, ProcessId
from video_advice.people import Role
from video_advice.policy import Policy
from video_advice.ports import (
    Arrival,
    Change,
    Clock,
    Conflict,
    Contacts,
    Delivery,
    Guard,
    GuardFailed,
    NobodyHere,
    Presence,
    Stored,
)
from video_advice.refusals import Refusal, Refused
from video_advice.state import Contact

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_TRIES: Final = 20
"""More than the writers that can ever meet on one contact at one moment."""

Events = tuple[AnyEvent, ...]

Make = Callable[[Contact], AnyEvent | Events]
"""Makes what happens from the contact as it now is; called again when somebody was faster."""

Heard = Callable[[Stored, Events, tuple[Delivery, ...]], Awaitable[None]]
"""Told after each commit: what became of the contact, what happened, what is to be done."""


class Engine:
    """Loads, steps and commits. Holds no truth of its own."""

    def __init__(
        self,
        contacts: Contacts,
        presence: Presence,
        clock: Clock,
        policy: Policy,
        heard: Heard,
        life: Callable[[], ProcessId | None] = lambda: None,
    ) -> None:
        """`heard` is called after every commit, in the order of the versions of one contact.

        `life` tells the process that writes where nobody else is named.
        """
        self.contacts = contacts
        self.policy = policy
        self._presence = presence
        self._clock = clock
        self._heard = heard
        self._life = life
        self._locks: WeakValueDictionary[ContactId, asyncio.Lock] = WeakValueDictionary()

    async def open(self, event: AnyEvent, contact: ContactId, key: str) -> Stored:
        """Open a contact.

        Raises:
            AlreadyDone: `key` was used by this person before.
            AlreadyOpen: the person has an open contact.
        """
        async with self._alone(contact):
            return await self._write(None, event, key)

    async def happen(
        self,
        contact: ContactId,
        event: AnyEvent | Make,
        *,
        key: str | None = None,
        guard: Guard | None = None,
        arrival: Arrival | None = None,
        departure: ConnectionId | None = None,
        process: ProcessId | None = None,
    ) -> Stored:
        """Make `event` happen to the contact and return what became of it.

        Several events happen in one moment: all of them or none. `arrival` or `departure` is noted
        with them. `process` is the one in which they began, where this may have another name now.

        Raises:
            Refused: the event is not allowed now, or there is no such contact.
            AlreadyDone, SeatTaken, NotFirst, GuardFailed, LeaseLost: from the archive; nothing was
                written.
        """
        if process is None:
            process = self._life() if arrival is None else arrival.process
        async with self._alone(contact):
            for _ in range(_TRIES):
                stored = await self.contacts.load(contact)
                if stored is None:
                    raise Refused(Refusal.NOT_FOUND)
                made = event(stored.contact) if callable(event) else event
                try:
                    return await self._write(stored, made, key, guard, arrival, departure, process)
                except Conflict:
                    continue
        raise Refused(Refusal.UNAVAILABLE)

    async def arrived(
        self, process: ProcessId, connection: ConnectionId, contact: ContactId, role: Role
    ) -> None:
        """Note that somebody's page is connected to the contact. Raises: LeaseLost."""
        await self._presence.arrive(process, connection, contact, role)
        await self._unless_over(contact, Joined(role), process=process)

    async def left(
        self,
        connection: ConnectionId,
        contact: ContactId,
        role: Role,
        since: Instant | None = None,
        process: ProcessId | None = None,
    ) -> None:
        """Note that a page is gone; the person only when it was the last one.

        `since`: when it was last heard of, by default now. Raises: LeaseLost.
        """
        dropped = Dropped(role, since)
        guard = NobodyHere(role)
        if not await self._unless_over(contact, dropped, guard, connection, process):
            await self._presence.leave(connection, contact)
            await self.gone(contact, role, since)  # another page may have left meanwhile

    async def gone(self, contact: ContactId, role: Role, since: Instant | None = None) -> None:
        """Note that somebody has dropped out, unless a live page of theirs is left.

        `since`: when they were last heard of, by default now. Raises: LeaseLost.
        """
        if role not in await self._presence.present(contact):
            await self._unless_over(contact, Dropped(role, since), NobodyHere(role))

    async def tick(self, contact: ContactId) -> None:
        """Let the contact's deadline fall, if it has come. Raises: LeaseLost."""
        process = self._life()
        async with self._alone(contact):
            for _ in range(_TRIES):
                stored = await self.contacts.load(contact)
                if stored is None:
                    return
                event = TimePassed(await self._here(stored.contact))
                if await self._ticked(stored, event, self._clock.now(), process):
                    return

    async def _here(self, contact: Contact) -> frozenset[Role]:
        """Return who is connected, or thought to be until the reaper says since when they are not.

        Only the reaper knows that, so nobody else may note that they are gone.
        """
        here = await self._presence.present(contact.id)
        believed = frozenset(Role) - contact.absent() - here
        return here | (believed & await self._presence.lapsed(contact.id)) if believed else here

    async def _ticked(
        self, stored: Stored, event: TimePassed, now: Instant, process: ProcessId | None
    ) -> bool:
        try:
            after, _ = step(stored.contact, event, now, self.policy)
            if after != stored.contact:
                await self._write(stored, event, process=process)
            elif (due := deadline(after, now, self.policy)) is not None:
                await self.contacts.touch(after.id, stored.version, due)
        except Conflict:
            return False
        except Refused:
            return True
        return True

    async def _unless_over(
        self,
        contact: ContactId,
        event: AnyEvent,
        guard: Guard | None = None,
        departure: ConnectionId | None = None,
        process: ProcessId | None = None,
    ) -> bool:
        """Let somebody come or go, if that is news; say whether it was."""

        def changes(now: Contact) -> AnyEvent:
            absent = isinstance(event, Joined | Dropped) and event.role in now.absent()
            if absent is isinstance(event, Dropped):
                raise Refused(Refusal.NOT_ALLOWED_NOW)
            return event

        try:
            await self.happen(contact, changes, guard=guard, departure=departure, process=process)
        except (Refused, GuardFailed):
            return False
        return True

    async def _write(
        self,
        before: Stored | None,
        made: AnyEvent | Events,
        key: str | None = None,
        guard: Guard | None = None,
        arrival: Arrival | None = None,
        departure: ConnectionId | None = None,
        process: ProcessId | None = None,
    ) -> Stored:
        now = self._clock.now()
        events = made if isinstance(made, tuple) else (made,)
        after, effects = _steps(before.contact if before else None, events, now, self.policy)
        change = Change(
            contact=after,
            expected=0 if before is None else before.version,
            event=events[-1],
            at=now,
            deadline=deadline(after, now, self.policy),
            effects=effects,
            key=key,
            guard=guard,
            earlier=events[:-1],
            arrival=arrival,
            before=before.contact if before else None,
            process=process,
            departure=departure,
            trace=carried(),
        )
        with watched(change):
            numbers = await self.contacts.commit(change)
        stored = Stored(change.version, after)
        await self._heard(stored, events, _deliveries(numbers, effects))
        return stored

    @asynccontextmanager
    async def _alone(self, contact: ContactId) -> AsyncIterator[None]:
        lock = self._locks.get(contact)
        if lock is None:
            lock = self._locks[contact] = asyncio.Lock()
        async with lock:
            yield


def _steps(
    contact: Contact | None, events: Events, now: Instant, policy: Policy
) -> tuple[Contact, tuple[AnyEffect, ...]]:
    """Return what the events make of the contact, and the work that follows, each once."""
    effects: dict[AnyEffect, None] = {}
    for event in events:
        contact, more = step(contact, event, now, policy)
        effects |= dict.fromkeys(more)
    if contact is None:
        raise AssertionError("nothing happened")
    return contact, tuple(effects)


def _deliveries(numbers: list[int], effects: tuple[AnyEffect, ...]) -> tuple[Delivery, ...]:
    return tuple(Delivery(n, e, 0) for n, e in zip(numbers, effects, strict=True))
