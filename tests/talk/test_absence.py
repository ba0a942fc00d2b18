"""Who counts as present, when a page stays open, a process slept, or nothing could be written."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.house import House, Nurse, Page, Patient, outcome
from tests.real import Postgres, Redis


@pytest.fixture
def outlasting(
    redis_server: Redis, postgres_server: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """A house whose leases outlast the outage that the test makes."""
    redis_server.empty()
    folder: Path = tmp_path_factory.mktemp("absence")
    database = postgres_server.create(f"talk_{folder.name}")
    with House(folder, redis_server.url, database, lease=60, nurse_grace=90) as house:
        yield house


@asynccontextmanager
async def tab_of(other: Page, web: int) -> AsyncIterator[Page]:
    """A second tab of the same person, in a process of its own."""
    async with Page(other.house, other.role, web) as page:
        await page.follow(other)
        await page.dial()
        yield page


async def test_a_nurse_who_gave_it_back_is_not_present_for_her_colleague(house: House) -> None:
    """She is still at her desk; when the colleague drops out the patient must not be left alone."""
    async with (
        Patient(house, web=0) as patient,
        Nurse(house, "demo-karin", web=0) as first,
        Nurse(house, "demo-yusuf", web=1) as second,
    ):
        await first.sign_in()
        await second.sign_in()
        await patient.wait(region="10")
        card = await first.take(patient.contact)
        mine = {"contact": patient.contact, "epoch": card["epoch"]}
        await first.must("contact.return", **mine)
        await patient.hear_phase("waiting", told="nurse_sent_back")
        await second.take(patient.contact)
        await patient.hear_phase("talking", epoch=card["epoch"] + 2)
        await second.hang()
        await patient.hear_phase("interrupted")
        await patient.hear_phase("waiting", told="nurse_lost")
        await patient.must("contact.leave", contact=patient.contact)


async def test_a_talk_goes_on_in_the_second_tab(house: House) -> None:
    async with Patient(house, web=0) as patient, Nurse(house, web=0) as nurse:
        await nurse.sign_in()
        await patient.wait(region="10")
        card = await nurse.take(patient.contact)
        async with tab_of(patient, 1) as phone, tab_of(nurse, 1) as desk:
            await phone.hear_phase("talking")
            await desk.hear_phase("talking", contact=patient.contact)
            for page in (patient, nurse):
                await page.hang()
            sent = {"contact": patient.contact, "key": "second-tab", "text": "Still here?"}
            await phone.must("chat.send", **sent)
            await desk.hear("chat.added", that=lambda m: m["text"] == "Still here?")
            phases = {m["view"]["phase"] for m in phone.heard if m["type"] == "contact.state"}
            assert phases == {"talking"}
            mine = {"contact": patient.contact, "epoch": card["epoch"]}
            await desk.must("contact.hang_up", **mine)
            await desk.must("outcome.sign", **mine, outcome=outcome())


async def test_a_process_that_slept_passes_nothing_on_from_before(house: House) -> None:
    """What a page said to it while it slept was right then, and is not any more."""
    async with (
        Patient(house, web=0) as patient,
        Nurse(house, "demo-karin", web=1) as asleep,
        Nurse(house, "demo-yusuf", web=0) as awake,
    ):
        await asleep.sign_in()
        await awake.sign_in()
        await patient.wait(region="10", channel="video")
        card = await asleep.take(patient.contact)
        await patient.hear_phase("talking")
        contact = patient.contact
        sleeper = await asyncio.to_thread(house.put_to_sleep, 1)
        try:
            media = {"contact": contact, "epoch": card["epoch"], "session": "a" * 16}
            await asleep.say("media.ready", **media)
            described = {**media, "to": "b" * 16, "kind": "offer", "sdp": "v=0 from before"}
            await asleep.say("media.description", **described)
            await asleep.say("chat.typing", contact=contact)
            await patient.hear_phase("waiting", told="nurse_lost")
            again = await awake.take(contact)
            await patient.hear_phase("talking", epoch=again["epoch"])
            patient.forget()
        finally:
            sleeper.send_signal(signal.SIGCONT)
        assert await asleep.hear_close() == 4007
        # What the process that slept says after this comes on the same road, behind all the rest.
        async with tab_of(patient, 1) as behind:
            await behind.hear_phase("talking", epoch=again["epoch"])
            await behind.say("chat.typing", contact=contact)
            await awake.hear("chat.typing_now", that=lambda m: m["contact"] == contact)
        old = [m for m in patient.heard if m["type"].startswith(("media.", "chat."))]
        assert old == []
        mine = {"contact": contact, "epoch": again["epoch"]}
        await awake.must("contact.hang_up", **mine)
        await awake.must("outcome.sign", **mine, outcome=outcome())


async def test_a_tab_closed_while_nothing_could_be_written_is_gone_afterwards(
    outlasting: House, postgres_server: Postgres
) -> None:
    async with Patient(outlasting) as patient, Nurse(outlasting) as nurse:
        await nurse.sign_in()
        await patient.wait(region="10")

        async def row(*, away: bool) -> None:
            await nurse.hear(
                "line.state",
                that=lambda m: any(
                    one["contact"] == patient.contact and one["away"] is away for one in m["rows"]
                ),
            )

        await row(away=False)
        postgres_server.stop()
        try:
            await patient.hang()
            assert nurse.closed is None
            nurse.forget()
        finally:
            postgres_server.start()
        await row(away=True)
        await patient.dial()
        await patient.hear_phase("waiting")
        await row(away=False)
