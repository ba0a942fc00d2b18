"""Who comes and goes, written together: one transaction for all who do at that moment."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from signaling.archive import commit
from signaling.archive.presence import leave, live
from signaling.archive.tables import contact, presence
from video_advice.events import Dropped, Joined
from video_advice.ids import ConnectionId, ContactId
from video_advice.people import Role
from video_advice.ports import Change, Conflict, GuardFailed, LeaseLost, NobodyHere

Here = dict[ContactId, list[tuple[ConnectionId, Role]]]


def comes_or_goes(change: Change) -> bool:
    """Say whether somebody comes or goes and nothing else happens: no seat, no place, no key."""
    alone = not change.earlier and change.key is None and change.arrival is None
    return alone and isinstance(change.event, Joined | Dropped)


def write_all(connection: Connection, changes: Sequence[Change]) -> Sequence[list[int] | Exception]:
    """Write those of `changes` that may be written, with their departures.

    Returns the outbox numbers of each; Conflict, LeaseLost or GuardFailed where it was not written.
    """
    newest = _lock(connection, {change.contact.id for change in changes})
    alive = commit.living(connection, {c.process for c in changes if c.process is not None})
    here = _here(connection, {c.contact.id for c in changes if c.guard is not None})
    outcomes: list[list[int] | Exception] = []
    written: list[tuple[int, Change]] = []
    for number, change in enumerate(changes):
        outcomes.append(GuardFailed())
        if change.process is not None and change.process not in alive:
            outcomes[number] = LeaseLost()
        elif newest.pop(change.contact.id, None) != change.expected:
            outcomes[number] = Conflict()
        elif not _fails(change, here):
            written.append((number, change))
    leavings = [(c.departure, c.contact.id) for _, c in written if c.departure is not None]
    if leavings:
        leave(connection, leavings)
    numbers = commit.write_locked(connection, [change for _, change in written])
    for (number, _), posted in zip(written, numbers, strict=True):
        outcomes[number] = posted
    return outcomes


def _lock(connection: Connection, some: set[ContactId]) -> dict[ContactId, int]:
    """Return the versions, which stay so until the end of the transaction."""
    rows = select(contact.c.id, contact.c.version).where(contact.c.id.in_(some))
    locked = rows.order_by(contact.c.id).with_for_update(key_share=True)
    return {row.id: row.version for row in connection.execute(locked)}


def _here(connection: Connection, some: set[ContactId]) -> Here:
    """Return the pages in the contacts, through live processes."""
    found: Here = {}
    if some:
        rows = select(presence.c.contact, presence.c.connection, presence.c.role)
        for where, one, role in connection.execute(
            rows.where(presence.c.contact.in_(some), live(connection))
        ):
            found.setdefault(where, []).append((one, Role(role)))
    return found


def _fails(change: Change, here: Here) -> bool:
    if not isinstance(change.guard, NobodyHere):
        return False
    pages = here.get(change.contact.id, ())
    return any(role is change.guard.role and one != change.departure for one, role in pages)
