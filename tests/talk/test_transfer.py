"""A nurse hands a contact over to another line or to one colleague, who then has all of it."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Any

from tests.house import House, Nurse, Patient, outcome

DRAFT: dict[str, Any] = {
    "urgency": "P2",
    "care_level": None,
    "note": {"situation": "Rash.", "background": "", "assessment": "", "recommendation": ""},
    "advice": "",
    "advice_language": "sv",
    "seek_again": "",
}
WHY = {"reason": "Needs a child nurse", "summary": "Three days of fever."}


async def on_duty(stack: AsyncExitStack, house: House, *names: str) -> list[Nurse]:
    nurses = []
    for number, name in enumerate(names):
        nurse = await stack.enter_async_context(Nurse(house, name, web=number % 2))
        await nurse.sign_in()
        nurses.append(nurse)
    return nurses


async def talking(patient: Patient, nurse: Nurse, region: str, **fields: Any) -> dict[str, Any]:
    """Let them meet; return what the nurse says about the contact in each message."""
    await patient.wait(region=region, **fields)
    card = await nurse.take(patient.contact)
    await patient.hear_phase("talking")
    return {"contact": patient.contact, "epoch": card["epoch"]}


async def row_of(nurse: Nurse, patient: Patient, **fields: Any) -> dict[str, Any]:
    """The patient's row in the nurse's line, once it says that."""

    def found(message: dict[str, Any]) -> list[dict[str, Any]]:
        return [
            row
            for row in message["rows"]
            if row["contact"] == patient.contact and fields.items() <= row.items()
        ]

    return found(await nurse.hear("line.state", that=lambda m: bool(found(m))))[0]


async def end(nurse: Nurse, patient: Patient) -> None:
    card = await nurse.hear_phase("talking", contact=patient.contact)
    mine = {"contact": patient.contact, "epoch": card["epoch"]}
    await nurse.must("contact.hang_up", **mine)
    await nurse.must("outcome.sign", **mine, outcome=outcome())
    await patient.hear_phase("ended")


async def off(*nurses: Nurse) -> None:
    for nurse in nurses:
        await nurse.must("duty.set", on=False)


async def test_another_line_gets_it_with_place_and_all_that_was_written(house: House) -> None:
    async with AsyncExitStack() as stack:
        patient, earlier = [await stack.enter_async_context(Patient(house, n)) for n in (1, 0)]
        karin, yusuf = await on_duty(stack, house, "demo-karin", "demo-yusuf")
        await earlier.wait(region="13")
        mine = await talking(patient, karin, "13")
        await karin.must("note.save", contact=patient.contact, draft=DRAFT)
        await patient.must("chat.send", contact=patient.contact, key="key-0001", text="Fever")
        patient.forget()
        await karin.must("contact.transfer", **mine, to={"competence": "skin"}, **WHY)
        gone = await karin.hear("contact.gone", that=lambda m: m["contact"] == patient.contact)
        assert gone["why"] == "returned"
        view = await patient.hear_phase("waiting", told="handed_over")
        assert view["handover"] == {
            "by": "Karin Demo",
            "colleague": False,
            "competence": "skin",
            "language": None,
            "interpreter": None,
        }
        assert view["nurse"] is None
        await patient.hear("line.place", that=lambda m: m["place"]["place"] == 1)
        row = await row_of(yusuf, patient, competence="skin", mine=True)
        assert (row["handed_by"], row["handed_reason"]) == ("Karin Demo", WHY["reason"])
        assert (row["reason"], row["urgency"]) == ("ahead", None)
        assert (await row_of(karin, patient, competence="skin"))["mine"] is False
        # It is the first for him, though another came before.
        card = await yusuf.take()
        assert card["contact"] == patient.contact
        given = card["handover"]
        assert (given["by"]["id"], given["personal"]) == ("demo-karin", False)
        assert (given["reason"], given["summary"]) == (WHY["reason"], WHY["summary"])
        kept = await yusuf.hear("note.kept", that=lambda m: m["contact"] == patient.contact)
        assert kept["draft"] == DRAFT
        await yusuf.hear("chat.added", that=lambda m: m["text"] == "Fever")
        await end(yusuf, patient)
        await earlier.must("contact.leave", contact=earlier.contact)
        await off(karin, yusuf)


async def test_a_colleague_by_name_is_asked_and_nobody_else(house: House) -> None:
    async with AsyncExitStack() as stack:
        patient = await stack.enter_async_context(Patient(house))
        karin, yusuf, aino = await on_duty(stack, house, "demo-karin", "demo-yusuf", "demo-aino")
        mine = await talking(patient, karin, "14")
        await karin.must("colleagues.ask", contact=patient.contact)
        able = await karin.hear("colleagues.able", that=lambda m: m["contact"] == mine["contact"])
        listed = {one["nurse"]: one for one in able["colleagues"]}
        assert listed.keys() >= {"demo-yusuf", "demo-aino"}
        assert "demo-karin" not in listed
        assert listed["demo-yusuf"].keys() == {"nurse", "name", "title", "free"}
        assert listed["demo-yusuf"]["free"] is True
        await karin.must("contact.transfer", **mine, to={"nurse": "demo-yusuf"}, **WHY)
        view = await patient.hear_phase("waiting", told="handed_over")
        assert view["handover"]["colleague"] is True
        assert "yusuf" not in str(view).lower(), "who has not accepted is not named"
        assert (await row_of(aino, patient, mine=False))["why"]["named"] is True
        refused = await aino.ask("line.take")
        assert refused["code"] == "line.nobody_waiting"
        await row_of(yusuf, patient, mine=True)
        card = await yusuf.take()
        assert card["handover"]["personal"] is True
        await end(yusuf, patient)
        await off(karin, yusuf, aino)


async def test_when_the_colleague_goes_off_duty_everybody_may_take_it(house: House) -> None:
    async with AsyncExitStack() as stack:
        patient = await stack.enter_async_context(Patient(house))
        karin, yusuf, aino = await on_duty(stack, house, "demo-karin", "demo-yusuf", "demo-aino")
        mine = await talking(patient, karin, "17")
        await karin.must("contact.transfer", **mine, to={"nurse": "demo-yusuf"}, **WHY)
        await row_of(aino, patient, mine=False)
        await off(yusuf)
        view = await patient.hear_phase("waiting", told="colleague_could_not")
        assert view["handover"]["by"] == "Karin Demo"
        await row_of(aino, patient, mine=True)
        card = await aino.take()
        assert (card["contact"], card["handover"]["reason"]) == (patient.contact, WHY["reason"])
        await end(aino, patient)
        await off(karin, aino)


async def test_what_nobody_could_take_stays_with_her(house: House) -> None:
    async with AsyncExitStack() as stack:
        patient = await stack.enter_async_context(Patient(house))
        karin, yusuf = await on_duty(stack, house, "demo-karin", "demo-yusuf")
        mine = await talking(patient, karin, "18")
        for to, code in (
            ({"nurse": "demo-aino"}, "transfer.colleague"),
            ({"nurse": "nobody"}, "transfer.colleague"),
            ({"nurse": "demo-yusuf", "competence": "pregnancy"}, "transfer.colleague"),
            ({"nurse": "demo-karin"}, "transfer.to_self"),
            ({}, "transfer.to_nothing"),
            ({"competence": "general"}, "transfer.to_nothing"),
            ({"competence": "pregnancy"}, "transfer.nobody"),
            ({"language": "fi"}, "transfer.nobody"),
        ):
            refused = await karin.ask("contact.transfer", **mine, to=to, **WHY)
            assert refused["code"] == code, to
        late = {"contact": mine["contact"], "epoch": mine["epoch"] - 1}
        refused = await karin.ask("contact.transfer", **late, to={"competence": "skin"}, **WHY)
        assert refused["code"] == "contact.stale_epoch"
        for kind, more in (
            ("contact.transfer", {"epoch": mine["epoch"], "to": {"competence": "skin"}, **WHY}),
            ("colleagues.ask", {}),
        ):
            foreign = await yusuf.ask(kind, contact=patient.contact, **more)
            assert foreign["code"] == "contact.not_found"
            wrong = await patient.ask(kind, contact=patient.contact, **more)
            assert wrong["code"] == "identity.wrong_role"
        await end(karin, patient)
        await off(karin, yusuf)
