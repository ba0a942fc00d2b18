"""What patients and nurses in different processes see of one line."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Any

from tests.house import House, Nurse, Patient, outcome


async def place(patient: Patient, number: int, **fields: Any) -> dict[str, Any]:
    """Return what the patient is told once it is this place."""
    message = await patient.hear(
        "line.place",
        that=lambda m: (
            m["place"]["place"] == number
            and all(m["place"][name] == value for name, value in fields.items())
        ),
    )
    told: dict[str, Any] = message["place"]
    return told


async def rows(nurse: Nurse, *patients: Patient) -> list[dict[str, Any]]:
    """Return the nurse's rows once the first ones are these patients, in this order, all there."""
    wanted = [patient.contact for patient in patients]

    def so(message: dict[str, Any]) -> bool:
        mine = [row for row in message["rows"] if row["contact"] in wanted]
        there = not any(row["away"] for row in mine)
        return there and [row["contact"] for row in mine] == wanted

    message = await nurse.hear("line.state", that=so)
    return [row for row in message["rows"] if row["contact"] in wanted]


async def end(nurse: Nurse, card: dict[str, Any]) -> None:
    mine = {"contact": card["contact"], "epoch": card["epoch"]}
    await nurse.must("contact.hang_up", **mine)
    await nurse.must("outcome.sign", **mine, outcome=outcome())


async def leave(*patients: Patient) -> None:
    for patient in patients:
        await patient.must("contact.leave", contact=patient.contact)


async def test_one_line_is_seen_from_two_processes(house: House) -> None:
    async with AsyncExitStack() as stack:
        people = [await stack.enter_async_context(Patient(house, web=n % 2)) for n in range(4)]
        nurse = await stack.enter_async_context(Nurse(house, web=1))
        for number, patient in enumerate(people, start=1):
            await patient.wait(region="17")
            told = await place(patient, number, nurses=0)
            assert (told["before_earlier"], told["before_urgent"]) == (number - 1, 0)
            assert told["forecast"] is None
        await nurse.sign_in()
        for number, patient in enumerate(people, start=1):
            told = await place(patient, number, nurses=1)
            assert 0 <= told["forecast"]["low"] < told["forecast"]["high"]
        shown = await rows(nurse, *people)
        assert {row["reason"] for row in shown} == {"turn"}
        await leave(people[1])
        for patient, number in ((people[2], 2), (people[3], 3)):
            await place(patient, number)
        card = await nurse.take()
        assert card["contact"] == people[0].contact
        await place(people[2], 1)
        await leave(people[2], people[3])
        await end(nurse, card)


async def test_who_comes_back_to_the_line_is_told_the_place_again(house: House) -> None:
    async with Patient(house, web=0) as patient, Nurse(house, web=1) as nurse:
        await nurse.sign_in()
        await patient.wait(region="18")
        await place(patient, 1)
        card = await nurse.take(patient.contact)
        await patient.hear_phase("talking")
        patient.forget()
        await nurse.must("contact.return", contact=patient.contact, epoch=card["epoch"])
        await patient.hear_phase("waiting", told="nurse_sent_back")
        await place(patient, 1)
        await leave(patient)


async def test_greater_need_passes_and_says_so(house: House) -> None:
    async with AsyncExitStack() as stack:
        early, middle, late = [
            await stack.enter_async_context(Patient(house, web=n % 2)) for n in range(3)
        ]
        nurse = await stack.enter_async_context(Nurse(house, "demo-yusuf", web=0))
        await nurse.sign_in()
        for number, patient in enumerate((early, middle, late), start=1):
            await patient.wait(region="19")
            await place(patient, number)
        for patient, urgency in ((middle, "P2"), (late, "P1")):
            card = await nurse.take(patient.contact)
            mine = {"contact": patient.contact, "epoch": card["epoch"]}
            await nurse.must("contact.return", **mine, urgency=urgency)
        await place(early, 3, before_urgent=2, before_earlier=0)
        await place(middle, 2, before_urgent=1, before_earlier=0)
        await place(late, 1)
        shown = await rows(nurse, late, middle, early)
        assert [(row["urgency"], row["reason"]) for row in shown] == [
            ("P1", "immediate"),
            ("P2", "turn"),
            (None, "turn"),
        ]
        # She sent the first two back herself, so what is next for her is the third.
        card = await nurse.take()
        assert card["contact"] == early.contact
        await end(nurse, card)
        await leave(middle, late)


async def test_each_nurse_gets_those_she_understands(house: House) -> None:
    async with AsyncExitStack() as stack:
        arabic, finnish, interpreted = [
            await stack.enter_async_context(Patient(house, web=n % 2)) for n in range(3)
        ]
        yusuf = await stack.enter_async_context(Nurse(house, "demo-yusuf", web=0))
        aino = await stack.enter_async_context(Nurse(house, "demo-aino", web=1))
        await yusuf.sign_in()
        await aino.sign_in()
        await arabic.wait(region="24", language="ar")
        await finnish.wait(region="24", language="fi")
        await interpreted.wait(region="24", language="so", interpreter=True)
        await place(finnish, 2, nurses=1)  # only who speaks it counts
        await place(interpreted, 3, nurses=2)
        everybody = (arabic, finnish, interpreted)
        seen = {row["contact"]: row["mine"] for row in await rows(aino, *everybody)}
        assert [seen[patient.contact] for patient in everybody] == [False, True, True]
        first, second = await aino.take(), await yusuf.take()
        assert first["contact"] == finnish.contact
        assert second["contact"] == arabic.contact
        await end(aino, first)
        await end(yusuf, second)
        assert (await aino.take())["contact"] == interpreted.contact
        again = await yusuf.ask("line.take")
        assert again["code"] == "line.nobody_waiting"
        await end(aino, await aino.hear_phase("talking", contact=interpreted.contact))


async def test_a_closed_page_keeps_its_place_and_is_not_counted(house: House) -> None:
    async with AsyncExitStack() as stack:
        early, late = [await stack.enter_async_context(Patient(house, web=n)) for n in range(2)]
        nurse = await stack.enter_async_context(Nurse(house, web=0))
        await nurse.sign_in()
        await early.wait(region="25")
        await late.wait(region="25")
        await place(late, 2)
        await early.hang()
        await place(late, 1)
        card = await nurse.take()
        assert card["contact"] == late.contact, "nobody is offered who is not there"
        await early.dial()
        await early.hear_phase("waiting")
        await place(early, 1)
        await end(nurse, card)
        nurse.forget()
        await nurse.must("duty.set", on=False)
        await nurse.must("duty.set", on=True)
        await rows(nurse, early)
        assert (await nurse.take())["contact"] == early.contact
        await end(nurse, await nurse.hear_phase("talking", contact=early.contact))
