"""Where a nurse gets the next contact: the live line proposes, the archive disposes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from signaling.engine import Engine
from signaling.index import Index
from video_advice import line
from video_advice.events import NurseOffered, OfferAccepted
from video_advice.ids import ContactId
from video_advice.people import Nurse, card
from video_advice.ports import (
    GuardFailed,
    NobodyBefore,
    NotFirst,
    SeatTaken,
    Stored,
)
from video_advice.refusals import Refusal, Refused
from video_advice.state import Contact

_TRIES: Final = 50

Arrive = Callable[[Stored], Awaitable[None]]
"""Called between offer and acceptance, so that the nurse counts as present when she accepts."""


class Desk:
    """Gives contacts to nurses, one at a time and never two to one."""

    def __init__(self, engine: Engine, index: Index) -> None:
        """`index` is the live line with the archive behind it."""
        self._engine = engine
        self._index = index

    async def take_next(self, nurse: Nurse) -> Stored:
        """Offer the nurse the contact whose turn it is, and return it.

        Raises:
            Refused: `line.nobody_waiting` or `duty.at_capacity`.
        """
        wants = line.wants(nurse)
        proposed = await self._index.lift(wants)
        for _ in range(_TRIES):
            if proposed is None:
                raise Refused(Refusal.NOBODY_WAITING)
            try:
                return await self._offer(nurse, proposed, NobodyBefore(wants))
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

    async def take(self, nurse: Nurse, contact: ContactId) -> Stored:
        """Offer the nurse a contact she has chosen from the line she serves, and return it.

        Raises:
            Refused: `contact.taken`, `contact.not_found` or `duty.at_capacity`.
        """
        stored = await self._engine.contacts.load(contact)
        if stored is None or stored.contact.region not in nurse.regions:
            raise Refused(Refusal.NOT_FOUND)
        try:
            return await self._offer(nurse, contact, None)
        except SeatTaken:
            raise Refused(Refusal.AT_CAPACITY) from None
        except Refused as refused:
            if refused.code in {Refusal.NOT_ALLOWED_NOW, Refusal.STALE_EPOCH}:
                raise Refused(Refusal.TAKEN) from None
            raise

    async def accept(self, nurse: Nurse, offered: Stored, arrive: Arrive) -> Stored:
        """Accept an offer for the nurse; `arrive` marks her as present first."""
        await arrive(offered)
        epoch = offered.contact.epoch
        event = OfferAccepted(card(nurse), epoch)
        return await self._engine.happen(offered.contact.id, event)

    async def _offer(self, nurse: Nurse, contact: ContactId, guard: NobodyBefore | None) -> Stored:
        def offer(now: Contact) -> NurseOffered:
            ticket = line.ticket(now, 0)
            if guard is None:
                return NurseOffered(card(nurse), now.epoch + 1, "chosen")
            if ticket is None or not line.serves(guard.nurse, ticket):
                raise Refused(Refusal.NOT_ALLOWED_NOW)
            return NurseOffered(card(nurse), now.epoch + 1, line.why(ticket))

        return await self._engine.happen(contact, offer, guard=guard)
