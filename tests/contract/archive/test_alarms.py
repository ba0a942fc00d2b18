"""Alarms: one row from when something goes wrong until it is right again."""

from __future__ import annotations

import asyncio

from signaling.archive import Archive
from tests.contract.archive.making import T0
from video_advice.ports import Alarm


async def test_an_alarm_lasts_until_it_is_settled_and_is_kept(sql: Archive) -> None:
    assert await sql.alarms.open() == []
    assert await sql.alarms.sound("line_differs", "12", T0)
    assert not await sql.alarms.sound("line_differs", "12", T0 + 1)
    assert await sql.alarms.sound("line_differs", "14", T0 + 2)
    assert await sql.alarms.open() == [
        Alarm("line_differs", "12", T0, None),
        Alarm("line_differs", "14", T0 + 2, None),
    ]
    assert await sql.alarms.settle("line_differs", "12", T0 + 5)
    assert not await sql.alarms.settle("line_differs", "12", T0 + 6)
    assert [one.subject for one in await sql.alarms.open()] == ["14"]
    assert await sql.alarms.all(T0 + 5) == [
        Alarm("line_differs", "12", T0, T0 + 5),
        Alarm("line_differs", "14", T0 + 2, None),
    ]
    assert [one.subject for one in await sql.alarms.all(T0 + 6)] == ["14"]


async def test_what_goes_wrong_again_is_another_alarm(sql: Archive) -> None:
    for since in (T0, T0 + 10):
        assert await sql.alarms.sound("redis_down", "", since)
        assert await sql.alarms.settle("redis_down", "", since + 1)
    assert len(await sql.alarms.all(T0)) == 2


async def test_of_two_processes_one_sounds_it(sql: Archive, other: Archive) -> None:
    sounded = await asyncio.gather(
        *(one.alarms.sound("redis_down", "", T0) for one in (sql, other) for _ in range(5))
    )
    assert sum(sounded) == 1
    assert len(await sql.alarms.open()) == 1
