"""A patient and a nurse meet, from the first word to the signed outcome."""

from __future__ import annotations

import io

from PIL import Image

from tests.house import House, Nurse, Patient, outcome


async def test_they_meet_by_chat_and_the_advice_stays(house: House) -> None:
    async with Patient(house) as patient, Nurse(house) as nurse:
        await nurse.sign_in()
        await patient.wait(region="01", story="It hurts when I swallow.")
        place = await patient.hear("line.place")
        assert place["place"]["place"] == 1
        row = await nurse.hear(
            "line.state", that=lambda m: any(r["contact"] == patient.contact for r in m["rows"])
        )
        assert row["rows"][0]["story"] == "It hurts when I swallow."
        card = await nurse.take()
        assert card["contact"] == patient.contact
        view = await patient.hear_phase("talking")
        assert view["nurse"]["name"] == "Karin Demo"

        sent = await patient.must("chat.send", contact=patient.contact, key="k" * 8, text=" Hi ")
        message = await nurse.hear("chat.added", that=lambda m: m["contact"] == patient.contact)
        assert (message["text"], message["version"]) == ("Hi", sent["version"])
        await nurse.say("chat.seen", contact=patient.contact, upto=sent["version"])
        await patient.hear(
            "contact.state", that=lambda m: m["view"]["peer_read"] >= sent["version"]
        )

        await nurse.must("contact.hang_up", contact=patient.contact, epoch=card["epoch"])
        await patient.hear_phase("wrapping_up")
        await nurse.must(
            "outcome.sign", contact=patient.contact, epoch=card["epoch"], outcome=outcome()
        )
        gone = await nurse.hear("contact.gone")
        assert gone == {"type": "contact.gone", "contact": patient.contact, "why": "ended"}
        view = await patient.hear_phase("ended")
        assert view["advice"]["advice"] == "Drink plenty and see a doctor today."
        await patient.must(
            "survey.answer", contact=patient.contact, survey={"score": 5, "words": ""}
        )
        kept = await patient.http.get(f"/api/contacts/{patient.contact}")
        assert kept.json()["advice"] == view["advice"]
        assert kept.json()["surveyed"] is True


async def test_they_meet_across_two_processes(house: House) -> None:
    async with Patient(house, web=0) as patient, Nurse(house, "demo-yusuf", web=1) as nurse:
        await nurse.sign_in()
        await patient.wait(channel="video", language="ar")
        card = await nurse.take(patient.contact)
        view = await patient.hear_phase("talking")
        mine, hers = "a" * 16, "b" * 16
        await nurse.say("media.ready", contact=patient.contact, epoch=card["epoch"], session=hers)
        ready = await patient.hear("media.ready_now")
        assert ready["session"] == hers
        await patient.say(
            "media.description",
            contact=patient.contact,
            epoch=view["epoch"],
            session=mine,
            to=hers,
            kind="answer",
            sdp="v=0",
        )
        described = await nurse.hear("media.described")
        assert (described["session"], described["to"], described["sdp"]) == (mine, hers, "v=0")
        await nurse.say("chat.typing", contact=patient.contact)
        await patient.hear("chat.typing_now")
        await nurse.must("contact.hang_up", contact=patient.contact, epoch=card["epoch"])
        await nurse.must(
            "outcome.sign", contact=patient.contact, epoch=card["epoch"], outcome=outcome()
        )
        await patient.hear_phase("ended")


async def test_a_photo_reaches_the_nurse(house: House) -> None:
    async with Patient(house) as patient, Nurse(house, web=1) as nurse:
        await nurse.sign_in()
        await patient.wait()
        picture = io.BytesIO()
        Image.new("RGB", (640, 480), (200, 120, 100)).save(picture, "JPEG")
        path = f"/api/contacts/{patient.contact}/photos"
        query = {"how": "camera", "key": "photo-key-1"}
        for _ in range(2):
            sent = await patient.http.post(path, params=query, content=picture.getvalue())
            assert sent.status_code == 202, sent.text
        ready = await patient.hear(
            "contact.state",
            that=lambda m: [p["status"] for p in m["view"]["photos"]] == ["ready"],
        )
        photo = ready["view"]["photos"][0]
        assert (photo["width"], photo["height"]) == (640, 480)
        foreign = await nurse.http.get(f"{path}/{photo['id']}/view")
        assert foreign.status_code == 404
        card = await nurse.take(patient.contact)
        seen = await nurse.http.get(f"{path}/{photo['id']}/view")
        assert seen.status_code == 200
        assert Image.open(io.BytesIO(seen.content)).size == (640, 480)
        assert seen.headers["cache-control"] == "private, no-store"
        await nurse.must("contact.hang_up", contact=patient.contact, epoch=card["epoch"])
        await nurse.must(
            "outcome.sign", contact=patient.contact, epoch=card["epoch"], outcome=outcome()
        )


async def test_the_patient_moves_to_another_device(house: House) -> None:
    async with Patient(house) as phone, Patient(house, web=1) as tablet:
        await phone.wait()
        code = (await phone.http.post("/api/moves")).json()["code"]
        wrong = await tablet.http.post("/api/moves/redeem", json={"code": "WRONGONE"})
        assert wrong.json()["code"] == "identity.move_code_wrong"
        me = await tablet.http.post("/api/moves/redeem", json={"code": code.lower()})
        assert me.json()["contact"] == phone.contact
        await tablet.dial()
        view = await tablet.hear_phase("waiting")
        assert view["contact"] == phone.contact
        again = await tablet.http.post("/api/moves/redeem", json={"code": code})
        assert again.status_code != 200
        await tablet.must("contact.leave", contact=phone.contact)
        await phone.hear_phase("ended", ended="patient_left")
