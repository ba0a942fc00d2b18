"""They see and hear each other."""

from __future__ import annotations

from tests.browser.hall import Hall


async def test_picture_and_sound_go_both_ways(hall: Hall) -> None:
    patient, nurse = await hall.patient(), await hall.nurse()
    await nurse.on_duty()
    await patient.wait(called="Ada")
    await nurse.takes()
    assert len(await nurse.sees("patient")) > 1
    assert len(await patient.sees("nurse")) > 1
    assert await nurse.hears() > 0
    assert await patient.hears() > 0
    await patient.phase("talking")
