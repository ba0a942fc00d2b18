"""What regions decide: the newest holds, and of two who decide at once one is told so."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from signaling.archive import Archive
from tests.contract.archive.making import T0, AnyArchive
from video_advice.ids import RegionCode
from video_advice.ports import Conflict, RegionRule
from video_advice.regions.rules import Giving, Rule

SKANE = RegionRule(RegionCode("12"), 1, T0, "Åsa", Rule(Giving.OFFER, 45))
UPPSALA = RegionRule(RegionCode("03"), 1, T0 + 1, "Bo", Rule())


async def test_the_newest_rule_of_each_region_holds(archive: AnyArchive) -> None:
    assert await archive.rules.newest() == []
    await archive.rules.add(SKANE)
    await archive.rules.add(UPPSALA)
    assert await archive.rules.newest() == [UPPSALA, SKANE]
    changed = replace(SKANE, version=2, at=T0 + 2, rule=Rule(Giving.PULL))
    await archive.rules.add(changed)
    assert await archive.rules.newest() == [UPPSALA, changed]


async def test_no_version_is_written_twice(archive: AnyArchive) -> None:
    await archive.rules.add(SKANE)
    with pytest.raises(Conflict):
        await archive.rules.add(replace(SKANE, author="Bo", rule=Rule()))
    assert await archive.rules.newest() == [SKANE]


async def test_of_two_processes_one_decides(sql: Archive, other: Archive) -> None:
    decided = await asyncio.gather(
        *(one.rules.add(SKANE) for one in (sql, other) for _ in range(3)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in decided) == ["Conflict"] * 5 + ["NoneType"]
