"""More people come at once than can be let in: each is told when to come again, and does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from signaling.protocol.close_codes import BUSY
from tests.house import House, Nurse, Patient
from tests.real import PATIENCE, Postgres, Redis

AT_ONCE = 2
PEOPLE = 8


@pytest.fixture(params=["lean", "plain"])
def house(
    request: pytest.FixtureRequest,
    redis_server: Redis,
    postgres_server: Postgres,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[House]:
    """One web process that lets two patients in at a time."""
    redis_server.empty()
    folder: Path = tmp_path_factory.mktemp("admission")
    database = postgres_server.create(f"talk_{folder.name}")
    with House(
        folder,
        redis_server.url,
        database,
        coming_at_once=AT_ONCE,
        sockets=request.param,
        lease=60,
        nurse_grace=90,
    ) as house:
        yield house


@asynccontextmanager
async def nobody_is_let_in(house: House) -> AsyncIterator[None]:
    """Who a page is cannot be found out for so long."""
    engine = create_async_engine(house.database_url)
    try:
        async with engine.begin() as connection:
            await connection.execute(text("LOCK TABLE session IN ACCESS EXCLUSIVE MODE"))
            yield
    finally:
        await engine.dispose()


class Rush:
    """People who come until they are welcomed, each time when they are told to."""

    def __init__(self) -> None:
        self.told: dict[str, list[int]] = {}
        self._news = asyncio.Condition()

    async def come(self, patient: Patient) -> None:
        """Come, as the page does."""
        while True:
            patient.forget()
            await patient.dial(hello=False)
            await patient.say("hello", protocol=1, language="en", role="patient")
            message = await patient.hear("welcome", "busy")
            if message["type"] == "welcome":
                return
            assert await patient.hear_close() == BUSY.code
            async with self._news:
                self.told.setdefault(patient.contact, []).append(message["retry_after"])
                self._news.notify_all()
            await asyncio.sleep(message["retry_after"] / 1000)

    async def have_been_told(self, people: int) -> None:
        """Return when so many have been told to come again."""
        async with self._news:
            enough = self._news.wait_for(lambda: len(self.told) >= people)
            await asyncio.wait_for(enough, PATIENCE)


async def test_all_are_let_in_in_turn_and_nobody_loses_the_place(house: House) -> None:
    async with AsyncExitStack() as stack:
        patients = [await stack.enter_async_context(Patient(house)) for _ in range(PEOPLE)]
        for place, patient in enumerate(patients, 1):
            await patient.wait(region="10")
            await stands(patient, place)
        for patient in patients:
            await patient.hang()
        rush = Rush()
        async with asyncio.TaskGroup() as coming, nobody_is_let_in(house):
            for patient in patients:
                coming.create_task(rush.come(patient))
            await rush.have_been_told(PEOPLE - AT_ONCE)
        for place, patient in enumerate(patients, 1):
            await stands(patient, place)
        for patient in patients:
            await patient.must("contact.leave", contact=patient.contact)


async def test_a_nurse_is_let_in_always(house: House) -> None:
    async with AsyncExitStack() as stack:
        patients = [await stack.enter_async_context(Patient(house)) for _ in range(AT_ONCE + 1)]
        nurse = await stack.enter_async_context(Nurse(house))
        await nurse.sign_in()
        await nurse.hang()
        for patient in patients:
            await patient.wait(region="12")
            await patient.hang()
        rush = Rush()
        async with asyncio.TaskGroup() as coming, nobody_is_let_in(house):
            for patient in patients:
                coming.create_task(rush.come(patient))
            await rush.have_been_told(1)
            nurse.forget()
            coming.create_task(nurse.dial())
        assert {m["type"] for m in nurse.heard}.isdisjoint({"busy"})
        for patient in patients:
            await patient.must("contact.leave", contact=patient.contact)


async def stands(patient: Patient, place: int) -> None:
    """Return when the patient is shown this place."""
    await patient.see("line.place", lambda m: bool(m["place"]["place"] == place))
