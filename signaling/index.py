"""The live line with the archive behind it: what Redis has lost or cannot say, SQL says."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from video_advice import line
from video_advice.ids import ContactId, RegionCode
from video_advice.line import Ticket, Wants
from video_advice.ports import Contacts, Line, LineDown, Spot, Unbuilt

_log = logging.getLogger(__name__)


class Index:
    """Keeps the live line in step with the archive, and goes on without it."""

    def __init__(self, live: Line, contacts: Contacts) -> None:
        """`live` may be empty, stale or down at any time."""
        self._live = live
        self._contacts = contacts

    async def sync(self, contact: ContactId) -> bool:
        """Make the live line agree about one contact; False when it cannot be reached."""
        stored = await self._contacts.load(contact)
        if stored is None:
            return True
        region = stored.contact.region
        ticket = line.ticket(stored.contact, stored.version)
        try:
            if ticket is None:
                await self._live.remove(contact, region)
            else:
                await self._live.put(ticket)
        except Unbuilt:
            return await self.rebuild(region)
        except LineDown:
            return False
        return True

    async def lift(self, wants: Wants) -> ContactId | None:
        """Take the first ticket out of the live line, or ask the archive whose turn it is."""
        for _ in range(len(wants.regions) + 1):
            try:
                lifted = await self._live.lift(wants)
            except Unbuilt as unbuilt:
                if not await self.rebuild(unbuilt.region):
                    break
            except LineDown:
                break
            else:
                return lifted or await self._contacts.first(wants)
        return await self._contacts.first(wants)

    async def numbered(self, region: RegionCode) -> tuple[int | None, list[Ticket]]:
        """Return the region's tickets in order, and the number of the line's last change.

        Without a number they are the archive's: the live line cannot be had.
        """
        for _ in range(2):
            try:
                return await self._live.numbered(region)
            except Unbuilt:
                if not await self.rebuild(region):
                    break
            except LineDown:
                break
        return None, await self._contacts.tickets(region)

    async def number(self, region: RegionCode) -> int | None:
        """Return the number of the region's last change; None when it cannot be had."""
        try:
            return await self._live.number(region)
        except (LineDown, Unbuilt):
            return None

    async def rebuild(self, region: RegionCode) -> bool:
        """Build the region's line from the archive again; False when it cannot be reached."""
        tickets = await self._contacts.tickets(region)
        try:
            await self._live.rebuild(region, tickets)
        except (LineDown, Unbuilt):
            return False
        if tickets:
            _log.info("line_rebuilt", extra={"region": region, "tickets": len(tickets)})
        return True

    async def agrees(self, region: RegionCode) -> bool:
        """Say whether the live line holds exactly what the archive says, or is down."""
        return not await self.differences(region)

    async def differences(
        self, region: RegionCode, copy: Iterable[Ticket] | None = None
    ) -> frozenset[Spot] | None:
        """Return where the live line and the archive differ; None when the line is down.

        A `copy` that is where the line is now spares reading all of it. One that was wiped is built
        again at once; one that is down says nothing untrue.
        """
        try:
            live = await self._live.tickets(region) if copy is None else copy
        except Unbuilt:
            return frozenset() if await self.rebuild(region) else None
        except LineDown:
            return None
        told = {(one.contact, one.score, one.away) for one in live}
        return frozenset(told.symmetric_difference(await self._contacts.spots(region)))
