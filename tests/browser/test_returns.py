"""Whoever goes away comes back to the same place."""

from __future__ import annotations

import os
import re
import signal
from contextlib import closing
from pathlib import Path

from playwright.async_api import Browser, expect

from tests.browser.camera import read
from tests.browser.conftest import Films
from tests.browser.hall import Hall
from tests.browser.people import NursePage, PatientPage
from tests.browser.watch import CUT, calls
from tests.fakes.proxy import Proxy
from tests.house import House, alone_in_its_house
from tests.real import Redis


async def in_video(
    hall: Hall, origin: str | None = None, nurses: Browser | None = None
) -> tuple[PatientPage, NursePage]:
    patient, nurse = await hall.meeting("Video", origin=origin, nurses=nurses)
    await nurse.sees("patient")
    await patient.sees("nurse")
    return patient, nurse


async def test_a_reload_in_the_line_keeps_the_place(hall: Hall) -> None:
    first, second = await hall.patient(), await hall.patient()
    await first.wait(called="Ada", channel="Chatt")
    await second.wait(called="Bo", channel="Chatt")
    await second.has_place(2)
    contact = second.contact()
    await second.page.reload()
    await second.phase("waiting")
    await second.has_place(2)
    assert second.contact() == contact
    await first.has_place(1)


async def test_a_closed_tab_and_a_new_one_keep_the_place(hall: Hall) -> None:
    first, second = await hall.patient(), await hall.patient()
    await first.wait(called="Ada", channel="Chatt")
    await second.wait(called="Bo", channel="Chatt")
    contact = first.contact()
    await first.page.close()
    await second.has_place(2)
    again = await hall.patient_in(first.page.context)
    await again.page.goto(f"{again.origin}/")
    await again.phase("waiting")
    await again.has_place(1)
    assert again.contact() == contact


async def test_the_form_survives_a_reload(hall: Hall) -> None:
    patient = await hall.patient()
    await patient.open()
    story = patient.page.get_by_label("Vad behöver du hjälp med?")
    await story.fill("Ont i halsen sedan i går.")
    await patient.page.get_by_label("Var är du just nu?").select_option("14")
    await patient.page.reload()
    await expect(story).to_have_value("Ont i halsen sedan i går.")
    await expect(patient.page.get_by_label("Var är du just nu?")).to_have_value("14")


async def test_the_patient_reloads_in_the_call_and_is_back_in_it(hall: Hall) -> None:
    patient, nurse = await in_video(hall)
    contact = patient.contact()
    await patient.page.reload()
    await patient.phase("talking")
    await patient.sees("nurse")
    await nurse.sees("patient")
    assert patient.contact() == contact


async def test_the_nurse_reloads_in_the_call_and_is_back_in_it(hall: Hall) -> None:
    patient, nurse = await in_video(hall)
    note = nurse.page.get_by_role("textbox", name=re.compile("Situation"))
    await note.fill("Rodnad kring ett bett.")
    await expect(nurse.says(re.compile(r"^\s*Sparat"))).to_be_visible()
    await nurse.page.reload()
    await nurse.phase("talking")
    await nurse.sees("patient")
    await patient.sees("nurse")
    await expect(note).to_have_value("Rodnad kring ett bett.")


async def test_the_picture_goes_on_while_the_line_to_the_service_is_cut(
    hall: Hall, proxy: Proxy
) -> None:
    patient, nurse = await in_video(hall, origin=proxy.origin)
    patient.watch.intended += CUT
    await proxy.cut()
    await expect(patient.says("Bild och ljud kan fortsätta ändå.")).to_be_visible()
    await patient.sees("nurse")
    await nurse.sees("patient")
    proxy.mend()
    await expect(patient.says("Ingen förbindelse")).to_be_hidden()
    await patient.phase("talking")
    await patient.write_in_panel("Är du kvar?")
    await nurse.reads("Är du kvar?")
    assert (await calls(patient.page))["described"] == 1  # the call was never made anew


async def test_a_killed_nurse_puts_the_patient_at_the_front_and_says_why(
    built_page: Path, films: Films, patients: Browser, tmp_path: Path
) -> None:
    redis = Redis()
    house = House(
        tmp_path,
        redis.url,
        f"sqlite:///{tmp_path / 'records.sqlite'}",
        page_dir=built_page,
    )
    with closing(redis.start()), alone_in_its_house(house):
        doomed = await films.browser("nurse")
        hall = Hall(house, patients, doomed)
        patient, _ = await in_video(hall)
        other = await hall.patient()
        await other.wait(called="Bo", channel="Chatt")
        await _kill(doomed)
        await patient.phase("waiting")
        told = patient.page.get_by_role("status").filter(has_text="Sjuksköterskans förbindelse")
        await expect(told).to_contain_text("Du får gå före i kön")
        await patient.has_place(1)
        await other.has_place(2)
        assert await hall.leave() == []


async def _kill(browser: Browser) -> None:
    """End a browser that we started as a crash does."""
    session = await browser.new_browser_cdp_session()
    processes = (await session.send("SystemInfo.getProcessInfo"))["processInfo"]
    (process,) = (one["id"] for one in processes if one["type"] == "browser")
    os.kill(process, signal.SIGKILL)


async def test_a_code_moves_the_waiting_to_a_second_device(hall: Hall) -> None:
    phone, tablet = (
        await hall.patient(),
        await hall.patient(viewport={"width": 820, "height": 1180}),
    )
    await phone.wait(called="Ada", channel="Chatt")
    await phone.write("Skrivet på mobilen")
    await phone.button("Fortsätt på en annan enhet").click()
    dialog = phone.page.get_by_role("dialog")
    code = (await dialog.locator("strong").inner_text()).strip()
    pattern = dialog.get_by_role("img")
    await expect(pattern).to_be_visible()
    link = read(await pattern.screenshot())
    assert link == f"{phone.origin}/#move={code.replace(' ', '')}"

    await tablet.open()
    await tablet.button("Har du en kod från en annan enhet?").click()
    await tablet.page.get_by_role("textbox", name="Kod").fill(code.lower())
    await tablet.button("Fortsätt ärendet här").click()
    await tablet.phase("waiting")
    await tablet.has_place(1)
    await tablet.reads("Skrivet på mobilen")
    assert tablet.contact() == phone.contact()

    late = await hall.patient()
    late.watch.intended.append("status of 4.. .*/api/moves/redeem")
    await late.page.goto(link)
    await expect(late.says("Koden stämmer inte eller är för gammal.")).to_be_visible()
    assert "move" not in late.page.url


async def test_a_scanned_code_moves_the_call_to_a_second_device(hall: Hall) -> None:
    phone, nurse = await in_video(hall)
    tablet = await hall.patient(viewport={"width": 820, "height": 1180})
    await phone.button("Kamera och mikrofon").click()
    await phone.button("Fortsätt på en annan enhet").click()
    pattern = phone.page.get_by_role("img", name=re.compile("^Rutmönster"))
    await expect(pattern).to_be_visible()
    await tablet.page.goto(read(await pattern.screenshot()))
    await tablet.phase("talking")
    await phone.page.close()
    await tablet.sees("nurse")
    await nurse.sees("patient")
    assert tablet.contact() in tablet.page.url
