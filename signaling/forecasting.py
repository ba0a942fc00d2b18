"""What people are told of the wait, kept so that it can be held against what came of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from signaling.background import repeat
from video_advice import line
from video_advice.capacity import Staffing
from video_advice.forecast import Expected, Forecast, Recent, Spot, expect, tell, words
from video_advice.ids import ContactId, Instant, RegionCode
from video_advice.line import Group, Standing, Ticket, group_of
from video_advice.policy import HOUR, MINUTE
from video_advice.ports import ArchiveDown, Clock, Duty, Forecasts, Told
from video_advice.quality.calibration import Calibration, Case, calibrate
from video_advice.state import Contact

_log = logging.getLogger(__name__)

_REGULARLY: Final = 15.0
"""Seconds between looks at what has just happened."""
_SCORE_KEPT: Final = 10 * MINUTE
WEEK: Final = 7 * 24 * HOUR
_FORGOTTEN: Final = 10 * MINUTE
"""After this long unasked it is no longer known what somebody was told; then it is told anew."""
_UNKEPT: Final = 50_000
"""Most rows that wait for an archive that is down; beyond, what was told is not kept."""


class Said(msgspec.Struct, frozen=True):
    """What is shown of the wait. `held`: share of last week's forecasts that held, in percent."""

    forecast: Forecast | None
    told_at: Instant | None
    held: int | None


class _Known(msgspec.Struct):
    """What is known of one who waits: what stands on the page since when, and worked out where."""

    asked_at: Instant
    told_at: Instant
    forecast: Forecast | None
    place: int
    facts: int


class Scores:
    """How well each region's forecasts held in the last week, worked out now and then."""

    def __init__(self, forecasts: Forecasts, clock: Clock) -> None:
        """`forecasts` knows what was told and what came of it."""
        self._forecasts = forecasts
        self._clock = clock
        self._known: dict[RegionCode, tuple[Instant, tuple[Case, ...], Calibration]] = {}

    async def cases(self, region: RegionCode) -> tuple[Instant, tuple[Case, ...]]:
        """Return when they were looked up and what was told in the week before. At most 10 min old.

        Raises: ArchiveDown.
        """
        now = self._clock.now()
        known = self._known.get(region)
        if known is None or known[0] + _SCORE_KEPT < now:
            found = tuple(await self._forecasts.cases(region, now - WEEK, now, now))
            known = self._known[region] = (now, found, calibrate(found))
        return known[0], known[1]

    def held(self, region: RegionCode) -> int | None:
        """Return the share that held, in percent; None when unknown, or too few were told."""
        known = self._known.get(region)
        inside = None if known is None else known[2].inside
        return None if inside is None else round(100 * inside.share)

    def shares(self) -> dict[RegionCode, float]:
        """Return the share that held, from 0 to 1, of every region where it is known."""
        inside = {region: score.inside for region, (_, _, score) in self._known.items()}
        return {region: one.share for region, one in inside.items() if one is not None}


class Forecaster:
    """Says how long the wait will be, from facts a quarter of a minute old.

    `for_place` answers at once, for as many as wait; `run` fetches beside it, and keeps what was
    told. Of a region that nobody asked about before, nothing is said until it has been looked at.
    """

    def __init__(self, forecasts: Forecasts, clock: Clock) -> None:
        """What was told is kept in `forecasts`."""
        self.scores = Scores(forecasts, clock)
        self._forecasts = forecasts
        self._clock = clock
        self._asked: dict[RegionCode, Instant] = {}
        self._recent: dict[RegionCode, Recent] = {}
        self._waiting: dict[Group, int] = {}
        self._duties: Sequence[Duty] = ()
        self._staffing = Staffing({}, ())
        self.facts = 0
        """Counts how often anything has changed on which forecasts are made."""
        self._known: dict[ContactId, _Known] = {}
        self._unkept: list[Told] = []
        self._new_region = asyncio.Event()

    async def run(self) -> None:
        """Keep the facts fresh until cancelled."""
        await repeat(self.refresh, _REGULARLY, self._new_region)

    async def look(self, regions: Iterable[RegionCode]) -> None:
        """Return when something can be said of `regions`, or the archive cannot be reached."""
        new = [region for region in regions if region not in self._recent]
        self._asked.update(dict.fromkeys(new, self._clock.now()))
        if new:
            try:
                await self.refresh()
            except ArchiveDown:
                _log.warning("forecast_facts_missing")

    async def refresh(self) -> None:
        """Keep what was told; look at the lines that are asked about.

        Raises: ArchiveDown; then the old facts stand.
        """
        await self._keep()
        now = self._clock.now()
        self._known = {c: k for c, k in self._known.items() if k.asked_at + _FORGOTTEN > now}
        self._asked = {r: at for r, at in self._asked.items() if at + _FORGOTTEN > now}
        self._waiting = await self._forecasts.waiting()
        self._share_out()
        recent = {}
        for region in tuple(self._asked):
            recent[region] = await self._forecasts.recent(region, now)
            await self.scores.cases(region)
        self._recent = recent

    async def _keep(self) -> None:
        rows, self._unkept = self._unkept, []
        try:
            await self._forecasts.keep(rows)
        except ArchiveDown:
            self._unkept = (rows + self._unkept)[:_UNKEPT]
            raise

    def for_place(self, standing: Standing, contact: Contact, duties: Sequence[Duty]) -> Said:
        """Return what to show somebody who stands there, and remember that it was told."""
        self._staff(duties)
        now = self._clock.now()
        self._asked[contact.region] = now
        known = self._known.get(contact.id)
        if known is None:
            known = self._known[contact.id] = _Known(now, now, None, 0, -1)
        known.asked_at = now
        # A few places in a long line, on the same facts, change no words: nothing to work out.
        if known.facts != self.facts or 32 * abs(known.place - standing.place) >= known.place:
            self._work_out(known, standing, contact, now)
        told_at = None if known.forecast is None else known.told_at
        return Said(known.forecast, told_at, self.scores.held(contact.region))

    def likely(self, standing: Standing, one: Ticket, duties: Sequence[Duty]) -> Forecast | None:
        """Return what would be said of the wait, without saying it to anybody."""
        self._staff(duties)
        now = self._clock.now()
        self._asked[one.region] = now
        expected = self._expect(standing, one, now)
        return None if expected is None else words(expected)

    def _staff(self, duties: Sequence[Duty]) -> None:
        if duties is not self._duties:
            changed = list(duties) != list(self._duties)
            self._duties = duties
            if changed:
                self._share_out()

    def _work_out(self, known: _Known, standing: Standing, contact: Contact, now: Instant) -> None:
        known.facts, known.place = self.facts, standing.place
        expected = self._expect(standing, contact, now)
        new = None if expected is None else words(expected)
        shown = tell(known.forecast, new, now - known.told_at)
        if shown is known.forecast:
            return
        known.forecast, known.told_at = shown, now
        if shown is not None and expected is not None:
            mean, group = round(expected.plain), group_of(contact)
            self._unkept.append(Told(contact.id, now, shown, mean, standing.place, group))

    def _share_out(self) -> None:
        self.facts += 1
        self._staffing = Staffing(self._waiting, _wants(self._duties))

    def _expect(
        self, standing: Standing, contact: Contact | Ticket, now: Instant
    ) -> Expected | None:
        recent = self._recent.get(contact.region)
        if recent is None:
            self._new_region.set()
            return None
        return expect(self._spot(standing, contact, now), recent)

    def _spot(self, standing: Standing, contact: Contact | Ticket, now: Instant) -> Spot:
        group = contact.group if isinstance(contact, Ticket) else group_of(contact)
        share = self._staffing.of(group)
        score = line.score(contact.urgency, contact.arrived_at, ahead=contact.ahead)
        return Spot(
            ahead=standing.place - 1,
            nurses=share.nurses,
            eligible=share.eligible,
            head_start=max(score - contact.arrived_at, 0),
            waited=max(now - contact.arrived_at, 0),
        )


def _wants(duties: Sequence[Duty]) -> list[line.Wants]:
    return [line.wants(duty.nurse) for duty in duties]
