"""I6: the archive's choice is the pure `line.first`, whatever the tickets and the nurse."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.contract.archive.making import T0, AnyArchive, as_committed, change, offer, some_contact
from tests.unit.lives import NUMBER
from video_advice import line
from video_advice.advice.urgency import Urgency
from video_advice.callback import Callback
from video_advice.ids import ContactId, Language, NurseId, PersonId, RegionCode
from video_advice.line import Ticket, Wants
from video_advice.people import Channel, Competence
from video_advice.policy import HOUR, MINUTE
from video_advice.ports import NobodyBefore, NotFirst
from video_advice.state import Contact

_walks = itertools.count(1)

REGIONS = ("01", "12", "14")
LANGUAGES = tuple(Language(code) for code in ("sv", "en", "ar"))
NURSES = tuple(NurseId(f"nurse-{number}") for number in range(3))

arrivals = st.sampled_from((0, 1, MINUTE, 45 * MINUTE, 45 * MINUTE + 1, 2 * HOUR, 5 * HOUR))
tickets = st.fixed_dictionaries(
    {
        "id": st.text("0123456789abcdef", min_size=20, max_size=20),
        "region": st.sampled_from(REGIONS),
        "channel": st.sampled_from(Channel),
        "language": st.sampled_from(LANGUAGES),
        "interpreter": st.booleans(),
        "competence": st.sampled_from(Competence),
        "protected": st.booleans(),
        "callback": st.sampled_from((None, None, Callback(NUMBER))),
        "named": st.sampled_from((None, None, *NURSES)),
        "urgency": st.one_of(st.none(), st.sampled_from(Urgency)),
        "ahead": st.booleans(),
        "arrived_at": arrivals.map(lambda after: T0 + after),
        "patient_left_at": st.one_of(st.none(), st.none(), st.just(T0)),
        "declined_by": st.lists(st.sampled_from(NURSES), unique=True, max_size=2).map(tuple),
    }
)
many = st.lists(tickets, max_size=12, unique_by=lambda one: str(one["id"]))
nurses = st.builds(
    Wants,
    nurse=st.sampled_from(NURSES),
    regions=st.frozensets(st.sampled_from(REGIONS)),
    languages=st.frozensets(st.sampled_from(LANGUAGES)),
    channels=st.frozensets(st.sampled_from(Channel)),
    competences=st.frozensets(st.sampled_from(Competence)),
    protected=st.booleans(),
    whole=st.booleans(),
)
slow = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def in_a_world_of_its_own(rows: list[dict[str, Any]], world: int) -> list[Contact]:
    """The contacts of one example; examples share a store, so identifiers and regions differ."""
    return [
        some_contact(
            **row
            | {
                "id": ContactId(f"{world:012x}{row['id']}"),
                "person": PersonId(f"{world}-{row['id']}"),
                "region": _region(world, row["region"]),
            }
        )
        for row in rows
    ]


def _region(world: int, region: str) -> RegionCode:
    return RegionCode(f"{world}-{region}")


async def _enter(
    archive: AnyArchive, rows: list[dict[str, Any]], nurse: Wants
) -> tuple[list[Ticket], Wants]:
    world = next(_walks)
    found = []
    for contact in in_a_world_of_its_own(rows, world):
        await archive.contacts.commit(as_committed(contact))
        one = line.ticket(contact, 1)
        assert one is not None
        found.append(one)
    regions = frozenset(_region(world, region) for region in nurse.regions)
    return found, replace(nurse, regions=regions)


@slow
@given(rows=many, nurse=nurses)
async def test_the_choice_is_the_pure_one(
    archive: AnyArchive, rows: list[dict[str, Any]], nurse: Wants
) -> None:
    found, wants = await _enter(archive, rows, nurse)
    chosen = line.first(wants, found)
    event(f"somebody: {chosen is not None}")
    assert await archive.contacts.first(wants) == (chosen.contact if chosen else None)


@slow
@given(rows=many, nurse=nurses)
async def test_those_whom_not_every_nurse_may_have_are_found(
    archive: AnyArchive, rows: list[dict[str, Any]], nurse: Wants
) -> None:
    found, _ = await _enter(archive, rows, nurse)
    mine = {one.contact for one in found}
    told = [one for one in await archive.contacts.particular() if one.contact in mine]
    special = [one for one in found if not one.away and (one.declined_by or one.named)]
    assert told == sorted(special, key=line.order)


@slow
@given(rows=many, nurse=nurses, limit=st.integers(1, 5))
async def test_tickets_and_waiting_stand_in_the_pure_order(
    archive: AnyArchive, rows: list[dict[str, Any]], nurse: Wants, limit: int
) -> None:
    found, wants = await _enter(archive, rows, nurse)
    ordered = sorted(found, key=line.order)
    for region in {one.region for one in found} | wants.regions:
        theirs = [one for one in ordered if one.region == region]
        assert await archive.contacts.tickets(region) == theirs
        spots = {(one.contact, one.score, one.away) for one in theirs}
        assert set(await archive.contacts.spots(region)) == spots
    shown = await archive.contacts.waiting(wants.regions, limit)
    mine = [one.contact for one in ordered if one.region in wants.regions]
    assert [one.contact.id for one in shown] == mine[:limit]
    assert all(one.version == 1 for one in shown)


@slow
@given(rows=many.filter(bool), nurse=nurses, data=st.data())
async def test_nobody_before_means_the_pure_order(
    archive: AnyArchive, rows: list[dict[str, Any]], nurse: Wants, data: st.DataObject
) -> None:
    found, wants = await _enter(archive, rows, nurse)
    proposed = data.draw(st.sampled_from(found))
    earlier = [one for one in found if line.order(one) < line.order(proposed)]
    chosen = line.first(wants, earlier)
    stored = await archive.contacts.load(proposed.contact)
    assert stored is not None
    # A seat of its own for every example: this is about the order only.
    offered = offer(stored.contact, f"seat-{next(_walks)}")
    made = change(stored, offered, T0 + 6 * HOUR, guard=NobodyBefore(wants))
    event(f"somebody before: {chosen is not None}")
    if chosen is None:
        await archive.contacts.commit(made)
        return
    with pytest.raises(NotFirst) as told:
        await archive.contacts.commit(made)
    assert told.value.contact == chosen.contact
    assert await archive.contacts.load(proposed.contact) == stored
