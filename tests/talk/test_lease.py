"""A nurse who is lost gives her contact back in time, by what was recorded."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from signaling.archive import open_archive
from tests.fakes.proxy import Proxy
from tests.house import House, Nurse, Patient, alone_in_its_house, outcome
from tests.real import Redis
from video_advice.events import ChatSent, Dropped, Recorded, TimePassed
from video_advice.ids import ContactId
from video_advice.people import Role
from video_advice.policy import SECOND
from video_advice.ports import Stored

LEASE = 4 * SECOND
"""The nurse's lease in the houses of these tests."""
DRAFT = {"urgency": "P3", "note": {"situation": "Hurts."}, "advice": "Rest."}

Loss = Callable[[House, Nurse, Proxy], Awaitable[None]]


async def close_the_browser(house: House, nurse: Nurse, line: Proxy) -> None:
    del house, nurse
    await line.cut()


async def kill_the_process(house: House, nurse: Nurse, line: Proxy) -> None:
    del nurse, line
    house.webs[1].kill()
    house.webs[1].wait()
    house.start_web(1)


async def silence_the_line(house: House, nurse: Nurse, line: Proxy) -> None:
    del house, nurse
    line.stall()


async def recorded(house: House, contact: str) -> tuple[list[Recorded], Stored]:
    archive = open_archive(house.database_url)
    try:
        stored = await archive.contacts.load(ContactId(contact))
        assert stored is not None
        return await archive.contacts.history(ContactId(contact)), stored
    finally:
        await archive.close()


@pytest.mark.parametrize("lose", [close_the_browser, kill_the_process, silence_the_line])
async def test_a_lost_nurse_gives_the_contact_to_the_front_within_her_lease_and_a_second(
    house: House, lose: Loss
) -> None:
    async with Proxy() as line, Patient(house, web=0) as patient, Nurse(house, web=1) as nurse:
        line.target = house.ports[1]
        await nurse.sign_in()
        await patient.wait(region="21")
        await nurse.take(patient.contact)
        await patient.hear_phase("talking")
        mine = {"contact": patient.contact}
        await nurse.must("note.save", **mine, draft=DRAFT)
        async with Nurse(house, web=1) as away:
            await away.follow(nurse)
            away.base = line.origin
            await away.dial(origin=house.url(1))
            await nurse.hang()
            await away.must("chat.send", **mine, key="the-last-one", text="Wait.")
            await lose(house, away, line)
            await patient.hear_phase("waiting", told="nurse_lost")
            line.mend()
        events, stored = await recorded(house, patient.contact)
        assert stored.contact.ahead, "at the front"
        said = next(e for e in events if isinstance(e.event, ChatSent))
        gone = next(e for e in events if isinstance(e.event, Dropped) and e.version > said.version)
        assert isinstance(gone.event, Dropped)
        assert gone.event.role is Role.NURSE
        last = gone.event.since or gone.at
        back = next(
            e for e in events if isinstance(e.event, TimePassed) and e.version > gone.version
        )
        assert last + LEASE <= back.at <= last + LEASE + SECOND
        if lose is not kill_the_process:
            heard = said.at - SECOND  # it was heard before it was written
            assert last > heard, "what she said was a sign of life"
        await asyncio.to_thread(house.wait_ready, house.ports[1])
        nurse.forget()
        await nurse.dial()
        await nurse.must("duty.set", on=True)
        card = await nurse.take(patient.contact)
        assert card["story"] == "Sore throat since two days."
        kept = await nurse.hear("note.kept")
        assert kept["draft"]["advice"] == "Rest."
        await nurse.hear("chat.added", that=lambda m: m["key"] == "the-last-one")
        await end(nurse, patient.contact, card["epoch"])


async def end(nurse: Nurse, contact: str, epoch: int) -> None:
    await nurse.must("contact.hang_up", contact=contact, epoch=epoch)
    await nurse.must("outcome.sign", contact=contact, epoch=epoch, outcome=outcome())


class Crooked(House):
    """A house whose second web process is on a host that is an hour ahead."""

    def _start(self, command: str, name: str, **more: str) -> subprocess.Popen[bytes]:
        if name == "web-1":
            more["PYTHONPATH"] = str(self.folder / "ahead")
        return super()._start(command, name, **more)


AHEAD = """
import time
real, real_ns = time.time, time.time_ns
time.time = lambda: real() + 3600
time.time_ns = lambda: real_ns() + 3600 * 10**9
"""


async def test_a_host_with_a_wrong_clock_harms_nothing(redis_server: Redis, tmp_path: Path) -> None:
    redis_server.empty()
    (tmp_path / "ahead").mkdir()
    (tmp_path / "ahead" / "sitecustomize.py").write_text(AHEAD, "utf-8")
    database = f"sqlite:///{tmp_path / 'records.sqlite'}"
    with alone_in_its_house(Crooked(tmp_path, redis_server.url, database, webs=2)) as house:
        async with Patient(house, web=1) as patient, Nurse(house, web=0) as nurse:
            await nurse.sign_in()
            await patient.wait(region="21")
            card = await nurse.take(patient.contact)
            await patient.hear_phase("talking")
            mine = {"contact": patient.contact}
            await patient.must("chat.send", **mine, key="from-ahead", text="Here.")
            await nurse.must("chat.send", **mine, key="from-now", text="Here too.")
            await patient.hang()
            await nurse.hear_phase("interrupted", **mine)
            nurse.forget()
            await patient.dial()
            await nurse.hear_phase("talking", **mine)
            await end(nurse, patient.contact, card["epoch"])
            events, _ = await recorded(house, patient.contact)
            times = [one.at for one in events]
            assert max(times) - min(times) < 3600 * SECOND, "nobody wrote an hour ahead"
