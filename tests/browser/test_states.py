"""Every state of both pages: axe finds nothing, 112 is the first stop, nothing is too wide."""

from __future__ import annotations

import re

from playwright.async_api import Route, expect

from tests.browser.conftest import Films
from tests.browser.hall import Hall
from tests.browser.look import PHONE_WIDTHS, look, look_wide
from tests.browser.people import ADVICE, NursePage, PatientPage
from tests.browser.phone import jpeg
from tests.browser.watch import CUT
from tests.fakes.proxy import Proxy

WORK = "#work"
"""Where the nurse's first Tab leads: past the line, to the contact."""


async def patient_state(patient: PatientPage, name: str) -> None:
    await look(patient, f"patient {name}", widths=PHONE_WIDTHS)
    await look_wide(patient, f"patient {name}")


async def patient_dialog(patient: PatientPage, name: str, close: str = "Stäng") -> None:
    """A dialog that is open; afterwards it is closed."""
    dialog = patient.page.get_by_role("dialog")
    await expect(dialog).to_be_visible()
    await look(patient, f"patient {name}", widths=PHONE_WIDTHS, first=None)
    await dialog.get_by_role("button", name=close, exact=True).click()
    await expect(dialog).to_be_hidden()


async def nurse_state(nurse: NursePage, name: str) -> None:
    await look(nurse, f"nurse {name}", first=WORK)


async def nurse_dialog(nurse: NursePage, name: str, close: str = "Stäng") -> None:
    dialog = nurse.page.get_by_role("dialog")
    await expect(dialog).to_be_visible()
    await look(nurse, f"nurse {name}", first=None)
    await dialog.get_by_role("button", name=close, exact=True).first.click()
    await expect(dialog).to_be_hidden()


async def test_before_the_line(hall: Hall) -> None:
    patient = await hall.patient()
    patient.watch.intended.append(r"net::ERR_FAILED|status of 4.. .*/api/moves/redeem")

    async def refuse(route: Route) -> None:
        await route.abort()

    await patient.page.route("**/api/**", refuse)
    await patient.page.goto(f"{patient.origin}/")
    await expect(patient.says("Tjänsten går inte att nå just nu")).to_be_visible()
    await patient_state(patient, "01 down")
    await patient.page.unroute("**/api/**")

    await patient.open()
    await patient_state(patient, "02 form")
    await patient.button("Fortsätt", exact=True).click()
    await expect(patient.says("Tre saker saknas")).to_be_visible()
    await patient_state(patient, "03 form wrong")
    await patient.button("Har du en kod från en annan enhet?").click()
    await patient.page.get_by_role("textbox", name="Kod").fill("FEL")
    await patient.button("Fortsätt ärendet här").click()
    await expect(patient.says("Koden stämmer inte")).to_be_visible()
    await patient_dialog(patient, "04 code")
    await patient.choose(jpeg())
    await patient.fill(called="Ada")
    await patient_state(patient, "05 consent")
    await patient.button("Ställ mig i kö").click()
    await expect(patient.says("Kryssa i rutan om du vill fortsätta.")).to_be_visible()
    await patient_state(patient, "06 consent wrong")


async def test_what_comes_after_the_form_is_asked_for_until_it_comes(hall: Hall) -> None:
    patient = await hall.patient()
    patient.watch.intended.append(r"net::ERR_FAILED .*/assets/rest-")

    async def refuse(route: Route) -> None:
        await route.abort()

    await patient.page.route("**/assets/rest-*", refuse)
    await patient.open()
    await patient.fill(called="Ada")
    await expect(patient.says("Sidan är inte hämtad än")).to_be_visible()
    await patient_state(patient, "05 consent late")
    # The code comes and its styles do not: it is not drawn without them.
    await patient.page.unroute("**/assets/rest-*")
    await patient.page.route("**/assets/rest-*.css", refuse)
    for _ in range(2):
        await patient.page.wait_for_event("requestfailed", lambda one: ".css" in one.url)
    await expect(patient.says("Innan du ställer dig i kö")).to_be_hidden()
    await patient.page.unroute("**/assets/rest-*.css")
    await expect(patient.says("Innan du ställer dig i kö")).to_be_visible()
    styled = "sheet => getComputedStyle(sheet).borderTopStyle"
    assert await patient.page.locator("form.sheet").evaluate(styled) == "solid"
    await patient.join()


async def test_a_camera_that_is_not_allowed(hall: Hall, films: Films) -> None:
    browser = await films.browser("patient", without="--use-fake-ui-for-media-stream")
    patient = await hall.patient(browser=browser, permissions=["clipboard-read"])
    await patient.wait(called="Ada")
    await expect(patient.says("Kameran är inte tillåten")).to_be_visible()
    await patient_state(patient, "10 camera refused")
    await patient.button("Fortsätt med chatt i stället").click()
    await expect(patient.says("Vänta på video i stället")).to_be_visible()
    await expect(patient.says("Kameran är inte tillåten")).to_be_hidden()
    await patient_state(patient, "11 waiting for chat")
    await hall.leave()
    await browser.close()


async def test_in_the_line(hall: Hall, proxy: Proxy) -> None:
    patient, nurse = await hall.patient(origin=proxy.origin), await hall.nurse(origin=proxy.origin)
    for person in (patient, nurse):
        person.watch.intended += CUT
    await nurse.page.goto(f"{nurse.origin}/nurse")
    await expect(nurse.button("Karin")).to_be_visible()
    await look(nurse, "nurse 01 sign in", first=None)
    await nurse.sign_in()
    await nurse_state(nurse, "02 off duty")
    await nurse.button("Gå i tjänst").click()
    await nurse.phase("line")
    await nurse_state(nurse, "03 nobody waits")
    await nurse.button("Karin Demo").click()
    await look(nurse, "nurse 04 account", first=None)
    await nurse.button("Kortkommandon").click()
    await nurse_dialog(nurse, "05 shortcuts")

    await patient.wait(called="Ada")
    await expect(patient.says("Bild och ljud klara")).to_be_visible()
    await patient_state(patient, "12 waiting for video")
    await patient.button("Fortsätt på en annan enhet").click()
    await expect(patient.page.get_by_role("img", name=re.compile("^Rutmönster"))).to_be_visible()
    await patient_dialog(patient, "13 other device")
    await patient.button("Lämna kön").click()
    await patient_dialog(patient, "14 leave")
    rows = nurse.page.get_by_role("list", name="Väntande")
    await rows.get_by_role("button", name=re.compile("Ada")).click()
    await expect(nurse.says("Med egna ord")).to_be_visible()
    await nurse_state(nurse, "06 somebody waits")

    await proxy.cut()
    await expect(patient.says("Ingen förbindelse")).to_be_visible()
    await expect(patient.says("Din plats finns kvar i 30 minuter.")).to_be_visible()
    await patient_state(patient, "15 waiting offline")
    await expect(nurse.says("Ingen förbindelse med tjänsten.")).to_be_visible()
    await nurse_state(nurse, "07 offline")
    proxy.mend()
    await expect(patient.says("Ingen förbindelse")).to_be_hidden()
    await expect(nurse.says("Ingen förbindelse med tjänsten.")).to_be_hidden()

    await nurse.page.get_by_role("switch", name="Erbjud mig nästa automatiskt").click()
    await patient.phase("offered")
    await patient_state(patient, "16 offered")
    await expect(nurse.button("Ta emot", exact=True)).to_be_visible()
    await nurse_state(nurse, "08 offer")
    await nurse.button("Lämna vidare").click()
    await patient.phase("waiting", "offered")
    await patient.phase("waiting")
    await expect(patient.says("Du är kvar i kön")).to_be_visible()
    await patient_state(patient, "17 declined")
    await patient.button("Lämna kön").click()
    await patient.button("Ja, lämna kön").click()
    await patient.phase("ended")
    await patient_state(patient, "18 left")


async def test_in_the_video_meeting(hall: Hall, proxy: Proxy) -> None:
    patient, nurse = await hall.meeting("Video", origin=proxy.origin)
    patient.watch.intended += CUT
    await nurse.sees("patient")
    await patient.sees("nurse")
    await patient_state(patient, "20 video")
    await nurse_state(nurse, "10 video")
    await patient.button(re.compile("Öppna chatt")).click()
    await patient_state(patient, "21 video chat")
    sheet = patient.page.get_by_role("heading", name="Chatt", exact=True)
    await expect(sheet).to_be_visible()
    await patient.page.keyboard.press("Escape")
    await expect(sheet).to_be_hidden()
    await patient.button("Kamera och mikrofon").click()
    await patient_dialog(patient, "22 devices")
    await patient.button("Avsluta samtalet").click()
    await patient_dialog(patient, "23 end")
    await nurse.button("Enheter").click()
    await nurse_dialog(nurse, "11 devices")
    await nurse.button("Lägg på").click()
    await nurse_dialog(nurse, "12 hang up")

    await proxy.cut()
    await expect(patient.says("Bild och ljud kan fortsätta ändå.")).to_be_visible()
    await patient_state(patient, "24 video offline")
    proxy.mend()
    await expect(patient.says("Bild och ljud kan fortsätta ändå.")).to_be_hidden()

    await nurse.page.goto("about:blank")
    await expect(patient.says("Karin har tappat förbindelsen")).to_be_visible()
    await patient_state(patient, "25 nurse interrupted")
    await nurse.page.goto(f"{nurse.origin}/nurse")
    await patient.sees("nurse")
    await patient.page.goto("about:blank")
    await expect(nurse.says("Patienten tappade anslutningen")).to_be_visible()
    await nurse_state(nurse, "13 patient interrupted")


async def test_in_the_chat_meeting(hall: Hall, proxy: Proxy) -> None:
    patient, nurse = await hall.meeting("Chatt", origin=proxy.origin)
    patient.watch.intended += CUT
    await patient.write("Hej! Det kliar.")
    await nurse.write("Hej Ada, kan du skicka en bild?")
    await patient.page.get_by_text("Bilder", exact=True).click()
    await patient.choose(jpeg(), jpeg())
    await expect(nurse.button(re.compile("^Öppna bild"))).to_have_count(2)
    await patient_state(patient, "30 chat")
    await nurse_state(nurse, "20 chat")
    await nurse.button(re.compile("^Öppna bild 1")).click()
    await expect(nurse.page.get_by_test_id("photo-view").get_by_role("img")).to_be_visible()
    await nurse_dialog(nurse, "21 photo", "Till ärendet")

    await nurse.button("Föreslå video").click()
    await expect(patient.says("Karin vill ses i video")).to_be_visible()
    await expect(patient.button("Ja, starta video")).to_be_in_viewport(ratio=1)
    await patient_state(patient, "31 proposal")
    await nurse_state(nurse, "22 asked")
    await patient.button("Nej, fortsätt i chatten").click()
    await expect(nurse.says("Ada vill fortsätta i chatten.")).to_be_visible()
    await nurse_state(nurse, "23 declined")

    await proxy.cut()
    await expect(patient.says("Din förbindelse bröts")).to_be_visible()
    await patient.message.click(trial=True)  # with all that is told, there is room to write
    await patient_state(patient, "32 interrupted")
    proxy.mend()
    await expect(patient.says("Din förbindelse bröts")).to_be_hidden()

    await nurse.writes_note()
    await nurse_state(nurse, "24 note")
    await nurse.button("Signera och avsluta").click()
    await nurse_dialog(nurse, "25 sign")
    await nurse.button("Lämna tillbaka").click()
    await nurse_dialog(nurse, "26 send back")


async def test_after_the_meeting(hall: Hall) -> None:
    patient, nurse = await hall.meeting("Chatt")
    await nurse.write("Nu skriver jag dina råd.")
    await nurse.hangs_up()
    await patient.phase("wrapping_up")
    await expect(patient.page.get_by_text("Det är snart din tur")).to_have_count(0)
    await patient_state(patient, "40 wrapping up")
    await nurse_state(nurse, "30 wrapping up")
    await nurse.writes_note()
    await nurse.signs()
    await nurse_state(nurse, "31 signed")
    await patient.phase("ended")
    await patient_state(patient, "41 advice")
    await patient.page.get_by_role("radio", name="Bra", exact=True).check(force=True)
    await patient.button("Skicka svar").click()
    await expect(patient.says("Tack för ditt svar.")).to_be_visible()
    await patient.page.get_by_text("Det ni skrev").click()
    await patient_state(patient, "42 thanks")
    await patient.button("Ny kontakt").click()
    await patient.phase("form")
    await patient.page.get_by_role("link", name="Läs råden du fick senast").click()
    await patient.phase("ended")
    await expect(patient.says(ADVICE)).to_be_visible()
