"""Two nurses reach for the line at once, and one patient's browser asks many times at once."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Any

from tests.house import House, Nurse, Patient, outcome, wish

ROUNDS = 5
"""With one waiting, and as many with two, over each store."""


async def waiting(stack: AsyncExitStack, house: House, watcher: Nurse, web: int) -> Patient:
    """A patient whose page is open and who counts as present everywhere."""
    patient = await stack.enter_async_context(Patient(house, web))
    await patient.wait()
    await watcher.hear(
        "line.state",
        that=lambda m: any(
            row["contact"] == patient.contact and not row["away"] for row in m["rows"]
        ),
    )
    return patient


async def both_take(nurses: tuple[Nurse, Nurse]) -> list[dict[str, Any]]:
    """What each is answered, who both press the button at the same moment."""
    return await asyncio.gather(*(nurse.ask("line.take") for nurse in nurses))


async def end(nurse: Nurse, patient: Patient, *, sign: bool) -> None:
    """End what she has taken: signed by her, or given back and left by the patient."""
    card = await nurse.hear_phase("talking", contact=patient.contact)
    mine = {"contact": patient.contact, "epoch": card["epoch"]}
    if sign:
        await nurse.must("contact.hang_up", **mine)
        await nurse.must("outcome.sign", **mine, outcome=outcome())
    else:
        await nurse.must("contact.return", **mine)
        await patient.must("contact.leave", contact=patient.contact)
    await patient.hear_phase("ended")


async def test_the_only_one_waiting_goes_to_one_of_two(house: House) -> None:
    async with AsyncExitStack() as stack:
        karin = await stack.enter_async_context(Nurse(house, "demo-karin", web=0))
        yusuf = await stack.enter_async_context(Nurse(house, "demo-yusuf", web=1))
        for nurse in (karin, yusuf):
            await nurse.sign_in()
        for number in range(ROUNDS):
            patient = await waiting(stack, house, karin, number % 2)
            replies = await both_take((karin, yusuf))
            kinds = [reply["type"] for reply in replies]
            assert sorted(kinds) == ["done", "refused"], replies
            winner = (karin, yusuf)[kinds.index("done")]
            assert replies[kinds.index("done")]["contact"] == patient.contact
            assert replies[kinds.index("refused")]["code"] == "line.nobody_waiting"
            view = await patient.hear_phase("talking")
            assert view["nurse"]["id"] == winner.name
            await end(winner, patient, sign=number % 2 == 0)


async def test_two_waiting_go_one_to_each(house: House) -> None:
    async with AsyncExitStack() as stack:
        karin = await stack.enter_async_context(Nurse(house, "demo-karin", web=0))
        yusuf = await stack.enter_async_context(Nurse(house, "demo-yusuf", web=1))
        for nurse in (karin, yusuf):
            await nurse.sign_in()
        for number in range(ROUNDS):
            pair = [await waiting(stack, house, yusuf, web) for web in (0, 1)]
            replies = await both_take((karin, yusuf))
            assert [reply["type"] for reply in replies] == ["done", "done"], replies
            taken = [reply["contact"] for reply in replies]
            assert set(taken) == {patient.contact for patient in pair}
            for nurse, contact in zip((karin, yusuf), taken, strict=True):
                patient = next(p for p in pair if p.contact == contact)
                view = await patient.hear_phase("talking")
                assert view["nurse"]["id"] == nurse.name
                await end(nurse, patient, sign=number % 2 == 0)


async def test_twenty_requests_of_one_browser_open_one_contact(house: House) -> None:
    async with Patient(house) as patient:
        await patient.begin()
        doors = [f"{house.url(number % 2)}/api/contacts" for number in range(20)]
        answers = await asyncio.gather(*(patient.http.post(door, json=wish()) for door in doors))
        assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
        (opened,) = {answer.json()["contact"] for answer in answers}
        async with AsyncExitStack() as stack:
            tabs = [await stack.enter_async_context(Patient(house, n % 2)) for n in range(3)]
            for tab in tabs:
                await tab.follow(patient)
                await tab.dial()
                await tab.hear_phase("waiting", contact=opened)
            await tabs[0].must("contact.leave", contact=opened)
