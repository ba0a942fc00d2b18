"""The live line is only a hint: whatever it holds, the archive's order is what is given out."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace

from signaling.desk import Desk
from tests.unit import lives
from tests.unit.lives import KARIN, NURSE, PATIENT, YUSUF
from tests.unit.people import REGION, nurse_of
from tests.unit.test_board import Hall
from video_advice import events as ev
from video_advice import line
from video_advice.ids import ConnectionId, ContactId, ProcessId
from video_advice.line import Wants
from video_advice.people import Channel
from video_advice.policy import DEFAULT, HOUR
from video_advice.ports import Arrival, LineDown, Unbuilt
from video_advice.refusals import Refusal, Refused
from video_advice.state import Phase

WANTS = line.wants(nurse_of(KARIN))


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    hall = Hall()
    yield hall
    await hall.background.stop()


def desk(hall: Hall) -> Desk:
    return Desk(hall.engine, hall.index)


def broken(hall: Hall, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    """Make the live line hold something else than the truth, or nothing, or be down."""

    async def fail(*args: object) -> None:
        del args
        raise LineDown if how == "down" else Unbuilt(REGION)

    async def turned(_: Wants) -> ContactId | None:
        tickets = await hall.archive.contacts.tickets(REGION)
        return tickets[-1].contact if tickets else None

    async def ghost(_: Wants) -> ContactId | None:
        return ContactId("0" * 32)

    if how in {"down", "unbuilt"}:
        for name in ("put", "remove", "lift", "tickets"):
            monkeypatch.setattr(hall.live, name, fail)
        if how == "down":
            monkeypatch.setattr(hall.live, "rebuild", fail)
    elif how == "empty":
        hall.live._tickets.clear()
    elif how == "turned":
        monkeypatch.setattr(hall.live, "lift", turned)
    elif how == "ghost":
        monkeypatch.setattr(hall.live, "lift", ghost)


@pytest.mark.parametrize("how", ["well", "down", "unbuilt", "empty", "turned", "ghost"])
async def test_whatever_the_hint_says_the_first_is_offered_first(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    people = [(await hall.patient())[0] for _ in range(3)]
    broken(hall, monkeypatch, how)
    taken = []
    for number in range(3):
        nurse = nurse_of(KARIN if number % 2 else YUSUF)
        offered = await desk(hall).take_next(nurse)
        taken.append(offered.contact.id)
        assert offered.contact.phase is Phase.OFFERED
        await hall.engine.happen(offered.contact.id, ev.PatientLeft())
    assert taken == people
    with pytest.raises(Refused) as refused:
        await desk(hall).take_next(nurse_of(KARIN))
    assert refused.value.code is Refusal.NOBODY_WAITING


async def test_beside_a_chat_she_is_given_chats_until_her_seats_are_filled(hall: Hall) -> None:
    nurse = replace(nurse_of(KARIN), chats=2)
    chat, _ = await hall.patient()
    video, _ = await hall.patient(Channel.VIDEO)
    second, _ = await hall.patient()
    await hall.patient()
    for one in (chat, second):
        offered = (await desk(hall).take_next(nurse)).contact
        assert offered.id == one
        await hall.engine.happen(one, ev.OfferAccepted(KARIN, offered.epoch))
    for taking in (desk(hall).take_next(nurse), desk(hall).take(nurse, video)):
        with pytest.raises(Refused) as refused:
            await taking
        assert refused.value.code is Refusal.AT_CAPACITY
    for one in (chat, second):
        await hall.engine.happen(one, ev.Returned(1, None, ""))
        await hall.engine.happen(one, ev.PatientLeft())
    assert (await desk(hall).take_next(nurse)).contact.id == video


async def test_nobody_takes_a_protected_identity_without_the_right(hall: Hall) -> None:
    opened = replace(lives.opened(1), protected=True)
    await hall.engine.open(opened, opened.contact, "key-0001")
    await hall.engine.happen(opened.contact, ev.Joined(PATIENT))
    codes = []
    for taking in (
        desk(hall).take_next(nurse_of(KARIN)),
        desk(hall).take(nurse_of(KARIN), opened.contact),
    ):
        with pytest.raises(Refused) as refused:
            await taking
        codes.append(refused.value.code)
    assert codes == [Refusal.NOBODY_WAITING, Refusal.NOT_FOUND]
    trusted = replace(nurse_of(YUSUF), protected=True)
    assert (await desk(hall).take_next(trusted)).contact.id == opened.contact


async def test_one_nurse_has_one_seat(hall: Hall) -> None:
    first, _ = await hall.patient()
    second, _ = await hall.patient()
    nurse = nurse_of(KARIN)
    assert (await desk(hall).take_next(nurse)).contact.id == first
    for again in (desk(hall).take_next(nurse), desk(hall).take(nurse, second)):
        with pytest.raises(Refused) as refused:
            await again
        assert refused.value.code is Refusal.AT_CAPACITY
    assert [one.contact for one in await hall.live.tickets(REGION)] == [second], "put back"


async def test_a_chosen_one_that_a_colleague_took_is_taken(hall: Hall) -> None:
    contact, _ = await hall.patient()
    await desk(hall).take(nurse_of(YUSUF), contact)
    with pytest.raises(Refused) as refused:
        await desk(hall).take(nurse_of(KARIN), contact)
    assert refused.value.code is Refusal.TAKEN


async def test_a_chosen_one_of_another_region_does_not_exist_for_her(hall: Hall) -> None:
    contact, _ = await hall.patient()
    stranger = nurse_of(KARIN)
    elsewhere = type(stranger)(
        **{f: getattr(stranger, f) for f in stranger.__struct_fields__}
        | {"regions": frozenset({"01"})}
    )
    for wrong in (contact, ContactId("0" * 32)):
        with pytest.raises(Refused) as refused:
            await desk(hall).take(elsewhere, wrong)
        assert refused.value.code is Refusal.NOT_FOUND


async def test_who_said_no_is_not_offered_it_again_but_may_choose_it(hall: Hall) -> None:
    contact, _ = await hall.patient()
    nurse = nurse_of(KARIN)
    offered = await desk(hall).take_next(nurse)
    await hall.engine.happen(contact, ev.OfferDeclined(KARIN, offered.contact.epoch))
    with pytest.raises(Refused) as refused:
        await desk(hall).take_next(nurse)
    assert refused.value.code is Refusal.NOBODY_WAITING
    assert (await desk(hall).take(nurse, contact)).contact.reason == "chosen"


async def test_the_offer_says_why_it_was_this_one(hall: Hall) -> None:
    contact, _ = await hall.patient()
    assert (await desk(hall).take_next(nurse_of(KARIN))).contact.reason == "turn"
    await hall.engine.happen(contact, ev.OfferAccepted(KARIN, 1))
    await hall.engine.happen(contact, ev.Dropped(NURSE))
    hall.clock.at += DEFAULT.nurse_grace
    await hall.engine.tick(contact)
    await hall.engine.happen(contact, ev.Joined(PATIENT))
    assert (await desk(hall).take_next(nurse_of(YUSUF))).contact.reason == "ahead"


async def test_taking_is_accepting_in_one_moment_and_two_versions(hall: Hall) -> None:
    contact, _ = await hall.patient()
    here = Arrival(ProcessId("here"), ConnectionId("desk"), NURSE)
    await hall.archive.presence.renew(here.process, HOUR)
    before = await hall.archive.contacts.load(contact)
    taken = await desk(hall).take_next(nurse_of(KARIN), here)
    assert taken.contact.phase is Phase.TALKING
    assert before is not None
    history = await hall.archive.contacts.history(contact, before.version)
    assert [type(one.event) for one in history] == [ev.NurseOffered, ev.OfferAccepted]
    assert taken == await hall.archive.contacts.load(contact)


async def test_who_is_ahead_is_taken_before_who_came_earlier(hall: Hall) -> None:
    """Also when the acceptance, after which nobody is ahead any more, comes in the same moment."""
    early, _ = await hall.patient()
    late, _ = await hall.patient()
    here = ProcessId("here")
    await hall.archive.presence.renew(here, HOUR)
    await desk(hall).take(nurse_of(KARIN), late, Arrival(here, ConnectionId("a"), NURSE))
    await hall.engine.happen(late, ev.Dropped(NURSE))
    hall.clock.at += DEFAULT.nurse_grace
    await hall.engine.happen(late, ev.TimePassed(frozenset({PATIENT})))
    for expected in (late, early):
        page = Arrival(here, ConnectionId(expected), NURSE)
        taken = await desk(hall).take_next(nurse_of(YUSUF), page)
        assert taken.contact.id == expected
        await hall.engine.happen(expected, ev.HungUp(NURSE, taken.contact.epoch))


async def test_who_takes_too_late_is_present_nowhere(hall: Hall) -> None:
    contact, _ = await hall.patient()
    process = ProcessId("here")
    await hall.archive.presence.renew(process, HOUR)
    await desk(hall).take(nurse_of(YUSUF), contact)
    with pytest.raises(Refused):
        await desk(hall).take(
            nurse_of(KARIN), contact, Arrival(process, ConnectionId("desk"), NURSE)
        )
    assert NURSE not in await hall.archive.presence.present(contact)


async def test_the_live_line_follows_each_change(hall: Hall) -> None:
    contact, _ = await hall.patient()
    assert await hall.index.agrees(REGION)
    await hall.live.remove(contact, REGION)
    assert not await hall.index.agrees(REGION)
    assert await hall.index.sync(contact)
    assert await hall.index.agrees(REGION)
    await hall.engine.happen(contact, ev.Dropped(PATIENT))
    [ticket] = await hall.live.tickets(REGION)
    assert ticket.away
    await hall.engine.happen(contact, ev.PatientLeft())
    assert await hall.live.tickets(REGION) == []


@pytest.mark.parametrize(("how", "in_step"), [("down", False), ("unbuilt", True)])
async def test_what_cannot_be_told_now_is_told_later(
    hall: Hall,
    monkeypatch: pytest.MonkeyPatch,
    how: str,
    in_step: bool,  # noqa: FBT001
) -> None:
    """Down means try again; wiped means built again, at once."""
    contact, _ = await hall.patient()
    broken(hall, monkeypatch, how)
    assert await hall.index.sync(contact) is in_step
    assert [one.contact for one in (await hall.index.numbered(REGION))[1]] == [contact]
    assert await hall.index.agrees(REGION), "a line that is down says nothing untrue"
