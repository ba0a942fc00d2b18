"""What those who wait and those who serve see of the line: places, forecasts, the live list."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final, NamedTuple

from signaling.background import repeat
from signaling.forecasting import Forecaster
from signaling.protocol import messages as m
from signaling.protocol.views import PlaceView, in_words, pause_view
from signaling.replica import Replica
from signaling.rooms import Member, Rooms
from signaling.rows import Rows
from signaling.rules import Rules
from video_advice import line
from video_advice.capacity import Staff
from video_advice.ids import ContactId, Instant, RegionCode
from video_advice.line import Standing
from video_advice.people import Competence, Nurse
from video_advice.policy import SECOND
from video_advice.ports import Clock, Duties, Duty
from video_advice.regions.catalogue import REGIONS
from video_advice.state import Contact

_PAUSE: Final = 0.25
"""Seconds in which many changes become one picture."""
_REGULARLY: Final = 1.0
"""Seconds after which it is looked whether a picture is due though nobody rang."""
_FRONT: Final = 20
"""So many at the front of a line see each change at once..."""
_SWEPT: Final = 5 * SECOND
"""...and those behind them at most one in so long (ms)."""
_AT_A_TIME: Final = 50
"""Places worked out and sent before others have their turn."""
_DUTIES_KEPT: Final = 5 * SECOND
"""Milliseconds for which it is believed who is on duty, though nobody rang."""
_REGIONS_KEPT: Final = 2 * SECOND
"""Milliseconds for which the start page's counts are believed."""


class Counts(NamedTuple):
    """How many wait in a region; how many nurses on duty serve it, and what they know more of."""

    waiting: int
    nurses: int
    competences: tuple[Competence, ...]


class Board:
    """Draws the line for this process's pages, each only when what it shows has changed."""

    def __init__(
        self,
        rooms: Rooms,
        replica: Replica,
        rows: Rows,
        duties: Duties,
        clock: Clock,
        forecaster: Forecaster,
        rules: Rules,
    ) -> None:
        """The order comes from `replica`, what nurses see of it from `rows`."""
        self._rooms = rooms
        self._replica = replica
        self._rows = rows
        self._duties = duties
        self._clock = clock
        self._forecaster = forecaster
        self._rules = rules
        self._rules_seen = rules.version
        self._rung = asyncio.Event()
        self._due = asyncio.Event()
        self._regions: tuple[Instant, dict[RegionCode, Counts]] = (0, {})
        self._at_once: set[ContactId] = set()
        self._stale: set[RegionCode] = set()
        self._swept: dict[RegionCode, Instant] = {}
        self._followed: set[RegionCode] = set()
        self._facts = 0
        self._on_duty: Sequence[Duty] = ()
        self._on_duty_at: Instant = 0
        self._staff = Staff(())

    def poke(self, contact: ContactId | None = None) -> None:
        """Say that something about a contact has changed, or else who is on duty and anything."""
        if contact is None:
            self._on_duty_at = 0
            self._stale |= self._followed
        else:
            self._at_once.add(contact)
        self._rung.set()

    def wake(self) -> None:
        """Say that the line has told a change."""
        self._rung.set()

    async def run(self) -> None:
        """Draw until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(repeat(self._draw_and_rest, _REGULARLY, self._rung))
            group.create_task(repeat(self._sweep, _REGULARLY, self._due))

    async def _draw_and_rest(self) -> None:
        await self._draw_now()
        self._due.set()
        await asyncio.sleep(_PAUSE)

    async def draw(self) -> None:
        """Bring every page up to date once, but for what is not due yet."""
        await self._draw_now()
        await self._sweep()

    async def regions(self) -> dict[RegionCode, Counts]:
        """Return how the line of each region is, 2 s old at most."""
        now = self._clock.now()
        if self._regions[0] + _REGIONS_KEPT < now:
            duties = await self._duties.all()
            await self._replica.follow(REGIONS)
            self._regions = (now, {code: self._counts(code, duties) for code in REGIONS})
        return self._regions[1]

    def _counts(self, region: RegionCode, duties: Sequence[Duty]) -> Counts:
        nurses = [duty.nurse for duty in duties if region in duty.nurse.regions]
        known = {one for nurse in nurses for one in nurse.competences}
        competences = tuple(one for one in Competence if one in known)
        return Counts(self._replica.places(region).present, len(nurses), competences)

    async def _draw_now(self) -> None:
        """Show what is seen at once: the front, who has just come or moved, and all to nurses."""
        at_once, self._at_once = self._at_once, set()
        on_duty = await self._look_at_duties()
        here = {found[0].region for one in at_once if (found := self._rooms.waiting(one))}
        here.update(*(page.nurse.regions for page in self._rooms.nurses() if page.nurse))
        self._followed |= here
        await self._replica.follow(self._followed)
        await self._forecaster.look(self._followed)
        changed, moved = self._replica.changes()
        for one in at_once:
            if region := self._replica.region_of(one):
                self._rows.changed(region)
        for region in changed:
            self._rows.changed(region)
        if on_duty or self._facts != self._forecaster.facts:
            self._facts = self._forecaster.facts
            changed |= self._followed
        self._stale |= changed
        for contact in (*at_once, *moved, *self._fronts(changed)):
            self._bring_up(contact)
        self._at_once.update(contact for contact in moved if self._lags(contact))
        if self._at_once:
            self._rung.set()
        anew = on_duty or self._rules_seen != self._rules.version
        self._rules_seen = self._rules.version
        await self._show_nurses(anew)

    async def _look_at_duties(self) -> bool:
        """Look who is on duty, if that may have changed; say whether it has."""
        now = self._clock.now()
        if self._on_duty_at + _DUTIES_KEPT > now:
            return False
        self._on_duty_at = now
        duties = await self._duties.all()
        if duties == self._on_duty:
            return False
        self._on_duty = duties
        self._staff = Staff(line.wants(duty.nurse) for duty in duties)
        return True

    def _fronts(self, regions: set[RegionCode]) -> list[ContactId]:
        fronts = (self._replica.places(region).front(_FRONT) for region in regions)
        return [contact for front in fronts for contact in front]

    def _lags(self, contact: ContactId) -> bool:
        """Say whether the page's own state is older than the ticket: it is on its way."""
        stored = self._rooms.stored(contact)
        region = self._replica.region_of(contact)
        one = None if region is None else self._replica.places(region).get(contact)
        return stored is not None and one is not None and stored.version < one.version

    async def _sweep(self) -> None:
        """Show everybody in the regions that have changed, if the last time is long enough ago."""
        now = self._clock.now()
        due = {r for r in self._stale if self._swept.get(r, 0) + _SWEPT <= now}
        if not due:
            return
        self._stale -= due
        for number, contact in enumerate(self._rooms.contacts(), 1):
            stored = self._rooms.stored(contact)
            region = None if stored is None else stored.contact.region
            if region in due and self._bring_up(contact):
                self._swept[region] = now
            if number % _AT_A_TIME == 0:
                await asyncio.sleep(0)

    def _bring_up(self, one: ContactId) -> bool:
        """Show a patient the own place, if it waits, has one, and it is new; say whether it was."""
        found = self._rooms.waiting(one)
        if found is None or found[0].region not in self._followed:
            return False
        contact, pages = found
        standing = self._replica.places(contact.region).standing(one)
        # Whose ticket is on its way is shown the place when the line tells of it.
        if not pages or standing is None:
            return False
        place = m.LinePlace(self._place(contact, standing))
        shown = [self._show(page, contact.phase_at, place) for page in pages]
        return any(shown)

    def _place(self, contact: Contact, mine: Standing) -> PlaceView:
        ticket = line.ticket(contact, 0)
        able = 0 if ticket is None else self._staff.able(ticket)
        rule = self._rules.of(contact.region)
        pause = rule.pause(contact.channel, contact.competence)
        said = self._forecaster.for_place(mine, contact, self._on_duty)
        return PlaceView(
            contact=contact.id,
            place=mine.place,
            before_urgent=mine.passed,
            before_earlier=mine.place - 1 - mine.passed,
            nurses=able,
            forecast=said.forecast if able else None,
            told_at=said.told_at if able else None,
            held=said.held,
            paused=None if pause is None else pause_view(pause),
            elsewhere=() if able else in_words(rule.elsewhere),
        )

    async def _show_nurses(self, anew: bool) -> None:  # noqa: FBT001
        """Show nurses their duty, all of them if it is `anew`, and the line to those on duty."""
        on_duty = {duty.nurse.id: duty for duty in self._on_duty}
        for page in self._rooms.nurses():
            if page.nurse is None:
                continue
            duty = on_duty.get(page.nurse.id)
            if anew or page.duty_shown is None:
                self._show_duty(page, page.nurse, duty)
            if duty is not None:
                self._show(page, duty.since, await self._rows.of(page.nurse, self._staff))

    def _show_duty(self, page: Member, nurse: Nurse, duty: Duty | None) -> None:
        offering = self._rules.offering(nurse.regions)
        state = m.DutyState(
            on=duty is not None,
            offers=duty is not None and duty.offers,
            since=None if duty is None else duty.since,
            colleagues=sum(bool(d.nurse.regions & nurse.regions) for d in self._on_duty),
            available=duty is None or duty.available(),
            offering=tuple(sorted(offering)),
            pauses=tuple(
                m.RegionPause(region, pause_view(pause))
                for region in sorted(nurse.regions)
                for pause in self._rules.of(region).pauses
            ),
        )
        if page.duty_shown != state:
            page.duty_shown = state
            page.send(state)

    def _show(self, page: Member, since: Instant, message: m.LinePlace | m.LineState) -> bool:
        """Send what is new; all of it to one who has come back to the line or on duty."""
        if page.shown == (since, message):
            return False
        page.shown = (since, message)
        page.send(message)
        return True
