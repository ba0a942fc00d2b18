"""The laws about what is stored: they hold whatever anybody was answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec
from msgspec.structs import replace

from tests.chaos.history import History
from tests.chaos.lives import Lives, Moment, passed_over
from tests.chaos.records import Records
from video_advice import events as ev
from video_advice.ids import RegionCode
from video_advice.line import wants
from video_advice.people import Nurse, NurseCard, Role
from video_advice.policy import Policy
from video_advice.state import HELD, Contact, Phase

_UNSEEN: Final = 500.0
"""Milliseconds after its commit time in which PostgreSQL may not yet show a change to others: it
reads the clock first, and a busy machine may let it wait before it goes on."""
_RECOVERY: Final = 6_000
"""Milliseconds after a fault until every part that it touched goes on as before."""


class World(msgspec.Struct, frozen=True):
    """What a judge must know besides: who the nurses were, the rules, and when parts were broken.

    `offering`: regions that offer contacts to whoever is free. `broken`: from and to, in
    milliseconds. `bound`: how many milliseconds without faults an orphan may stay one.
    """

    nurses: dict[str, Nurse]
    policy: Policy
    offering: frozenset[RegionCode] = frozenset()
    broken: tuple[tuple[int, int], ...] = ()
    bound: int = 20_000


def agrees(records: Records, lives: Lives) -> Iterator[str]:
    for row in records.rows.values():
        moments = lives.of.get(row.id, [])
        if not moments:
            yield f"I11 {row.id}: no events"
            continue
        last = moments[-1]
        one = last.after
        if one != row.contact or last.entry.version != row.version:
            given = f"{one!r} v{last.entry.version}"
            yield f"I11 {row.id}: the events give {given}, stored is {row.contact!r} v{row.version}"
        ended = one.phase is Phase.ENDED
        columns = (row.phase, row.live_person, row.nurse, row.away)
        nurse = None if one.nurse is None else one.nurse.id
        away = one.away()
        if columns != (one.phase.value, None if ended else one.person, nurse, away):
            yield f"I11 {row.id}: the columns say {columns}"
    for contact in lives.of.keys() - records.rows.keys():
        yield f"I1 {contact}: events without a contact"


def one_open(lives: Lives) -> Iterator[str]:
    now: dict[str, set[str]] = defaultdict(set)
    for moment in lives.moments:
        mine = now[moment.after.person]
        if moment.after.phase is Phase.ENDED:
            mine.discard(moment.after.id)
        else:
            mine.add(moment.after.id)
        if len(mine) > 1:
            yield f"I2 {moment.after.person} has {len(mine)} open contacts: {sorted(mine)}"


def exclusive(lives: Lives, world: World) -> Iterator[str]:
    for moment, holder, mine in _desks(lives):
        before, after = moment.before, moment.after
        if holder is None:
            continue
        if before is not None and _holder(before) not in {None, holder}:
            yield f"I3 {after.id} v{moment.entry.version}: went from nurse to nurse"
        seats = world.nurses[holder].chats if holder in world.nurses else 1
        if len(mine) > seats or (len(mine) > 1 and any(one.whole() for one in mine.values())):
            yield f"I3 {holder} holds {sorted(mine)} at v{moment.entry.version}"


def _desks(lives: Lives) -> Iterator[tuple[Moment, str | None, dict[str, Contact]]]:
    """Yield each moment with who then holds the contact, and all that she holds."""
    held: dict[str | None, dict[str, Contact]] = defaultdict(dict)
    for moment in lives.moments:
        holder = _holder(moment.after)
        earlier = None if moment.before is None else _holder(moment.before)
        if earlier != holder:
            held[earlier].pop(moment.after.id, None)
        held[holder][moment.after.id] = moment.after
        yield moment, holder, held[holder]


def _holder(contact: Contact) -> str | None:
    return contact.nurse.id if contact.nurse is not None and contact.phase in HELD else None


def fenced(lives: Lives) -> Iterator[str]:
    for moment in lives.moments:
        before, event = moment.before, moment.entry.event
        if before is None:
            continue
        where = f"{before.id} v{moment.entry.version} {type(event).__name__}"
        epoch = getattr(event, "epoch", None)
        expected = before.epoch + isinstance(event, ev.NurseOffered)
        if epoch is not None and epoch != expected:
            yield f"I4 {where}: epoch {epoch}, not {expected}"
        if moment.after.epoch < before.epoch:
            yield f"I4 {where}: the epoch fell"
        hers = None if before.nurse is None else before.nurse.id
        by = _by(event)
        if by is not None and not isinstance(event, ev.NurseOffered) and by != hers:
            yield f"I4 {where}: by {by}, with {hers}"


def over(lives: Lives) -> Iterator[str]:
    for moment in lives.moments:
        over = moment.before is not None and moment.before.phase is Phase.ENDED
        if over and not isinstance(moment.entry.event, ev.SurveyAnswered):
            where = f"{moment.after.id} v{moment.entry.version}"
            yield f"I5 {where}: {type(moment.entry.event).__name__} after the end"


def in_turn(lives: Lives, world: World) -> Iterator[str]:
    emptied: dict[str, float] = {}
    for moment, holder, mine in _desks(lives):
        event, entry = moment.entry.event, moment.entry
        left = None if moment.before is None else _holder(moment.before)
        if left not in {None, holder}:
            emptied[left or ""] = entry.committed or entry.at
        if not isinstance(event, ev.NurseOffered) or event.reason == "chosen":
            continue
        nurse = world.nurses.get(event.nurse.id)
        if nurse is None:
            yield f"I13 {moment.after.id}: offered to {event.nurse.id}, whom nobody knows"
            continue
        # While she holds a chat she is offered chats only.
        free = len(mine) == 1 and emptied.get(nurse.id, 0) < entry.at - _RECOVERY
        could = wants(nurse, whole=free)
        if not _asked_for(moment, lives):
            could = replace(could, regions=_offering(could.regions, moment, world))
        before = passed_over(moment, could, lives, _UNSEEN)
        if before:
            when = f"made at {entry.at}, committed at {entry.committed}"
            where = f"{moment.after.id} v{entry.version}, {when}"
            yield f"I6 {where}: offered to {nurse.id} though {'; '.join(before)} stood before"


def _asked_for(offer: Moment, lives: Lives) -> bool:
    """Whether she took it: then she has accepted it in the same moment."""
    following = lives.of[offer.after.id][offer.entry.version :][:1]
    return any(
        isinstance(one.entry.event, ev.OfferAccepted) and one.entry.at == offer.entry.at
        for one in following
    )


def _offering(hers: frozenset[RegionCode], offer: Moment, world: World) -> frozenset[RegionCode]:
    """Return from where she may be offered contacts by themselves.

    From a region that offers to whoever is free it may be that, or that she has asked for it.
    """
    region = offer.after.region
    return hers & world.offering if region in world.offering else hers


def no_orphans(history: History, lives: Lives, world: World) -> Iterator[str]:
    for gone in history.vanished:
        if gone.role != Role.NURSE.value:
            continue
        latest = _after(gone.at, world.bound, world.broken)
        for contact, moments in lives.of.items():
            left = _left(moments, gone.who, gone.at)
            if left is None:
                continue
            if left > latest:
                late = "never" if left == _NEVER else f"{left - gone.at} ms later"
                yield f"I9 {contact}: {gone.who} gone at {gone.at}, given back {late}"


_NEVER: Final = 2**62


def _left(moments: list[Moment], nurse: str, at: int) -> int | None:
    """Return when the nurse no longer held the contact; None when she did not at `at`."""
    held = False
    for moment in moments:
        if moment.entry.at > at and held and _holder(moment.after) != nurse:
            return moment.entry.at
        if moment.entry.at <= at or held:
            held = _holder(moment.after) == nurse
    return _NEVER if held else None


def _after(at: int, bound: int, broken: Iterable[tuple[int, int]]) -> int:
    """Return when `bound` milliseconds have passed in which nothing was broken."""
    for start, end in sorted(broken):
        if start >= at + bound:
            break
        if end + _RECOVERY > at:
            bound -= max(0, start - at)
            at = max(at, end + _RECOVERY)
    return at + bound


def _by(event: ev.Event) -> str | None:
    nurse = getattr(event, "nurse", None)
    return str(nurse.id) if isinstance(nurse, NurseCard) else None
