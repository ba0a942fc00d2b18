"""The wait that is told over the wire, and the score that staff can ask for."""

from __future__ import annotations

from contextlib import AsyncExitStack

import msgspec

from signaling.archive.open import open_archive
from signaling.protocol.http import ForecastScore, Problem
from tests.house import House, Nurse, Patient
from tests.waiting import eventually
from video_advice.ids import RegionCode
from video_advice.quality.calibration import Case, How

SCORE = "/api/forecast/score"


async def test_what_was_told_is_kept_with_what_came_of_it(house: House) -> None:
    region = RegionCode("22")
    async with AsyncExitStack() as stack:
        patient = await stack.enter_async_context(Patient(house))
        nurse = await stack.enter_async_context(Nurse(house))
        await nurse.sign_in()
        await patient.wait(region=region)
        message = await patient.hear("line.place", that=lambda m: m["place"]["forecast"])
        told = message["place"]
        assert told["told_at"] is not None
        assert told["held"] is None, "too few have been told"
        archive = open_archive(house.database_url)
        since, until_then = 0, told["told_at"] + 1
        cases: list[Case] = []

        async def kept() -> bool:
            cases[:] = await archive.forecasts.cases(region, since, until_then, until_then)
            return bool(cases)

        await eventually(kept, "what was told to be kept at the next look")
        await archive.close()
        [case] = cases
        assert (case.told_at, case.low, case.high) == (
            told["told_at"],
            told["forecast"]["low"],
            told["forecast"]["high"],
        )
        assert case.how is How.WAITING
        await patient.must("contact.leave", contact=patient.contact)


async def test_staff_can_ask_how_well_it_held(house: House) -> None:
    async with Nurse(house) as nurse:
        await nurse.sign_in()
        answer = await nurse.http.get(SCORE, params={"region": "24"})
        assert answer.status_code == 200
        score = msgspec.json.decode(answer.content, type=ForecastScore)
        assert (score.region, score.aim) == ("24", 0.8)
        assert (score.calibration.told, score.calibration.inside) == (0, None)
        assert [promise.kept for promise in score.reliability] == [None] * len(score.reliability)
        assert score.until - score.since == 7 * 24 * 3_600_000
        for params, code in (
            ({"region": "99"}, "contact.unknown_region"),
            ({"region": "x"}, "request.malformed"),
            ({}, "request.malformed"),
            ({"region": "24", "more": "1"}, "request.malformed"),
        ):
            refused = await nurse.http.get(SCORE, params=params)
            assert refused.status_code in {400, 422}
            assert msgspec.json.decode(refused.content, type=Problem).code == code


async def test_patients_cannot_ask(house: House) -> None:
    async with Patient(house) as patient:
        await patient.wait(region="24")
        answer = await patient.http.get(SCORE, params={"region": "24"})
        assert answer.status_code == 401
        await patient.must("contact.leave", contact=patient.contact)
