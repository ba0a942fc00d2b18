"""What the regions have decided about their lines, as this process last read it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Final

from video_advice.ids import RegionCode
from video_advice.people import Channel, Competence
from video_advice.policy import SECOND
from video_advice.ports import RegionRules
from video_advice.refusals import Refusal, Refused
from video_advice.regions.rules import USUAL, Giving, Rule

KEPT: Final = 2.0
"""Seconds for which what was read is believed, though nobody rang."""


class Rules:
    """The rule in force of each region. While the archive is down, the last that was read."""

    def __init__(self, archive: RegionRules) -> None:
        """Know nothing before the first `look`."""
        self._archive = archive
        self._rules: dict[RegionCode, Rule] = {}
        self.rung = asyncio.Event()
        """Set when a region may have decided something: it is time to look."""
        self.changed: Callable[[], None] = lambda: None
        """Told after each look that found something new."""
        self.version = 0
        """Counts these."""

    async def look(self) -> None:
        """Read the rules. Raises: ArchiveDown."""
        rules = {one.region: one.rule for one in await self._archive.newest()}
        if rules != self._rules:
            self._rules = rules
            self.version += 1
            self.changed()

    def of(self, region: RegionCode) -> Rule:
        """Return the rule of a region."""
        return self._rules.get(region, USUAL)

    def offering(self, regions: Iterable[RegionCode]) -> frozenset[RegionCode]:
        """Return those of `regions` in which contacts are offered."""
        return frozenset(one for one in regions if self.of(one).giving is Giving.OFFER)

    def admit(self, region: RegionCode, channel: Channel, competence: Competence) -> None:
        """Return when the line takes somebody new. Raises: Refused."""
        pause = self.of(region).pause(channel, competence)
        if pause is not None:
            raise Refused(Refusal.LINE_PAUSED, words=pause.text)

    def time_to_answer(self, region: RegionCode) -> int | None:
        """Return the milliseconds to answer an offer of the region; None for the usual time."""
        seconds = self.of(region).offer_seconds
        return None if seconds is None else seconds * SECOND
