"""The line as nurses see it: read once for all who serve the same, when it has changed."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from signaling.protocol.messages import LineState
from signaling.protocol.views import LineRow
from signaling.replica import Replica
from video_advice import line
from video_advice.capacity import Staff
from video_advice.ids import NurseId, RegionCode
from video_advice.line import Ticket
from video_advice.people import Nurse
from video_advice.ports import Contacts, Stored
from video_advice.rights import may_know
from video_advice.state import Contact

_ROWS: Final = 100
_EXCERPT: Final = 200
"""Characters of the story, and of why it was handed over; the whole stands on the card."""


class Rows:
    """The first rows of each set of regions, and of these what each kind of nurse sees."""

    def __init__(self, contacts: Contacts, replica: Replica) -> None:
        """The stories come from `contacts`, how many wait from `replica`."""
        self._contacts = contacts
        self._replica = replica
        self._changes = 0
        self._changed: dict[RegionCode, int] = {}
        self._read: dict[frozenset[RegionCode], _Read] = {}
        self._seen: dict[Nurse, tuple[_Read, Staff, LineState]] = {}

    def changed(self, region: RegionCode) -> None:
        """Say that somebody in the line of a region has changed."""
        self._changes += 1
        self._changed[region] = self._changes

    async def of(self, nurse: Nurse, staff: Staff) -> LineState:
        """Return what `nurse` sees; the same object until it changes. Raises: ArchiveDown.

        `staff`: those on duty, the same object until they change.
        """
        read = await self._look(nurse.regions)
        # To those who serve the same, all but a few are shown alike.
        kind = replace(nurse, id=NurseId(""), name="", title="", region=RegionCode(""))
        known = self._seen.get(kind)
        if known is None or known[0] is not read or known[1] is not staff:
            rows = tuple(_row(*one, kind, staff) for one in read.waiting)
            known = self._seen[kind] = (read, staff, LineState(rows=rows, total=read.total))
        theirs = known[2]
        own = {at: _row(*read.waiting[at], nurse, staff) for at in read.personal}
        if all(theirs.rows[at] == row for at, row in own.items()):
            return theirs
        return replace(theirs, rows=tuple(own.get(at, row) for at, row in enumerate(theirs.rows)))

    async def _look(self, regions: frozenset[RegionCode]) -> _Read:
        known = self._read.get(regions)
        if known is not None and all(self._changed.get(r, 0) <= known.changes for r in regions):
            return known
        changes = self._changes
        waiting = await self._contacts.waiting(regions, _ROWS + 1)
        total = len(waiting)
        if total > _ROWS:
            total = max(total, sum(len(self._replica.places(region)) for region in regions))
        known = self._read[regions] = _Read(changes, waiting[:_ROWS], total)
        return known


class _Read:
    """What was read of some regions after so many changes."""

    def __init__(self, changes: int, waiting: list[Stored], total: int) -> None:
        self.changes = changes
        tickets = ((one, line.ticket(one.contact, one.version)) for one in waiting)
        self.waiting = [(one.contact, ticket) for one, ticket in tickets if ticket is not None]
        self.total = total
        self.personal = [
            at
            for at, (_, ticket) in enumerate(self.waiting)
            if ticket.named is not None or ticket.declined_by
        ]
        """Rows of those whom not every nurse of a kind may take."""


def _row(contact: Contact, ticket: Ticket, nurse: Nurse, staff: Staff) -> LineRow:
    known = may_know(nurse, contact)
    given = contact.handover
    return LineRow(
        contact=contact.id,
        region=contact.region,
        concerns=contact.concerns,
        called=contact.called if known else "",
        age=contact.age if known else None,
        story=contact.story[:_EXCERPT] if known else "",
        urgency=contact.urgency,
        reason=line.why(ticket),
        why=line.need(ticket),
        arrived_at=contact.arrived_at,
        channel=contact.channel,
        language=contact.language,
        interpreter=contact.interpreter,
        competence=contact.competence,
        protected=contact.protected,
        hidden=not known,
        unserved=not ticket.away and not staff.able(ticket),
        photos=len(contact.photos),
        away=contact.away(),
        mine=line.able(line.wants(nurse), ticket),
        callback=contact.callback is not None,
        red_flags=contact.red_flags,
        worse=bool(contact.worse),
        handed_by=None if given is None else given.by.name,
        handed_reason=given.reason[:_EXCERPT] if given is not None and known else "",
    )
