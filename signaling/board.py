"""What those who wait and those who serve see of the line: places, forecasts, the live list."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final
from weakref import WeakKeyDictionary

from signaling.background import repeat
from signaling.forecasting import Forecaster
from signaling.index import Index
from signaling.protocol import messages as m
from signaling.protocol.views import LineRow, PlaceView
from signaling.rooms import Member, Rooms
from video_advice import line
from video_advice.ids import ContactId, Instant, RegionCode
from video_advice.line import Standing
from video_advice.people import Nurse
from video_advice.ports import Clock, Contacts, Duties, Duty, Stored
from video_advice.regions.catalogue import REGIONS
from video_advice.rights import may_know
from video_advice.state import Contact

_PAUSE: Final = 0.25
"""Seconds in which many changes become one picture."""
_REGULARLY: Final = 5.0
"""Seconds after which the picture is drawn again though nobody rang."""
_ROWS: Final = 100
_EXCERPT: Final = 200
"""Characters of the story in the live line; the whole stands on the card."""
_REGIONS_KEPT: Final = 2_000
"""Milliseconds for which the start page's counts are believed."""


_Shown = tuple[Instant, m.LinePlace | m.LineState]
"""What a page was shown last, and since when it had been waiting or on duty then."""


class Board:
    """Draws the line for this process's pages, each only when what it shows has changed."""

    def __init__(
        self,
        rooms: Rooms,
        index: Index,
        contacts: Contacts,
        duties: Duties,
        clock: Clock,
        forecaster: Forecaster,
    ) -> None:
        """The order comes from `index`, the stories from `contacts`."""
        self._rooms = rooms
        self._index = index
        self._contacts = contacts
        self._duties = duties
        self._clock = clock
        self._forecaster = forecaster
        self._rung = asyncio.Event()
        # By page, and gone with it: a page may leave while it is being drawn for.
        self._shown: WeakKeyDictionary[Member, _Shown] = WeakKeyDictionary()
        self._duty_shown: WeakKeyDictionary[Member, m.DutyState] = WeakKeyDictionary()
        self._regions: tuple[Instant, dict[RegionCode, tuple[int, int]]] = (0, {})

    def poke(self) -> None:
        """Say that a line or a duty has changed."""
        self._rung.set()

    def forget(self, member: Member) -> None:
        """Forget what a page was shown."""
        self._shown.pop(member, None)
        self._duty_shown.pop(member, None)

    async def run(self) -> None:
        """Draw until cancelled."""
        await repeat(self._draw_and_rest, _REGULARLY, self._rung)

    async def _draw_and_rest(self) -> None:
        await self.draw()
        await asyncio.sleep(_PAUSE)

    async def draw(self) -> None:
        """Bring every page up to date once."""
        waiting = self._rooms.waiting()
        nurses = self._rooms.nurses()
        if not waiting and not nurses:
            return
        duties = await self._duties.all()
        regions = {contact.region for contact, _ in waiting}
        stand: dict[ContactId, Standing] = {}
        for region in sorted(regions):
            stand |= line.standings(await self._index.tickets(region))
        await self._forecaster.look(regions)
        for contact, pages in waiting:
            # Whose ticket is on its way is shown the place when the line rings again.
            if pages and contact.id in stand:
                place = self._place(contact, stand[contact.id], duties)
                for page in pages:
                    self._show(page, contact.phase_at, m.LinePlace(place))
        for page in nurses:
            await self._show_nurse(page, duties)

    async def regions(self) -> dict[RegionCode, tuple[int, int]]:
        """Return for each region how many wait and how many nurses serve it, 2 s old at most."""
        now = self._clock.now()
        if self._regions[0] + _REGIONS_KEPT < now:
            duties = await self._duties.all()
            counts = {}
            for code in REGIONS:
                tickets = await self._index.tickets(code)
                nurses = sum(code in duty.nurse.regions for duty in duties)
                counts[code] = (sum(not ticket.away for ticket in tickets), nurses)
            self._regions = (now, counts)
        return self._regions[1]

    def _place(self, contact: Contact, mine: Standing, duties: Sequence[Duty]) -> PlaceView:
        said = self._forecaster.for_place(mine, contact, duties)
        return PlaceView(
            contact=contact.id,
            place=mine.place,
            before_urgent=mine.passed,
            before_earlier=mine.place - 1 - mine.passed,
            nurses=sum(_able(duty.nurse, contact) for duty in duties),
            forecast=said.forecast,
            told_at=said.told_at,
            held=said.held,
        )

    async def _show_nurse(self, page: Member, duties: Sequence[Duty]) -> None:
        nurse = page.nurse
        if nurse is None:
            return
        duty = next((d for d in duties if d.nurse.id == nurse.id), None)
        state = m.DutyState(
            on=duty is not None,
            offers=duty is not None and duty.offers,
            since=None if duty is None else duty.since,
            colleagues=sum(bool(d.nurse.regions & nurse.regions) for d in duties),
        )
        if self._duty_shown.get(page) != state:
            self._duty_shown[page] = state
            page.send(state)
        if duty is not None:
            self._show(page, duty.since, await self._rows(nurse))

    async def _rows(self, nurse: Nurse) -> m.LineState:
        waiting = await self._contacts.waiting(nurse.regions, _ROWS + 1)
        total = len(waiting)
        if total > _ROWS:
            total = sum([len(await self._contacts.tickets(r)) for r in sorted(nurse.regions)])
        return m.LineState(rows=tuple(_row(s, nurse) for s in waiting[:_ROWS]), total=total)

    def _show(self, page: Member, since: Instant, message: m.LinePlace | m.LineState) -> None:
        """Send what is new; all of it to one who has come back to the line or on duty."""
        if self._shown.get(page) != (since, message):
            self._shown[page] = (since, message)
            page.send(message)


def _able(nurse: Nurse, contact: Contact) -> bool:
    ticket = line.ticket(contact, 0)
    return ticket is not None and line.able(line.wants(nurse), ticket)


def _row(stored: Stored, nurse: Nurse) -> LineRow:
    contact = stored.contact
    ticket = line.ticket(contact, stored.version)
    known = may_know(nurse, contact)
    return LineRow(
        contact=contact.id,
        region=contact.region,
        concerns=contact.concerns,
        called=contact.called if known else "",
        age=contact.age if known else None,
        story=contact.story[:_EXCERPT] if known else "",
        urgency=contact.urgency,
        reason="turn" if ticket is None else line.why(ticket),
        arrived_at=contact.arrived_at,
        channel=contact.channel,
        language=contact.language,
        interpreter=contact.interpreter,
        competence=contact.competence,
        protected=contact.protected,
        hidden=not known,
        photos=len(contact.photos),
        away=contact.away(),
        mine=_able(nurse, contact),
        callback=contact.callback is not None,
        red_flags=contact.red_flags,
        worse=bool(contact.worse),
    )
