"""The order of waiting, who may be served by whom, and an in-memory line: the reference model."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable
from typing import Final

import msgspec

from video_advice.advice.urgency import Urgency
from video_advice.ids import ContactId, Instant, Language, NurseId, RegionCode
from video_advice.people import Channel, Nurse
from video_advice.policy import HOUR, MINUTE
from video_advice.state import Contact, Phase

HEAD_START: Final[dict[Urgency | None, int]] = {
    Urgency.IMMEDIATE: 0,
    Urgency.PROMPT: 0,
    Urgency.WITHIN_A_DAY: 45 * MINUTE,
    None: 45 * MINUTE,
    Urgency.WITHIN_A_WEEK: 2 * HOUR,
    Urgency.WATCHFUL_WAITING: 4 * HOUR,
}
"""How much later a level stands in line than a prompt one that came at the same moment, in
milliseconds. It is also the longest time by which anybody who arrives later can pass."""

_EPOCH_SPAN: Final = 10**14
"""More than any time of arrival in milliseconds for the next thousand years."""


class Ticket(msgspec.Struct, frozen=True):
    """A contact's place in the line. The lower the `score`, the sooner the turn."""

    contact: ContactId
    region: RegionCode
    channel: Channel
    language: Language
    interpreter: bool
    score: int
    arrived_at: Instant
    urgency: Urgency | None
    ahead: bool
    away: bool
    version: int
    declined_by: tuple[NurseId, ...] = ()


class Wants(msgspec.Struct, frozen=True):
    """What one nurse can take: the whole input of the choice besides the tickets."""

    nurse: NurseId
    regions: frozenset[RegionCode]
    languages: frozenset[Language]
    channels: frozenset[Channel]


def wants(nurse: Nurse) -> Wants:
    """Return what `nurse` can take."""
    return Wants(nurse.id, nurse.regions, nurse.languages, nurse.channels)


def score(urgency: Urgency | None, arrived_at: Instant, *, ahead: bool) -> int:
    """Return the place in line as one number, the lowest first.

    Immediate need goes before everybody. Then those who had a nurse and lost her. Then the rest by
    arrival, where a less urgent level stands as if it had come `HEAD_START` later.
    """
    if urgency is Urgency.IMMEDIATE:
        return arrived_at - 2 * _EPOCH_SPAN
    if ahead:
        return arrived_at - _EPOCH_SPAN
    return arrived_at + HEAD_START[urgency]


def ticket(contact: Contact, version: int) -> Ticket | None:
    """Return the place in line of `contact`, or None when it is not waiting."""
    if contact.phase is not Phase.WAITING:
        return None
    return Ticket(
        contact=contact.id,
        region=contact.region,
        channel=contact.channel,
        language=contact.language,
        interpreter=contact.interpreter,
        score=score(contact.urgency, contact.arrived_at, ahead=contact.ahead),
        arrived_at=contact.arrived_at,
        urgency=contact.urgency,
        ahead=contact.ahead,
        away=contact.away(),
        version=version,
        declined_by=contact.declined_by,
    )


def order(one: Ticket) -> tuple[int, str]:
    """Return the sort key of a ticket. Equal scores are told apart by the opaque identifier."""
    return one.score, one.contact


def serves(nurse: Wants, one: Ticket) -> bool:
    """Say whether `nurse` may be offered the ticket."""
    return (
        not one.away
        and one.region in nurse.regions
        and one.channel in nurse.channels
        and (one.interpreter or one.language in nurse.languages)
        and nurse.nurse not in one.declined_by
    )


def first(nurse: Wants, tickets: Iterable[Ticket]) -> Ticket | None:
    """Return the ticket whose turn it is among those `nurse` may take."""
    return min((t for t in tickets if serves(nurse, t)), key=order, default=None)


def why(one: Ticket) -> str:
    """Return the code of the reason for the place: `immediate`, `ahead`, or `turn`."""
    if one.urgency is Urgency.IMMEDIATE:
        return "immediate"
    return "ahead" if one.ahead else "turn"


class Standing(msgspec.Struct, frozen=True):
    """Where somebody stands: `place` is one more than those present before, from 1.

    `passed` says how many of these came later, because their need is greater.
    """

    place: int
    passed: int


def standings(tickets: Iterable[Ticket]) -> dict[ContactId, Standing]:
    """Return where each ticket stands in its region. Who is away is not counted for others."""
    present: dict[RegionCode, list[Instant]] = {}
    result: dict[ContactId, Standing] = {}
    for one in sorted(tickets, key=order):
        arrivals = present.setdefault(one.region, [])
        earlier = bisect_right(arrivals, one.arrived_at)
        result[one.contact] = Standing(len(arrivals) + 1, len(arrivals) - earlier)
        if not one.away:
            insort(arrivals, one.arrived_at)
    return result


class MemoryLine:
    """The line as a plain dictionary, in one process. Slow, and right by inspection."""

    def __init__(self) -> None:
        """Start empty."""
        self._tickets: dict[ContactId, Ticket] = {}

    async def put(self, one: Ticket) -> None:
        """Enter or move a ticket; an older version than the known one changes nothing."""
        known = self._tickets.get(one.contact)
        if known is None or known.version <= one.version:
            self._tickets[one.contact] = one

    async def remove(self, contact: ContactId, region: RegionCode) -> None:
        """Take a ticket out. Taking out an absent one is fine."""
        del region
        self._tickets.pop(contact, None)

    async def lift(self, nurse: Wants) -> ContactId | None:
        """Take out and return the first ticket that `nurse` may be offered."""
        one = first(nurse, self._tickets.values())
        if one is None:
            return None
        del self._tickets[one.contact]
        return one.contact

    async def tickets(self, region: RegionCode) -> list[Ticket]:
        """Return the region's tickets in order."""
        return sorted((t for t in self._tickets.values() if t.region == region), key=order)

    async def rebuild(self, region: RegionCode, tickets: Iterable[Ticket]) -> None:
        """Replace all that is known of a region."""
        self._tickets = {c: t for c, t in self._tickets.items() if t.region != region}
        self._tickets.update({t.contact: t for t in tickets})
