"""What becomes of those who are cut off: pages, whole processes, and one that only slept."""

from __future__ import annotations

import asyncio
import signal
from contextlib import AsyncExitStack
from typing import Any

import httpx

from tests.house import House, Nurse, Page, Patient, outcome
from tests.waiting import eventually


def turn_to(page: Page, web: int) -> None:
    """From now on the page talks to that web process."""
    page.base = page.house.url(web)
    page.http.base_url = httpx.URL(page.base)
    page.http.headers["Origin"] = page.base


def chat(page: Page, contact: str) -> list[str]:
    """The texts the page has been sent, in the order they came, with every repetition."""
    return [m["text"] for m in page.heard if m["type"] == "chat.added" and m["contact"] == contact]


def newest(page: Page) -> int:
    """The newest version the page has been sent."""
    versions: list[int] = [m["version"] for m in page.heard if m["type"] == "chat.added"]
    versions += [m["view"]["version"] for m in page.heard if "view" in m]
    return max(versions)


async def hear_text(page: Page, text: str) -> dict[str, Any]:
    """Return the chat message with this text once the page has been sent it."""
    return await page.hear("chat.added", that=lambda m: m["text"] == text)


async def quiet(page: Page, number: int) -> None:
    """Return when all that was on its way to the page has come."""
    await page.say("ping", n=number)
    await page.hear("pong", that=lambda m: m["n"] == number)


async def talk(patient: Patient, nurse: Nurse, **fields: Any) -> dict[str, Any]:
    """Bring the two together and return her card."""
    await nurse.sign_in()
    await patient.wait(**fields)
    card = await nurse.take(patient.contact)
    await patient.hear_phase("talking")
    return card


async def end(nurse: Nurse, contact: str, epoch: int) -> None:
    """End the talk and sign."""
    await nurse.must("contact.hang_up", contact=contact, epoch=epoch)
    await nurse.must("outcome.sign", contact=contact, epoch=epoch, outcome=outcome())


async def present(nurse: Nurse, *patients: Patient) -> None:
    """Return when the nurse sees all of them in the line, with their pages open."""
    there = {patient.contact for patient in patients}
    await nurse.see(
        "line.state", lambda m: there <= {row["contact"] for row in m["rows"] if not row["away"]}
    )


async def test_a_patient_who_returns_is_sent_what_was_missed(house: House) -> None:
    async with Patient(house, web=0) as patient, Nurse(house, web=1) as nurse:
        card = await talk(patient, nurse)
        contact = patient.contact
        for text in ("one", "two"):
            await nurse.must("chat.send", contact=contact, key=f"message-{text}", text=text)
        await hear_text(patient, "two")
        await quiet(patient, 1)
        known = newest(patient)
        await patient.hang()
        for text in ("three", "four"):
            await nurse.must("chat.send", contact=contact, key=f"message-{text}", text=text)
        patient.forget()
        turn_to(patient, 1)
        await patient.dial(resume=[{"contact": contact, "version": known}])
        await patient.hear_phase("talking")
        await nurse.must("chat.send", contact=contact, key="message-five", text="five")
        await hear_text(patient, "five")
        await quiet(patient, 2)
        assert chat(patient, contact) == ["three", "four", "five"]
        await end(nurse, contact, card["epoch"])


async def test_who_comes_and_goes_while_the_other_writes_misses_nothing(house: House) -> None:
    async with Patient(house, web=0) as patient, Nurse(house, web=1) as nurse:
        card = await talk(patient, nurse)
        contact = patient.contact
        texts = [str(number) for number in range(30)]

        async def write() -> None:
            for text in texts:
                await nurse.must("chat.send", contact=contact, key=f"number-{text}", text=text)

        writing = asyncio.create_task(write())
        for number, last in enumerate(("2", "5", "8", "11", "14", "17")):
            await hear_text(patient, last)
            await patient.hang()
            turn_to(patient, number % 2)
            await patient.dial(resume=[{"contact": contact, "version": newest(patient)}])
        await writing
        await hear_text(patient, texts[-1])
        await quiet(patient, 1)
        assert chat(patient, contact) == texts
        await end(nurse, contact, card["epoch"])


async def test_a_message_sent_again_on_a_new_socket_is_kept_once(house: House) -> None:
    async with Patient(house, web=0) as patient, Nurse(house, web=0) as nurse:
        card = await talk(patient, nurse)
        message = {"contact": patient.contact, "key": "sent-twice", "text": "Hello?"}
        await patient.say("chat.send", ref=7_000, **message)
        await patient.hang()  # without waiting for the answer
        for web in (1, 0):
            turn_to(patient, web)
            await patient.dial()
            again = await patient.must("chat.send", **message)
            heard = await nurse.hear("chat.added", that=lambda m: m["key"] == "sent-twice")
            assert heard["version"] == again["version"]
            await patient.hang()
        patient.forget()
        await patient.dial()
        await patient.hear("chat.added")
        for page in (patient, nurse):
            await quiet(page, 1)
            assert chat(page, patient.contact) == ["Hello?"]
        await end(nurse, patient.contact, card["epoch"])


async def test_the_place_is_kept_and_found_from_the_other_process(house: House) -> None:
    async with (
        Patient(house, web=0) as early,
        Patient(house, web=0) as late,
        Nurse(house, web=1) as nurse,
    ):
        await nurse.sign_in()
        await early.wait(region="23")
        await late.wait(region="23")
        await late.hear("line.place", that=lambda m: m["place"]["place"] == 2)
        await early.hang()
        await late.hear("line.place", that=lambda m: m["place"]["place"] == 1)
        early.forget()
        late.forget()
        turn_to(early, 1)
        await early.dial()
        place = await early.hear("line.place")
        assert place["place"]["contact"] == early.contact
        assert place["place"]["place"] == 1
        await late.hear("line.place", that=lambda m: m["place"]["place"] == 2)
        await present(nurse, early, late)
        card = await nurse.take()
        assert card["contact"] == early.contact
        await end(nurse, early.contact, card["epoch"])
        await late.must("contact.leave", contact=late.contact)


async def test_a_nurse_back_within_the_grace_goes_on_where_she_was(house: House) -> None:
    async with Patient(house, web=0) as patient, Nurse(house, web=0) as nurse:
        card = await talk(patient, nurse)
        contact = patient.contact
        draft = {"urgency": "P3", "note": {"situation": "Hurts."}, "advice": "Rest."}
        await nurse.must("note.save", contact=contact, draft=draft)
        patient.forget()
        await nurse.hang()
        await patient.hear_phase("interrupted")
        nurse.forget()
        turn_to(nurse, 1)
        await nurse.dial()
        kept = await nurse.hear("note.kept")
        assert kept["contact"] == contact
        assert (kept["draft"]["advice"], kept["draft"]["urgency"]) == ("Rest.", "P3")
        assert kept["draft"]["note"]["situation"] == "Hurts."
        view = await nurse.hear_phase("talking", contact=contact)
        assert view["epoch"] == card["epoch"]
        await patient.hear_phase("talking")
        await patient.must("chat.send", contact=contact, key="still-here", text="Still here?")
        await nurse.hear("chat.added", that=lambda m: m["key"] == "still-here")
        await end(nurse, contact, card["epoch"])


async def test_who_lost_the_nurse_is_next_and_told_why(house: House) -> None:
    async with AsyncExitStack() as stack:
        early, late = [await stack.enter_async_context(Patient(house, web)) for web in (0, 1)]
        lost = await stack.enter_async_context(Nurse(house, "demo-karin", web=1))
        other = await stack.enter_async_context(Nurse(house, "demo-yusuf", web=0))
        await other.sign_in()
        await lost.sign_in()
        await early.wait(region="14")
        await late.wait(region="14")
        await present(other, early, late)
        await lost.take(late.contact)
        await late.hear_phase("talking")
        late.forget()
        early.forget()
        await lost.hang()
        view = await late.hear_phase("waiting")
        assert view["told"] == "nurse_lost"
        assert view["nurse"] is None
        await late.hear("line.place", that=lambda m: m["place"]["place"] == 1)
        await early.hear("line.place", that=lambda m: m["place"]["place"] == 2)
        await present(other, early, late)
        for patient in (late, early):
            card = await other.take()
            assert card["contact"] == patient.contact
            await end(other, patient.contact, card["epoch"])


async def test_a_killed_process_takes_no_talk_with_it(house: House) -> None:
    async with (
        Patient(house, web=1) as patient,
        Nurse(house, web=1) as nurse,
        Patient(house, web=1) as gone,  # who does not come back
    ):
        card = await talk(patient, nurse)
        await gone.wait(region="17")
        await present(nurse, gone)
        contact = patient.contact
        await patient.must("chat.send", contact=contact, key="before-01", text="before")
        await hear_text(nurse, "before")
        known = newest(nurse)
        house.webs[1].kill()
        house.webs[1].wait()
        for page in (patient, nurse):
            assert await page.hear_close() == 1006
            page.forget()
            turn_to(page, 0)
        await patient.dial()
        await nurse.dial(resume=[{"contact": contact, "version": known}])
        view = await nurse.hear_phase("talking", contact=contact)
        assert view["epoch"] == card["epoch"]
        await nurse.must("chat.send", contact=contact, key="after-001", text="after")
        for page, texts in ((patient, ["before", "after"]), (nurse, ["after"])):
            await hear_text(page, "after")
            await quiet(page, 1)
            assert chat(page, contact) == texts
        # Now the dead one's lease lapses: only who did not come back counts as gone.
        await nurse.hear(
            "line.state",
            that=lambda m: any(row["contact"] == gone.contact and row["away"] for row in m["rows"]),
        )
        await nurse.must("chat.send", contact=contact, key="later-001", text="later")
        await hear_text(patient, "later")
        phases = {m["view"]["phase"] for m in patient.heard if m["type"] == "contact.state"}
        assert phases == {"talking"}
        house.start_web(1)
        await asyncio.to_thread(house.wait_ready, house.ports[1])
        await gone.dial()
        await gone.hear_phase("waiting")
        await gone.must("contact.leave", contact=gone.contact)
        await end(nurse, contact, card["epoch"])
        await patient.hear_phase("ended")


async def test_a_process_that_slept_past_its_lease_says_so(house: House) -> None:
    async with (
        Patient(house, web=1) as patient,
        Nurse(house, "demo-karin", web=1) as nurse,
        Nurse(house, "demo-yusuf", web=0) as other,
    ):
        card = await talk(patient, nurse)
        contact = patient.contact
        await other.sign_in()
        asleep = await asyncio.to_thread(house.put_to_sleep, 1)
        try:

            async def given_back() -> bool:
                view = await patient.http.get(f"{house.url(0)}/api/contacts/{contact}")
                return bool(view.json()["told"] == "nurse_lost")

            await eventually(given_back, "the contact to be given back")
            await nurse.say("chat.send", ref=900, contact=contact, key="too-late1", text="late")
            await nurse.say("contact.hang_up", ref=901, contact=contact, epoch=card["epoch"])
        finally:
            asleep.send_signal(signal.SIGCONT)
        for page in (patient, nurse):
            assert await page.hear_close() == 4007
            late = [m for m in page.heard if m["type"] == "done" and m["ref"] >= 900]
            assert not late
            page.forget()
        await asyncio.to_thread(house.wait_ready, house.ports[1])
        await patient.dial()
        view = await patient.hear_phase("waiting", told="nurse_lost")
        assert view["epoch"] > card["epoch"]
        await nurse.dial(resume=[{"contact": contact, "version": 1}])
        await nurse.hear("contact.gone", that=lambda m: m["why"] == "lost")
        await present(other, patient)
        again = await other.take(contact)
        await patient.hear_phase("talking")
        await quiet(patient, 1)
        assert chat(patient, contact) == []
        await end(other, contact, again["epoch"])


async def test_signing_out_closes_her_pages(house: House) -> None:
    async with Nurse(house, "demo-aino", web=0) as nurse, Page(house, "nurse", web=0) as tab:
        await nurse.sign_in()
        tab.http.cookies = nurse.http.cookies
        await tab.dial()
        answer = await nurse.http.delete("/api/session", params={"role": "nurse"})
        assert answer.status_code == 204
        for page in (nurse, tab):
            assert await page.hear_close() == 4009
