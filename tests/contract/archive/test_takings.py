"""Several nurses who take the next at one moment: as if they had done so one after the other."""

from __future__ import annotations

import asyncio

from msgspec.structs import replace
from sqlalchemy import Connection, func, select

from signaling.archive import Archive
from signaling.archive.tables import contact_event, seat
from tests.contract.archive.making import (
    T0,
    change,
    get,
    happen,
    nurse_card,
    offer,
    offered,
    open_waiting,
    wants,
)
from video_advice.events import ChatSent
from video_advice.ids import ConnectionId, ContactId, ProcessId
from video_advice.people import Role
from video_advice.ports import (
    Arrival,
    Change,
    Conflict,
    LeaseLost,
    NobodyBefore,
    NotFirst,
    SeatTaken,
)
from video_advice.state import Phase


async def line_of(sql: Archive, length: int) -> list[ContactId]:
    return [await open_waiting(sql, at=T0 + 1_000 * number) for number in range(length)]


async def taking(
    sql: Archive, contact: ContactId, nurse: str, process: ProcessId | None = None
) -> Change:
    stored = await get(sql, contact)
    page = Arrival(process, ConnectionId(nurse), Role.NURSE) if process else None
    guard = NobodyBefore(wants(nurse))
    made = change(stored, offer(stored.contact, nurse), T0 + 60_000, guard=guard)
    return replace(made, process=process, arrival=page)


async def at_once(archive: Archive, changes: list[Change]) -> list[object]:
    """What became of each: its result, or its exception."""
    doing = [archive.contacts.commit(one) for one in changes]
    return list(await asyncio.gather(*doing, return_exceptions=True))


async def test_each_gets_the_next_whoever_asks_first(sql: Archive) -> None:
    line = await line_of(sql, 7)
    process = ProcessId("here")
    await sql.presence.renew(process, 60_000)
    changes = [await taking(sql, one, f"n{number}", process) for number, one in enumerate(line)]
    outcomes = await at_once(sql, changes[::-1])
    numbers = [number for one in outcomes if isinstance(one, list) for number in one]
    assert len(set(numbers)) == sum(len(one.effects) for one in changes)
    for number, one in enumerate(line):
        stored = await get(sql, one)
        assert (stored.contact.phase, stored.contact.nurse) == (
            Phase.OFFERED,
            nurse_card(f"n{number}"),
        )
        assert await sql.presence.present(one) == {Role.NURSE}
        [*_, last] = await sql.contacts.history(one)
        assert (last.version, last.event) == (stored.version, changes[number].event)


async def test_nobody_is_passed_because_of_one_who_is_not_taken(sql: Archive) -> None:
    """The first one's nurse is full: who may take the first one may not take the second."""
    first, second, third = await line_of(sql, 3)
    await offered(sql, first, "full")
    changes = [await taking(sql, one, name) for one, name in ((second, "full"), (third, "n2"))]
    outcomes = await at_once(sql, changes)
    assert isinstance(outcomes[0], SeatTaken)
    assert isinstance(outcomes[1], NotFirst)
    assert outcomes[1].contact == second
    for one in (second, third):
        assert (await get(sql, one)).contact.phase is Phase.WAITING


async def test_who_comes_too_late_is_alone_in_it(sql: Archive) -> None:
    """A lost lease and an old version hinder those alone who have them."""
    line = await line_of(sql, 4)
    await sql.presence.renew(ProcessId("here"), 60_000)
    dead = await taking(sql, line[2], "dead", ProcessId("gone"))
    old = await taking(sql, line[3], "old")
    await happen(sql, line[3], ChatSent(Role.PATIENT, "Å", "hej", "key-00001"))
    fine = [
        await taking(sql, line[0], "n0", ProcessId("here")),
        await taking(sql, line[1], "n1", ProcessId("here")),
    ]
    outcomes = await at_once(sql, [dead, old, *fine])
    assert isinstance(outcomes[0], LeaseLost)
    assert isinstance(outcomes[1], Conflict)
    assert all(isinstance(one, list) for one in outcomes[2:])
    assert [(await get(sql, one)).contact.phase for one in line] == [
        Phase.OFFERED,
        Phase.OFFERED,
        Phase.WAITING,
        Phase.WAITING,
    ]


async def test_one_nurse_gets_one_of_two(sql: Archive) -> None:
    line = await line_of(sql, 2)
    outcomes = await at_once(sql, [await taking(sql, one, "n1") for one in line])
    assert [type(one) for one in outcomes] == [list, Conflict]
    again = await at_once(sql, [await taking(sql, line[1], "n1")])
    assert [type(one) for one in again] == [SeatTaken]


async def test_two_processes_never_give_one_nurse_two(sql: Archive, other: Archive) -> None:
    """Each of two processes takes several at once, for the same nurses."""
    line = await line_of(sql, 8)
    changes = [await taking(sql, one, f"n{number % 4}") for number, one in enumerate(line)]
    await asyncio.gather(at_once(sql, changes[:4]), at_once(other, changes[4:]))

    def count(connection: Connection) -> tuple[dict[str, int], int]:
        filled = select(seat.c.nurse, func.count(seat.c.contact.distinct())).group_by(seat.c.nurse)
        offers = select(func.count()).where(contact_event.c.type == "nurse_offered")
        held = {row.nurse: row[1] for row in connection.execute(filled)}
        return held, connection.scalar(offers) or 0

    held, offers = await sql.database.read(count)
    assert set(held.values()) <= {1}
    assert offers == len(held)
