"""A nurse of several chats over the real doors: never above what she can hold, and told so."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Any

from signaling.archive import open_archive
from signaling.lookout import NOBODY_SERVES
from tests.house import House, Nurse, Patient
from tests.waiting import eventually


async def test_a_nurse_of_three_chats(house: House) -> None:
    async with AsyncExitStack() as stack:
        chats = [await stack.enter_async_context(Patient(house, web=n % 2)) for n in range(4)]
        video = await stack.enter_async_context(Patient(house))
        nurse = await stack.enter_async_context(Nurse(house, "demo-aino"))
        await nurse.sign_in()
        await chats[0].wait(region="22")
        await video.wait(region="22", channel="video")
        for patient in chats[1:]:
            await patient.wait(region="22")
        # The video stands before the other chats, but she is not free for it.
        cards = [await nurse.take() for _ in range(3)]
        assert [card["contact"] for card in cards] == [patient.contact for patient in chats[:3]]
        for contact in (None, video.contact, chats[3].contact):
            refused = await nurse.ask("line.take", **({"contact": contact} if contact else {}))
            assert refused["code"] == "duty.at_capacity"
        mine = [{"contact": card["contact"], "epoch": card["epoch"]} for card in cards]
        proposed = await nurse.ask("channel.propose", **mine[0], channel="video")
        assert proposed["code"] == "channel.other_talks"
        await nurse.must("contact.hang_up", **mine[0])
        last = await nurse.take()
        assert last["contact"] == chats[3].contact
        await nurse.must("contact.hang_up", contact=last["contact"], epoch=last["epoch"])
        for one in mine[1:]:
            await nurse.must("contact.hang_up", **one)
        alone = await nurse.take()
        assert alone["contact"] == video.contact
        await nurse.must("contact.hang_up", contact=alone["contact"], epoch=alone["epoch"])


async def test_a_yes_to_video_waits_until_she_has_no_other_talk(house: House) -> None:
    async with (
        Patient(house) as one,
        Patient(house, web=1) as two,
        Nurse(house, "demo-aino", web=1) as nurse,
    ):
        await nurse.sign_in()
        await one.wait(region="21")
        card = await nurse.take(one.contact)
        await nurse.hear_phase("talking", contact=one.contact)
        await nurse.must(
            "channel.propose", contact=one.contact, epoch=card["epoch"], channel="video"
        )
        await one.hear_phase("talking", proposal="video")
        await two.wait(region="21")
        other = await nurse.take(two.contact)
        refused = await one.ask("channel.answer", contact=one.contact, accepted=True)
        assert refused["code"] == "channel.other_talks"
        assert one.last_view()["channel"] == "chat"
        await nurse.must("contact.hang_up", contact=two.contact, epoch=other["epoch"])
        await one.must("channel.answer", contact=one.contact, accepted=True)
        await nurse.hear_phase("talking", contact=one.contact, channel="video")


async def test_whom_nobody_can_serve_is_seen_told_and_an_alarm(house: House) -> None:
    archive = open_archive(house.database_url)

    async def sounding() -> bool:
        key = "20/chat/so/skin//"
        return any((a.kind, a.subject) == (NOBODY_SERVES, key) for a in await archive.alarms.open())

    try:
        async with Patient(house, web=1) as patient, Nurse(house) as nurse:
            await nurse.sign_in()
            await patient.wait(region="20", language="so", competence="skin")
            place = await patient.hear("line.place")
            assert (place["place"]["nurses"], place["place"]["forecast"]) == (0, None)

            def in_vain(message: dict[str, Any]) -> bool:
                rows = [r for r in message["rows"] if r["contact"] == patient.contact]
                return [(r["unserved"], r["mine"], r["why"]["language"]) for r in rows] == [
                    (True, False, "so")
                ]

            await nurse.hear("line.state", that=in_vain)
            await eventually(sounding, "no alarm")
            await patient.must("contact.leave", contact=patient.contact)

            async def settled() -> bool:
                return not await sounding()

            await eventually(settled, "the alarm goes on")
    finally:
        await archive.close()
