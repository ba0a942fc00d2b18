"""Chat and video in one and the same contact, and no picture without a yes."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.hall import Hall
from tests.browser.people import Person
from tests.browser.watch import calls


async def is_silent(*people: Person) -> None:
    """Nothing of picture or sound has been said or sent."""
    for person in people:
        found = await calls(person.page)
        assert (found["described"], found["packets"]) == (0, 0)
        # That a page is ready may be said to the service early: no media is in that.
        assert set(person.watch.media_words) <= {"media.ready"}


async def test_chat_becomes_video_and_chat_again_in_one_contact(hall: Hall) -> None:
    patient, nurse = await hall.meeting("Chatt")
    contact = patient.contact()
    await nurse.write("Kan jag få se benet?")
    await patient.reads("Kan jag få se benet?")
    await nurse.button("Föreslå video").click()
    await expect(patient.says("Karin vill ses i video")).to_be_visible()
    await is_silent(patient, nurse)

    await patient.button("Ja, starta video").click()
    await nurse.sees("patient")
    await patient.sees("nurse")
    assert patient.contact() == contact

    await nurse.button("Till chatt").click()
    await expect(patient.remote).to_have_count(0)
    await expect(nurse.remote).to_have_count(0)
    await patient.phase("talking")
    await patient.write("Nu skriver vi igen.")
    await nurse.reads("Nu skriver vi igen.")
    await nurse.reads("Kan jag få se benet?")
    assert patient.contact() == contact
    for person in (patient, nurse):
        assert (await calls(person.page))["open"] == 0


async def test_the_patient_says_no_to_video_and_the_chat_goes_on(hall: Hall) -> None:
    patient, nurse = await hall.meeting("Chatt")
    await nurse.button("Föreslå video").click()
    await patient.button("Nej, fortsätt i chatten").click()
    await expect(nurse.says("Ada vill fortsätta i chatten.")).to_be_visible()
    await patient.write("Jag skriver hellre.")
    await nurse.reads("Jag skriver hellre.")
    await nurse.write("Det går bra.")
    await patient.reads("Det går bra.")
    await is_silent(patient, nurse)


async def test_no_picture_leaves_a_page_before_both_have_accepted(hall: Hall) -> None:
    patient, nurse = await hall.patient(), await hall.nurse()
    await nurse.on_duty()
    await patient.wait(called="Ada")
    await expect(patient.page.get_by_test_id("self-video")).to_be_visible()
    await nurse.page.get_by_role("switch", name="Erbjud mig nästa automatiskt").click()
    await patient.phase("offered")
    await expect(nurse.button("Ta emot", exact=True)).to_be_visible()
    await is_silent(patient, nurse)
    assert (await calls(patient.page))["made"] > 0  # all is ready, and waits

    await nurse.button("Ta emot", exact=True).click()
    await nurse.sees("patient")
    assert "media.description" in patient.watch.media_words
    assert (await calls(patient.page))["packets"] > 0
