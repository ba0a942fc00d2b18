"""The door of the network test, and what the nurse is told of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import House, Nurse, Patient, outcome
from tests.real import Redis, free_port

SLOW = {"verdict": "unsteady", "round_trip": 180, "loss": 4, "rate": 420, "relays": ["tcp"]}
NOTHING: dict[str, object] = {
    "verdict": "blocked",
    "round_trip": None,
    "loss": None,
    "rate": None,
    "relays": [],
}


@pytest.fixture(scope="module")
def deaf(redis_server: Redis, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A service whose media process is not there."""
    redis_server.empty()
    folder: Path = tmp_path_factory.mktemp("deaf")
    database = f"sqlite:///{folder / 'records.sqlite'}"
    with House(
        folder,
        redis_server.url,
        database,
        echo_url=f"http://127.0.0.1:{free_port()}",
        echo_secret="only-for-the-tests-of-the-door",
        turn_urls="turn:127.0.0.1:9?transport=udp",
        turn_secret="only-for-the-tests-of-the-door",
    ) as house:
        yield house


async def test_without_an_echo_nothing_is_measured_and_pages_need_not_ask(house: House) -> None:
    async with Patient(house) as patient:
        await patient.wait()
        assert (await patient.http.get("/api/catalogue")).json()["network_test"] is False
        path = f"/api/contacts/{patient.contact}/echo"
        for answer in (
            await patient.http.get(path),
            await patient.http.post(path, json={"sdp": "v=0"}),
        ):
            assert answer.status_code == 503
            assert answer.json()["code"] == "network.not_measured"
            assert answer.json()["detail"] == "off"
        await patient.must("contact.leave", contact=patient.contact)


async def test_relays_of_a_test_are_not_those_of_the_call(deaf: House) -> None:
    async with Patient(deaf) as patient:
        await patient.wait()
        assert (await patient.http.get("/api/catalogue")).json()["network_test"] is True
        path = f"/api/contacts/{patient.contact}"
        test, call = [
            (await patient.http.get(f"{path}/{kind}")).json()["servers"][0]["username"]
            for kind in ("echo", "ice")
        ]
        assert call.partition(":")[2] == patient.contact
        assert test.partition(":")[2] not in {"", patient.contact}
        await patient.must("contact.leave", contact=patient.contact)


async def test_an_echo_that_is_down_is_said_and_not_asked_for_ever(deaf: House) -> None:
    async with Patient(deaf) as patient:
        await patient.wait()
        path = f"/api/contacts/{patient.contact}/echo"
        answers = [await patient.http.post(path, json={"sdp": "v=0"}) for _ in range(6)]
        assert [one.json()["code"] for one in answers] == [
            *["network.not_measured"] * 5,
            "request.too_many",
        ]
        assert "sdp" not in answers[0].text
        await patient.must("contact.leave", contact=patient.contact)


async def test_only_the_patient_and_only_while_waiting(deaf: House) -> None:
    async with Patient(deaf) as patient, Patient(deaf) as stranger, Nurse(deaf) as nurse:
        await patient.wait()
        await stranger.begin()
        path = f"/api/contacts/{patient.contact}/echo"
        assert (await stranger.http.get(path)).json()["code"] == "contact.not_found"
        for body in ({}, {"sdp": ""}, {"sdp": "x" * 12_001}, {"sdp": 1}, {"sdp": "x", "more": 1}):
            answer = await patient.http.post(path, json=body)
            assert answer.json()["code"] == "request.malformed", body
        await nurse.sign_in()
        card = await nurse.take(patient.contact)
        assert (await nurse.http.get(path)).json()["code"] == "identity.wrong_role"
        assert (await patient.http.get(path)).json()["code"] == "contact.not_allowed_now"
        await signed(nurse, patient.contact, card["epoch"])


async def test_the_nurse_is_told_what_was_measured_last(house: House) -> None:
    async with Patient(house) as patient, Nurse(house, web=1) as nurse:
        await patient.wait()
        for network in (NOTHING, SLOW, SLOW):
            await patient.must("network.report", contact=patient.contact, network=network)
        await nurse.sign_in()
        card = await nurse.take(patient.contact)
        assert card["network"] == SLOW
        late = await patient.ask("network.report", contact=patient.contact, network=NOTHING)
        assert late["code"] == "contact.not_allowed_now"
        await signed(nurse, patient.contact, card["epoch"])


async def test_the_same_again_is_no_news(house: House) -> None:
    async with Patient(house) as patient:
        await patient.wait()
        first = await patient.must("network.report", contact=patient.contact, network=SLOW)
        again = await patient.must("network.report", contact=patient.contact, network=SLOW)
        other = await patient.must("network.report", contact=patient.contact, network=NOTHING)
        assert again["version"] == first["version"] < other["version"]
        await patient.must("contact.leave", contact=patient.contact)


@pytest.mark.parametrize(
    "wrong",
    [
        {"verdict": "splendid"},
        {"loss": 101},
        {"round_trip": -1},
        {"rate": 10**9},
        {"relays": ["udp"] * 4},
        {"relays": ["smoke"]},
        {"address": "10.0.0.1"},
    ],
)
async def test_what_cannot_have_been_measured_is_refused(
    house: House, wrong: dict[str, object]
) -> None:
    async with Patient(house) as patient:
        await patient.wait()
        answer = await patient.ask(
            "network.report", contact=patient.contact, network={**SLOW, **wrong}
        )
        assert answer["code"] == "request.malformed"
        await patient.must("contact.leave", contact=patient.contact)


async def signed(nurse: Nurse, contact: str, epoch: int) -> None:
    await nurse.must("contact.hang_up", contact=contact, epoch=epoch)
    await nurse.must("outcome.sign", contact=contact, epoch=epoch, outcome=outcome())
