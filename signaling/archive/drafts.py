"""A nurse's unsigned note: `video_advice.ports.Drafts` in SQL."""

from __future__ import annotations

from sqlalchemy import Connection, select

from signaling.archive.codec import DRAFT
from signaling.archive.database import Database, insert
from signaling.archive.tables import draft
from video_advice.ids import ContactId, NurseId


class SqlDrafts:
    """One row a contact and nurse."""

    def __init__(self, database: Database) -> None:
        """Keep them in `database`."""
        self._database = database

    async def save(self, contact: ContactId, nurse: NurseId, body: bytes) -> None:
        """Keep the newest draft."""
        await self._database.write(_save, contact, nurse, DRAFT.pack(body))

    async def find(self, contact: ContactId, nurse: NurseId) -> bytes | None:
        """Return the draft, or None."""
        packed = await self._database.read(_find, contact, nurse)
        return None if packed is None else DRAFT.unpack(packed)

    async def hand_over(self, contact: ContactId, giver: NurseId, taker: NurseId) -> None:
        """Let `taker` have the draft of `giver` instead of her own, if there is one."""
        if giver != taker:
            await self._database.write(_hand_over, contact, giver, taker)

    async def drop(self, contact: ContactId) -> None:
        """Forget it; the outcome is signed."""
        await self._database.write(_drop, contact)


def _save(connection: Connection, contact: ContactId, nurse: NurseId, body: bytes) -> None:
    connection.execute(
        insert(connection, draft)
        .values(contact=contact, nurse=nurse, body=body)
        .on_conflict_do_update(index_elements=[draft.c.contact, draft.c.nurse], set_={"body": body})
    )


def _find(connection: Connection, contact: ContactId, nurse: NurseId) -> bytes | None:
    packed: bytes | None = connection.scalar(
        select(draft.c.body).where(draft.c.contact == contact, draft.c.nurse == nurse)
    )
    return packed


def _hand_over(connection: Connection, contact: ContactId, giver: NurseId, taker: NurseId) -> None:
    body = _find(connection, contact, giver)
    if body is not None:
        _save(connection, contact, taker, body)
        connection.execute(draft.delete().where(draft.c.contact == contact, draft.c.nurse == giver))


def _drop(connection: Connection, contact: ContactId) -> None:
    connection.execute(draft.delete().where(draft.c.contact == contact))
