"""Where a nurse gets the next contact: the live line proposes, the archive disposes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from signaling.engine import Engine, Events
from signaling.index import Index
from video_advice import line
from video_advice.events import NurseOffered, OfferAccepted
from video_advice.ids import ContactId, RegionCode
from video_advice.line import Wants
from video_advice.people import Nurse, card
from video_advice.ports import (
    Arrival,
    GuardFailed,
    NobodyBefore,
    NotFirst,
    SeatTaken,
    Stored,
)
from video_advice.refusals import Refusal, Refused
from video_advice.rights import may_take
from video_advice.state import HELD, Contact

_TRIES: Final = 50


class Desk:
    """Gives contacts to nurses, one at a time and never two to one."""

    def __init__(
        self,
        engine: Engine,
        index: Index,
        within: Callable[[RegionCode], int | None] = lambda _: None,
    ) -> None:
        """`index` is the live line with the archive behind it.

        `within` tells how many milliseconds a region gives to answer an offer, if it says so.
        """
        self._engine = engine
        self._index = index
        self._within = within

    async def take_next(self, nurse: Nurse, arrival: Arrival | None = None) -> Stored:
        """Offer the nurse the contact whose turn it is, and return it.

        With `arrival`, her page, she has accepted it in the same moment.

        Raises:
            Refused: `line.nobody_waiting` or `duty.at_capacity`.
        """
        wants = line.wants(nurse, whole=await self._all_seats_are_free(nurse))
        return await self.offer_next(nurse, wants, arrival)

    async def offer_next(
        self, nurse: Nurse, wants: Wants, arrival: Arrival | None = None
    ) -> Stored:
        """Do the same for a nurse of whom it is known what she `wants` now."""
        proposed = await self._index.lift(wants)
        for _ in range(_TRIES):
            if proposed is None:
                raise Refused(Refusal.NOBODY_WAITING)
            try:
                return await self._offer(nurse, proposed, NobodyBefore(wants), arrival)
            except NotFirst as other:
                await self._index.sync(proposed)
                proposed = other.contact
            except SeatTaken:
                await self._index.sync(proposed)
                raise Refused(Refusal.AT_CAPACITY) from None
            except (Refused, GuardFailed):
                await self._index.sync(proposed)
                proposed = await self._engine.contacts.first(wants)
        raise Refused(Refusal.UNAVAILABLE)

    async def take(
        self, nurse: Nurse, contact: ContactId, arrival: Arrival | None = None
    ) -> Stored:
        """Offer the nurse a contact she has chosen from the line she serves, and return it.

        With `arrival`, her page, she has accepted it in the same moment.

        Raises:
            Refused: `contact.taken`, `contact.not_found` or `duty.at_capacity`.
        """
        stored = await self._engine.contacts.load(contact)
        if stored is None or not may_take(nurse, stored.contact):
            raise Refused(Refusal.NOT_FOUND)
        try:
            return await self._offer(nurse, contact, None, arrival)
        except SeatTaken:
            raise Refused(Refusal.AT_CAPACITY) from None
        except Refused as refused:
            if refused.code in {Refusal.NOT_ALLOWED_NOW, Refusal.STALE_EPOCH}:
                raise Refused(Refusal.TAKEN) from None
            raise

    async def accept(self, nurse: Nurse, offered: Stored, arrival: Arrival) -> Stored:
        """Accept an offer for the nurse, who is there through her page."""
        event = OfferAccepted(card(nurse), offered.contact.epoch)
        return await self._engine.happen(offered.contact.id, event, arrival=arrival)

    async def _all_seats_are_free(self, nurse: Nurse) -> bool:
        """Say whether she holds nothing. With one seat, taking finds that out by itself."""
        if nurse.chats == 1:
            return True
        held = await self._engine.contacts.of_nurse(nurse.id)
        return not any(stored.contact.phase in HELD for stored in held)

    async def _offer(
        self, nurse: Nurse, contact: ContactId, guard: NobodyBefore | None, arrival: Arrival | None
    ) -> Stored:
        def offer(now: Contact) -> Events:
            ticket = line.ticket(now, 0)
            reason = "chosen"
            if guard is not None:
                if ticket is None or not line.serves(guard.nurse, ticket):
                    raise Refused(Refusal.NOT_ALLOWED_NOW)
                reason = line.why(ticket)
            why = None if ticket is None else line.need(ticket)
            offered = NurseOffered(card(nurse), now.epoch + 1, reason, nurse.chats, why)
            if arrival is None:
                return (replace(offered, within=self._within(now.region)),)
            return (offered, OfferAccepted(card(nurse), now.epoch + 1))

        return await self._engine.happen(contact, offer, guard=guard, arrival=arrival)
