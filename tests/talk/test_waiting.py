"""Waiting, as the wire knows it: worse, called instead, told that it is soon, from anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from signaling.notify.vapid import make_key
from tests.fakes.push_service import Browser, PushService
from tests.house import House, Nurse, Page, Patient, outcome
from tests.real import Redis, wait_until

FLAGS = ("breathing", "chest", "stroke", "awake", "bleeding", "rash")
NO = [{"flag": flag, "answer": "no"} for flag in FLAGS]
CHEST = [{"flag": "chest", "answer": "unknown"}]
NUMBER = "070-174 06 05"
WHOLE = "+46701740605"


@pytest.fixture(scope="module")
def service() -> Iterator[PushService]:
    with PushService() as service:
        yield service


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(
    request: pytest.FixtureRequest,
    redis_server: Redis,
    service: PushService,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[House]:
    """A house that may call the test's own push service, and tries a call again at once."""
    redis_server.empty()
    folder: Path = tmp_path_factory.mktemp("waiting")
    if request.param == "sqlite":
        database = f"sqlite:///{folder / 'records.sqlite'}"
    else:
        database = request.getfixturevalue("postgres_server").create(f"talk_{folder.name}")
    with House(
        folder,
        redis_server.url,
        database,
        webs=2,
        vapid_key=make_key(folder / "vapid.pem"),
        push_contact="mailto:duty@region.example",
        push_services=service.origin,
        text_messages="log",
        call_again=1,
        waiting_grace=2,
        hidden_number_regions="10",
    ) as house:
        yield house


async def signed(nurse: Nurse, contact: str, epoch: int) -> None:
    mine = {"contact": contact, "epoch": epoch}
    await nurse.must("contact.hang_up", **mine)
    await nurse.must("outcome.sign", **mine, outcome=outcome())


async def row(nurse: Nurse, contact: str, **fields: object) -> dict[str, object]:
    """Return the contact's row in her line once it says this."""

    def found(message: dict[str, list[dict[str, object]]]) -> bool:
        return any(
            one["contact"] == contact and all(one[k] == v for k, v in fields.items())
            for one in message["rows"]
        )

    message = await nurse.hear("line.state", that=found)
    return next(one for one in message["rows"] if one["contact"] == contact)


# Worse --------------------------------------------------------------------------------------


async def test_a_red_flag_goes_before_who_came_earlier_and_the_nurse_sees_why(
    house: House,
) -> None:
    async with Patient(house) as early, Patient(house, web=1) as late, Nurse(house) as nurse:
        await nurse.sign_in()
        await early.wait(region="10")
        await late.wait(region="10")
        await late.hear("line.place", that=lambda m: m["place"]["place"] == 2)
        await late.must("worse.report", contact=late.contact, answers=CHEST, words="trycker")
        view = await late.hear_phase("waiting", red_flags=["chest"])
        assert view["worse_at"] is not None
        await late.hear("line.place", that=lambda m: m["place"]["place"] == 1)
        await early.hear("line.place", that=lambda m: m["place"]["before_urgent"] == 1)
        seen = await row(nurse, late.contact, red_flags=["chest"], worse=True)
        assert seen["urgency"] == "P1"
        card = await nurse.take()
        assert card["contact"] == late.contact
        assert card["reason"] == "immediate"
        assert [(w["flags"], w["words"]) for w in card["worse"]] == [(["chest"], "trycker")]
        await signed(nurse, late.contact, card["epoch"])
        await early.must("contact.leave", contact=early.contact)


async def test_worse_without_a_flag_is_noted_in_the_patients_words(house: House) -> None:
    async with Patient(house) as patient, Nurse(house) as nurse:
        await nurse.sign_in()
        await patient.wait(region="10")
        half = await patient.ask("worse.report", contact=patient.contact, answers=NO[:-1])
        assert half["code"] == "worse.unanswered"
        await patient.must("worse.report", contact=patient.contact, answers=NO, words="mer ont")
        seen = await row(nurse, patient.contact, worse=True)
        assert (seen["urgency"], seen["red_flags"]) == (None, [])
        card = await nurse.take(patient.contact)
        assert [w["words"] for w in card["worse"]] == ["mer ont"]
        await signed(nurse, patient.contact, card["epoch"])


async def test_the_gentle_question_moves_with_each_answer(house: House) -> None:
    async with Patient(house) as patient:
        body = await patient.wait(region="10")
        first = body["view"]["next_check"]
        assert first == body["view"]["opened_at"] + 20 * 60_000
        for later in (True, False):
            await patient.must("check.answer", contact=patient.contact, later=later)
        await patient.hear("contact.state", that=lambda m: m["view"]["next_check"] > first)
        await patient.must("contact.leave", contact=patient.contact)


# Called instead -----------------------------------------------------------------------------


async def test_the_page_may_be_closed_and_the_nurse_calls(house: House) -> None:
    async with Patient(house) as patient, Nurse(house, web=1) as nurse:
        await nurse.sign_in()
        await patient.wait(region="10")
        wrong = await patient.ask("callback.choose", contact=patient.contact, number="112")
        assert wrong["code"] == "callback.number"
        await patient.must("callback.choose", contact=patient.contact, number=NUMBER)
        view = await patient.hear_phase("waiting")
        assert view["callback"] is None
        view = (await patient.hear("contact.state", that=lambda m: m["view"]["callback"]))["view"]
        assert view["callback"] == {"ends": "05", "at": None, "until": None, "tries": 0, "most": 3}
        await patient.hang()
        # The grace of this house is 2 s; whoever is to be called is not even away.
        async with Page(house, "patient", 1) as other:
            await other.follow(patient)

            async def phase() -> str:
                answer = await other.http.get(f"/api/contacts/{patient.contact}")
                told: str = answer.json()["phase"]
                return told

            seen = await row(nurse, patient.contact, callback=True, away=False)
            assert WHOLE not in str(nurse.heard)
            assert "number" not in seen
            card = await nurse.take()
            assert card["contact"] == patient.contact
            assert card["phase"] == "calling"
            assert card["callback"]["number"] == WHOLE
            assert await phase() == "calling"
            media = {"contact": patient.contact, "epoch": card["epoch"], "session": "a" * 16}
            await nurse.say("media.ready", **media)
            await nurse.hear("refused", that=lambda m: m["code"] == "media.not_accepted")
            await signed(nurse, patient.contact, card["epoch"])
            assert await phase() == "ended"
        assert WHOLE not in house.logs()
        assert "7017406" not in house.logs()


async def test_nobody_answers_and_after_the_last_try_the_nurse_decides(house: House) -> None:
    async with Patient(house) as patient, Nurse(house) as nurse:
        await nurse.sign_in()
        await patient.wait(region="10")
        await patient.must("callback.choose", contact=patient.contact, number=NUMBER)
        for tries in (1, 2):
            card = await nurse.take(patient.contact)
            mine = {"contact": patient.contact, "epoch": card["epoch"]}
            await nurse.must("call.unanswered", **mine)
            await nurse.hear("contact.gone", that=lambda m: m["why"] == "unanswered")
            view = await patient.hear_phase("scheduled", told="no_answer", epoch=card["epoch"] + 1)
            assert view["callback"]["tries"] == tries
            assert view["callback"]["at"] is not None
            await patient.hear_phase("waiting", told="no_answer", epoch=card["epoch"] + 1)
            nurse.forget()
        card = await nurse.take(patient.contact)
        mine = {"contact": patient.contact, "epoch": card["epoch"]}
        await nurse.must("call.unanswered", **mine)
        view = await patient.hear_phase("wrapping_up", unreached=True)
        await nurse.hear_phase("wrapping_up", unreached=True)
        await nurse.must("outcome.sign", **mine, outcome=outcome())
        view = await patient.hear_phase("ended")
        assert view["callback"] is None


async def test_another_time_another_mind_and_the_old_place(house: House) -> None:
    async with Patient(house) as first, Patient(house) as second:
        body = await first.wait(region="10")
        await second.wait(region="10")
        now = body["view"]["opened_at"]
        mine = {"contact": first.contact}
        near = await first.ask("callback.choose", **mine, number=NUMBER, at=now + 60_000)
        assert near["code"] == "callback.time"
        at = now + 2 * 3600_000
        await first.must("callback.choose", **mine, number=NUMBER, at=at)
        view = await first.hear_phase("scheduled")
        assert (view["callback"]["at"], view["callback"]["until"]) == (at, at + 3600_000)
        await second.hear("line.place", that=lambda m: m["place"]["place"] == 1)
        second.forget()
        await first.must("callback.drop", **mine)
        await second.hear("line.place", that=lambda m: m["place"]["place"] == 2)
        again = await first.ask("callback.drop", **mine)
        assert again["code"] == "contact.not_allowed_now"
        for one in (first, second):
            await one.must("contact.leave", contact=one.contact)


async def test_a_region_may_say_that_it_calls_from_a_hidden_number(house: House) -> None:
    async with Patient(house) as patient:
        catalogue = (await patient.http.get("/api/catalogue")).json()
        hidden = {one["code"] for one in catalogue["regions"] if one["hidden_number"]}
        assert hidden == {"10"}
        assert len(catalogue["push_key"]) == 87
        assert catalogue["texts"] is True


# Told that it is soon -----------------------------------------------------------------------


async def test_who_asked_is_told_once_that_it_is_soon_and_then_that_the_nurse_is_there(
    house: House, service: PushService
) -> None:
    phone = Browser(service, "soon")
    async with Patient(house) as patient, Nurse(house) as nurse:
        await patient.wait(region="13")
        mine = {"contact": patient.contact}
        await patient.must("notice.push", **mine, address=phone.address)
        await patient.must("notice.text", **mine, number=NUMBER)
        view = (await patient.hear("contact.state", that=lambda m: m["view"]["text_ends"]))["view"]
        assert view["text_ends"] == "05"
        phone.wait_for("soon")
        wait_until(lambda: house.logs().count('"text_sent"') == 1, "the text message")
        await nurse.sign_in()
        await patient.hang()
        await row(nurse, patient.contact, away=True)
        card = await nurse.take(patient.contact)
        phone.wait_for("soon", "nurse")
        assert card["phase"] == "joining"
        await patient.dial()
        await patient.hear_phase("talking")
        await signed(nurse, patient.contact, card["epoch"])
        sealed = [one for one in service.sent if one.path == phone.path]
        assert patient.contact not in str(sealed)
        assert phone.opened() == [{"notice": "soon"}, {"notice": "nurse"}]
        assert "soon" in house.logs()
        for secret in (WHOLE, "7017406", phone.endpoint, phone.path, phone.address["auth"]):
            assert secret not in house.logs()


async def test_a_device_that_is_gone_is_forgotten_and_an_unknown_service_never_called(
    house: House, service: PushService
) -> None:
    gone = Browser(service, "gone")
    service.status = 410
    try:
        async with Patient(house) as patient:
            await patient.wait(region="14")
            mine = {"contact": patient.contact}
            elsewhere = {**gone.address, "endpoint": "http://127.0.0.1:1/push"}
            refused = await patient.ask("notice.push", **mine, address=elsewhere)
            assert refused["code"] == "notice.push_service"
            await patient.must("notice.push", **mine, address=gone.address)
            wait_until(lambda: '"push_gone"' in house.logs(), "the device to be gone")

            async def stopped() -> str:
                reply = await patient.ask("notice.push_stop", **mine, endpoint=gone.endpoint)
                code: str = reply.get("code", reply["type"])
                return code

            await patient.hear("contact.state", that=lambda m: m["view"]["version"] >= 5)
            assert await stopped() == "contact.not_allowed_now"
            await patient.must("contact.leave", **mine)
    finally:
        service.status = 201


# The place survives -------------------------------------------------------------------------


async def test_the_place_survives_a_reload_a_closed_tab_and_another_device(house: House) -> None:
    async with Patient(house) as first, Patient(house) as patient:
        await first.wait(region="18")
        await patient.wait(region="18")
        await patient.hear("line.place", that=lambda m: m["place"]["place"] == 2)
        for _ in range(2):
            await patient.hang()
            patient.forget()
            await patient.dial()
            await patient.hear("line.place", that=lambda m: m["place"]["place"] == 2)
        code = (await patient.http.post("/api/moves")).json()["code"]
        async with Page(house, "patient", 1) as phone:
            await phone.http.post("/api/moves/redeem", json={"code": code})
            await patient.hang()
            await phone.dial()
            await phone.hear("line.place", that=lambda m: m["place"]["place"] == 2)
            view = phone.last_view()
            assert view["contact"] == patient.contact
            await phone.must("contact.leave", contact=patient.contact)
        await first.must("contact.leave", contact=first.contact)
