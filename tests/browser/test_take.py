"""Several nurses, one line."""

from __future__ import annotations

import asyncio
import re

from playwright.async_api import expect

from tests.browser.hall import Hall
from tests.browser.people import NursePage
from tests.waiting import eventually

_PRESS = "button => button.click()"
"""At once, and without waiting for the button of whoever is a moment later."""


async def two_nurses(hall: Hall) -> tuple[NursePage, NursePage]:
    karin, yusuf = await hall.nurse(), await hall.nurse()
    await karin.on_duty("Karin")
    await yusuf.on_duty("Yusuf")
    return karin, yusuf


async def both_press(*nurses: NursePage) -> None:
    for nurse in nurses:
        await expect(nurse.take_next).to_be_enabled()
    await asyncio.gather(*(nurse.take_next.evaluate(_PRESS) for nurse in nurses))


async def test_two_nurses_at_once_get_two_patients(hall: Hall) -> None:
    ada, bo = await hall.patient(), await hall.patient()
    await ada.wait(called="Ada", channel="Chatt")
    await bo.wait(called="Bo", channel="Chatt")
    nurses = await two_nurses(hall)
    await both_press(*nurses)
    for one in (*nurses, ada, bo):
        await one.phase("talking")
    met = {await _patient_of(nurse) for nurse in nurses}
    assert met == {"Ada", "Bo"}


async def test_two_nurses_at_once_and_one_patient(hall: Hall) -> None:
    ada = await hall.patient()
    await ada.wait(called="Ada", channel="Chatt")
    nurses = await two_nurses(hall)
    await both_press(*nurses)
    await ada.phase("talking")

    async def settled() -> bool:
        phases = [await nurse.main.get_attribute("data-phase") for nurse in nurses]
        return "talking" in phases

    await eventually(settled, "one of the nurses to meet the patient")
    phases = [await nurse.main.get_attribute("data-phase") for nurse in nurses]
    assert sorted(filter(None, phases)) == ["line", "talking"]
    left = nurses[phases.index("line")]
    await expect(
        left.says(re.compile("^Ingen väntar (som du kan ta emot|just nu)"))
    ).to_be_visible()
    await expect(left.says("ingen väntar")).to_be_visible()
    await left.phase("line")


async def _patient_of(nurse: NursePage) -> str:
    heading = nurse.page.locator("#patient-heading")
    await expect(heading).to_be_visible()
    return (await heading.inner_text()).split(",")[0].strip()
