"""What follows a commit: tell the room, ring for the other processes, bring the line in step."""

from __future__ import annotations

from typing import Final

from signaling.background import Background
from signaling.board import Board
from signaling.engine import Events
from signaling.index import Index
from signaling.rooms import Rooms
from signaling.services import Ring
from video_advice.effects import SyncTicket
from video_advice.events import TimePassed, WhyReturned
from video_advice.ports import Delivery, Outbox, Stored

_LAPSED: Final = frozenset({WhyReturned.NURSE_SILENT, WhyReturned.COLLEAGUE_COULD_NOT})
"""What a patient may be told when an offer has lapsed."""


class Aftermath:
    """Called by the engine after each commit. What fails here the worker or a poll makes good."""

    def __init__(
        self,
        rooms: Rooms,
        board: Board,
        index: Index,
        outbox: Outbox,
        ring: Ring,
        background: Background,
    ) -> None:
        """Nothing here is waited for by the one who made it happen."""
        self._rooms = rooms
        self._board = board
        self._index = index
        self._outbox = outbox
        self._ring = ring
        self._background = background

    async def __call__(
        self, stored: Stored, events: Events, deliveries: tuple[Delivery, ...]
    ) -> None:
        """Tell this process's pages at once, and start the rest."""
        self._rooms.news(stored, *events)
        self._background.start(self._follow(stored, events, deliveries))

    async def _follow(
        self, stored: Stored, events: Events, deliveries: tuple[Delivery, ...]
    ) -> None:
        contact = stored.contact
        nurse = "" if contact.nurse is None else contact.nurse.id
        await self._ring("contact", contact.id, nurse.encode())
        self._board.poke(contact.id)
        if contact.told in _LAPSED and isinstance(events[-1], TimePassed):
            await self._ring("duty", "")  # perhaps she is offered nothing more
            self._board.poke()
        moved = [d.number for d in deliveries if isinstance(d.effect, SyncTicket)]
        if moved and await self._index.sync(contact.id):
            await self._outbox.done(moved)
        if len(moved) < len(deliveries):
            await self._ring("work", "")
