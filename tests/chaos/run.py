"""One schedule from beginning to end: start, work while things break, heal, judge."""

from __future__ import annotations

import asyncio
import itertools
import secrets
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Final

import msgspec
import uvloop

from signaling.archive.open import Archive, open_archive
from signaling.live.connect import open_live
from tests.chaos.cluster import Cluster
from tests.chaos.history import History
from tests.chaos.judge import Verdict, judge
from tests.chaos.laws_stored import World
from tests.chaos.nurses import Nurse
from tests.chaos.patients import LANGUAGES, Patient
from tests.chaos.plan import REGIONS, Plan
from tests.chaos.records import read_records
from tests.chaos.servers import Hints, Records, now
from tests.chaos.wire import Town
from video_advice import line
from video_advice.ids import ContactId, Language, NurseId, ProcessId, RegionCode
from video_advice.people import Channel, Competence, Role
from video_advice.people import Nurse as Person
from video_advice.policy import HOUR
from video_advice.ports import ArchiveDown, LineDown, Session, Unbuilt

PATIENTS: Final = 20
NURSES: Final = 7
_PATIENCE: Final = 30.0
"""Seconds in which nothing at all comes about, after which it counts as never. Four times as long
is never in any case."""


class Result(msgspec.Struct, frozen=True):
    """What one schedule came to."""

    plan: Plan
    verdict: Verdict
    history: History
    seconds: float
    took: tuple[tuple[str, float], ...]
    """When what was waited for had come about, in seconds."""


def run(plan: Plan, folder: Path, redis: Hints, records: Records | None) -> Result:
    """Run the schedule. What everybody did is left in `folder`, with the logs."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_Schedule(plan, folder, redis, records).run())


class _Schedule:
    """The people of one schedule, and what they live through."""

    def __init__(self, plan: Plan, folder: Path, redis: Hints, records: Records | None) -> None:
        self._plan = plan
        self._folder = folder
        self._cluster = Cluster(plan, folder, redis, records)
        self._history = History()
        self._persons: dict[str, Person] = {}
        self._numbers = itertools.count(1)
        self._patients: list[Patient] = []
        self._nurses: list[Nurse] = []
        self._begun = time.monotonic()
        self._lacking: dict[str, str] = {}
        self._took: list[tuple[str, float]] = []
        self._archive: Archive
        self._town: Town

    async def run(self) -> Result:
        """Live through the plan; return what was found."""
        async with self._cluster as cluster:
            self._archive = open_archive(cluster.database_url)
            dice = Random(self._plan.seed)
            self._town = Town(cluster.webs, cluster.origin, dice, self._history)
            try:
                await self._live()
            finally:
                await self._archive.close()
                (self._folder / "history.jsonl").write_bytes(self._history.dump())
            records = await read_records(cluster.database_url)
            world = World(
                self._persons,
                cluster.settings.policy,
                frozenset(map(RegionCode, self._plan.offering)),
                tuple(cluster.broken),
            )
        verdict = judge(self._history, records, world)
        seconds = time.monotonic() - self._begun
        return Result(self._plan, verdict, self._history, seconds, tuple(self._took))

    async def _live(self) -> None:
        tasks = [asyncio.create_task(self._one_after_another()) for _ in range(PATIENTS)]
        shifts = [asyncio.create_task(self._shifts()) for _ in range(NURSES)]
        try:
            self._took.append(("start", round(time.monotonic() - self._begun, 1)))
            await self._watched(self._cluster.suffer(), *tasks, *shifts)
            self._town.open_for_business = False
            self._town.serving = False
            await self._until(self._all_is_still, "nurses to finish what they have")
            await self._until(self._all_are_ready, "every process to lack nothing")
            await self._until(self._places_are_true, "every place shown to be the true one")
            await self._until(self._lines_are_true, "the live line to hold what the archive says")
            self._town.serving = True
            shifts += [asyncio.create_task(self._nurse(steady=True).live()) for _ in range(2)]
            await self._until(lambda: _all_done(tasks), "all who wait to be served")
            self._town.serving = False
            await self._until(self._all_is_still, "the last notes to be signed")
        finally:
            for task in (*tasks, *shifts):
                task.cancel()
            found = await asyncio.gather(*tasks, *shifts, return_exceptions=True)
        for one in found:
            if isinstance(one, Exception):
                raise one

    async def _watched(self, work: Awaitable[None], *others: asyncio.Task[None]) -> None:
        """Do the work; whoever fails meanwhile fails the schedule at once."""
        task = asyncio.ensure_future(work)
        waiting: set[asyncio.Future[None]] = {task, *others}
        while not task.done():
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for one in done:
                one.result()

    async def _one_after_another(self) -> None:
        while self._town.open_for_business:
            patient = Patient(f"patient-{next(self._numbers)}", self._town)
            self._patients.append(patient)
            await patient.live()
            self._patients.remove(patient)

    async def _shifts(self) -> None:
        """One nurse after the other: whoever vanishes is relieved by somebody else."""
        while True:
            await self._nurse(steady=False).live()

    def _nurse(self, *, steady: bool) -> Nurse:
        dice = self._town.dice
        number = next(self._numbers)
        regions = REGIONS if steady else dice.sample(REGIONS, dice.choice((2, 3)))
        languages = set(LANGUAGES) if steady else {"sv", dice.choice(LANGUAGES)}
        channels = frozenset(Channel) if steady or dice.random() < 0.8 else {Channel.CHAT}
        person = Person(
            id=NurseId(f"nurse-{number}"),
            name=f"Nurse {number}",
            title="Sjuksköterska",
            region=RegionCode("12"),
            regions=frozenset(RegionCode(code) for code in regions),
            languages=frozenset(Language(code) for code in languages),
            channels=frozenset(channels),
            competences=frozenset(Competence) if steady or dice.random() < 0.5 else frozenset(),
            chats=dice.choice((1, 1, 2, 3)),
        )
        self._persons[person.id] = person
        nurse = Nurse(person, self._town, self._sign_in, steady=steady)
        self._nurses.append(nurse)
        return nurse

    async def _sign_in(self, nurse: Person) -> str:
        """Return the cookie of a nurse who has signed in, as soon as the records can be reached."""
        secret = secrets.token_urlsafe(32)
        session = Session("", Role.NURSE, None, nurse, now() + 8 * HOUR)
        while True:
            with suppress(ArchiveDown):
                await self._archive.sessions.start(secret, session)
                return f"nurse={secret}"
            await self._town.rest(0.5)

    # What must come about once every part is whole ----------------------------------------------

    async def _until(self, condition: Callable[[], Awaitable[bool]], what: str) -> None:
        """Return when the condition holds; note it when nothing has come of it for long."""
        known, since = -1, time.monotonic()
        latest = since + 4 * _PATIENCE
        while not await condition():
            if known != (come := self._history.moved):
                known, since = come, time.monotonic()
            if time.monotonic() > min(since + _PATIENCE, latest):
                self._history.stuck.append(f"waited in vain for {what}: {self._left()}")
                break
            await asyncio.sleep(0.1)
        self._took.append((what, round(time.monotonic() - self._begun, 1)))

    def _left(self) -> str:
        people = ", ".join(
            f"{one.who} {one.contact} {one.view.get('phase')} v{one.view.get('version')}"
            f" place {one.place}"
            for one in self._patients
        )
        return f"lacking {self._lacking}; {people}"

    async def _all_are_ready(self) -> bool:
        self._lacking = await asyncio.to_thread(self._cluster.lacking)
        return not self._lacking

    async def _all_is_still(self) -> bool:
        return all(nurse.free for nurse in self._nurses if not nurse.gone)

    async def _places_are_true(self) -> bool:
        """Say whether every patient on screen is shown the place that the archive would give."""
        stand: dict[ContactId, line.Standing] = {}
        for region in REGIONS:
            tickets = await self._archive.contacts.tickets(RegionCode(region))
            stand |= line.standings(tickets)
        waiting = [patient for patient in self._patients if patient.waits]
        return all(
            known is not None and patient.place == known.place
            for patient in waiting
            for known in (stand.get(ContactId(patient.contact)),)
        )

    async def _lines_are_true(self) -> bool:
        """Say whether Redis holds exactly the waiting set, in the order of the archive."""
        live = open_live(self._cluster.redis.url, ProcessId("judge"))
        try:
            for region in REGIONS:
                code = RegionCode(region)
                hint = await live.line.tickets(code)
                truth = await self._archive.contacts.tickets(code)
                if [(t.contact, t.score) for t in hint] != [(t.contact, t.score) for t in truth]:
                    return False
        except (LineDown, Unbuilt):
            return False
        finally:
            await live.close()
        return True


async def _all_done(tasks: list[asyncio.Task[None]]) -> bool:
    return all(task.done() for task in tasks)
