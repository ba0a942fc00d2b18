"""The whole journey of both without a mouse."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.async_api import Locator, expect

from tests.browser import phone
from tests.browser.hall import Hall
from tests.browser.keys import Keys
from tests.browser.people import ADVICE, STORY, NursePage, PatientPage


async def asks_for_help(patient: PatientPage, keys: Keys) -> None:
    page = patient.page
    region = page.get_by_label("Var är du just nu?")
    await keys.write(region, "Region Sk")
    await expect(region).to_have_value("12")
    await keys.use(page.get_by_role("radio", name="Mig själv"), "Space")
    await keys.write(page.get_by_label("Vad vill du kallas?"), "Ada")
    await keys.write(page.get_by_label("Ålder i år"), "40")
    await keys.write(page.get_by_label("Vad behöver du hjälp med?"), STORY)
    await keys.to(page.get_by_role("radio", name=re.compile("^Video")))
    await keys.press("ArrowDown")
    await expect(page.get_by_role("radio", name=re.compile("^Chatt"))).to_be_checked()
    await keys.press("ArrowUp")
    await expect(page.get_by_role("radio", name=re.compile("^Video"))).to_be_checked()
    await keys.use(patient.button("Fortsätt", exact=True))
    await patient.phase("consent")
    await heading(patient)
    await keys.use(page.get_by_role("checkbox", name=re.compile("^Jag har läst")), "Space")
    await keys.use(patient.button("Ställ mig i kö"))
    await patient.phase("waiting")
    await heading(patient)


async def heading(patient: PatientPage) -> None:
    """The focus was taken to the heading of the new view."""
    await expect(patient.main.get_by_role("heading", level=1)).to_be_focused()


async def sends_photo(patient: PatientPage, keys: Keys, folder: Path) -> None:
    file = folder / "IMG_4711.jpg"
    file.write_bytes(phone.photo())
    async with patient.page.expect_file_chooser() as chooser:
        await keys.use(patient.page.locator("input[type=file][multiple]"))
    await (await chooser.value).set_files(file)
    await expect(patient.says("Har kommit fram")).to_be_visible()


async def writes(keys: Keys, field: Locator, text: str) -> None:
    await keys.write(field, text)
    await keys.press("Enter")


async def test_both_go_all_the_way_without_a_mouse(hall: Hall, tmp_path: Path) -> None:
    patient, nurse = await hall.patient(), await hall.nurse()
    patient_keys, nurse_keys = Keys(patient.page), Keys(nurse.page)

    await nurse.page.goto(f"{nurse.origin}/nurse")
    await nurse_keys.use(nurse.button("Karin"))
    await nurse.phase("off-duty")
    await nurse_keys.use(nurse.page.get_by_role("switch", name="I tjänst"), "Space")
    await nurse.phase("line")

    await patient.open()
    await asks_for_help(patient, patient_keys)
    await sends_photo(patient, patient_keys, tmp_path)

    await reads_the_line(nurse, nurse_keys)
    await nurse_keys.press("n")
    await patient.phase("talking")
    await heading(patient)
    await nurse.sees("patient")

    await patient_keys.use(patient.button(re.compile("Stäng av mikrofonen")))
    await expect(patient.button(re.compile("Slå på mikrofonen"))).to_be_focused()
    await patient_keys.press("Space")
    await patient_keys.use(patient.button(re.compile("Öppna chatt")))
    field = patient.page.get_by_role("textbox", name="Skriv ett meddelande")
    await writes(patient_keys, field, "Hej, ser du bilden?")
    await nurse.reads("Hej, ser du bilden?")
    await patient_keys.press("Escape")
    await expect(field).to_be_hidden()

    await nurse_keys.press("c")
    await nurse_keys.type("Ja, tack.")
    await nurse_keys.press("Enter")
    await looks_at_the_photo(nurse, nurse_keys)
    await writes_and_signs(nurse, nurse_keys)

    await patient.phase("ended")
    await heading(patient)
    await expect(patient.says(ADVICE)).to_be_visible()
    await patient_keys.use(patient.page.get_by_role("radio", name="Mycket dåligt"), "Space")
    await patient_keys.press("ArrowRight", "ArrowRight", "ArrowRight")
    await expect(patient.page.get_by_role("radio", name="Bra", exact=True)).to_be_checked()
    await patient_keys.use(patient.button("Skicka svar"))
    await expect(patient.says("Tack för ditt svar.")).to_be_visible()


async def reads_the_line(nurse: NursePage, keys: Keys) -> None:
    row = nurse.page.get_by_role("list", name="Väntande").get_by_role("button").first
    await keys.use(row)
    await expect(row).to_have_attribute("aria-expanded", "true")
    await keys.press("Enter")


async def looks_at_the_photo(nurse: NursePage, keys: Keys) -> None:
    await keys.use(nurse.button(re.compile("^Öppna bild 1")))
    viewer = nurse.page.get_by_test_id("photo-view")
    await expect(viewer).to_be_focused()
    percent = nurse.page.get_by_role("dialog").get_by_text(re.compile(r"^\d+ %$"))
    before = await percent.inner_text()
    await keys.press("+")
    await expect(percent).not_to_have_text(before)
    await keys.press("r")
    await expect(nurse.says("90° medurs, bara i din vy")).to_be_visible()
    await keys.press("Escape")
    await expect(viewer).to_be_hidden()
    await expect(nurse.button(re.compile("^Öppna bild 1"))).to_be_focused()


async def writes_and_signs(nurse: NursePage, keys: Keys) -> None:
    page = nurse.page
    await keys.press("j")
    situation = page.get_by_role("textbox", name=re.compile("Situation"))
    await expect(situation).to_be_focused()
    await keys.type("Rodnad kring ett bett.")
    for label in ("Aktuell bedömning", "Rekommendation"):
        await keys.write(page.get_by_role("textbox", name=re.compile(label)), "Ingen feber.")
    await keys.use(page.get_by_role("radio", name="Omgående"), "Space")
    await keys.press("ArrowUp")
    await expect(page.get_by_role("radio", name="Avvakta")).to_be_checked()
    level = page.get_by_label("Vårdnivå")
    await keys.write(level, "Egenv")
    await expect(level).to_have_value("SELF_CARE")
    await keys.write(page.get_by_role("textbox", name=re.compile("^Råd till patienten")), ADVICE)
    await keys.use(nurse.button("Signera och avsluta"))
    dialog = page.get_by_role("dialog")
    await keys.use(dialog.get_by_role("button", name="Signera och avsluta"))
    await expect(nurse.says(re.compile("^Signerat"))).to_be_visible()
