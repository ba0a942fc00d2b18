"""What a region decides: who is offered contacts, how long there is to answer, whom it takes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from typing import Any

import pytest

from signaling.live.bells import RULES, Ring
from signaling.live.connect import open_live
from tests.house import House, Nurse, Patient, outcome, wish
from tests.real import PATIENCE, Postgres, Redis
from video_advice.ids import ProcessId

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


async def decide(house: House, *words: str) -> str:
    """Run the command; the pages of this test go on answering meanwhile."""
    done = await asyncio.to_thread(house.region, *words)
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
    await decide(house, "offer-mode", "04", "on", "--seconds", str(SECONDS))
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
        await decide(house, "offer-mode", "05", "on")
        await accept(nurse, ada)
        _, said = await asyncio.gather(
            nurse.hear("duty.state", that=lambda m: m["offering"] == ["04"], anew=True),
            decide(house, "offer-mode", "05", "off", "--author", "Kim"),
        )
        assert "rule 2 by Kim" in said
        assert "pull" in said
        await end(nurse, ada)


async def test_beside_a_chat_she_is_offered_the_next_but_one_at_a_time(house: House) -> None:
    """Two workers look at the same time; she holds three chats."""
    await decide(house, "offer-mode", "06", "on")
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


async def test_a_paused_line_takes_nobody_new_and_those_who_wait_keep_their_place(
    house: House,
) -> None:
    text = "Ring din vårdcentral."
    async with (
        Patient(house, 0) as early,
        Patient(house, 1) as late,
        Nurse(house, "demo-karin", web=1) as nurse,
    ):
        await nurse.sign_in()
        await early.wait(region="08", channel="video")
        placed = await early.hear("line.place")
        assert placed["place"]["paused"] is None
        await decide(house, "pause", "08", "full", "--text", f"sv={text}")
        told = await early.hear("line.place", that=lambda m: m["place"]["paused"] is not None)
        assert (told["place"]["place"], told["place"]["paused"]["why"]) == (1, "full")
        state = await nurse.hear("duty.state", that=lambda m: m["pauses"] != [])
        assert [(one["region"], one["pause"]["why"]) for one in state["pauses"]] == [("08", "full")]
        # The other process may not have read it yet.
        await until_paused(late, "08")
        await late.begin()
        refused = await late.http.post("/api/contacts", json=wish(region="08"))
        assert refused.status_code == 409
        assert refused.json()["code"] == "line.paused"
        assert refused.json()["text"].startswith("The line is full right now.")
        swedish = {"Accept-Language": "sv"}
        refused = await late.http.post("/api/contacts", json=wish(region="08"), headers=swedish)
        assert refused.json()["text"] == text
        # Who waits is not refused: asking again gives the same contact.
        again = await early.http.post("/api/contacts", json=wish(region="08"))
        assert (again.status_code, again.json()["contact"]) == (200, early.contact)
        early.forget()
        await decide(house, "resume", "08")
        await early.hear("line.place", that=lambda m: m["place"]["paused"] is None)
        await until_paused(late, "08", paused=False)
        await late.open(region="08")
        await late.dial()
        for patient in (early, late):
            await patient.must("contact.leave", contact=patient.contact)
        await nurse.must("duty.set", on=False)


async def test_one_channel_or_competence_is_paused_and_the_others_are_not(house: House) -> None:
    async with Patient(house, 0) as ada, Patient(house, 1) as bo:
        await decide(house, "pause", "09", "closed", "--channel", "video")
        await decide(house, "pause", "09", "full", "--competence", "skin")
        await until_paused(ada, "09", number=2)
        await until_paused(bo, "09", number=2)
        await ada.wait(region="09", channel="chat")
        wished = await ada.ask("channel.wish", contact=ada.contact, channel="video")
        assert (wished["code"], wished["text"][:18]) == ("line.paused", "The line is closed")
        await ada.must("channel.wish", contact=ada.contact, channel="chat")
        await bo.begin()
        for fields in ({"channel": "video"}, {"competence": "skin"}):
            refused = await bo.http.post("/api/contacts", json=wish(region="09", **fields))
            assert refused.json()["code"] == "line.paused"
        nothing = await asyncio.to_thread(house.region, "resume", "09")
        assert (nothing.returncode, nothing.stdout) == (1, "")
        await decide(house, "resume", "09", "--channel", "video")
        assert "every" not in await decide(house, "resume", "09", "--competence", "skin")
        await ada.must("contact.leave", contact=ada.contact)


async def test_a_decision_rings_for_every_process(house: House, redis_server: Redis) -> None:
    live = open_live(redis_server.url, ProcessId("listener"))
    rings = live.bells.listen()
    try:
        async with asyncio.timeout(PATIENCE):
            await anext(rings)  # from here on nothing is missed
            await decide(house, "offer-mode", "10", "off")
            heard = [ring async for ring in until(rings, RULES)]
    finally:
        await live.close()
    assert heard[-1].subject == "10"


async def until(rings: AsyncGenerator[Ring, None], kind: str) -> AsyncGenerator[Ring, None]:
    """Yield rings up to the first of this kind."""
    async for ring in rings:
        yield ring
        if ring.kind == kind:
            return


async def test_a_decision_is_kept_where_nobody_can_be_told(house: House) -> None:
    away = {"VIDEO_ADVICE_REDIS_URL": "redis://127.0.0.1:1"}
    done = await asyncio.to_thread(house.region, "offer-mode", "10", "on", **away)
    assert (done.returncode, done.stderr) == (0, "")
    assert "offer" in done.stdout


async def test_who_cannot_be_taken_reads_where_to_turn_in_the_words_of_the_region(
    house: House,
) -> None:
    async with Patient(house, 0) as ada, Patient(house, 1) as bo:
        await ada.wait(region="13")
        placed = (await ada.hear("line.place", that=lambda m: m["place"]["nurses"] == 0))["place"]
        assert (placed["forecast"], placed["elsewhere"]) == (None, [])
        said = await decide(house, "elsewhere", "13", "--text", "sv=Ring jouren i Halmstad.")
        assert "when nobody can, in sv: Ring jouren i Halmstad." in said
        told = await ada.hear("line.place", that=lambda m: m["place"]["elsewhere"] != [])
        words = [{"language": "sv", "text": "Ring jouren i Halmstad."}]
        assert (told["place"]["place"], told["place"]["elsewhere"]) == (1, words)
        await until_said(bo, "13", words)
        ada.forget()
        await decide(house, "elsewhere", "13")
        await ada.hear("line.place", that=lambda m: m["place"]["elsewhere"] == [])
        await ada.must("contact.leave", contact=ada.contact)


async def until_said(page: Patient, region: str, words: list[dict[str, str]]) -> None:
    """Return once the start page of this process says these words."""

    async def says() -> bool:
        regions = (await page.http.get("/api/catalogue")).json()["regions"]
        return any(one["code"] == region and one["elsewhere"] == words for one in regions)

    async with asyncio.timeout(PATIENCE):
        while not await says():  # noqa: ASYNC110 - it happens in another process
            await asyncio.sleep(0.1)


async def until_paused(
    page: Patient, region: str, *, paused: bool = True, number: int | None = None
) -> None:
    """Return once the process of this page has read that the region is paused, or not."""

    async def read() -> bool:
        regions = (await page.http.get("/api/catalogue")).json()["regions"]
        [pauses] = [one["pauses"] for one in regions if one["code"] == region]
        return len(pauses) == number if number is not None else bool(pauses) is paused

    async with asyncio.timeout(PATIENCE):
        while not await read():  # noqa: ASYNC110 - it happens in another process
            await asyncio.sleep(0.1)


async def test_what_makes_no_sense_is_not_decided(house: House) -> None:
    before = await decide(house, "show")
    for words in (
        ("offer-mode", "02", "on"),
        ("offer-mode", "07", "perhaps"),
        ("offer-mode", "07", "on", "--seconds", "4"),
        ("offer-mode", "07", "on", "--seconds", "601"),
        ("offer-mode", "07", "on", "--seconds", "soon"),
        ("show", "99"),
        ("pause", "07", "tired"),
        ("pause", "07", "full", "--channel", "letter"),
        ("pause", "07", "full", "--competence", "heart"),
        ("pause", "07", "full", "--text", "no language"),
        ("pause", "07", "full", "--text", "fi=Soita."),
        ("pause", "07", "full", "--text", "sv="),
        ("pause", "07", "full", "--text", "sv=" + "x" * 501),
    ):
        refused = house.region(*words)
        assert refused.returncode == 2
        assert "error:" in refused.stderr
        assert "Traceback" not in refused.stderr
    assert await decide(house, "show") == before
