"""The whole service in numbers, as those who run it see it."""

from __future__ import annotations

from signaling.archive import Archive
from tests.contract.archive.making import T0, accept, get, happen, offered, open_waiting, opening
from video_advice.events import PatientLeft
from video_advice.ids import RegionCode
from video_advice.people import Channel
from video_advice.ports import Figures


async def test_nothing_is_nothing(sql: Archive) -> None:
    assert await sql.counts.take() == Figures({}, {}, {}, 0, None, ())


async def test_open_contacts_are_counted_by_phase_and_region(sql: Archive) -> None:
    video = opening(region=RegionCode("14"), channel=Channel.VIDEO)
    await open_waiting(sql, video, at=T0 + 500)
    first = await open_waiting(sql, at=T0)
    await open_waiting(sql, at=T0 + 7_000)
    gone = await open_waiting(sql, at=T0 - 9_000)
    await happen(sql, gone, PatientLeft(), at=T0)
    found = await sql.counts.take()
    assert found.contacts == {("waiting", "12"): 2, ("waiting", "14"): 1}
    assert found.waiting == {("12", "chat"): 2, ("14", "video"): 1}
    assert found.waiting_since == {"12": T0, "14": T0 + 500}
    await offered(sql, first)
    await happen(sql, first, accept((await get(sql, first)).contact), at=T0 + 11_000)
    found = await sql.counts.take()
    assert sum(found.contacts.values()) == 3
    assert found.waiting == {("12", "chat"): 1, ("14", "video"): 1}
    assert found.waiting_since == {"12": T0 + 7_000, "14": T0 + 500}


async def test_work_and_alarms_are_counted_until_they_are_done(sql: Archive) -> None:
    await open_waiting(sql, at=T0 + 3_000)
    await open_waiting(sql, at=T0 + 2_000)
    await sql.alarms.sound("line_differs", "12", T0)
    await sql.alarms.sound("line_differs", "14", T0)
    await sql.alarms.sound("redis_down", "", T0)
    found = await sql.counts.take()
    assert (found.outbox, found.due_since) == (4, T0 + 2_000)
    assert found.alarms == ("line_differs", "line_differs", "redis_down")
    claimed = await sql.outbox.claim(T0 + 9_000, 10, 1_000)
    await sql.outbox.done([one.number for one in claimed])
    await sql.alarms.settle("redis_down", "", T0 + 1)
    found = await sql.counts.take()
    assert (found.outbox, found.due_since) == (0, None)
    assert found.alarms == ("line_differs", "line_differs")
