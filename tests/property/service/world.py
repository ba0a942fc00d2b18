"""The real engine, desk, index, aftermath and worker in several processes, over one archive and one
line, with time and every mishap in the test's hand. There are no sockets and no rooms.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Final

from msgspec.structs import replace

from signaling.aftermath import Aftermath
from signaling.desk import Desk
from signaling.engine import Engine
from signaling.index import Index
from signaling.lookout import Lookout
from signaling.rules import Rules
from signaling.worker import Worker
from tests.fakes.clock import Hands
from tests.fakes.fickle_line import FickleLine
from tests.property.service.fate import FATE, Fate, Mishap, Reached, line_of
from tests.property.service.judge import Judge
from tests.unit.lives import KARIN, YUSUF, Life, nurse_card
from tests.unit.people import nurse_of
from video_advice.ids import ConnectionId, ContactId, Instant, NurseId, ProcessId, desk_of
from video_advice.line import Group
from video_advice.people import Competence, Nurse, Role
from video_advice.photos import PhotoMissing
from video_advice.policy import DEFAULT, SECOND
from video_advice.ports import ArchiveDown, Arrival, Duty, LeaseLost, Stored

LEASE: Final = 10 * SECOND
NURSES: Final = (
    nurse_of(KARIN, "sv", "ar"),
    replace(nurse_of(YUSUF, "sv", "ar"), competences=frozenset(Competence), chats=2),
    replace(nurse_of(nurse_card("aino"), "sv"), protected=True),
)
"""The first may be offered the next one, the others take."""


class Later:
    """Background work that is done when the test says so, or never."""

    def __init__(self) -> None:
        self.work: list[Coroutine[Any, Any, None]] = []

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        self.work.append(work)

    def drop(self) -> None:
        """Forget what has not been done: the process is gone."""
        for work in self.work:
            work.close()
        self.work.clear()


class _NoPhotos:
    """A photo store that has lost everything, and a cleaner that is given nothing."""

    async def read_source(self, _: str) -> bytes:
        raise PhotoMissing

    clean = open_view = read_source

    async def remove(self, photo: str) -> None:
        """There is nothing to remove."""


@dataclass
class Page:
    """A page of a patient in a contact, or of a nurse and the contacts she has on it."""

    id: ConnectionId
    process: Process
    nurse: NurseId | None
    rooms: set[ContactId]
    life: ProcessId
    """What the process was called when the page came."""
    there: bool = True
    noted: bool = True
    """Whether it may still count: until it is noted that it is gone."""


@dataclass
class Working:
    """A piece of work in a process: `ended` is told its result or its exception."""

    process: Process
    fate: Fate
    ended: Callable[[object], None]
    task: asyncio.Task[object] | None = None


class Process:
    """One process of the service: a web process and a worker in one."""

    def __init__(self, world: World, name: str) -> None:
        """Begin with a lease."""
        archive, line = world.archive, line_of(world.line)
        self.world = world
        self.name = name
        self.later = Later()
        self.lives = 0
        contacts = Reached(archive.contacts, after=world.noted)
        self.presence = Reached(archive.presence)
        outbox = Reached(archive.outbox)
        self.index = Index(line, contacts)  # type: ignore[arg-type]
        self.aftermath = Aftermath(
            SimpleNamespace(news=lambda *_: None),  # type: ignore[arg-type]
            SimpleNamespace(poke=lambda *_: None),  # type: ignore[arg-type]
            self.index,
            outbox,  # type: ignore[arg-type]
            _nobody,
            self.later,  # type: ignore[arg-type]
        )
        self.engine = Engine(
            contacts,  # type: ignore[arg-type]
            self.presence,  # type: ignore[arg-type]
            world.clock,
            DEFAULT,
            self.aftermath,
            lambda: self.id,
        )
        self.desk = Desk(self.engine, self.index)
        self.services: Any = SimpleNamespace(
            archive=SimpleNamespace(
                contacts=contacts,
                presence=self.presence,
                outbox=outbox,
                duties=Reached(archive.duties),
                forecasts=Reached(archive.forecasts),
                alarms=Reached(archive.alarms),
            ),
            engine=self.engine,
            index=self.index,
            replica=None,
            desk=self.desk,
            rules=Rules(archive.rules),
            photos=_NoPhotos(),
            ring=_nobody,
            live_ping=world.ping,
            now=world.clock.now,
            clock=world.clock,
        )
        self.worker = Worker(self.services, _NoPhotos(), SimpleNamespace(tell=_told))  # type: ignore[arg-type]
        self.lookout = Lookout(
            self.index,
            self.services.archive.alarms,
            _all_are_served,
            world.ping,
            world.clock.now,
        )

    @property
    def id(self) -> ProcessId:
        """Its identifier: another one after each start, and each lapse of the lease."""
        return ProcessId(f"{self.name}.{self.lives}")

    @property
    def busy(self) -> bool:
        """Whether it is held up in the middle of something."""
        return any(work.process is self for work in self.world.held)


async def _nobody(*_: object, **__: object) -> None:
    """Ring where nobody listens."""


async def _all_are_served() -> frozenset[Group]:
    return frozenset()


async def _told(_: object) -> bool:
    return True


@dataclass
class World:
    """Everything there is. `archive` is empty at first, and keeps time by `clock`."""

    archive: Any
    clock: Hands
    loop: asyncio.AbstractEventLoop
    pages: dict[ConnectionId, Page] = field(default_factory=dict)
    held: list[Working] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Start three processes."""
        self.now: Fate | None = None
        self.line = FickleLine(self._raced)
        self.judge = Judge(self.archive, self.clock, DEFAULT, NURSES, self._hers)
        self.processes = [Process(self, name) for name in ("one", "two", "three")]
        self._names = 0
        self._leases: dict[ProcessId | None, Instant] = {}
        for process in self.processes:
            self.renew(process)

    # Carrying out -------------------------------------------------------------------------------

    def at_once(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Do what no mishap befalls, and return its result."""
        return self.loop.run_until_complete(_fated(work, Fate()))

    def do(
        self,
        process: Process,
        work: Coroutine[Any, Any, object],
        ended: Callable[[object], None] = lambda _: None,
        fate: Fate | None = None,
    ) -> None:
        """Let a process do something until it is done, held up, or killed over it."""
        working = Working(process, fate or Fate(), ended)
        working.task = self.loop.create_task(_fated(work, working.fate), context=copy_context())
        working.task.add_done_callback(lambda _: working.fate.stopped.set())
        self._go(working)
        if working in self.held and working.fate.mishap is Mishap.KILL:
            self.kill(process)

    def go_on(self, working: Working) -> None:
        """Let what was held up go on."""
        self.held.remove(working)
        working.fate.stopped.clear()
        working.fate.go.set()
        self._go(working)

    def _go(self, working: Working) -> None:
        assert working.task is not None
        self.now = working.fate
        self.loop.run_until_complete(working.fate.stopped.wait())
        self.now = None
        if not working.task.done():
            self.held.append(working)
            return
        error = working.task.exception()
        working.ended(working.task.result() if error is None else error)

    def kill(self, process: Process) -> None:
        """End a process without a word, and start it anew. Its pages come back by themselves."""
        for working in [one for one in self.held if one.process is process]:
            self.held.remove(working)
            assert working.task is not None
            working.task.cancel()
            with suppress(asyncio.CancelledError):
                self.loop.run_until_complete(working.task)
            working.ended(asyncio.CancelledError())
        process.later.drop()
        for page in self.pages.values():
            page.there = page.there and page.process is not process
        process.lives += 1
        self.renew(process)

    def close(self) -> None:
        """End everything."""
        for process in self.processes:
            self.kill(process)

    def _raced(self) -> bool:
        return bool(self.held) or self.now is None or self.now.was_held

    async def ping(self) -> bool:
        """Say whether the live line can be reached."""
        return not self.line.down

    async def noted(self, call: str, args: tuple[Any, ...]) -> None:
        """Have each commit judged."""
        if call == "commit":
            change = args[0]
            if change.arrival is not None:
                self.pages[change.arrival.connection].rooms.add(change.contact.id)
            if change.expected and self._leases.get(change.process, 0) <= self.clock.now():
                self.judge.broken.append(
                    f"I4 {change.contact.id}: {change.event!r} by {change.process}, which is dead"
                )
            await self.judge.committed(change.contact.id, change.arrival is not None)

    # Time ---------------------------------------------------------------------------------------

    def wait(self, milliseconds: int, *asleep: Process) -> None:
        """Let time pass, in which those who are neither `asleep` nor held up keep their leases."""
        awake = [one for one in self.processes if one not in asleep and not one.busy]
        for process in awake:
            self.renew(process, milliseconds)
        self.clock.at += milliseconds
        for process in awake:
            self.renew(process)

    def renew(self, process: Process, ahead: int = 0) -> None:
        """Extend a lease; after a lapse the process goes on under another name, without pages."""
        extended = self.at_once(self.archive.presence.renew(process.id, ahead + LEASE))
        if extended is not None:
            self._leases[process.id] = extended + ahead + LEASE
            return
        process.lives += 1
        self.renew(process, ahead)
        for page in list(self.pages.values()):
            if page.there and page.process is process:
                self.leave(page)

    # Pages --------------------------------------------------------------------------------------

    def _page(self, process: Process, nurse: NurseId | None, *rooms: ContactId) -> Page:
        self._names += 1
        page = Page(ConnectionId(f"page {self._names}"), process, nurse, set(rooms), process.id)
        self.pages[page.id] = page
        return page

    def patient_comes(self, process: Process, contact: ContactId, fate: Fate | None = None) -> None:
        """Open a page for a contact."""
        page = self._page(process, None, contact)
        coming = process.engine.arrived(page.life, page.id, contact, Role.PATIENT)
        self.do(process, coming, lambda result: self._or_close(page, result), fate)

    def nurse_comes(self, process: Process, nurse: NurseId, fate: Fate | None = None) -> Page:
        """Open a page for a nurse, with everything that is hers."""
        page = self._page(process, nurse)

        async def enter() -> None:
            await process.presence.arrive(page.life, page.id, desk_of(nurse), Role.NURSE)
            for held in await process.services.archive.contacts.of_nurse(nurse):
                page.rooms.add(held.contact.id)
                if held.contact.phase != "offered":
                    await process.engine.arrived(page.life, page.id, held.contact.id, Role.NURSE)

        self.do(process, enter(), lambda result: self._or_close(page, result), fate)
        return page

    def _or_close(self, page: Page, result: object) -> None:
        if isinstance(result, Exception):
            self.leave(page)

    def leave(self, page: Page, fate: Fate | None = None) -> None:
        """Close a page."""
        page.there = False
        role = Role.PATIENT if page.nurse is None else Role.NURSE

        since = self.clock.now()

        async def leave() -> None:
            with suppress(LeaseLost):
                for contact in sorted(page.rooms):
                    await page.process.engine.left(page.id, contact, role, since, page.life)
                await page.process.presence.leave(page.id)
                page.noted = False

        def ended(result: object) -> None:
            if isinstance(result, ArchiveDown):
                page.process.later.start(leave())

        self.do(page.process, leave(), ended, fate)

    def page_of(self, nurse: NurseId) -> Page | None:
        """Return the nurse's page, if one is open in a process that is not held up."""
        found = (p for p in self.pages.values() if p.nurse == nurse and p.there)
        return next((page for page in found if not page.process.busy), None)

    def _hers(self, nurse: NurseId, contact: ContactId) -> bool:
        pages = (page for page in self.pages.values() if page.noted)
        return any(page.nurse == nurse and contact in page.rooms for page in pages)

    # Beginning ----------------------------------------------------------------------------------

    def live(self, life: Life) -> ContactId:
        """Let a life be stored at its own times, with the pages of those who are there."""
        one, contact = self.processes[0], life.contact.id
        stored: Stored | None = None
        for at, event in life.history:
            self.wait(max(at - self.clock.at, 0))
            if stored is None:
                stored = self.at_once(one.engine.open(event, contact, f"life-{contact}"))
            else:
                stored = self.at_once(one.engine.happen(contact, event))
        if Role.PATIENT in life.present():
            self.patient_comes(one, contact)
        if life.contact.nurse is not None and Role.NURSE in life.present():
            self.nurse_comes(one, life.contact.nurse.id)
        return contact

    def on_duty(self, nurse: Nurse, *, offers: bool) -> None:
        """Put a nurse on duty."""
        self.at_once(self.archive.duties.set(Duty(nurse, offers, self.clock.now())))


async def _fated(work: Coroutine[Any, Any, Any], fate: Fate) -> Any:
    FATE.set(fate)
    return await work


def arrival(page: Page) -> Arrival:
    """Return the page as it comes with an acceptance."""
    return Arrival(page.life, page.id, Role.NURSE)
