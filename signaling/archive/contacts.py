"""The truth about contacts: `video_advice.ports.Contacts` in SQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, FromClause, Row, Select, bindparam, select
from sqlalchemy.exc import IntegrityError

from signaling.archive import commit, takings
from signaling.archive.codec import CONTACT, EVENT
from signaling.archive.comings import comes_or_goes, write_all
from signaling.archive.database import CHUNK, Database, time, time_text
from signaling.archive.grouped import Grouped
from signaling.archive.tables import contact, contact_event
from signaling.archive.together import Together
from signaling.archive.waiting import ORDER, first, in_line, particular
from video_advice import line
from video_advice.events import ChatSent, Recorded
from video_advice.ids import ContactId, Instant, NurseId, PersonId, RegionCode
from video_advice.line import Ticket, Wants
from video_advice.ports import Change, Spot, Stored

_STORED: Final = select(contact.c.version, contact.c.state)
_HISTORY: Final = (
    select(contact_event.c.version, contact_event.c.at, contact_event.c.payload)
    .where(
        contact_event.c.contact == bindparam("contact"),
        contact_event.c.version > bindparam("after"),
    )
    .order_by(contact_event.c.version)
)
_CHAT: Final = _HISTORY.where(contact_event.c.type == ChatSent.__struct_config__.tag)


def newest(table: FromClause) -> tuple[ColumnElement[Any], ...]:
    """Return the order in which a person's open contact comes first, then the newest ended one."""
    return table.c.ended_at.is_(None).desc(), table.c.ended_at.desc(), table.c.id


class SqlContacts:
    """Contacts in `contact`, `contact_event` and `declined`."""

    def __init__(self, database: Database) -> None:
        """Keep them in `database`."""
        self._database = database
        self._loading = Together(database, _load)
        self._comings = Grouped(database, write_all)
        self._takings = Grouped(database, takings.write_all, takings.MOST)
        self._touching = Grouped(database, commit.touch)

    async def load(self, contact: ContactId) -> Stored | None:
        """Return the contact, or None."""
        return await self._loading.ask(contact)

    async def commit(self, change: Change) -> list[int]:
        """Write the change; return the outbox numbers of its effects, in order.

        The row is locked first, so of several reasons the earliest of these is told: LeaseLost,
        AlreadyDone, AlreadyOpen, Conflict, SeatTaken, then what the guard says (NotFirst,
        GuardFailed). Who comes and goes, or takes whose turn it is, is written together with others
        who do at that moment.
        """
        if comes_or_goes(change):
            return await self._comings.put(change)
        try:
            if takings.takes(change):
                return await self._takings.put(change)
            return await self._database.write(commit.write, change)
        except (commit.Stale, IntegrityError):
            reason = await self._database.read(commit.why, change)
        raise reason

    async def touch(self, contact: ContactId, version: int, deadline: Instant) -> None:
        """Move the deadline if `version` is still the newest; else do nothing."""
        await self._touching.put((contact, version, deadline))

    async def history(self, contact: ContactId, after: int = 0) -> list[Recorded]:
        """Return the events with a version above `after`, in order."""
        return await self._database.read(_recorded, _HISTORY, contact, after)

    async def chat(self, contact: ContactId, after: int = 0) -> list[Recorded]:
        """Return the chat messages (`ChatSent`) with a version above `after`, in order."""
        return await self._database.read(_recorded, _CHAT, contact, after)

    async def of_person(self, person: PersonId) -> Stored | None:
        """Return the person's open contact, else the newest ended one, else None."""
        own = _STORED.where(contact.c.person == person)
        found = await self._stored(own.order_by(*newest(contact)).limit(1))
        return found[0] if found else None

    async def of_nurse(self, nurse: NurseId) -> list[Stored]:
        """Return what the nurse holds, the longest offered first."""
        held = (contact.c.nurse == nurse, contact.c.ended_at.is_(None))
        return await self._stored(_STORED.where(*held).order_by(contact.c.offered_at, contact.c.id))

    async def waiting(self, regions: Iterable[RegionCode], limit: int) -> list[Stored]:
        """Return the waiting contacts of the regions in the order of the line."""
        return await self._stored(_STORED.where(in_line(regions)).order_by(*ORDER).limit(limit))

    async def tickets(self, region: RegionCode) -> list[Ticket]:
        """Return every ticket of the region in order: what the live line is rebuilt from."""
        return _tickets(await self._stored(_STORED.where(in_line([region])).order_by(*ORDER)))

    async def spots(self, region: RegionCode) -> list[Spot]:
        """Return where every ticket of the region stands: no contact is unpacked for it."""
        return await self._database.read(_spots, region)

    async def first(self, nurse: Wants) -> ContactId | None:
        """Return whose turn it is among those `nurse` may take: the last word."""
        return await self._database.read(first, nurse)

    async def particular(self) -> list[Ticket]:
        """Return the tickets of those who are there and whom a nurse declined, or wait for one."""
        return _tickets(await self._stored(_STORED.where(particular()).order_by(*ORDER)))

    async def due(self, limit: int) -> list[ContactId]:
        """Return contacts whose deadline has come, the longest overdue first."""
        return await self._database.read(_due, limit)

    async def versions(self, contacts: Iterable[ContactId]) -> dict[ContactId, int]:
        """Return the newest version of each; an unknown contact is left out."""
        return await self._database.read(_versions, list(contacts))

    async def _stored(self, query: Select[int, bytes]) -> list[Stored]:
        rows = await self._database.read(_rows, query)
        return [Stored(version, CONTACT.unpack(state)) for version, state in rows]


def _tickets(waiting: list[Stored]) -> list[Ticket]:
    found = (line.ticket(one.contact, one.version) for one in waiting)
    return [one for one in found if one is not None]


def _load(connection: Connection, contacts: Sequence[str], _now: Instant) -> dict[str, Stored]:
    query = select(contact.c.id, *_STORED.selected_columns).where(contact.c.id.in_(contacts))
    rows = connection.execute(query)
    return {one: Stored(version, CONTACT.unpack(state)) for one, version, state in rows}


def _rows(connection: Connection, query: Select[int, bytes]) -> list[Row[int, bytes]]:
    return list(connection.execute(query))


def _spots(connection: Connection, region: RegionCode) -> list[Spot]:
    columns = select(contact.c.id, contact.c.score, contact.c.away)
    return [
        (one, score, away)
        for one, score, away in connection.execute(columns.where(in_line([region])))
    ]


def _due(connection: Connection, limit: int) -> list[ContactId]:
    overdue = (
        select(contact.c.id)
        .where(contact.c.deadline <= time(time_text(connection)))
        .order_by(contact.c.deadline, contact.c.id)
        .limit(limit)
    )
    return list(connection.scalars(overdue))


def _recorded(
    connection: Connection, query: Select[int, int, bytes], one: ContactId, after: int
) -> list[Recorded]:
    rows = connection.execute(query, {"contact": one, "after": after})
    return [Recorded(version, at, EVENT.unpack(payload)) for version, at, payload in rows]


def _versions(connection: Connection, contacts: list[ContactId]) -> dict[ContactId, int]:
    found: dict[ContactId, int] = {}
    for start in range(0, len(contacts), CHUNK):
        some = contacts[start : start + CHUNK]
        query = select(contact.c.id, contact.c.version).where(contact.c.id.in_(some))
        found.update((one, version) for one, version in connection.execute(query))
    return found
