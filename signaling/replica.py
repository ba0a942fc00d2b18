"""This process's own copy of the line: fetched once, then kept up by what the line tells.

So a place costs no question to Redis. Changes are numbered; after a gap, or when something may have
been missed, the region is fetched again before it is next used. While nothing can be heard it is
fetched for each use, from Redis or else from the archive: right, and slower.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Final

from signaling.index import Index
from video_advice.ids import ContactId, RegionCode
from video_advice.line import Moved
from video_advice.places import Places

CHECKED: Final = 5.0
"""Seconds between two looks at the last number, for a change that was told last and lost."""

_FETCHES: Final = 3
"""Times a region is fetched in a row while its changes come with gaps."""


class _Copy:
    """What is known of a region. Without `number` it is not kept up."""

    __slots__ = ("asked", "followed", "heard", "number", "places")

    def __init__(self) -> None:
        self.places = Places()
        self.number: int | None = None
        self.followed = False
        """Whether a change has been heard since it was fetched."""
        self.heard: list[Moved] | None = None
        """What is told while it is being fetched."""
        self.asked: tuple[int, int] | None = None
        """Our number at the last check, and the line's."""


class Replica:
    """The lines of the regions that anybody here asks about."""

    def __init__(self, index: Index, fed: Callable[[], bool]) -> None:
        """Fetch from `index`; `fed` says whether what the line tells is heard now."""
        self._index = index
        self._fed = fed
        self._copies: dict[RegionCode, _Copy] = {}
        self._fetching = asyncio.Lock()
        self._missed = 0
        self._moved: set[ContactId] = set()
        self._changed: set[RegionCode] = set()

    def region_of(self, contact: ContactId) -> RegionCode | None:
        """Return in which of these lines a contact stands."""
        known = (r for r, copy in self._copies.items() if copy.places.get(contact) is not None)
        return next(known, None)

    def places(self, region: RegionCode) -> Places:
        """Return the line of a region that is followed."""
        return self._copies[region].places

    async def current(self, region: RegionCode) -> Places | None:
        """Return the line of a region if our copy of it is where the line is now, else None.

        Costs the line one question, however many wait. Raises: ArchiveDown.
        """
        await self.follow([region])
        copy = self._copies[region]
        number = await self._index.number(region)
        return copy.places if number is not None and number == copy.number else None

    def changes(self) -> tuple[set[RegionCode], set[ContactId]]:
        """Return the regions that changed since the last call, and whose own tickets did.

        After a region was fetched whole, it is not told whose.
        """
        changes = self._changed, self._moved
        self._changed, self._moved = set(), set()
        return changes

    def hear(self, moved: Moved) -> None:
        """Take in one change."""
        copy = self._copies.get(moved.region)
        if copy is None:
            return
        if copy.heard is not None:
            copy.heard.append(moved)
        else:
            self._apply(copy, moved)

    def forget(self) -> None:
        """Something may have been missed: fetch each region before it is next used."""
        self._missed += 1
        for region, copy in self._copies.items():
            self._drop(region, copy)

    async def follow(self, regions: Iterable[RegionCode]) -> None:
        """Return when all that is known of `regions` is in `places`. Raises: ArchiveDown."""
        if not self._fed():
            self.forget()
        for region in regions:
            copy = self._copies.get(region)
            if copy is None or copy.number is None:
                async with self._fetching:
                    await self._fetch(region)

    async def check(self) -> bool:
        """Compare numbers with the line; False when a change was lost: a region is fetched again.

        One look is not enough: what has just changed may be on its way. It is lost when nothing was
        heard between two looks, and both say that we are not where the line is.
        """
        whole = True
        for region, copy in tuple(self._copies.items()):
            theirs = None if copy.number is None else await self._index.number(region)
            if copy.number is None or theirs is None:
                copy.asked = None
                continue
            before, copy.asked = copy.asked, (copy.number, theirs)
            if (
                before is not None
                and before[0] == copy.number
                and copy.number
                not in {
                    before[1],
                    theirs,
                }
            ):
                self._drop(region, copy)
                whole = False
        return whole

    async def _fetch(self, region: RegionCode) -> None:
        copy = self._copies.setdefault(region, _Copy())
        for _ in range(_FETCHES):
            if copy.number is not None:  # another has fetched it meanwhile
                return
            copy.heard, missed = [], self._missed
            try:
                number, tickets = await self._index.numbered(region)
            finally:
                heard, copy.heard = copy.heard, None
            copy.places, copy.followed = Places(tickets), False
            self._changed.add(region)
            if number is None:
                return
            if missed != self._missed:  # perhaps between the answer and what is heard from now on
                continue
            copy.number = number
            for moved in heard:
                self._apply(copy, moved)

    def _apply(self, copy: _Copy, moved: Moved) -> None:
        if copy.number is None:
            return
        if moved.number <= copy.number and not copy.followed:
            return  # told before it was fetched, heard after
        whole = moved.ticket is not None or moved.gone is not None
        if moved.number != copy.number + 1 or not whole:
            self._drop(moved.region, copy)
            return
        copy.number, copy.followed = moved.number, True
        if moved.ticket is not None:
            copy.places.put(moved.ticket)
            self._moved.add(moved.ticket.contact)
        elif moved.gone is not None:
            copy.places.remove(moved.gone)
        self._changed.add(moved.region)

    def _drop(self, region: RegionCode, copy: _Copy) -> None:
        """Take the copy for old."""
        copy.number = None
        self._changed.add(region)
