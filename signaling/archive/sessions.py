"""Signed-in people: `video_advice.ports.Sessions` in SQL. Secrets are kept as SHA-256 only."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.exc import IntegrityError

from signaling.archive.codec import CONTACT, SESSION
from signaling.archive.contacts import newest
from signaling.archive.database import Database
from signaling.archive.tables import contact, move_code, session
from signaling.archive.together import Together
from video_advice.ids import Instant, PersonId
from video_advice.ports import Conflict, Known, Session, Stored

_other: Final = contact.alias()
_own: Final = (
    select(_other.c.id)
    .where(_other.c.person == session.c.person)
    .order_by(*newest(_other))
    .limit(1)
    .correlate(session)
    .scalar_subquery()
)
_KNOWN: Final = (
    select(session.c.hash, session.c.payload, contact.c.version, contact.c.state)
    .select_from(session.outerjoin(contact, contact.c.id == _own))
    .where(
        session.c.hash.in_(bindparam("hashes", expanding=True)),
        session.c.expires > bindparam("now"),
    )
)


class SqlSessions:
    """Sessions in `session`, codes for another device in `move_code`."""

    def __init__(self, database: Database) -> None:
        """Keep them in `database`."""
        self._database = database
        self._known = Together(database, _recognise)

    async def start(self, secret: str, session: Session) -> None:
        """Keep a session under the hash of `secret`."""
        await self._database.write(_start, _hash(secret), session)

    async def find(self, secret: str, now: Instant) -> Session | None:
        """Return the session of `secret` unless it has expired or ended."""
        return await self._database.read(_find, _hash(secret), now)

    async def recognise(self, secret: str, now: Instant) -> Known | None:
        """Return the session of `secret` as `find` does, with the person's own contact.

        However many ask at once, there are few questions: see `Together`.
        """
        return await self._known.ask(_hash(secret), now)

    async def end(self, secret: str) -> None:
        """End a session."""
        await self._database.write(_end, _hash(secret))

    async def lend(self, code: str, person: PersonId, until: Instant) -> None:
        """Keep a one-use code with which another device becomes the same person.

        Raises: Conflict when the code has been lent before; it might be somebody else's.
        """
        try:
            await self._database.write(_lend, _hash(code), person, until)
        except IntegrityError:
            raise Conflict from None

    async def redeem(self, code: str, now: Instant) -> PersonId | None:
        """Use up a code; return whose it was, or None."""
        return await self._database.write(_redeem, _hash(code), now)


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _start(connection: Connection, hashed: str, one: Session) -> None:
    connection.execute(
        session.insert().values(
            hash=hashed,
            role=one.role.value,
            person=one.person,
            payload=SESSION.pack(one),
            expires=one.expires,
        )
    )


def _find(connection: Connection, hashed: str, now: Instant) -> Session | None:
    payload = connection.scalar(
        select(session.c.payload).where(session.c.hash == hashed, session.c.expires > now)
    )
    return None if payload is None else SESSION.unpack(payload)


def _recognise(connection: Connection, hashes: Sequence[str], now: Instant) -> dict[str, Known]:
    rows = connection.execute(_KNOWN, {"hashes": hashes, "now": now})
    return {
        hashed: Known(
            SESSION.unpack(payload),
            None if version is None else Stored(version, CONTACT.unpack(state)),
        )
        for hashed, payload, version, state in rows
    }


def _end(connection: Connection, hashed: str) -> None:
    connection.execute(session.delete().where(session.c.hash == hashed))


def _lend(connection: Connection, hashed: str, person: PersonId, until: Instant) -> None:
    connection.execute(
        move_code.insert().values(hash=hashed, person=person, until=until, used=False)
    )


def _redeem(connection: Connection, hashed: str, now: Instant) -> PersonId | None:
    # One statement, so of two devices with the same code one finds it unused.
    person: PersonId | None = connection.scalar(
        move_code.update()
        .where(move_code.c.hash == hashed, move_code.c.used.is_(False), move_code.c.until > now)
        .values(used=True)
        .returning(move_code.c.person)
    )
    return person
