"""From right to left, on a narrow phone, and enlarged."""

from __future__ import annotations

import re
from typing import Any

from playwright.async_api import expect

from tests.browser.hall import Hall
from tests.browser.look import PHONE_WIDTHS, fits, look
from tests.browser.people import PatientPage

ENLARGED: dict[str, Any] = {"viewport": {"width": 640, "height": 450}, "device_scale_factor": 2}
"""A window of 1280 by 900 in which everything is twice as large."""


async def rtl(patient: PatientPage, name: str) -> None:
    html = patient.page.locator("html")
    await expect(html).to_have_attribute("dir", "rtl")
    await expect(html).to_have_attribute("lang", "ar")
    await look(patient, f"arabic {name}", widths=PHONE_WIDTHS)


async def test_arabic_goes_from_right_to_left(hall: Hall) -> None:
    patient, nurse = await hall.patient(), await hall.nurse()
    await nurse.on_duty("Yusuf")
    await patient.open()
    page, main = patient.page, patient.main
    await page.get_by_role("combobox", name="Språk på sidan").select_option("ar")
    await expect(page.locator("html")).to_have_attribute("lang", "ar")
    await main.get_by_role("combobox").first.select_option("12")
    await main.get_by_role("radio").first.check()
    await main.locator("textarea").fill("لدي ألم في الحلق منذ يومين.")
    await rtl(patient, "1 form")
    await main.locator("button[type=submit]").click()
    await patient.phase("consent")
    await rtl(patient, "2 consent")
    await main.get_by_role("checkbox").check()
    await main.locator("button[type=submit]").click()
    await patient.phase("waiting")
    await expect(page.get_by_test_id("self-video")).to_be_visible()
    await rtl(patient, "3 waiting")

    await nurse.takes()
    await patient.sees("nurse")
    await rtl(patient, "4 video")
    story = nurse.page.get_by_text("لدي ألم في الحلق منذ يومين.").first
    await expect(story).to_have_css("direction", "rtl")
    await nurse.button("Till chatt").click()
    await nurse.write("مرحبا")
    await patient.reads("مرحبا")
    await rtl(patient, "5 chat")
    await nurse.hangs_up()
    await patient.phase("wrapping_up")
    await rtl(patient, "6 wrapping up")
    await nurse.writes_note()
    await nurse.signs()
    await patient.phase("ended")
    await rtl(patient, "7 advice")


async def test_nothing_scrolls_sideways_when_enlarged_to_200_percent(hall: Hall) -> None:
    patient, nurse = await hall.patient(**ENLARGED), await hall.nurse(**ENLARGED)
    await nurse.page.goto(f"{nurse.origin}/nurse")
    await expect(nurse.button("Karin")).to_be_visible()
    await fits(nurse, "sign in")
    await nurse.sign_in()
    await fits(nurse, "off duty")
    await nurse.page.get_by_role("switch", name="I tjänst").click()
    await nurse.phase("line")

    await patient.open()
    await fits(patient, "form")
    await patient.fill(called="Ada")
    await fits(patient, "consent")
    await patient.join()
    await expect(patient.page.get_by_test_id("self-video")).to_be_visible()
    await fits(patient, "waiting")
    await fits(nurse, "line")

    await nurse.takes()
    await patient.sees("nurse")
    await fits(patient, "video")
    await patient.button(re.compile("Öppna chatt")).click()
    await fits(patient, "video chat")
    for pane in ("Ärendet", "Anteckning", "Kön"):
        await nurse.page.get_by_role("navigation").get_by_role("button", name=pane).click()
        await fits(nurse, pane)
