"""People for the bench, written into the archive through its ports with secrets of the bench's own.

The service itself has no door that lets them in like this: it takes the service's database.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from itertools import chain
from typing import Final

from sqlalchemy import Connection

from signaling.archive import commit
from signaling.archive.database import CHUNK, Body, Database, P, R, connect
from signaling.archive.sessions import SqlSessions
from signaling.archive.tables import contact, contact_event
from tests.house import CONSENT
from video_advice.contact import deadline, step
from video_advice.events import Joined, Opened
from video_advice.ids import ContactId, Instant, Language, NurseId, PersonId, RegionCode
from video_advice.people import Channel, Concerns, Nurse, Role
from video_advice.policy import DEFAULT, HOUR
from video_advice.ports import Change, Session
from video_advice.regions.catalogue import REGIONS

CODES: Final = tuple(REGIONS)
"""Region codes; people are dealt out over them one by one."""

_STORY: Final = "Sore throat and fever since two days, hard to swallow, tired. Has slept badly."


def region(number: int) -> RegionCode:
    """Return the region of the person with this number."""
    return CODES[number % len(CODES)]


def nurses(database_url: str, count: int) -> list[str]:
    """Sign in so many nurses, each for one region; return the secrets of their sessions."""

    async def one(ports: _Ports, number: int) -> str:
        return await _sign_in(ports, Role.NURSE, None, nurse(number))

    return _each(database_url, count, one)


def guests(database_url: str, count: int) -> list[str]:
    """Sign in so many patients who have no contact yet; return the secrets of their sessions."""

    async def one(ports: _Ports, _: int) -> str:
        return await _sign_in(ports, Role.PATIENT, PersonId(secrets.token_hex(16)), None)

    return _each(database_url, count, one)


def waiting(database_url: str, count: int, code: RegionCode | None = None) -> list[str]:
    """Let so many patients wait, whose pages have just been cut off; return their secrets.

    All in one region, or dealt out.
    """
    people = line_up(database_url, count, code)

    async def one(ports: _Ports, number: int) -> str:
        return await _sign_in(ports, Role.PATIENT, people[number], None)

    return _each(database_url, count, one)


def line_up(database_url: str, count: int, code: RegionCode | None = None) -> list[PersonId]:
    """Let so many patients wait, a millisecond after one another; return who they are.

    All in one region, or dealt out. They are written as the archive writes them, many at a time.
    """
    changes = opened(count, code)

    def fill(connection: Connection) -> None:
        for start in range(0, count, CHUNK):
            some = changes[start : start + CHUNK]
            rows = [commit.row(change) | {"open_key": None} for change in some]
            connection.execute(contact.insert(), rows)
            events = chain.from_iterable(map(commit.recorded, some))
            connection.execute(contact_event.insert(), list(events))

    async def run() -> None:
        database = connect(database_url, 600)
        try:
            await database.write(fill)
            await database.write(lambda connection: connection.exec_driver_sql("ANALYZE"))
        finally:
            await database.close()

    asyncio.run(run())
    return [change.contact.person for change in changes]


def opened(count: int, code: RegionCode | None = None) -> list[Change]:
    """Return how so many come into the line, a millisecond after one another."""
    first = _now() - count
    return [_opened(code or region(number), first + number) for number in range(count)]


class _OneTransaction:
    """A database for the ports in which nothing is on disk until all is: thousands at once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def read(self, body: Body[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        return body(self._connection, *args, **kwargs)

    async def write(self, body: Body[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        return body(self._connection, *args, **kwargs)

    async def close(self) -> None:
        """Nothing: whoever opened the connection closes it."""


class _Ports:
    def __init__(self, database: Database) -> None:
        self.sessions = SqlSessions(database)


def _each(database_url: str, count: int, one: Callable[[_Ports, int], Awaitable[str]]) -> list[str]:
    async def fill(connection: Connection) -> list[str]:
        ports = _Ports(_OneTransaction(connection))
        return [await one(ports, number) for number in range(count)]

    async def run() -> list[str]:
        database = connect(database_url, 60)
        try:
            # The body runs in the writer's own thread, so it may have a loop of its own.
            return await database.write(lambda connection: asyncio.run(fill(connection)))
        finally:
            await database.close()

    return asyncio.run(run())


def nurse(number: int) -> Nurse:
    """Return the nurse with this number."""
    code = region(number)
    return Nurse(
        id=NurseId(f"bench-{number}"),
        name=f"Nurse {number}",
        title="Sjuksköterska",
        region=code,
        regions=frozenset({code}),
        languages=frozenset({Language("sv")}),
        channels=frozenset(Channel),
    )


async def _sign_in(ports: _Ports, role: Role, person: PersonId | None, nurse: Nurse | None) -> str:
    secret = secrets.token_urlsafe(32)
    expires = _now() + 12 * HOUR
    session = Session(id="", role=role, person=person, nurse=nurse, expires=expires)
    await ports.sessions.start(secret, session)
    return secret


def _opened(code: RegionCode, at: Instant) -> Change:
    """Return how somebody comes into the line, with no work that follows.

    The live line is built from the archive when it is first asked for.
    """
    comes = Opened(
        contact=ContactId(secrets.token_hex(16)),
        person=PersonId(secrets.token_hex(16)),
        region=code,
        concerns=Concerns.ME,
        called="Test",
        age=40,
        language=Language("sv"),
        interpreter=False,
        channel=Channel.VIDEO,
        story=_STORY,
        consent=CONSENT,
    )
    joined = Joined(Role.PATIENT)
    first, _ = step(None, comes, at, DEFAULT)
    after, _ = step(first, joined, at, DEFAULT)
    return Change(after, 0, joined, at, deadline(after, at, DEFAULT), (), earlier=(comes,))


def _now() -> Instant:
    return time.time_ns() // 1_000_000
