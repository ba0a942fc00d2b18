"""What a region decides, as both pages show it."""

from __future__ import annotations

import re

from playwright.async_api import expect

from tests.browser.hall import Hall
from tests.browser.look import PHONE_WIDTHS, look


async def test_who_lets_two_offers_lapse_is_told_so_and_says_that_she_is_there(hall: Hall) -> None:
    hall.house.region("offer-mode", "12", "on", "--seconds", "5")
    try:
        nurse = await hall.nurse()
        await nurse.on_duty()
        for called in ("Ada", "Bo"):
            patient = await hall.patient()
            await patient.wait(called=called, channel="Chatt")
        told = nurse.page.get_by_role("alert").filter(has_text="Du är satt som ej tillgänglig")
        await expect(told).to_be_visible()
        await look(nurse, "nurse not available", first="#work")
        cy = await hall.patient()
        await cy.wait(called="Cy", channel="Chatt")
        await nurse.button("Jag är tillgänglig igen").click()
        await expect(told).to_have_count(0)
        offer = nurse.page.locator("section.offer")
        await offer.get_by_role("button", name=re.compile("^Ta emot")).click()
        await cy.phase("talking")
    finally:
        hall.house.region("offer-mode", "12", "off")


async def test_a_paused_line_says_so_before_the_form_and_to_those_who_wait(hall: Hall) -> None:
    ada, bo, nurse = await hall.patient(), await hall.patient(), await hall.nurse()
    await nurse.on_duty()
    await ada.wait(called="Ada", channel="Chatt")
    hall.house.region("pause", "12", "full", "--text", "sv=Ring din vårdcentral.")
    try:
        told = ada.place.get_by_test_id("paused")
        await expect(told).to_have_text("Kön är full och tar inte emot nya. Du behåller din plats.")
        await ada.has_place(1)
        await look(ada, "patient waits in a paused line", widths=PHONE_WIDTHS)
        await expect(nurse.says("Region Skåne: kön är full. Inga nya släpps in.")).to_be_visible()
        await look(nurse, "nurse paused line", first="#work")
        await bo.open()
        await bo.page.get_by_label("Var är du just nu?").select_option("12")
        await expect(bo.page.get_by_test_id("paused")).to_have_text(
            re.compile(r"Region Skåne tar inte emot nya just nu\.\s+Ring din vårdcentral\.")
        )
        await bo.button("Fortsätt", exact=True).click()
        await expect(bo.page.get_by_role("alert")).to_contain_text("tar inte emot nya just nu")
        await look(bo, "patient paused line", widths=PHONE_WIDTHS)
        hall.house.region("resume", "12")
        await expect(told).to_have_count(0)
        await bo.fill(called="Bo", channel="Chatt")
        await bo.join()
        await bo.has_place(2)
    finally:
        hall.house.region("resume", "12")
