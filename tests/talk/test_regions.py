"""What a region decides: contacts offered to whoever is free, and how long there is to answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.house import House, Nurse, Patient, outcome
from tests.real import Postgres, Redis

OFFERED = "contact.card"
SECONDS = 5


@pytest.fixture(scope="module")
def house(
    redis_server: Redis, postgres_server: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """Two web processes and two workers."""
    redis_server.empty()
    folder: Path = tmp_path_factory.mktemp("regions")
    database = postgres_server.create(f"talk_{folder.name}")
    with House(folder, redis_server.url, database, webs=2) as house:
        house.start_worker(1)
        yield house


def decide(house: House, *words: str) -> str:
    done = house.region(*words)
    assert done.returncode == 0, done.stderr
    return done.stdout


async def offered(nurse: Nurse, patient: Patient) -> dict[str, Any]:
    """The card of an offer that comes by itself."""
    return await nurse.hear_phase("offered", contact=patient.contact)


async def accept(nurse: Nurse, patient: Patient) -> None:
    card = await offered(nurse, patient)
    await nurse.must("offer.accept", contact=patient.contact, epoch=card["epoch"])
    await nurse.hear_phase("talking", contact=patient.contact)


async def end(nurse: Nurse, *patients: Patient) -> None:
    await nurse.must("duty.set", on=False)
    for patient in patients:
        card = await nurse.hear_phase("talking", contact=patient.contact)
        mine = {"contact": patient.contact, "epoch": card["epoch"]}
        await nurse.must("contact.hang_up", **mine)
        await nurse.must("outcome.sign", **mine, outcome=outcome())


async def gone(nurse: Nurse, patient: Patient) -> None:
    await nurse.hear("contact.gone", that=lambda m: m["contact"] == patient.contact)


async def test_who_lets_two_offers_lapse_is_offered_no_more_until_she_says_so(
    house: House,
) -> None:
    decide(house, "offer-mode", "04", "on", "--seconds", str(SECONDS))
    async with (
        Patient(house, 0) as ada,
        Patient(house, 1) as bo,
        Patient(house, 0) as cy,
        Nurse(house, "demo-karin", web=0) as silent,
        Nurse(house, "demo-yusuf", web=1) as other,
    ):
        await silent.sign_in()
        state = await silent.hear("duty.state", that=lambda m: m["on"] and "04" in m["offering"])
        assert (state["offers"], state["available"]) == (False, True)
        await ada.wait(region="04")
        first = await offered(silent, ada)
        assert first["offer_until"] - first["arrived_at"] - first["waited"] == SECONDS * 1000
        await other.sign_in()
        await ada.hear_phase("waiting", told="nurse_silent")
        # It goes to the other nurse, who declines: the place is kept, and nobody is left to ask.
        card = await offered(other, ada)
        assert card["arrived_at"] == first["arrived_at"]
        await other.must("offer.decline", contact=ada.contact, epoch=card["epoch"])
        await ada.hear_phase("waiting", told="nurse_declined")
        await other.must("duty.set", on=False)
        await bo.wait(region="04")
        await offered(silent, bo)
        await gone(silent, bo)
        state = await silent.hear("duty.state", that=lambda m: not m["available"])
        assert state["on"]
        await other.must("duty.set", on=True)
        await accept(other, bo)
        await cy.wait(region="04")
        silent.forget()
        await silent.must("duty.set", on=True)
        await silent.hear("duty.state", that=lambda m: m["available"])
        await accept(silent, cy)
        await end(silent, cy)
        await end(other, bo)
        await ada.must("contact.leave", contact=ada.contact)


async def test_where_she_takes_by_herself_nothing_is_offered_until_the_region_says_so(
    house: House,
) -> None:
    async with Patient(house, 0) as ada, Nurse(house, web=1) as nurse:
        await nurse.sign_in()
        await ada.wait(region="05")
        await ada.hear("line.place", that=lambda m: m["place"]["nurses"] == 1)
        assert not any(m["type"] == OFFERED for m in nurse.heard)
        decide(house, "offer-mode", "05", "on")
        await accept(nurse, ada)
        said = decide(house, "offer-mode", "05", "off", "--author", "Kim")
        assert "rule 2 by Kim" in said
        assert "pull" in said
        await nurse.hear("duty.state", that=lambda m: m["offering"] == ["04"], anew=True)
        await end(nurse, ada)


async def test_beside_a_chat_she_is_offered_the_next_but_one_at_a_time(house: House) -> None:
    """Two workers look at the same time; she holds three chats."""
    decide(house, "offer-mode", "06", "on")
    async with (
        Patient(house, 0) as ada,
        Patient(house, 1) as bo,
        Patient(house, 0) as cy,
        Nurse(house, "demo-aino", web=0) as nurse,
    ):
        patients = {}
        for patient in (ada, bo, cy):
            await patient.wait(region="06")
            patients[patient.contact] = patient
        await nurse.sign_in()
        for patient in (ada, bo, cy):
            await accept(nurse, patient)
        unanswered = set()
        for message in nurse.heard:
            if message["type"] != OFFERED:
                continue
            view = message["view"]
            if view["phase"] == "offered":
                unanswered.add(view["contact"])
            else:
                unanswered.discard(view["contact"])
            assert len(unanswered) <= 1
            assert view["epoch"] == 1
        await end(nurse, ada, bo, cy)


def test_what_makes_no_sense_is_not_decided(house: House) -> None:
    before = decide(house, "show")
    for words in (
        ("offer-mode", "02", "on"),
        ("offer-mode", "07", "perhaps"),
        ("offer-mode", "07", "on", "--seconds", "4"),
        ("offer-mode", "07", "on", "--seconds", "601"),
        ("offer-mode", "07", "on", "--seconds", "soon"),
        ("show", "99"),
    ):
        refused = house.region(*words)
        assert refused.returncode == 2
        assert "error:" in refused.stderr
        assert "Traceback" not in refused.stderr
    assert decide(house, "show") == before
