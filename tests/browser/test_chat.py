"""They write to each other."""

from __future__ import annotations

import re

from playwright.async_api import expect

from tests.browser.hall import Hall
from tests.browser.watch import CUT
from tests.fakes.proxy import Proxy


async def test_messages_go_both_ways_and_carry_their_marks(hall: Hall) -> None:
    patient, nurse = await hall.patient(), await hall.nurse()
    await nurse.on_duty()
    await patient.wait(called="Ada", channel="Chatt")
    await patient.write("Det kliar också.")
    await patient.marked("Det kliar också.", "Skickat")  # nobody is there to read it
    await nurse.takes()
    await nurse.reads("Det kliar också.")
    await patient.marked("Det kliar också.", "Läst")
    await nurse.write("Hur länge har det kliat?")
    await patient.reads("Hur länge har det kliat?")
    await nurse.marked("Hur länge har det kliat?", "läst")


async def test_messages_written_while_cut_off_arrive_once_and_in_order(
    hall: Hall, proxy: Proxy
) -> None:
    patient, nurse = await hall.meeting("Chatt", origin=proxy.origin)
    patient.watch.intended += CUT
    await patient.write("Före avbrottet")
    await patient.marked("Före avbrottet", "Läst")

    await proxy.cut()
    await expect(patient.says("Din förbindelse bröts")).to_be_visible()
    await expect(patient.says("Vi kopplar upp igen så fort det går.")).to_be_visible()
    written = ["Första", "Andra", "Tredje"]
    for text in written:
        await patient.write(text)
        await patient.marked(text, "Skickas")
    await nurse.write("Skrivet till den som är borta")

    proxy.mend()
    await patient.reads("Skrivet till den som är borta")
    await patient.marked("Tredje", "Läst")
    await expect(patient.says("Din förbindelse bröts")).to_be_hidden()
    for person in (patient, nurse):
        shown = await person.chat.inner_text()
        own = re.findall("|".join(written), shown)
        assert own == written


async def test_what_was_written_while_cut_off_outlives_a_reload(hall: Hall, proxy: Proxy) -> None:
    patient, nurse = await hall.meeting("Chatt", origin=proxy.origin)
    patient.watch.intended += CUT
    await proxy.cut()
    await patient.write("Skrivet utan nät")
    await patient.marked("Skrivet utan nät", "Skickas")
    proxy.mend()
    await patient.page.reload()
    await patient.phase("talking")
    await patient.marked("Skrivet utan nät", "Läst")
    await nurse.reads("Skrivet utan nät")
