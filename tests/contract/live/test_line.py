"""What every line does, the reference model and the real one alike."""

from __future__ import annotations

import random

import pytest

from tests.contract.live.tickets import NOON, NORTH, SKANE, WEST, contact, nurse, ticket
from video_advice.advice.urgency import Urgency
from video_advice.ids import ContactId, NurseId
from video_advice.line import Group, Ticket, Wants, score
from video_advice.people import Channel, Competence
from video_advice.ports import Line


async def drain(line: Line, wanted: Wants) -> list[ContactId]:
    """Lift until nobody is left for the nurse."""
    taken: list[ContactId] = []
    while (one := await line.lift(wanted)) is not None:
        taken.append(one)
    return taken


async def test_an_empty_line_has_nobody(line: Line) -> None:
    assert await line.lift(nurse()) is None
    assert await line.tickets(SKANE) == []


async def test_a_ticket_comes_back_as_it_was_put(line: Line) -> None:
    one = Ticket(
        contact=contact(1),
        group=Group(SKANE, Channel.CHAT, None, Competence.CHILD, protected=True, whole=True),
        score=score(Urgency.IMMEDIATE, NOON, ahead=True),
        arrived_at=NOON,
        urgency=Urgency.IMMEDIATE,
        ahead=True,
        away=True,
        version=7,
        declined_by=ticket(1, declined_by=["karin", "åsa"]).declined_by,
        named=NurseId("åsa"),
    )
    await line.put(one)
    assert await line.tickets(SKANE) == [one]


async def test_the_lowest_score_is_lifted_first_whatever_the_order_of_arrival(line: Line) -> None:
    numbers = list(range(200))
    random.Random(4).shuffle(numbers)
    for number in numbers:
        await line.put(ticket(number))
    assert await drain(line, nurse()) == [contact(number) for number in range(200)]
    assert await line.tickets(SKANE) == []


async def test_equal_scores_are_told_apart_by_the_contact(line: Line) -> None:
    for number in (3, 0xF0, 1, 0xA, 2):
        await line.put(ticket(number, score=NOON))
    expected = [contact(number) for number in (1, 2, 3, 0xA, 0xF0)]
    assert [one.contact for one in await line.tickets(SKANE)] == expected
    assert await drain(line, nurse()) == expected


async def test_scores_one_apart_keep_their_order_at_every_height(line: Line) -> None:
    heights = [
        score(Urgency.IMMEDIATE, NOON, ahead=False),
        score(None, NOON, ahead=True),
        score(None, NOON, ahead=False),
        -(2**53) + 1,
        2**53 - 1,
        0,
    ]
    scores = sorted({height + step for height in heights for step in (-1, 0, 1)})
    scores = [one for one in scores if abs(one) < 2**53]
    for number, one in enumerate(reversed(scores)):
        await line.put(ticket(number, score=one))
    assert [one.score for one in await line.tickets(SKANE)] == scores
    last = len(scores) - 1
    assert await drain(line, nurse()) == [contact(last - at) for at in range(len(scores))]


@pytest.mark.parametrize(
    ("one", "wanted"),
    [
        (ticket(1, away=True), nurse()),
        (ticket(1, region=WEST), nurse()),
        (ticket(1, channel=Channel.CHAT), nurse(channels=[Channel.VIDEO])),
        (ticket(1, channel=Channel.VIDEO), nurse(channels=[Channel.CHAT])),
        (ticket(1, language="ar"), nurse()),
        (ticket(1), nurse(languages=[])),
        (ticket(1), nurse(channels=[])),
        (ticket(1, declined_by=["karin"]), nurse()),
        (ticket(1, interpreter=True, language="ar", away=True), nurse()),
    ],
)
async def test_a_ticket_the_nurse_cannot_take_is_passed_over(
    line: Line, one: Ticket, wanted: Wants
) -> None:
    await line.put(one)
    assert await line.lift(wanted) is None
    await line.put(ticket(2))
    expected = contact(2) if wanted.languages and wanted.channels else None
    if Channel.VIDEO not in wanted.channels:
        expected = None
    assert await line.lift(wanted) == expected
    assert one in await line.tickets(one.region)


@pytest.mark.parametrize(
    ("one", "wanted"),
    [
        (ticket(1, language="ar"), nurse(languages=["sv", "ar"])),
        (ticket(1, language="ar", interpreter=True), nurse()),
        (ticket(1, channel=Channel.CHAT), nurse(channels=[Channel.CHAT])),
        (ticket(1, declined_by=["åsa", "bo"]), nurse()),
        (ticket(1, region=WEST), nurse(SKANE, WEST)),
        (ticket(1, interpreter=True), nurse(languages=[])),
    ],
)
async def test_a_ticket_the_nurse_can_take_is_lifted(
    line: Line, one: Ticket, wanted: Wants
) -> None:
    await line.put(one)
    assert await line.lift(wanted) == one.contact
    assert await line.tickets(one.region) == []


@pytest.mark.parametrize("at", [0, 1, 62, 63, 64, 65, 127, 128, 129, 192, 299])
async def test_the_first_eligible_is_found_wherever_it_stands(line: Line, at: int) -> None:
    others = [ticket(number, language="ar") for number in range(300) if number != at]
    await line.rebuild(SKANE, [*others, ticket(at)])
    assert await line.lift(nurse()) == contact(at)
    assert await line.tickets(SKANE) == others
    assert await line.lift(nurse()) is None


async def test_a_nurse_of_no_region_is_offered_nobody(line: Line) -> None:
    await line.put(ticket(1))
    nowhere = Wants(nurse().nurse, frozenset(), nurse().languages, nurse().channels)
    assert await line.lift(nowhere) is None


async def test_several_regions_are_one_line_for_their_nurse(line: Line) -> None:
    regions = (SKANE, WEST, NORTH)
    for number in range(90):
        await line.put(ticket(number, region=regions[number * 7 % 3]))
    assert await drain(line, nurse(*regions)) == [contact(number) for number in range(90)]


async def test_several_regions_tell_equal_scores_apart_by_the_contact(line: Line) -> None:
    for number, region in ((1, NORTH), (2, SKANE), (3, WEST)):
        await line.put(ticket(number, region=region, score=NOON))
    assert await drain(line, nurse(SKANE, WEST, NORTH)) == [contact(1), contact(2), contact(3)]


async def test_a_nurse_of_several_regions_leaves_the_others_alone(line: Line) -> None:
    await line.put(ticket(1, region=NORTH))
    await line.put(ticket(2, region=SKANE))
    assert await drain(line, nurse(SKANE, WEST)) == [contact(2)]
    assert [one.contact for one in await line.tickets(NORTH)] == [contact(1)]


async def test_a_newer_version_moves_the_ticket(line: Line) -> None:
    await line.put(ticket(1, version=1))
    await line.put(ticket(2))
    await line.put(ticket(1, version=2, score=NOON + 9))
    assert [one.contact for one in await line.tickets(SKANE)] == [contact(2), contact(1)]


async def test_the_same_version_may_be_put_again(line: Line) -> None:
    await line.put(ticket(1, version=3))
    await line.put(ticket(1, version=3, away=True))
    assert await line.tickets(SKANE) == [ticket(1, version=3, away=True)]


async def test_an_older_version_changes_nothing(line: Line) -> None:
    await line.put(ticket(1, version=10))
    await line.put(ticket(1, version=9, score=0, away=True))
    assert await line.tickets(SKANE) == [ticket(1, version=10)]


async def test_taking_out_an_absent_ticket_is_fine(line: Line) -> None:
    await line.remove(contact(1), SKANE)
    await line.put(ticket(2))
    await line.remove(contact(1), SKANE)
    assert await line.tickets(SKANE) == [ticket(2)]


async def test_a_ticket_taken_out_is_gone(line: Line) -> None:
    await line.put(ticket(1))
    await line.put(ticket(2))
    await line.remove(contact(1), SKANE)
    assert await drain(line, nurse()) == [contact(2)]


async def test_rebuilding_replaces_all_that_was_known_of_a_region(line: Line) -> None:
    await line.put(ticket(1, version=9))
    await line.put(ticket(2))
    await line.put(ticket(3, region=WEST))
    await line.rebuild(SKANE, [ticket(5), ticket(4), ticket(1, version=2)])
    assert await line.tickets(SKANE) == [ticket(1, version=2), ticket(4), ticket(5)]
    assert await line.tickets(WEST) == [ticket(3, region=WEST)]


async def test_rebuilding_with_nobody_empties_a_region(line: Line) -> None:
    await line.put(ticket(1))
    await line.rebuild(SKANE, [])
    assert await line.tickets(SKANE) == []
    await line.put(ticket(2))
    assert await line.lift(nurse()) == contact(2)
