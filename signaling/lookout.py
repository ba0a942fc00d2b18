"""Watches that the live line and the archive tell the same, and that all who wait can be served."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from signaling.index import Index
from signaling.replica import Replica
from video_advice.ids import Instant, RegionCode
from video_advice.line import Group
from video_advice.places import Places
from video_advice.ports import Alarms, Spot

_log = logging.getLogger(__name__)

EVERY: Final = 2.0
"""Seconds between two looks. What is wrong in two looks running is an alarm: within 5 s."""

WHOLE: Final = 15
"""One look in so many reads the live line itself, the others this process's copy of it."""

LINE_DIFFERS: Final = "line_differs"
"""The live line of a region (the subject) held something else than the archive for two looks."""

NOBODY_SERVES: Final = "nobody_serves"
"""In a group of the line (the subject is its key) somebody waits whom nobody on duty may take."""

REDIS_DOWN: Final = "redis_down"
"""Redis did not answer in two looks running."""


class Lookout:
    """Mends what it finds. What is on its way between two looks is no difference yet."""

    def __init__(
        self,
        index: Index,
        alarms: Alarms,
        unserved: Callable[[], Awaitable[frozenset[Group]]],
        ping: Callable[[], Awaitable[bool]],
        now: Callable[[], Instant],
        replica: Replica | None = None,
    ) -> None:
        """`unserved` finds who waits in vain; `ping` says whether Redis answers.

        Without a `replica` each look reads the live line itself.
        """
        self._index = index
        self._unserved = unserved
        self._lacking: frozenset[str] = frozenset()
        self._alarms = alarms
        self._ping = ping
        self._now = now
        self._seen: dict[RegionCode, frozenset[Spot]] = {}
        self._silent = False
        self._replica = replica
        self._looks = 0

    async def look(self, regions: Iterable[RegionCode]) -> None:
        """Look once. Raises: ArchiveDown."""
        sounding = {(one.kind, one.subject) for one in await self._alarms.open()}
        silent = not await self._ping()
        await self._judge(REDIS_DOWN, "", silent and self._silent, not silent, sounding)
        self._silent = silent
        self._looks += 1
        for region in regions:
            await self._line(region, sounding)
        await self._staff(sounding)

    async def _staff(self, sounding: set[tuple[str, str]]) -> None:
        lacking = frozenset(group.key for group in await self._unserved())
        known = frozenset(subject for kind, subject in sounding if kind == NOBODY_SERVES)
        for key in sorted(lacking | known):
            lasting = key in lacking and key in self._lacking
            await self._judge(NOBODY_SERVES, key, lasting, key not in lacking, sounding)
        self._lacking = lacking

    async def _line(self, region: RegionCode, sounding: set[tuple[str, str]]) -> None:
        found = await self._index.differences(region, await self._copy(region))
        if found is None:  # down: nothing untrue is said
            self._seen.pop(region, None)
            return
        lasting = found & self._seen.get(region, frozenset())
        self._seen[region] = found
        await self._judge(LINE_DIFFERS, region, bool(lasting), not found, sounding)
        if lasting:
            await self._index.rebuild(region)

    async def _copy(self, region: RegionCode) -> Places | None:
        """Return what spares reading the line, of which that of 40,000 is busy 0.1 s meanwhile.

        Not each time: what a copy was told is no proof of what is stored. And what has been found
        to differ is looked at itself.
        """
        whole = self._looks % WHOLE == 1 or self._silent or bool(self._seen.get(region))
        return None if whole or self._replica is None else await self._replica.current(region)

    async def _judge(
        self,
        kind: str,
        subject: str,
        wrong: bool,  # noqa: FBT001
        right: bool,  # noqa: FBT001
        sounding: set[tuple[str, str]],
    ) -> None:
        known = (kind, subject) in sounding
        if wrong and not known:
            _log.warning(kind, extra={"subject": subject})
            await self._alarms.sound(kind, subject, self._now())
        elif right and known:
            _log.info("alarm_settled", extra={"kind": kind, "subject": subject})
            await self._alarms.settle(kind, subject, self._now())
