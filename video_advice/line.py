"""The order of waiting, who may be served by whom, and an in-memory line: the reference model."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from video_advice.advice.urgency import Urgency
from video_advice.ids import ContactId, Instant, Language, NurseId, RegionCode
from video_advice.people import Channel, Competence, Nurse
from video_advice.policy import HOUR, MINUTE
from video_advice.reason import Need
from video_advice.state import Contact, Phase

HEAD_START: Final[dict[Urgency | None, int]] = {
    Urgency.IMMEDIATE: -12 * HOUR,
    Urgency.PROMPT: 0,
    Urgency.WITHIN_A_DAY: 45 * MINUTE,
    None: 45 * MINUTE,
    Urgency.WITHIN_A_WEEK: 2 * HOUR,
    Urgency.WATCHFUL_WAITING: 4 * HOUR,
}
"""How much later a level stands in line than a prompt one that came at the same moment, in
milliseconds."""

AHEAD: Final = -6 * HOUR
"""The same for who had a nurse and lost her, or was promised to be called, but not immediate."""

NOBODY_PASSES_AFTER: Final = max(HEAD_START.values()) - min(HEAD_START.values())
"""Who arrives later by more than this, in milliseconds, never goes before, whatever the need."""

COMMON: Final = Language("sv")
"""The language that every nurse speaks: to need it is no reason for anything."""


class Group(msgspec.Struct, frozen=True):
    """Those whom the same nurses serve. `language` is None where an interpreter will do.

    `protected`: only nurses with that right. `whole`: it needs all of a nurse's seats.
    """

    region: RegionCode
    channel: Channel
    language: Language | None
    competence: Competence = Competence.GENERAL
    protected: bool = False
    whole: bool = False

    @property
    def key(self) -> str:
        """Return the group as one word: the name of its part of the line, in every store."""
        protected = "protected" if self.protected else ""
        whole = "whole" if self.whole else ""
        language = self.language or ""
        return f"{self.region}/{self.channel}/{language}/{self.competence}/{protected}/{whole}"

    @classmethod
    def of_key(cls, key: str) -> Group:
        """Return the group that `key` names. Raises: ValueError."""
        region, channel, language, competence, protected, whole = key.split("/")
        return cls(
            RegionCode(region),
            Channel(channel),
            Language(language) if language else None,
            Competence(competence),
            protected != "",
            whole != "",
        )


class Ticket(msgspec.Struct, frozen=True):
    """A contact's place in the line. The lower the `score`, the sooner the turn.

    `named` is the only nurse that it waits for, if it waits for one.
    """

    contact: ContactId
    group: Group
    score: int
    arrived_at: Instant
    urgency: Urgency | None
    ahead: bool
    away: bool
    version: int
    declined_by: tuple[NurseId, ...] = ()
    named: NurseId | None = None

    @property
    def region(self) -> RegionCode:
        """Return the region in whose line it stands."""
        return self.group.region


class Wants(msgspec.Struct, frozen=True):
    """What one nurse can take: the whole input of the choice besides the tickets.

    `whole`: all her seats are free, so that she can take a video or a call.
    """

    nurse: NurseId
    regions: frozenset[RegionCode]
    languages: frozenset[Language]
    channels: frozenset[Channel]
    competences: frozenset[Competence] = frozenset()
    protected: bool = False
    whole: bool = True


def wants(nurse: Nurse, *, whole: bool = True) -> Wants:
    """Return what `nurse` can take; not `whole` while she holds something already."""
    return Wants(
        nurse=nurse.id,
        regions=nurse.regions,
        languages=nurse.languages,
        channels=nurse.channels,
        competences=nurse.competences,
        protected=nurse.protected,
        whole=whole,
    )


def group_of(contact: Contact) -> Group:
    """Return the group that somebody waits in, or would wait in."""
    return Group(
        region=contact.region,
        channel=contact.channel,
        language=None if contact.interpreter else contact.language,
        competence=contact.competence,
        protected=contact.protected,
        whole=contact.whole(),
    )


def fits(nurse: Wants, group: Group) -> bool:
    """Say whether `nurse` serves those of `group`: all that is asked of her but for one person."""
    return (
        group.region in nurse.regions
        and group.channel in nurse.channels
        and (group.language is None or group.language in nurse.languages)
        and (group.competence is Competence.GENERAL or group.competence in nurse.competences)
        and (nurse.protected or not group.protected)
        and (nurse.whole or not group.whole)
    )


def score(urgency: Urgency | None, arrived_at: Instant, *, ahead: bool) -> int:
    """Return the place in line as one number, the lowest first.

    Each stands as if having come `HEAD_START` later, or earlier, than in truth. So need goes first
    and waiting counts as need: nobody is passed without end.
    """
    if ahead and urgency is not Urgency.IMMEDIATE:
        return arrived_at + AHEAD
    return arrived_at + HEAD_START[urgency]


def ticket(contact: Contact, version: int) -> Ticket | None:
    """Return the place in line of `contact`, or None when it is not waiting."""
    if contact.phase is not Phase.WAITING:
        return None
    return Ticket(
        contact=contact.id,
        group=group_of(contact),
        score=score(contact.urgency, contact.arrived_at, ahead=contact.ahead),
        arrived_at=contact.arrived_at,
        urgency=contact.urgency,
        ahead=contact.ahead,
        away=contact.away(),
        version=version,
        declined_by=contact.declined_by,
        named=contact.named,
    )


def order(one: Ticket) -> tuple[int, str]:
    """Return the sort key of a ticket. Equal scores are told apart by the opaque identifier."""
    return one.score, one.contact


def able(nurse: Wants, one: Ticket) -> bool:
    """Say whether `nurse` may be offered the ticket once its patient can be met.

    Who is named may have declined it before.
    """
    if not fits(nurse, one.group):
        return False
    return nurse.nurse not in one.declined_by if one.named is None else nurse.nurse == one.named


def serves(nurse: Wants, one: Ticket) -> bool:
    """Say whether `nurse` may be offered the ticket."""
    return not one.away and able(nurse, one)


def first(nurse: Wants, tickets: Iterable[Ticket]) -> Ticket | None:
    """Return the ticket whose turn it is among those `nurse` may take."""
    return min((t for t in tickets if serves(nurse, t)), key=order, default=None)


def why(one: Ticket) -> str:
    """Return the code of the reason for the place: `immediate`, `ahead`, or `turn`."""
    if one.urgency is Urgency.IMMEDIATE:
        return "immediate"
    return "ahead" if one.ahead else "turn"


def need(one: Ticket) -> Need:
    """Return the part of the reason for the place that does not change with time."""
    group = one.group
    return Need(
        urgency=one.urgency,
        language=None if group.language == COMMON else group.language,
        competence=group.competence,
        protected=group.protected,
        named=one.named is not None,
    )


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


class Moved(msgspec.Struct, frozen=True):
    """One change of a region's line, as the line itself tells it. The next has the next `number`.

    `ticket` was entered or moved, or `gone` was taken out; without either, all of it is new.
    """

    region: RegionCode
    number: int
    ticket: Ticket | None = None
    gone: ContactId | None = None


class MemoryLine:
    """The line as a plain dictionary, in one process. Slow, and right by inspection."""

    def __init__(self) -> None:
        """Start empty."""
        self._tickets: dict[ContactId, Ticket] = {}
        self.tell: Callable[[Moved], None] = lambda _: None
        """Told of each change."""
        self._numbers: Counter[RegionCode] = Counter()

    async def put(self, one: Ticket) -> None:
        """Enter or move a ticket; an older version than the known one changes nothing."""
        known = self._tickets.get(one.contact)
        if known is not None and (known.version > one.version or known == one):
            return
        if known is not None and known.region != one.region:
            self._moved(known.region, gone=one.contact)
        self._tickets[one.contact] = one
        self._moved(one.region, ticket=one)

    async def remove(self, contact: ContactId, region: RegionCode) -> None:
        """Take a ticket out. Taking out an absent one is fine."""
        del region
        one = self._tickets.pop(contact, None)
        if one is not None:
            self._moved(one.region, gone=contact)

    async def lift(self, nurse: Wants) -> ContactId | None:
        """Take out and return the first ticket that `nurse` may be offered."""
        one = first(nurse, self._tickets.values())
        if one is None:
            return None
        del self._tickets[one.contact]
        self._moved(one.region, gone=one.contact)
        return one.contact

    async def tickets(self, region: RegionCode) -> list[Ticket]:
        """Return the region's tickets in order."""
        return sorted((t for t in self._tickets.values() if t.region == region), key=order)

    async def numbered(self, region: RegionCode) -> tuple[int, list[Ticket]]:
        """Return the number of the last change of the region, and its tickets in order."""
        return self._numbers[region], await self.tickets(region)

    async def number(self, region: RegionCode) -> int:
        """Return the number of the last change of the region."""
        return self._numbers[region]

    async def rebuild(self, region: RegionCode, tickets: Iterable[Ticket]) -> None:
        """Replace all that is known of a region."""
        self._tickets = {c: t for c, t in self._tickets.items() if t.region != region}
        self._tickets.update({t.contact: t for t in tickets})
        self._moved(region)

    def _moved(
        self, region: RegionCode, *, ticket: Ticket | None = None, gone: ContactId | None = None
    ) -> None:
        self._numbers[region] += 1
        self.tell(Moved(region, self._numbers[region], ticket, gone))
