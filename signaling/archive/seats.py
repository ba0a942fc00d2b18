"""Which of a nurse's seats a contact fills: every one with a video or a call, one with a chat.

The key of the table `seat` lets nobody into a seat that is filled, whoever asks at the same moment.
And one offer at a time waits for her answer.
"""

from __future__ import annotations

from sqlalchemy import Connection, select, text

from signaling.archive.tables import contact, seat
from video_advice.ids import NurseId
from video_advice.people import MOST_CHATS
from video_advice.ports import SeatTaken
from video_advice.state import HELD, Contact, Phase


def moves(before: Contact | None, after: Contact) -> bool:
    """Say whether the contact comes to fill other seats than `before`."""
    return _seated(before) != _seated(after)


def free(connection: Connection, one: Contact) -> list[int]:
    """Return the seats that the contact is to fill; none when it fills none or none is free."""
    if one.nurse is None or one.phase not in HELD:
        return []
    if one.phase is Phase.OFFERED and _asked(connection, one.nurse.id, one):
        return []
    others = select(seat.c.number).where(seat.c.nurse == one.nurse.id, seat.c.contact != one.id)
    taken = set(connection.scalars(others))
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
    nurse = one.nurse.id
    rows = [{"nurse": nurse, "number": number, "contact": one.id} for number in numbers]
    connection.execute(seat.insert(), rows)


def _asked(connection: Connection, nurse: NurseId, one: Contact) -> bool:
    """Say whether another offer waits for her answer. The index of offers lets in no second."""
    another = contact.c.nurse == nurse, contact.c.id != one.id
    offers = select(contact.c.id).where(text("phase = 'offered'"), *another)
    return connection.scalar(offers.limit(1)) is not None


def _seated(one: Contact | None) -> tuple[str, bool] | None:
    if one is None or one.nurse is None or one.phase not in HELD:
        return None
    return one.nurse.id, one.whole()
