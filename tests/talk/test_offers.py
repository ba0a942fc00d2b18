"""The next contact is offered to whoever asks for that: yes, no, silence, and one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.house import House, Nurse, Patient, outcome
from tests.real import Postgres, Redis

OFFER = 6
"""Seconds to answer: enough for a nurse who answers at once, on a busy machine too."""


@pytest.fixture(scope="module")
def house(
    redis_server: Redis, postgres_server: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """Two web processes and a worker, where an offer does not last long."""
    redis_server.empty()
    folder: Path = tmp_path_factory.mktemp("offers")
    database = postgres_server.create(f"talk_{folder.name}")
    with House(folder, redis_server.url, database, webs=2, offer=OFFER) as house:
        yield house


async def offered(nurse: Nurse, patient: Patient) -> dict[str, Any]:
    """The card of an offer that comes by itself."""
    return await nurse.hear_phase("offered", contact=patient.contact)


async def ready(nurse: Nurse) -> None:
    """Sign in and ask for offers."""
    await nurse.sign_in()
    await nurse.must("duty.set", on=True, offers=True)
    await nurse.hear("duty.state", that=lambda m: m["on"] and m["offers"])


async def off(*nurses: Nurse) -> None:
    for nurse in nurses:
        await nurse.must("duty.set", on=False)


async def end(nurse: Nurse, patient: Patient) -> None:
    card = await nurse.hear_phase("talking", contact=patient.contact)
    mine = {"contact": patient.contact, "epoch": card["epoch"]}
    await nurse.must("contact.hang_up", **mine)
    await nurse.must("outcome.sign", **mine, outcome=outcome())
    await patient.hear_phase("ended")


async def test_whoever_asks_for_it_is_offered_the_next_and_takes_it(house: House) -> None:
    async with Patient(house, 0) as patient, Nurse(house, web=1) as nurse:
        await ready(nurse)
        await patient.wait(region="04", story="It itches.")
        card = await offered(nurse, patient)
        assert (card["story"], card["reason"]) == ("It itches.", "turn")
        assert card["offer_until"] is not None
        hidden = await patient.hear_phase("offered")
        assert (hidden["nurse"], hidden["peer_present"]) == (None, False)
        accepted = await nurse.must("offer.accept", contact=patient.contact, epoch=card["epoch"])
        assert accepted["contact"] == patient.contact
        view = await patient.hear_phase("talking")
        assert view["nurse"]["id"] == nurse.name
        talking = await nurse.hear_phase("talking", contact=patient.contact)
        assert talking["offer_until"] is None
        again = await nurse.ask("offer.accept", contact=patient.contact, epoch=card["epoch"])
        assert again["code"] == "contact.not_allowed_now"
        await off(nurse)
        await end(nurse, patient)


async def test_after_a_no_the_place_is_kept_and_a_colleague_is_asked(house: House) -> None:
    async with (
        Patient(house, 0) as early,
        Patient(house, 1) as late,
        Nurse(house, "demo-karin", web=0) as first,
        Nurse(house, "demo-yusuf", web=1) as second,
    ):
        await ready(first)
        await early.wait(region="05")
        card = await offered(first, early)
        await late.wait(region="05")
        declining = {"contact": early.contact, "epoch": card["epoch"]}
        await first.must("offer.decline", **declining)
        gone = await first.hear("contact.gone", that=lambda m: m["contact"] == early.contact)
        assert gone["why"] == "returned"
        view = await early.hear_phase("waiting", told="nurse_declined")
        assert view["epoch"] == card["epoch"] + 1
        # She is asked about the next one, not about the same again.
        other = await offered(first, late)
        await first.must("offer.accept", contact=late.contact, epoch=other["epoch"])
        await ready(second)
        again = await offered(second, early)
        await second.must("offer.accept", contact=early.contact, epoch=again["epoch"])
        assert again["epoch"] == card["epoch"] + 2
        assert (await early.hear_phase("offered", epoch=again["epoch"]))["told"] is None
        late_no = await first.ask("offer.decline", **declining)
        assert late_no["code"] == "contact.not_found"
        await off(first, second)
        await end(first, late)
        await end(second, early)


async def test_silence_gives_the_contact_back_to_the_old_place(house: House) -> None:
    async with (
        Patient(house, 0) as patient,
        Patient(house, 0) as late,
        Nurse(house, "demo-karin", web=1) as silent,
        Nurse(house, "demo-aino", web=0) as other,
    ):
        await ready(silent)
        await patient.wait(region="06")
        card = await offered(silent, patient)
        await silent.must("duty.set", on=True, offers=False)
        await late.wait(region="06")
        view = await patient.hear_phase("waiting", told="nurse_silent")
        assert view["epoch"] == card["epoch"] + 1
        gone = await silent.hear("contact.gone", that=lambda m: m["contact"] == patient.contact)
        assert gone["why"] == "returned"
        too_late = await silent.ask("offer.accept", contact=patient.contact, epoch=card["epoch"])
        assert too_late["code"] == "contact.not_found"
        await late.hear("line.place", that=lambda m: m["place"]["place"] == 2)
        await other.sign_in()
        assert (await other.take())["contact"] == patient.contact
        await end(other, patient)
        await late.must("contact.leave", contact=late.contact)


async def test_a_patient_who_leaves_takes_the_offer_along(house: House) -> None:
    async with Patient(house, 1) as patient, Nurse(house, web=0) as nurse:
        await ready(nurse)
        await patient.wait(region="07")
        card = await offered(nurse, patient)
        await patient.must("contact.leave", contact=patient.contact)
        gone = await nurse.hear("contact.gone", that=lambda m: m["contact"] == patient.contact)
        assert gone["why"] == "left"
        late = await nurse.ask("offer.accept", contact=patient.contact, epoch=card["epoch"])
        assert late["code"] == "contact.not_found"
        await off(nurse)


async def test_one_nurse_is_offered_one_at_a_time(house: House) -> None:
    async with (
        Patient(house, 0) as one,
        Patient(house, 0) as two,
        Nurse(house, web=0) as nurse,
    ):
        await ready(nurse)
        await one.wait(region="08")
        card = await offered(nurse, one)
        await nurse.must("offer.accept", contact=one.contact, epoch=card["epoch"])
        await two.wait(region="08")
        await two.hear("line.place", that=lambda m: m["place"]["place"] == 1)
        for chosen in ({}, {"contact": two.contact}):
            full = await nurse.ask("line.take", **chosen)
            assert full["code"] == "duty.at_capacity"
        held = {m["view"]["contact"] for m in nurse.heard if m["type"] == "contact.card"}
        assert held == {one.contact}
        # With the talk over and only the note missing, there is a free seat again.
        await nurse.must("contact.hang_up", contact=one.contact, epoch=card["epoch"])
        second = await offered(nurse, two)
        signing = {"contact": one.contact, "epoch": card["epoch"], "outcome": outcome()}
        await nurse.must("outcome.sign", **signing)
        await nurse.must("offer.accept", contact=two.contact, epoch=second["epoch"])
        await off(nurse)
        await end(nurse, two)


async def test_whoever_is_off_duty_gets_nobody(house: House) -> None:
    async with Patient(house) as patient, Nurse(house, web=1) as nurse:
        await nurse.sign_in()
        await patient.wait(region="09")
        await nurse.must("duty.set", on=False)
        for chosen in ({}, {"contact": patient.contact}):
            refused = await nurse.ask("line.take", **chosen)
            assert refused["code"] == "duty.off"
        await patient.must("contact.leave", contact=patient.contact)


async def test_a_nurse_without_a_page_goes_off_duty(house: House) -> None:
    async with (
        Nurse(house, "demo-karin", web=0) as stays,
        Nurse(house, "demo-yusuf", web=1) as goes,
    ):
        await stays.sign_in()
        await ready(goes)
        await stays.hear("duty.state", that=lambda m: m["colleagues"] == 2)
        stays.forget()
        await goes.hang()
        await stays.hear("duty.state", that=lambda m: m["colleagues"] == 1)
        goes.forget()
        await goes.dial()
        assert (await goes.hear("duty.state"))["on"] is False
        assert (await goes.ask("line.take"))["code"] == "duty.off"
        await off(stays)
