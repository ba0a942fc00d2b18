"""Who takes the next contact, written together: one transaction for all who do at that moment.

They stand before one another in the line. While one is being written another could not tell whose
turn it is, and would try again and again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, select

from signaling.archive import commit, seats, waiting
from signaling.archive.presence import arrive
from signaling.archive.tables import contact
from signaling.archive.waiting import Turn
from video_advice import line
from video_advice.ids import ContactId, NurseId
from video_advice.line import Wants
from video_advice.ports import Change, Conflict, LeaseLost, NobodyBefore, NotFirst, SeatTaken
from video_advice.state import Contact, Phase

MOST: Final = 50
"""How many are written in one transaction: each looks past all of them who stand before it."""

Taking = tuple[int, Change, Contact, Wants, list[int]]
"""A change by its number among all, the contact before it, who takes it, and the seats it fills."""


def takes(change: Change) -> bool:
    """Say whether somebody who waits is given to a nurse whose turn it is."""
    before = change.before
    waits = before is not None and before.phase is Phase.WAITING
    return waits and change.key is None and isinstance(change.guard, NobodyBefore)


def write_all(connection: Connection, changes: Sequence[Change]) -> Sequence[list[int] | Exception]:
    """Write those of `changes` that may be written, as if one after the other in their order.

    Returns the outbox numbers of each; LeaseLost, Conflict, SeatTaken or NotFirst where it was not
    written. Raises: IntegrityError when another process was faster; nothing was written.
    """
    outcomes: list[list[int] | Exception] = [Conflict()] * len(changes)
    able = _able(connection, changes, outcomes)
    # After the rows are locked, so that what the guard sees cannot be older than the versions.
    written = _in_turn(connection, able, outcomes)
    made = [one for _, one, *_ in written]
    posted = commit.write_locked(connection, made, [numbers for *_, numbers in written])
    for (number, *_), numbers in zip(written, posted, strict=True):
        outcomes[number] = numbers
    arrivals = [(one.arrival, one.contact.id) for one in made if one.arrival is not None]
    if arrivals:
        arrive(connection, arrivals)
    return outcomes


def _able(
    connection: Connection, changes: Sequence[Change], outcomes: list[list[int] | Exception]
) -> list[Taking]:
    """Return those that build on the newest version, in a live process, with a free seat."""
    newest = _lock(connection, {change.contact.id for change in changes})
    alive = commit.living(connection, {one.process for one in changes if one.process is not None})
    hopeful: dict[NurseId, tuple[int, Change]] = {}
    for number, change in enumerate(changes):
        nurse = change.contact.nurse
        if change.process is not None and change.process not in alive:
            outcomes[number] = LeaseLost()
        elif newest.pop(change.contact.id, None) == change.expected and nurse is not None:
            # Of two for one nurse the second has to look again which seats are left.
            hopeful.setdefault(nurse.id, (number, change))
    free = seats.free_for(connection, [change.contact for _, change in hopeful.values()])
    able: list[Taking] = []
    for (number, change), numbers in zip(hopeful.values(), free, strict=True):
        if not numbers:
            outcomes[number] = SeatTaken()
        elif change.before is not None and isinstance(change.guard, NobodyBefore):
            able.append((number, change, change.before, change.guard.nurse, numbers))
    return able


def _in_turn(
    connection: Connection, able: Sequence[Taking], outcomes: list[list[int] | Exception]
) -> list[Taking]:
    """Return those before whom nobody stands once those before them are taken."""
    ordered = sorted(able, key=lambda one: _turn(one[2]))
    asked = [(wants, _turn(before)) for _, _, before, wants, _ in ordered]
    found = waiting.firsts(connection, asked, [before.id for _, _, before, *_ in ordered])
    taken: list[Taking] = []
    left: list[Contact] = []
    for one, other in zip(ordered, found, strict=True):
        number, _, before, wants, _ = one
        earlier = [_turn(b) for b in left if _serves(wants, b)]
        earlier += [] if other is None else [other]
        if not earlier:
            taken.append(one)
            continue
        outcomes[number] = NotFirst(min(earlier)[1])
        left.append(before)
    return taken


def _turn(one: Contact) -> Turn:
    return commit.score(one), one.id


def _serves(wants: Wants, one: Contact) -> bool:
    ticket = line.ticket(one, 0)
    return ticket is not None and line.serves(wants, ticket)


def _lock(connection: Connection, some: set[ContactId]) -> dict[ContactId, int]:
    """Return the versions, which stay so until the end of the transaction."""
    rows = select(contact.c.id, contact.c.version).where(contact.c.id.in_(some))
    locked = rows.order_by(contact.c.id).with_for_update()
    return {row.id: row.version for row in connection.execute(locked)}
