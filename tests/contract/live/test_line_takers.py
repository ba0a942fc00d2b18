"""Several takers at once, each a client of its own."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from signaling.live import line as line_module
from tests.contract.live.conftest import Opener
from tests.contract.live.tickets import NORTH, SKANE, WEST, contact, nurse, ticket
from video_advice.ids import ContactId, RegionCode
from video_advice.line import Wants
from video_advice.ports import Line


async def drain(line: Line, wanted: Wants) -> list[ContactId]:
    taken: list[ContactId] = []
    while (one := await line.lift(wanted)) is not None:
        taken.append(one)
    return taken


async def test_two_takers_on_five_hundred_tickets_never_get_the_same(another: Opener) -> None:
    ours, theirs = another().line, another().line
    await ours.rebuild(SKANE, [ticket(number) for number in range(500)])
    one, two = await asyncio.gather(
        drain(ours, nurse(name="karin")), drain(theirs, nurse(name="åsa"))
    )
    assert one
    assert two
    assert one == sorted(one)
    assert two == sorted(two)
    assert sorted(one + two) == [contact(number) for number in range(500)]


@pytest.mark.parametrize("attempts", [line_module.ATTEMPTS, 1])
async def test_takers_of_several_regions_never_get_the_same(
    another: Opener, monkeypatch: pytest.MonkeyPatch, attempts: int
) -> None:
    monkeypatch.setattr(line_module, "ATTEMPTS", attempts)
    regions = (SKANE, WEST, NORTH)
    lines = [another().line for _ in range(4)]
    for at, region in enumerate(regions):
        await lines[0].rebuild(region, [ticket(n, region=region) for n in range(at, 300, 3)])
    wanted = [nurse(*regions), nurse(SKANE, WEST), nurse(NORTH), nurse(*regions)]
    taken = await asyncio.gather(
        *(drain(line, one) for line, one in zip(lines, wanted, strict=True))
    )
    assert all(taken)
    assert sorted(one for some in taken for one in some) == [contact(n) for n in range(300)]


async def test_a_first_that_was_taken_meanwhile_gives_way_to_the_next(
    another: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = another().line, another().line
    await ours.rebuild(SKANE, [ticket(1), ticket(4)])
    await ours.rebuild(WEST, [ticket(2, region=WEST), ticket(3, region=WEST)])
    look = ours._firsts
    taken: list[ContactId | None] = []

    async def look_and_be_late(regions: list[RegionCode], wanted: bytes) -> Any:
        seen = await look(regions, wanted)
        taken.append(await theirs.lift(nurse()))
        return seen

    monkeypatch.setattr(ours, "_firsts", look_and_be_late)
    assert await ours.lift(nurse(SKANE, WEST)) == contact(2)
    assert taken == [contact(1)]
