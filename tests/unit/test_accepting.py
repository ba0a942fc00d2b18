"""A nurse counts as present in what she accepted, and in nothing that she came too late for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import SimpleNamespace

import pytest

from signaling.desk import Desk
from signaling.protocol import messages as m
from signaling.sockets import nurse as door
from tests.unit.lives import KARIN, NURSE
from tests.unit.people import FakePage, nurse_of
from tests.unit.test_board import Hall
from video_advice import events as ev
from video_advice.ids import ContactId, NurseId, ProcessId
from video_advice.people import Nurse
from video_advice.policy import DEFAULT, HOUR
from video_advice.ports import Arrival, Stored
from video_advice.refusals import Refusal, Refused

HERE = ProcessId("here")


class NoDrafts:
    """Nothing was written before."""

    async def find(self, contact: ContactId, nurse: NurseId) -> None:
        del contact, nurse


class LateDesk(Desk):
    """A desk at which the offer runs out between looking and accepting."""

    hall: Hall

    async def accept(self, nurse: Nurse, offered: Stored, arrival: Arrival) -> Stored:
        self.hall.clock.at += DEFAULT.offer
        await self.hall.engine.tick(offered.contact.id)
        return await super().accept(nurse, offered, arrival)


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    hall = Hall()
    await hall.archive.presence.renew(HERE, HOUR)
    yield hall
    await hall.background.stop()


def services(hall: Hall, desk: Desk) -> SimpleNamespace:
    archive = SimpleNamespace(
        contacts=hall.archive.contacts, presence=hall.archive.presence, drafts=NoDrafts()
    )
    return SimpleNamespace(archive=archive, desk=desk, process=HERE)


async def offered(hall: Hall) -> Stored:
    contact, _ = await hall.patient()
    return await hall.engine.happen(contact, ev.NurseOffered(KARIN, 1, "turn"))


async def accept(hall: Hall, desk: Desk, stored: Stored) -> m.ServerMessage:
    page = FakePage("desk", nurse=nurse_of(KARIN))
    message = m.OfferAccept(ref=1, contact=stored.contact.id, epoch=stored.contact.epoch)
    return await door.offer_accept(message, page, services(hall, desk))  # type: ignore[arg-type]


async def test_whoever_accepts_is_there(hall: Hall) -> None:
    stored = await offered(hall)
    done = await accept(hall, Desk(hall.engine, hall.index), stored)
    assert isinstance(done, m.Done)
    assert NURSE in await hall.archive.presence.present(stored.contact.id)


async def test_accepting_twice_does_not_make_her_absent(hall: Hall) -> None:
    stored = await offered(hall)
    desk = Desk(hall.engine, hall.index)
    await accept(hall, desk, stored)
    with pytest.raises(Refused) as refused:
        await accept(hall, desk, stored)
    assert refused.value.code is Refusal.NOT_ALLOWED_NOW
    assert NURSE in await hall.archive.presence.present(stored.contact.id)


async def test_whoever_came_too_late_is_not_there(hall: Hall) -> None:
    stored = await offered(hall)
    desk = LateDesk(hall.engine, hall.index)
    desk.hall = hall
    with pytest.raises(Refused):
        await accept(hall, desk, stored)
    assert NURSE not in await hall.archive.presence.present(stored.contact.id)
