"""SQL is down: never a false yes; and what was said to be done has been done."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from signaling.archive import Archive, migrate, open_archive
from signaling.archive.database import Postgres as PostgresDatabase
from tests.contract.archive.making import T0, change, get, open_change, open_waiting, opening
from tests.real import Postgres, free_port
from video_advice.events import ChatSent
from video_advice.ids import ConnectionId, ContactId, NurseId, PersonId, ProcessId
from video_advice.people import Role
from video_advice.ports import ArchiveDown

Call = Callable[[Archive], Coroutine[object, object, object]]

READS: list[Call] = [
    lambda a: a.ping(),
    lambda a: a.check(),
    lambda a: a.contacts.load(ContactId("a")),
    lambda a: a.contacts.history(ContactId("a")),
    lambda a: a.contacts.due(1),
    lambda a: a.presence.present(ContactId("a")),
    lambda a: a.sessions.find("secret", T0),
    lambda a: a.sessions.recognise("secret", T0),
    lambda a: a.duties.all(),
    lambda a: a.drafts.find(ContactId("a"), NurseId("n")),
]
WRITES: list[Call] = [
    lambda a: a.contacts.commit(open_change(opening())),
    lambda a: a.contacts.touch(ContactId("a"), 1, T0),
    lambda a: a.outbox.claim(T0, 1, 1),
    lambda a: a.outbox.done([1]),
    lambda a: a.presence.renew(ProcessId("p"), 1),
    lambda a: a.presence.arrive(ProcessId("p"), ConnectionId("c"), ContactId("a"), Role.NURSE),
    lambda a: a.presence.reap(),
    lambda a: a.sessions.lend("code", PersonId("p"), T0),
    lambda a: a.sessions.redeem("code", T0),
    lambda a: a.drafts.drop(ContactId("a")),
]


async def all_down(archive: Archive, calls: list[Call]) -> None:
    for call in calls:
        with pytest.raises(ArchiveDown):
            await call(archive)
    await archive.close()


async def test_nobody_listens() -> None:
    url = f"postgresql://postgres@127.0.0.1:{free_port()}/nothing"
    await all_down(open_archive(url), READS + WRITES)
    with pytest.raises(ArchiveDown):
        await migrate(url)


async def test_no_such_database(postgres_server: Postgres) -> None:
    url = f"postgresql://postgres@127.0.0.1:{postgres_server.port}/nothing"
    await all_down(open_archive(url), READS[:1] + WRITES[:1])


async def test_no_such_folder(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/missing/archive.db"
    await all_down(open_archive(url), READS + WRITES)
    with pytest.raises(ArchiveDown):
        await migrate(url)


async def test_somebody_holds_the_file(sqlite_url: str) -> None:
    archive = open_archive(sqlite_url, patience=0.05)
    contact = await open_waiting(archive)
    blocker = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    try:
        blocker.execute("BEGIN IMMEDIATE")
        for call in WRITES:
            with pytest.raises(ArchiveDown):
                await call(archive)
        assert (await get(archive, contact)).version == 2
        blocker.execute("ROLLBACK")
    finally:
        blocker.close()
    await open_waiting(archive)
    await archive.close()


async def test_a_broken_file(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    path.write_bytes(b"this is not a database, and long enough to be read as one" * 40)
    await all_down(open_archive(f"sqlite:///{path}"), READS + WRITES)


async def test_a_statement_that_hangs(emptied_postgres: str) -> None:
    hasty, other = open_archive(emptied_postgres, patience=0.3), open_archive(emptied_postgres)
    contact = await open_waiting(other)
    stored = await get(other, contact)
    locked, release = asyncio.Event(), asyncio.Event()
    holding = asyncio.create_task(_hold(other, contact, locked, release))
    await locked.wait()
    said = change(stored, ChatSent(Role.PATIENT, "Å", "hej", "k-chat-01"), T0)
    with pytest.raises(ArchiveDown):
        await hasty.contacts.commit(said)
    release.set()
    await holding
    await hasty.contacts.commit(said)
    await hasty.close()
    await other.close()


async def test_a_process_that_sleeps_holds_no_row(emptied_postgres: str) -> None:
    """It stopped between two statements of one transaction; the others go on without it."""
    asleep, other = open_archive(emptied_postgres, patience=0.3), open_archive(emptied_postgres)
    contact = await open_waiting(other)
    stored = await get(other, contact)
    locked, release = asyncio.Event(), asyncio.Event()
    holding = asyncio.create_task(_hold(asleep, contact, locked, release))
    await locked.wait()
    await other.contacts.commit(change(stored, ChatSent(Role.PATIENT, "Å", "hej", "k-chat-01"), T0))
    release.set()
    with pytest.raises(DBAPIError):
        await holding
    for archive in (asleep, other):
        assert (await get(archive, contact)).version == stored.version + 1
        await archive.close()


async def _hold(
    archive: Archive, contact: ContactId, locked: asyncio.Event, release: asyncio.Event
) -> None:
    """Lock the contact's row until `release`."""
    assert isinstance(archive.database, PostgresDatabase)
    async with archive.database._engine.begin() as connection:
        await connection.execute(
            text("SELECT 1 FROM contact WHERE id = :id FOR UPDATE"), {"id": contact}
        )
        locked.set()
        await release.wait()


async def test_what_an_error_says_is_no_secret(emptied_postgres: str) -> None:
    archive = open_archive(emptied_postgres)
    await archive.database.write(_rename, "outbox", "elsewhere")
    event = opening()
    try:
        with pytest.raises(Exception) as told:
            await archive.contacts.commit(open_change(event))
        shown = "".join(map(str, (told.value, told.value.__cause__, told.value.__context__)))
        assert event.story not in shown
        assert event.person not in shown
    finally:
        await archive.database.write(_rename, "elsewhere", "outbox")
        await archive.close()


def _rename(connection: Connection, old: str, new: str) -> None:
    connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))


async def test_the_server_is_killed_and_comes_back(
    emptied_postgres: str, postgres_server: Postgres
) -> None:
    archive = open_archive(emptied_postgres)
    # At once, so that several connections lie in the pool when the server goes.
    said_done = await asyncio.gather(*(open_waiting(archive) for _ in range(20)))
    postgres_server.stop(kill=True)
    for call in READS + WRITES:
        with pytest.raises(ArchiveDown):
            await call(archive)
    postgres_server.start()
    # The same archive, with connections from before, works at once.
    for contact in said_done:
        assert (await get(archive, contact)).version == 2
    await open_waiting(archive)
    await archive.close()


WRITER = """
import asyncio, sys
from signaling.archive import open_archive
from tests.contract.archive.making import open_change, opening

async def main() -> None:
    archive = open_archive(sys.argv[1])
    while True:
        event = opening()
        await archive.contacts.commit(open_change(event))
        print(event.contact, flush=True)

asyncio.run(main())
"""


async def test_what_was_answered_survives_a_kill(url: str) -> None:
    writer = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITER, url, stdout=subprocess.PIPE
    )
    assert writer.stdout is not None
    answered = [(await writer.stdout.readline()).decode().strip() for _ in range(30)]
    writer.send_signal(signal.SIGKILL)
    rest, _ = await writer.communicate()
    answered += rest.decode().split()
    archive = open_archive(url)
    found = await archive.contacts.versions([ContactId(one) for one in answered])
    assert set(found) == set(answered)
    for one in answered:
        assert len(await archive.contacts.history(ContactId(one))) == 1
    await archive.close()
