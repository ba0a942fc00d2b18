"""Simulated days at the advice line: what the predictors of the wait are judged on.

One event loop plays people who come, wait, give up or are taken, and nurses who come, take breaks
and go. The order is the product's own (`video_advice.line`). Who gives up stays behind as a shadow
in the line, so that it is known when it would have been the turn.
"""

from __future__ import annotations

import heapq
import math
from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable, Iterator
from random import Random
from typing import Final, Protocol, TypeVar

import msgspec

from video_advice import line
from video_advice.advice.urgency import Urgency
from video_advice.forecast import Recent, Witness
from video_advice.ids import Language, NurseId, RegionCode
from video_advice.line import Group, Wants
from video_advice.people import Channel
from video_advice.policy import HOUR, MINUTE, SECOND

T = TypeVar("T")

BIG, SMALL = RegionCode("01"), RegionCode("09")
SV, EN, AR, SO = (Language(code) for code in ("sv", "en", "ar", "so"))
BOTH: Final = frozenset(Channel)

_SPAN: Final = HOUR
"""How long back what has just happened reaches."""


class World(msgspec.Struct, frozen=True):
    """How a kind of day is: rates an hour at the busiest, times in milliseconds."""

    name: str
    busiest: float = 70.0
    small: float = 12.0
    staffing: float = 1.0
    surge: float = 0.0
    service: int = 9 * MINUTE
    variation: float = 0.7
    patience: int = 70 * MINUTE
    urgent: tuple[tuple[Urgency | None, float], ...] = (
        (Urgency.IMMEDIATE, 0.01),
        (Urgency.PROMPT, 0.12),
        (None, 0.6),
        (Urgency.WITHIN_A_WEEK, 0.2),
        (Urgency.WATCHFUL_WAITING, 0.07),
    )
    languages: tuple[tuple[Language, float], ...] = ((SV, 0.8), (EN, 0.07), (AR, 0.08), (SO, 0.05))


WORLDS: Final = (
    World("ordinary"),
    World("busy", staffing=0.88),
    World("surge", surge=1.5),
    World("small", busiest=16.0, small=5.0, staffing=1.1),
    World("slow", service=14 * MINUTE, variation=0.9, staffing=0.95),
    World("impatient", patience=25 * MINUTE, staffing=0.8),
    World("patient", patience=300 * MINUTE, staffing=0.97),
    World("one level", urgent=((None, 1.0),), staffing=0.9),
    World("deserted", urgent=((None, 1.0),), staffing=0.45, surge=1.0, patience=30 * MINUTE),
)
"""Kinds of days. Each is drawn anew from its seed: how many come, who falls ill, who is quick."""


class Person:
    """Somebody who came. Times in milliseconds of the day; None until it has happened."""

    __slots__ = (
        "arrived",
        "expected",
        "group",
        "head_start",
        "left",
        "number",
        "patience",
        "region",
        "score",
        "taken",
        "turn",
    )

    def __init__(
        self, number: int, group: Group, urgency: Urgency | None, at: int, patience: int
    ) -> None:
        """Come at `at`, and give up after `patience`."""
        self.number = number
        self.group = group
        self.region = group.region
        self.arrived = at
        self.patience = patience
        self.score = line.score(urgency, at, ahead=False)
        self.head_start = max(0, line.HEAD_START[urgency])
        self.taken: int | None = None
        self.left: int | None = None
        self.turn: int | None = None
        """When it was, or would have been, the turn."""
        self.expected: float | None = None
        """What the predictor under trial expected at first, for its own later use."""


class Attendant:
    """A nurse at work."""

    __slots__ = ("busy", "going", "groups", "on", "speed", "wants")

    def __init__(self, wants: Wants, speed: float) -> None:
        """Begin off duty."""
        self.wants = wants
        self.speed = speed
        self.on = False
        self.busy = False
        self.going = False


class Watcher(Protocol):
    """Looks on while a day is played."""

    def waits(self, hall: Hall, person: Person) -> None:
        """Somebody has come and nobody is free."""
        ...

    def minute(self, hall: Hall) -> None:
        """A minute has passed."""
        ...

    def gone(self, hall: Hall, person: Person) -> None:
        """Somebody was taken or gave up."""
        ...


class Hall:
    """The line and the nurses at one moment of a day."""

    def __init__(self, world: World, chance: Random, watcher: Watcher) -> None:
        """Begin with an empty line at midnight."""
        self.world = world
        self.chance = chance
        self.now = 0
        self.present: dict[RegionCode, list[tuple[int, int]]] = {BIG: [], SMALL: []}
        self.waiting: dict[int, Person] = {}
        self.counts: dict[Group, int] = {}
        self.nurses: list[Attendant] = []
        self.on_duty: list[Wants] = []
        self.people: list[Person] = []
        self._watcher = watcher
        self._fronts: dict[Group, list[tuple[int, int]]] = {}
        self._events: list[tuple[int, int, Callable[[], None]]] = []
        self._number = 0
        self._service = {region: deque[int](maxlen=50) for region in self.present}
        self._chats = {region: deque[int](maxlen=100) for region in self.present}
        self._arrived = {region: deque[Person]() for region in self.present}
        self._gone = {region: deque[Person]() for region in self.present}
        self._seen = {region: deque[Witness](maxlen=20) for region in self.present}
        self.last_delay: dict[RegionCode, int] = {}

    # What a predictor may know ---------------------------------------------------------------

    def place(self, one: Person) -> int:
        """Return the place in line, from 1."""
        return bisect_left(self.present[one.region], (one.score, one.number)) + 1

    def line_of(self, region: RegionCode) -> Iterator[Person]:
        """Return who waits, in order."""
        return (self.waiting[number] for _, number in self.present[region])

    def chats(self, region: RegionCode) -> list[int]:
        """Return the lengths of the latest hundred contacts."""
        return list(self._chats[region])

    def recent(self, region: RegionCode) -> Recent:
        """Return what has just happened in a region."""
        since = self.now - _SPAN
        arrived, gone = self._arrived[region], self._gone[region]
        while arrived and arrived[0].arrived < since:
            arrived.popleft()
        while gone and _end(gone[0]) < since:
            gone.popleft()
        counts: dict[int, int] = {}
        for one in arrived:
            counts[one.head_start] = counts.get(one.head_start, 0) + 1
        waited = sum(_end(one) - one.arrived for one in gone)
        waited += sum(self.now - one.arrived for one in self.line_of(region))
        return Recent(
            service=tuple(self._service[region]),
            left=sum(one.left is not None for one in gone),
            waited=waited,
            arrivals=tuple(sorted(counts.items())),
            span=min(_SPAN, max(self.now, MINUTE)),
            witnesses=tuple(self._seen[region]),
        )

    # What happens ----------------------------------------------------------------------------

    def at(self, when: float, what: Callable[[], None]) -> None:
        """Let something happen at a time."""
        self._number += 1
        heapq.heappush(self._events, (int(when), self._number, what))

    def play(self, until: int) -> None:
        """Let everything happen up to a time."""
        while self._events and self._events[0][0] <= until:
            self.now, _, what = heapq.heappop(self._events)
            what()

    def come(self, one: Person) -> None:
        """Somebody asks for help."""
        self.people.append(one)
        self._arrived[one.region].append(one)
        free = [n for n in self.nurses if n.on and not n.busy and _fits(n.wants, one.group)]
        insort(self.present[one.region], (one.score, one.number))
        self.waiting[one.number] = one
        self.counts[one.group] = self.counts.get(one.group, 0) + 1
        heapq.heappush(self._fronts.setdefault(one.group, []), (one.score, one.number))
        if free:
            self._take(self.chance.choice(free))
            return
        self.at(self.now + one.patience, lambda: self._give_up(one))
        self._watcher.waits(self, one)

    def begin(self, nurse: Attendant) -> None:
        """A nurse comes on duty."""
        nurse.going = False
        if not nurse.on:
            nurse.on = True
            self.nurses.append(nurse)
            self._count()
            self._take(nurse)

    def finish(self, nurse: Attendant) -> None:
        """A nurse goes off duty, after the contact she has."""
        nurse.going = True
        if nurse.on and not nurse.busy:
            self._off(nurse)

    def _off(self, nurse: Attendant) -> None:
        nurse.on = False
        self.nurses.remove(nurse)
        self._count()

    def _count(self) -> None:
        self.on_duty = [one.wants for one in self.nurses]

    def _take(self, nurse: Attendant) -> None:
        one = self._first(nurse.wants)
        if one is None:
            nurse.busy = False
            return
        nurse.busy = True
        one.taken = one.turn = self.now
        self.last_delay[one.region] = self.now - one.arrived
        if one.expected is not None:
            self._seen[one.region].append(Witness(self.now - one.arrived, int(one.expected)))
        self._out(one)
        length = int(
            _lognormal(self.chance, self.world.service, self.world.variation) * nurse.speed
        )
        self.at(self.now + length, lambda: self._done(nurse, one, length))

    def _done(self, nurse: Attendant, one: Person, length: int) -> None:
        self._service[one.region].append(length)
        self._chats[one.region].append(length)
        if nurse.going:
            nurse.busy = False
            self._off(nurse)
            return
        pause = _lognormal(self.chance, 40 * SECOND, 1.0)
        self.at(self.now + pause, lambda: self._next(nurse))

    def _next(self, nurse: Attendant) -> None:
        nurse.busy = False
        if nurse.going:
            self._off(nurse)
        else:
            self._take(nurse)

    def _first(self, wants: Wants) -> Person | None:
        while True:
            fronts = [
                (heap[0], group)
                for group, heap in self._fronts.items()
                if heap and _fits(wants, group)
            ]
            if not fronts:
                return None
            (_, number), group = min(fronts)
            heapq.heappop(self._fronts[group])
            if number in self.waiting:
                return self.waiting[number]
            self.people[number].turn = self.now  # a shadow: now it would have been the turn

    def _give_up(self, one: Person) -> None:
        if one.number in self.waiting:
            one.left = self.now
            self._out(one)

    def _out(self, one: Person) -> None:
        del self.waiting[one.number]
        self.counts[one.group] -= 1
        ordered = self.present[one.region]
        del ordered[bisect_left(ordered, (one.score, one.number))]
        self._gone[one.region].append(one)
        self._watcher.gone(self, one)


def _end(one: Person) -> int:
    return one.taken if one.taken is not None else one.left or 0


def _fits(wants: Wants, group: Group) -> bool:
    return (
        group.region in wants.regions
        and group.channel in wants.channels
        and (group.language is None or group.language in wants.languages)
    )


def _lognormal(chance: Random, mean: float, variation: float) -> float:
    spread = math.sqrt(math.log(1 + variation**2))
    return chance.lognormvariate(math.log(mean) - spread**2 / 2, spread)


def _level(hour: float) -> float:
    """Return how busy an hour is beside the busiest: little at night, peaks at 10 and 18."""
    morning = math.exp(-(((hour - 10) / 2.5) ** 2))
    evening = 0.85 * math.exp(-(((hour - 18) / 2.8) ** 2))
    return 0.12 + 0.88 * max(morning, evening)


def play(world: World, seed: str, watcher: Watcher, hours: float = 24.0) -> Hall:
    """Play one day and return the hall as it is left."""
    chance = Random(f"{world.name} {seed}")
    hall = Hall(world, chance, watcher)
    factor = chance.uniform(0.85, 1.2)
    surge_at = chance.uniform(8, 18) if world.surge else -10.0
    number = 0
    for region, busiest in ((BIG, world.busiest), (SMALL, world.small)):
        peak = busiest * factor * (1 + world.surge)
        at = 0.0
        while True:
            at += chance.expovariate(peak / HOUR)
            hour = at / HOUR
            if hour >= hours:
                break
            extra = world.surge if surge_at <= hour < surge_at + 2.5 else 0.0
            if chance.random() * (1 + world.surge) < _level(hour) * (1 + extra):
                one = _person(world, chance, region, int(at))
                hall.at(at, lambda one=one: _numbered(hall, one))  # type: ignore[misc]
        number += _staff(hall, world, region, busiest, number)
    minute = 0
    while minute < hours * 60:
        minute += 1
        hall.at(minute * MINUTE, lambda: watcher.minute(hall))
    hall.play(int(hours * HOUR) + 5 * HOUR)
    return hall


def _numbered(hall: Hall, one: Person) -> None:
    one.number = len(hall.people)
    hall.come(one)


def _person(world: World, chance: Random, region: RegionCode, at: int) -> Person:
    language: Language | None = _draw(chance, world.languages)
    if language != SV and chance.random() < 0.3:
        language = None
    channel = Channel.VIDEO if chance.random() < 0.6 else Channel.CHAT
    patience = chance.weibullvariate(world.patience * 1.1, 1.3)
    if chance.random() < 0.1:
        patience *= 0.15
    urgency = _draw(chance, world.urgent)
    group = Group(region, channel, language, whole=channel is Channel.VIDEO)
    return Person(0, group, urgency, at, int(patience))


def _draw(chance: Random, table: tuple[tuple[T, float], ...]) -> T:
    return chance.choices([value for value, _ in table], [weight for _, weight in table])[0]


def _staff(hall: Hall, world: World, region: RegionCode, busiest: float, begun: int) -> int:
    """Plan shifts that follow the load, with breaks, and somebody who is ill."""
    chance = hall.chance
    each = (world.service + 50 * SECOND) / HOUR
    made = 0
    cover = [0.0] * 48
    for start in range(-8, 48):
        slot = max(start, 0)
        ahead = [
            busiest * _level(min(s, 47) / 2 + 0.25) * each * world.staffing
            for s in range(slot, slot + 6)
        ]
        wanted = sum(ahead) / len(ahead) * 1.08
        while slot < 48 and cover[slot] < wanted:
            length = chance.randint(12, 17)
            for covered in range(slot, min(start + length, 48)):
                cover[covered] += 0.87
            made += 1
            if chance.random() > 0.06:
                _shift(hall, _attendant(hall, region, begun + made), start, length)
    return made


def _attendant(hall: Hall, region: RegionCode, number: int) -> Attendant:
    chance = hall.chance
    languages = {SV}
    languages |= {EN} if chance.random() < 0.6 else set()
    languages |= {AR} if chance.random() < 0.15 else set()
    languages |= {SO} if chance.random() < 0.1 else set()
    regions = {region, SMALL if region == BIG else BIG} if chance.random() < 0.25 else {region}
    channels = BOTH if chance.random() < 0.8 else frozenset({Channel.CHAT})
    wants = Wants(NurseId(f"n{number}"), frozenset(regions), frozenset(languages), channels)
    return Attendant(wants, chance.lognormvariate(0, 0.2))


def _shift(hall: Hall, nurse: Attendant, start: int, length: int) -> None:
    chance = hall.chance
    half = 30 * MINUTE
    at = start * half + chance.gauss(0, 6 * MINUTE)
    end = at + length * half
    if end <= 0:
        return
    while at < end:
        hall.at(max(at, 0), lambda: hall.begin(nurse))
        stop = min(at + chance.uniform(1.5, 3.0) * HOUR, end)
        if stop > 0:
            hall.at(stop, lambda: hall.finish(nurse))
        at = stop + chance.uniform(12, 35) * MINUTE
