"""A live line that can be lost, be down, come back as it was long ago, or hold what is not so."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import deepcopy

from video_advice.ids import ContactId, RegionCode
from video_advice.line import MemoryLine, Ticket, Wants
from video_advice.ports import LineDown, Unbuilt


class FickleLine:
    """`MemoryLine` with the failings of a Redis. Starts as one that has just been started."""

    def __init__(self, raced: Callable[[], bool]) -> None:
        """`raced` says whether something else may have happened since the caller last looked."""
        self.down = False
        self.doubtful: set[ContactId] = set()
        """Contacts of which it may say something untrue although nothing was left out."""
        self._raced = raced
        self._line = MemoryLine()
        self._built: set[RegionCode] = set()
        self._kept = (MemoryLine(), frozenset[RegionCode](), frozenset[ContactId]())

    # How it fails -------------------------------------------------------------------------------

    def wipe(self) -> None:
        """Lose everything."""
        self._line, self._built = MemoryLine(), set()

    def keep(self, contacts: Iterable[ContactId]) -> None:
        """Remember how it is now. `contacts` are all that there are."""
        self._kept = (deepcopy(self._line), frozenset(self._built), frozenset(contacts))

    def relapse(self, contacts: Iterable[ContactId]) -> None:
        """Be as it was when it was kept. `contacts` are all that there are."""
        line, built, known = self._kept
        self._line, self._built = deepcopy(line), set(built)
        self.doubtful |= known | set(contacts)

    async def plant(self, one: Ticket) -> None:
        """Hold a ticket that nobody put there."""
        await self._line.put(one)
        self.doubtful.add(one.contact)

    # `video_advice.ports.Line` ------------------------------------------------------------------

    async def put(self, one: Ticket) -> None:
        self._reach(one.region)
        await self._line.put(one)
        if one in await self._line.tickets(
            one.region
        ):  # not so if what it holds claims to be newer
            self._told(one.contact)

    async def remove(self, contact: ContactId, region: RegionCode) -> None:
        self._reach(region)
        await self._line.remove(contact, region)
        self._told(contact)

    async def lift(self, nurse: Wants) -> ContactId | None:
        self._reach(*sorted(nurse.regions))
        lifted = await self._line.lift(nurse)
        if lifted is not None:
            self.doubtful.add(lifted)
        return lifted

    async def tickets(self, region: RegionCode) -> list[Ticket]:
        self._reach(region)
        return await self._line.tickets(region)

    async def numbered(self, region: RegionCode) -> tuple[int, list[Ticket]]:
        self._reach(region)
        return await self._line.numbered(region)

    async def number(self, region: RegionCode) -> int:
        self._reach(region)
        return await self._line.number(region)

    async def rebuild(self, region: RegionCode, tickets: Iterable[Ticket]) -> None:
        self._reach()
        known = {one.contact for one in await self._line.tickets(region)}
        held = list(tickets)
        await self._line.rebuild(region, held)
        self._built.add(region)
        for contact in known | {one.contact for one in held}:
            self._told(contact)

    def _reach(self, *regions: RegionCode) -> None:
        if self.down:
            raise LineDown
        for region in regions:
            if region not in self._built:
                raise Unbuilt(region)

    def _told(self, contact: ContactId) -> None:
        """Note that it was told about a contact: what was read long ago may be untrue by now."""
        if self._raced():
            self.doubtful.add(contact)
        else:
            self.doubtful.discard(contact)
