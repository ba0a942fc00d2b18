"""What was told of the wait, kept in plain lists beside the in-memory contacts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from tests.fakes.memory_archive import MemoryContacts
from video_advice import line
from video_advice.events import CallbackChosen, NurseOffered, OfferAccepted, Recorded
from video_advice.forecast import Recent, Witness
from video_advice.ids import ContactId, Instant, RegionCode
from video_advice.line import Group, group_of
from video_advice.policy import HOUR
from video_advice.ports import Told
from video_advice.quality.calibration import Case, How
from video_advice.state import Contact, Phase


class MemoryForecasts:
    """The reference that SQL is compared with."""

    def __init__(self, contacts: MemoryContacts) -> None:
        """`contacts` says how it ended."""
        self._contacts = contacts
        self.told: dict[tuple[ContactId, Instant], Told] = {}

    async def keep(self, told: Sequence[Told]) -> None:
        for one in told:
            self.told.setdefault((one.contact, one.told_at), one)

    async def waiting(self) -> dict[Group, int]:
        here = (c for c, _ in self._all() if _waits(c))
        return dict(Counter(group_of(contact) for contact in here))

    async def recent(self, region: RegionCode, now: Instant) -> Recent:
        since = now - HOUR
        mine = [(c, events) for c, events in self._all() if c.region == region]
        ended = [(c, events) for c, events in mine if c.phase is Phase.ENDED]
        served = [(c, _offered(events)) for c, events in ended if c.nurse is not None]
        served.sort(key=lambda one: (-one[0].phase_at, one[0].id))
        left = [c for c, _ in ended if c.nurse is None and c.phase_at > since]
        waited = sum(c.phase_at - c.arrived_at for c in left)
        waited += sum(at - c.arrived_at for c, at in served if c.phase_at > since)
        waited += sum(now - c.arrived_at for c, _ in mine if _waits(c))
        starts = Counter(_head_start(c) for c, _ in mine if c.opened_at > since)
        return Recent(
            service=tuple(c.phase_at - at for c, at in served[:50]),
            left=len(left),
            waited=waited,
            arrivals=tuple(sorted(starts.items())),
            span=HOUR,
            witnesses=tuple(self._witnesses(served[:20])),
        )

    def _witnesses(self, served: list[tuple[Contact, Instant]]) -> Iterator[Witness]:
        for contact, taken in served:
            first = self._first().get(contact.id)
            if first is not None and taken > first.told_at:
                yield Witness(taken - first.told_at, first.expected)

    async def cases(
        self, region: RegionCode, since: Instant, until: Instant, now: Instant
    ) -> list[Case]:
        events = {c.id: (c, recorded) for c, recorded in self._all()}
        found = []
        for told in self._first(since, until).values():
            if told.group.region == region:
                how, end = _end(*events[told.contact], told.told_at, now)
                low, high = told.forecast.low, told.forecast.high
                found.append(Case(told.told_at, low, high, how, end - told.told_at))
        return found

    def _first(self, since: Instant = 0, until: Instant = 2**62) -> dict[ContactId, Told]:
        first: dict[ContactId, Told] = {}
        for (contact, at), told in sorted(self.told.items(), key=lambda one: one[0][::-1]):
            if since <= at < until:
                first.setdefault(contact, told)
        return first

    def _all(self) -> list[tuple[Contact, list[Recorded]]]:
        return [(row.contact, row.events) for row in self._contacts._rows.values()]


def _waits(contact: Contact) -> bool:
    return contact.phase is Phase.WAITING and contact.patient_left_at is None


def _head_start(contact: Contact) -> int:
    score = line.score(contact.urgency, contact.arrived_at, ahead=contact.ahead)
    return max(score - contact.arrived_at, 0)


def _offered(events: list[Recorded]) -> Instant:
    return next(one.at for one in reversed(events) if isinstance(one.event, NurseOffered))


def _end(
    contact: Contact, events: list[Recorded], told_at: Instant, now: Instant
) -> tuple[How, Instant]:
    for one in events:
        if one.at >= told_at and isinstance(one.event, OfferAccepted | CallbackChosen):
            taken = isinstance(one.event, OfferAccepted)
            return (How.TAKEN if taken else How.LEFT), one.at
    ended = contact.phase is Phase.ENDED
    return (How.LEFT, contact.phase_at) if ended else (How.WAITING, now)
