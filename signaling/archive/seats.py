"""Which of a nurse's seats a contact fills: every one with a video or a call, one with a chat.

The key of the table `seat` lets nobody into a seat that is filled, whoever asks at the same moment.
And one offer at a time waits for her answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter

from sqlalchemy import Connection, select, text

from signaling.archive.tables import contact, seat
from video_advice.ids import ContactId, NurseId
from video_advice.people import MOST_CHATS
from video_advice.ports import SeatTaken
from video_advice.state import HELD, Contact, Phase


def moves(before: Contact | None, after: Contact) -> bool:
    """Say whether the contact comes to fill other seats than `before`."""
    return _seated(before) != _seated(after)


def free(connection: Connection, one: Contact) -> list[int]:
    """Return the seats that the contact is to fill; none when it fills none or none is free."""
    return free_for(connection, [one])[0]


def free_for(connection: Connection, some: Sequence[Contact]) -> list[list[int]]:
    """Return the same for each of `some`, of which no two have the same nurse."""
    held = [(one, one.nurse.id) for one in some if one.nurse is not None and one.phase in HELD]
    asked = _asked(connection, {nurse: one for one, nurse in held if one.phase is Phase.OFFERED})
    theirs = {nurse: one.id for one, nurse in held if nurse not in asked}
    taken: dict[ContactId, set[int]] = {one: set() for one in theirs.values()}
    if theirs:
        rows = select(seat.c.nurse, seat.c.number, seat.c.contact).where(seat.c.nurse.in_(theirs))
        for nurse, number, other in connection.execute(rows):
            if other != theirs[nurse]:
                taken[theirs[nurse]].add(number)
    return [_left(one, taken[one.id]) if one.id in taken else [] for one in some]


def _left(one: Contact, taken: set[int]) -> list[int]:
    if one.whole():
        return [] if taken else list(range(MOST_CHATS))
    if len(taken) >= one.chats:
        return []
    return [number for number in range(one.chats) if number not in taken][:1]


def sit(connection: Connection, one: Contact, numbers: list[int]) -> None:
    """Let the contact fill these seats and no others. Raises: SeatTaken, IntegrityError."""
    connection.execute(seat.delete().where(seat.c.contact == one.id))
    if one.nurse is None or one.phase not in HELD:
        return
    if not numbers:
        raise SeatTaken
    fill(connection, [(one, numbers)])


def fill(connection: Connection, held: Sequence[tuple[Contact, Sequence[int]]]) -> None:
    """Let contacts that filled none fill seats of their nurses. Raises: IntegrityError."""
    rows = [
        {"nurse": one.nurse.id, "number": number, "contact": one.id}
        for one, numbers in held
        if one.nurse is not None
        for number in numbers
    ]
    # In one order, so that no two transactions wait for each other.
    rows.sort(key=itemgetter("nurse", "number"))
    connection.execute(seat.insert(), rows)


def _asked(connection: Connection, offered: Mapping[NurseId, Contact]) -> set[NurseId]:
    """Return for whose answer another offer waits. The index of offers lets in no second."""
    if not offered:
        return set()
    offers = select(contact.c.nurse, contact.c.id).where(
        text("phase = 'offered'"), contact.c.nurse.in_(offered)
    )
    return {nurse for nurse, one in connection.execute(offers) if one != offered[nurse].id}


def _seated(one: Contact | None) -> tuple[str, bool] | None:
    if one is None or one.nurse is None or one.phase not in HELD:
        return None
    return one.nurse.id, one.whole()
