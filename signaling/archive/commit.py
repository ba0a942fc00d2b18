"""One change in one transaction: the event, the state it makes, and the work that follows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, islice
from typing import Final

from sqlalchemy import BigInteger, Connection, Update, bindparam, exists, func, select

from signaling.archive import seats, waiting
from signaling.archive.codec import CONTACT, EFFECT, EVENT
from signaling.archive.database import insert, time_text
from signaling.archive.duties import note_answer
from signaling.archive.presence import arrive, lives
from signaling.archive.tables import (
    contact,
    contact_event,
    declined,
    outbox,
    presence,
    process,
)
from video_advice import line
from video_advice.events import (
    CallUnanswered,
    NurseOffered,
    OfferDeclined,
    Returned,
    TimePassed,
    Transferred,
)
from video_advice.ids import ContactId, Instant, ProcessId
from video_advice.people import Role
from video_advice.ports import (
    AlreadyDone,
    AlreadyOpen,
    Change,
    Conflict,
    LeaseLost,
    NobodyBefore,
    NotFirst,
    SeatTaken,
)
from video_advice.state import HELD, Contact, Phase


class Stale(Exception):
    """The contact has another version than the change builds on."""


_FIXED: Final = frozenset({"id", "person", "open_key", "opened_at"})
"""Columns that are written once."""

_GIVES_BACK: Final = (OfferDeclined, Returned, Transferred, CallUnanswered, TimePassed)
"""Events after which a contact that waits has no nurse, though it may have had one before."""
_WAITS: Final = frozenset({Phase.WAITING, Phase.SCHEDULED})

_OPEN: Final = contact.insert()

_UPDATE: Final = (
    contact.update()
    .where(contact.c.id == bindparam("_id"), contact.c.version == bindparam("_expected"))
    .values(
        {
            column: bindparam(column.name)
            for column in contact.c
            if column.name not in _FIXED | {"offered_at", "seat"}
        }
    )
    .values(
        offered_at=func.coalesce(bindparam("offered_at", type_=BigInteger), contact.c.offered_at)
    )
)
_UPDATE_SEAT: Final = _UPDATE.values(seat=bindparam("seat"))


@lru_cache
def _update(text: str, *, seat: bool, fenced: bool) -> Update:
    """Return the statement that writes a contact; `fenced`: while its writer's lease is live."""
    statement = _UPDATE_SEAT if seat else _UPDATE
    if not fenced:
        return statement
    return statement.where(exists().where(process.c.id == bindparam("_process"), lives(text)))


_TOUCH: Final = (
    contact.update()
    .where(contact.c.id == bindparam("_id"), contact.c.version == bindparam("_version"))
    .values(deadline=bindparam("_due"))
)

_RECORD: Final = contact_event.insert()

_POST: Final = outbox.insert().returning(outbox.c.number, sort_by_parameter_order=True)


def write(connection: Connection, change: Change) -> list[int]:
    """Write `change` and return the outbox numbers of its effects, in order.

    Raises: Stale, IntegrityError (`why` tells what they mean); SeatTaken, NotFirst.
    """
    after = change.contact
    moves = seats.moves(change.before, after)
    numbers = seats.free(connection, after) if moves else []
    columns = row(change)
    if change.expected == 0:
        connection.execute(_OPEN, columns | {"open_key": change.key})
    else:
        known: dict[str, object] = {"_id": after.id, "_expected": change.expected}
        if moves:
            known["seat"] = numbers[0] if numbers else None
        if change.process is not None:
            known["_process"] = change.process
        fenced = change.process is not None
        update = _update(time_text(connection), seat=moves, fenced=fenced)
        if connection.execute(update, columns | known).rowcount != 1:
            raise Stale
    connection.execute(_RECORD, recorded(change))
    if moves:
        seats.sit(connection, after, numbers)
    if after.phase is Phase.WAITING and after.declined_by:  # it only ever grows
        connection.execute(
            insert(connection, declined).on_conflict_do_nothing(),
            [{"contact": after.id, "nurse": nurse} for nurse in after.declined_by],
        )
    if after.phase in _WAITS and isinstance(change.event, _GIVES_BACK):
        # Her page may stay open, but it is no longer in this contact: the next nurse's is.
        connection.execute(
            presence.delete().where(
                presence.c.contact == after.id, presence.c.role == Role.NURSE.value
            )
        )
    if change.arrival is not None:
        arrive(connection, [(change.arrival, after.id)])
    note_answer(connection, change)
    # After the row is locked, so that what the guard sees cannot be older than the version.
    _check(connection, change)
    return _post(connection, [change])[0]


def write_locked(
    connection: Connection, changes: Sequence[Change], places: Sequence[Sequence[int]] = ()
) -> list[list[int]]:
    """Write changes of different contacts whose rows are locked and as they expect.

    Either each gives somebody who had none to a nurse, and fills those `places` with her; or none
    moves anybody to or from a nurse. Returns the outbox numbers of each. Raises: IntegrityError.
    """
    if not changes:
        return []
    rows = [row(c) | {"_id": c.contact.id, "_expected": c.expected} for c in changes]
    if places:
        held = [one | {"seat": numbers[0]} for one, numbers in zip(rows, places, strict=True)]
        connection.execute(_UPDATE_SEAT, held)
        seats.fill(connection, [(c.contact, n) for c, n in zip(changes, places, strict=True)])
    else:
        connection.execute(_UPDATE, rows)
    connection.execute(_RECORD, list(chain.from_iterable(map(recorded, changes))))
    return _post(connection, changes)


def row(change: Change) -> dict[str, object]:
    """Return the columns of the contact as the change leaves it."""
    after = change.contact
    ended = after.phase is Phase.ENDED
    return {
        "id": after.id,
        "version": change.version,
        "phase": after.phase.value,
        "region": after.region,
        "person": after.person,
        "live_person": None if ended else after.person,
        "nurse": after.nurse.id if after.nurse is not None else None,
        "score": score(after),
        "arrived_at": after.arrived_at,
        "away": after.away(),
        "deadline": change.deadline,
        "opened_at": after.opened_at,
        "offered_at": change.at if _offers(change) else None,
        "ended_at": after.phase_at if ended else None,
        "state": CONTACT.pack(after),
        "line_group": line.group_of(after).key if after.phase is Phase.WAITING else None,
        "named": after.named,
    }


def _offers(change: Change) -> bool:
    return any(isinstance(event, NurseOffered) for event in change.events)


def recorded(change: Change) -> list[dict[str, object]]:
    """Return the rows of the events of the change."""
    return [
        {
            "contact": change.contact.id,
            "version": version,
            "type": event.__struct_config__.tag,
            "at": change.at,
            "key": change.key if version == change.version else None,
            "payload": EVENT.pack(event),
        }
        for version, event in enumerate(change.events, change.expected + 1)
    ]


def score(one: Contact) -> int:
    """Return the contact's place in the line as one number."""
    return line.score(one.urgency, one.arrived_at, ahead=one.ahead)


def _check(connection: Connection, change: Change) -> None:
    if isinstance(change.guard, NobodyBefore):
        one = change.before or change.contact  # once it is accepted it is ahead no more
        first = waiting.first(connection, change.guard.nurse, (score(one), one.id))
        if first is not None:
            raise NotFirst(first)


def _post(connection: Connection, changes: Sequence[Change]) -> list[list[int]]:
    rows = [
        {
            "contact": change.contact.id,
            "payload": EFFECT.pack(effect),
            "due_at": change.at,
            "attempts": 0,
            "trace": change.trace,
        }
        for change in changes
        for effect in change.effects
    ]
    numbers = iter(connection.scalars(_POST, rows) if rows else ())
    return [list(islice(numbers, len(change.effects))) for change in changes]


def why(connection: Connection, change: Change) -> Exception:
    """Return why `change` could not be written: what already stands in its way.

    Whatever stood there may be gone again; then it is a Conflict, and a second try will do.
    """
    if change.expected == 0:
        return _why_not_opened(connection, change)
    one = change.contact
    if change.process is not None and not living(connection, {change.process}):
        return LeaseLost()
    done = _version_of_key(connection, one.id, change.key)
    if done is not None:
        return AlreadyDone(one.id, done)
    newest = connection.scalar(select(contact.c.version).where(contact.c.id == one.id))
    if newest == change.expected and one.phase in HELD and not seats.free(connection, one):
        return SeatTaken()
    return Conflict()


def living(connection: Connection, some: set[ProcessId]) -> set[ProcessId]:
    """Return those of the processes whose lease is live."""
    alive = select(process.c.id).where(process.c.id.in_(some), lives(time_text(connection)))
    return set(connection.scalars(alive))


def _why_not_opened(connection: Connection, change: Change) -> Exception:
    person = change.contact.person
    if change.key is not None:
        same = select(contact.c.id).where(
            contact.c.person == person, contact.c.open_key == change.key
        )
        made: ContactId | None = connection.scalar(same)
        if made is not None:
            return AlreadyDone(made, 1)
    other: ContactId | None = connection.scalar(
        select(contact.c.id).where(contact.c.live_person == person)
    )
    return Conflict() if other is None else AlreadyOpen(other)


def _version_of_key(connection: Connection, one: ContactId, key: str | None) -> int | None:
    if key is None:
        return None
    version: int | None = connection.scalar(
        select(contact_event.c.version).where(
            contact_event.c.contact == one, contact_event.c.key == key
        )
    )
    return version


def touch(connection: Connection, dues: Sequence[tuple[ContactId, int, Instant]]) -> Sequence[None]:
    """Move the deadline of each unless something has happened since its version."""
    connection.execute(
        _TOUCH,
        [{"_id": one, "_version": version, "_due": due} for one, version, due in sorted(dues)],
    )
    return [None] * len(dues)
