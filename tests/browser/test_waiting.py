"""What a person may do while waiting, on the pages: worse, called instead, told that it is soon."""

from __future__ import annotations

import json
import re
from typing import Any

from playwright.async_api import expect

from tests.browser.hall import Hall
from tests.browser.look import PHONE_WIDTHS, look
from tests.browser.people import PatientPage
from tests.waiting import eventually

NUMBER = "070-174 06 05"
KEPT = """
async () => {
  const kept = [];
  for (const name of await caches.keys())
    for (const one of await (await caches.open(name)).keys()) kept.push(new URL(one.url).pathname);
  return kept;
}
"""
SHOWN = """
async () => {
  return (await self.registration.getNotifications()).map((one) => one.title);
}
"""


async def asks(patient: PatientPage, *answers: str) -> None:
    """Open the questions and answer them in turn."""
    await patient.button("Jag mår sämre").click()
    dialog = patient.page.get_by_role("dialog", name="Mår du sämre?")
    for number, answer in enumerate(answers, 1):
        await expect(dialog.get_by_text(f"Fråga {number} av 6")).to_be_visible()
        await dialog.get_by_role("button", name=answer, exact=True).click()


async def test_a_red_flag_shows_112_over_everything_and_the_nurse_sees_it(hall: Hall) -> None:
    patient, nurse = await hall.patient(), await hall.nurse()
    await nurse.on_duty()
    await patient.wait(called="Ada", channel="Chatt")
    await asks(patient, "Nej", "Vet inte")
    alarm = patient.page.get_by_role("alertdialog", name="Ring 112 nu")
    await expect(alarm).to_be_visible()
    ring = alarm.get_by_role("link", name="Ring 112")
    await expect(ring).to_be_focused()
    await expect(ring).to_have_attribute("href", "tel:112")
    await expect(alarm).to_contain_text("Sjuksköterskan ser vad du svarade")
    await look(patient, "patient red flag", widths=PHONE_WIDTHS, first=None)
    await patient.page.keyboard.press("Escape")
    await expect(alarm).to_be_visible()
    await alarm.get_by_role("button", name="Tillbaka till kön").click()
    await patient.phase("waiting")
    await expect(patient.says("Ring 112 om du inte redan har gjort det")).to_be_visible()
    await patient.page.reload()
    await expect(patient.says("Ring 112 om du inte redan har gjort det")).to_be_visible()
    row = nurse.page.get_by_role("listitem").filter(has_text="Ada")
    await expect(row).to_contain_text("Rödflagga")
    await expect(row).to_contain_text("Omgående")
    await nurse.takes()
    await expect(nurse.main).to_contain_text("tryck eller smärta i bröstet")


async def test_a_red_flag_without_a_connection_still_shows_112_and_says_so(hall: Hall) -> None:
    patient = await hall.patient()
    patient.watch.intended.append(r"ERR_INTERNET_DISCONNECTED|WebSocket")
    await patient.wait(channel="Chatt")
    await patient.page.context.set_offline(True)
    try:
        await expect(patient.says("Ingen förbindelse")).to_be_visible()
        await asks(patient, "Ja")
        alarm = patient.page.get_by_role("alertdialog", name="Ring 112 nu")
        await expect(alarm).to_contain_text("Vi kunde inte nå sjuksköterskan")
    finally:
        await patient.page.context.set_offline(False)
    await expect(alarm).to_contain_text("Sjuksköterskan ser vad du svarade")


async def test_worse_without_a_red_flag_reaches_the_nurse_in_the_patients_words(
    hall: Hall,
) -> None:
    patient, nurse = await hall.patient(), await hall.nurse()
    await nurse.on_duty()
    await patient.wait(called="Bo", channel="Chatt")
    await asks(patient, *["Nej"] * 6)
    await look(patient, "patient worse words", widths=PHONE_WIDTHS, first=None)
    await patient.page.get_by_label("Berätta för sjuksköterskan").fill("Mer ont nu.")
    await patient.button("Skicka till sjuksköterskan").click()
    await expect(patient.says(re.compile("^Sjuksköterskan ser att det blev sämre"))).to_be_visible()
    await nurse.takes()
    await expect(nurse.main).to_contain_text("Mer ont nu.")
    await expect(nurse.main).to_contain_text("Nej på alla rödflaggor.")


async def test_the_patient_closes_the_page_and_is_called(hall: Hall) -> None:
    patient, nurse = await hall.patient(), await hall.nurse()
    await nurse.on_duty()
    await patient.wait(called="Cia", channel="Video")
    await patient.button(re.compile("^Bli uppringd i stället")).click()
    sheet = patient.page.get_by_role("dialog", name="Vi ringer dig")
    await expect(sheet).to_contain_text("Samtalet kan komma från ett dolt nummer.")
    await sheet.get_by_role("button", name="Ja, ring mig").click()
    await expect(sheet).to_contain_text("Skriv numret vi ska ringa.")
    await sheet.get_by_label("Ditt telefonnummer").fill("112")
    await sheet.get_by_role("button", name="Ja, ring mig").click()
    await expect(sheet).to_contain_text("Numret går inte att ringa")
    await look(patient, "patient call me", widths=PHONE_WIDTHS, first=None)
    await sheet.get_by_label("Ditt telefonnummer").fill(NUMBER)
    await sheet.get_by_role("button", name="Ja, ring mig").click()
    await expect(sheet).to_be_hidden()
    await expect(patient.says("Vi ringer när det är din tur")).to_be_visible()
    await expect(patient.says(re.compile("slutar på 05"))).to_be_visible()
    await look(patient, "patient to be called", widths=PHONE_WIDTHS)

    # Changing one's mind, and back again.
    await patient.button("Vänta på sidan i stället").click()
    await expect(patient.says(re.compile("^Du kan stänga sidan, din plats"))).to_be_visible()
    await patient.button(re.compile("^Bli uppringd i stället")).click()
    await sheet.get_by_label("Ditt telefonnummer").fill(NUMBER)
    await sheet.get_by_role("button", name="Ja, ring mig").click()
    await expect(patient.says("Vi ringer när det är din tur")).to_be_visible()

    contact = patient.contact()
    await patient.page.goto("about:blank")
    row = nurse.page.get_by_role("listitem").filter(has_text="Cia")
    await expect(row).to_contain_text("Ska ringas upp")
    await nurse.take_next.click()
    await nurse.phase("calling")
    number = nurse.page.get_by_role("link", name="Ring +46 70 174 06 05")
    await expect(number).to_have_attribute("href", "tel:+46701740605")
    await look(nurse, "nurse calls", first="#work")
    await patient.page.goto(f"{patient.origin}/contact/{contact}")
    await patient.phase("calling")
    await expect(patient.page.get_by_role("heading", name="Karin ringer dig nu")).to_be_visible()
    await look(patient, "patient is called", widths=PHONE_WIDTHS)
    await nurse.button("Inget svar").click()
    await expect(nurse.says(re.compile("^Inget svar. Cia blir uppringd igen"))).to_be_visible()
    await patient.phase("scheduled")
    await expect(patient.says(re.compile("^Vi ringer igen ungefär"))).to_be_visible()
    await expect(patient.says("Vi har ringt, men fick inget svar")).to_be_visible()


async def test_a_pushed_notice_is_shown_and_nothing_about_anybody_is_kept(hall: Hall) -> None:
    patient = await hall.patient(permissions=["camera", "microphone", "notifications"])
    await patient.wait(called="Dag", channel="Chatt", story="Hemlig berättelse.")
    page = patient.page
    await page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    await page.reload()
    await patient.has_place(1)

    async def kept() -> list[str]:
        found: list[str] = await page.evaluate(KEPT)
        return found

    async def has_assets() -> bool:
        return sum(path.startswith("/assets/") for path in await kept()) > 3

    await eventually(has_assets, "assets in the cache")
    others = {path for path in await kept() if not path.startswith("/assets/")}
    assert others == {"/language"}

    [worker] = page.context.service_workers
    # Whoever does not look at the page: it is closed.
    await page.goto("about:blank")
    cdp = await page.context.new_cdp_session(page)
    versions: list[dict[str, Any]] = []
    cdp.on("ServiceWorker.workerRegistrationUpdated", lambda e: versions.extend(e["registrations"]))
    await cdp.send("ServiceWorker.enable")

    async def known() -> bool:
        return any(not one["isDeleted"] for one in versions)

    await eventually(known, "the worker")
    push = {"origin": patient.origin, "registrationId": versions[-1]["registrationId"]}

    async def told(notice: str, words: str) -> None:
        data = json.dumps({"notice": notice})
        await cdp.send("ServiceWorker.deliverPushMessage", {**push, "data": data})

        async def shown() -> bool:
            titles: list[str] = await worker.evaluate(SHOWN)
            return titles == [words]

        await eventually(shown, words)

    await told("soon", "Video Advice: det är snart din tur.")
    # The later one takes the place of the earlier.
    await told("nurse", "Video Advice: det är din tur nu. Öppna sidan.")


async def test_notices_are_explained_before_the_browser_asks(hall: Hall) -> None:
    patient = await hall.patient(permissions=["camera", "microphone", "notifications"])
    await patient.page.add_init_script(
        "Notification.requestPermission = async () => { self.asked = true; return 'default'; }"
    )
    await patient.wait(channel="Chatt")
    await patient.button(re.compile("^Säg till när det snart är min tur")).click()
    sheet = patient.page.get_by_role("dialog", name="Säg till när det snart är min tur")
    await expect(sheet).to_contain_text("Inget om dig eller varför du söker.")
    await expect(sheet).to_contain_text("Webbläsaren frågar om lov när du trycker.")
    assert not await patient.page.evaluate("self.asked ?? false")
    await sheet.get_by_role("button", name="Slå på avisering").click()
    await expect(sheet).to_contain_text("Det gick inte att slå på avisering.")
    assert await patient.page.evaluate("self.asked ?? false")
    await look(patient, "patient tell me", widths=PHONE_WIDTHS, first=None)
    await sheet.get_by_label("Ditt telefonnummer").fill(NUMBER)
    await sheet.get_by_role("button", name="Skicka sms").click()
    await expect(sheet).to_contain_text("Vi skickar sms till numret som slutar på 05.")
    await sheet.get_by_role("button", name="Inget sms").click()
    await expect(sheet.get_by_role("button", name="Skicka sms")).to_be_visible()
