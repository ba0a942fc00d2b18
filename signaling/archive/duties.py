"""Which nurses are on duty: `video_advice.ports.Duties` in SQL."""

from __future__ import annotations

from collections import Counter
from typing import Final

from msgspec.structs import replace
from sqlalchemy import Connection, Select, select

from signaling.archive.codec import DUTY
from signaling.archive.database import Database, insert
from signaling.archive.presence import live
from signaling.archive.tables import contact, duty, presence, seat
from video_advice.events import OfferAccepted, OfferDeclined, TimePassed
from video_advice.ids import NurseId, desk_of
from video_advice.ports import AtDesk, Change, Duty
from video_advice.state import Phase

_DUTIES: Final = select(duty.c.payload, duty.c.silent)


class SqlDuties:
    """One row a nurse on duty."""

    def __init__(self, database: Database) -> None:
        """Keep them in `database`."""
        self._database = database

    async def set(self, duty: Duty) -> None:
        """Put a nurse on duty, or change how."""
        await self._database.write(_set, duty)

    async def clear(self, nurse: NurseId) -> None:
        """Take a nurse off duty."""
        await self._database.write(_clear, nurse)

    async def find(self, nurse: NurseId) -> Duty | None:
        """Return the nurse's duty, or None."""
        return await self._database.read(_find, nurse)

    async def all(self) -> list[Duty]:
        """Return everybody on duty, the longest first."""
        return await self._database.read(_all)

    async def at_desk(self) -> list[AtDesk]:
        """Return those on duty whose page is open, the longest on duty first."""
        return await self._database.read(_at_desk)


def note_answer(connection: Connection, change: Change) -> None:
    """Count the offers that the nurse has let lapse in a row, with what became of this one."""
    before = change.before
    if before is None or before.phase is not Phase.OFFERED or before.nurse is None:
        return
    after = change.contact
    hers = duty.update().where(duty.c.nurse == before.nurse.id)
    if after.phase is Phase.WAITING and isinstance(change.event, TimePassed):
        connection.execute(hers.values(silent=duty.c.silent + 1))
    elif isinstance(change.event, OfferAccepted | OfferDeclined):
        connection.execute(hers.values(silent=0))


def _set(connection: Connection, one: Duty) -> None:
    payload = DUTY.pack(replace(one, silent=0))
    row = {"since": one.since, "payload": payload, "silent": one.silent}
    connection.execute(
        insert(connection, duty)
        .values(nurse=one.nurse.id, **row)
        .on_conflict_do_update(index_elements=[duty.c.nurse], set_=row)
    )


def _clear(connection: Connection, nurse: NurseId) -> None:
    connection.execute(duty.delete().where(duty.c.nurse == nurse))


def _find(connection: Connection, nurse: NurseId) -> Duty | None:
    found = _read(connection, _DUTIES.where(duty.c.nurse == nurse))
    return found[0] if found else None


def _all(connection: Connection) -> list[Duty]:
    return _read(connection, _DUTIES.order_by(duty.c.since, duty.c.nurse))


def _read(connection: Connection, which: Select[tuple[bytes, int]]) -> list[Duty]:
    return [
        replace(DUTY.unpack(row.payload), silent=row.silent) for row in connection.execute(which)
    ]


def _at_desk(connection: Connection) -> list[AtDesk]:
    duties = {desk_of(one.nurse.id): one for one in _all(connection)}
    if not duties:
        return []
    open_pages = select(presence.c.contact).where(presence.c.contact.in_(duties), live(connection))
    here = set(connection.scalars(open_pages))
    seats = select(seat.c.nurse, contact.c.phase).join(contact, contact.c.id == seat.c.contact)
    taken: Counter[str] = Counter()
    asked: set[str] = set()
    for nurse, phase in connection.execute(seats):
        taken[nurse] += 1
        if phase == Phase.OFFERED.value:
            asked.add(nurse)
    return [
        AtDesk(one, taken[one.nurse.id], one.nurse.id in asked)
        for desk, one in duties.items()
        if desk in here
    ]
