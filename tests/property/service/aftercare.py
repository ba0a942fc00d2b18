"""What must come about by itself once everything is whole again."""

from __future__ import annotations

import itertools
from typing import Any, Final

from msgspec.structs import replace

from tests.property.service.judge import Asked
from tests.property.service.world import LEASE, NURSES, Page, Process, World, arrival
from tests.unit import lives
from tests.unit.people import REGION, nurse_of
from video_advice.effects import SyncTicket
from video_advice.ids import ContactId, PersonId
from video_advice.people import Nurse
from video_advice.policy import DEFAULT, HOUR, SECOND
from video_advice.ports import Stored
from video_advice.state import HELD, Phase

_FAR: Final = 1_000 * HOUR
_OFFER_WITHIN: Final = 5 * SECOND
_LOOK: Final = 5 * SECOND
_UNNOTICED: Final = LEASE + DEFAULT.check + DEFAULT.nurse_grace + _LOOK
"""The longest that it goes unnoticed that somebody is gone, whatever was lost before."""

_ORPHANED: Final = max(LEASE, DEFAULT.nurse_grace) + SECOND
"""The longest that somebody stays with a nurse whose process has died."""


class Aftercare:
    """Mends the world, and judges what then comes of it."""

    def __init__(self, world: World) -> None:
        """`world` may be in any state."""
        self._world = world
        self._judge = world.judge
        self._numbers = itertools.count(900)

    def all_is_mended(self) -> None:
        """Let everything go on, and judge: the line, progress, orphans."""
        world = self._world
        for working in list(world.held):
            world.go_on(working)
        world.wait(0)
        self._finish(world.processes[0], down=True)
        self._finish(world.processes[1], down=False)
        for nurse in NURSES:
            world.at_once(world.archive.duties.clear(nurse.id))
        self._nothing_is_left_out()
        self._the_line_is_mended()
        self._offers_are_made("Redis up")
        world.line.down = True
        self._offers_are_made("Redis down")
        world.line.down = False
        self._no_orphans()
        self._the_ended_stay_so()
        world.line.wipe()
        self._the_line_is_mended()

    def _finish(self, process: Process, *, down: bool) -> None:
        """Let a process do what it left for later, with the line `down` or not."""
        self._world.line.down = down
        while process.later.work:
            self._world.do(process, process.later.work.pop(0), _must)

    def _nothing_is_left_out(self) -> None:
        """Whatever the line lacks is work still to be done, unless the line itself failed."""
        world = self._world
        world.do(world.processes[2], world.processes[2].worker.deliver(), _must)
        world.at_once(world.processes[0].index.numbered(REGION))  # built, if it was wiped
        claimed = world.at_once(world.archive.outbox.claim(world.clock.at + _FAR, 10_000, 1))
        to_do = {d.effect.contact for d in claimed if isinstance(d.effect, SyncTicket)}
        for contact in self._differing() - world.line.doubtful - to_do:
            stored = self._judge.stored.get(contact)
            self._judge.broken.append(f"I10 {contact}: the line was never told of {stored}")

    def _differing(self) -> set[ContactId]:
        found = self._world.at_once(self._world.processes[0].index.differences(REGION))
        return {contact for contact, *_ in found or ()}

    def _the_line_is_mended(self) -> None:
        """After some looks the line holds exactly the waiting set."""
        for _ in range(3):
            self._tick(self._world.processes[0])
        live = self._world.at_once(self._world.line.tickets(REGION))
        held = [(one.contact, one.score, one.away) for one in live]
        truth = sorted((t.score, t.contact, t.away) for t in self._judge.tickets())
        if held != [(contact, score, away) for score, contact, away in truth]:
            self._judge.broken.append(f"I10 the line holds {held}, those who wait are {truth}")

    def _offers_are_made(self, when: str) -> None:
        """A free nurse is offered somebody who waits, within 5 s. Then she accepts."""
        world = self._world
        nurse, page = self._free_nurse()
        contact = self._somebody_waits()
        waited = 0
        while waited <= _OFFER_WITHIN and self._held_by(nurse) is None:
            for process in world.processes:
                self._tick(process)
            world.wait(SECOND)
            waited += SECOND
        offered = self._held_by(nurse)
        if offered is None:
            stored = self._judge.stored.get(contact)
            self._judge.broken.append(f"I8 {when}: {nurse.id} is offered nobody; {stored}")
            return
        accepting = page.process.desk.accept(nurse, offered, arrival(page))
        world.do(page.process, accepting, _must)

    def _tick(self, process: Process) -> None:
        worker: Any = process.worker
        for work in (
            worker.deadlines(),
            worker.reap(),
            worker.deliver(),
            worker.offer(),
            process.lookout.look([REGION]),
        ):
            self._world.do(process, work, _must)

    def _free_nurse(self) -> tuple[Nurse, Page]:
        nurse = nurse_of(lives.nurse_card(f"nurse {next(self._numbers)}"), "sv")
        self._judge.nurses[nurse.id] = nurse
        self._world.on_duty(nurse, offers=True)
        return nurse, self._world.nurse_comes(self._world.processes[0], nurse.id)

    def _somebody_waits(self) -> ContactId:
        number = next(self._numbers)
        opened = replace(lives.opened(number), person=PersonId(f"{number + 2**33:032x}"))
        process = self._world.processes[1]

        def ended(result: object) -> None:
            assert isinstance(result, Stored), result
            self._judge.done(Asked(opened.contact, opened), opened.contact, result.version)

        opening = process.engine.open(opened, opened.contact, f"key {number}")
        self._world.do(process, opening, ended)
        self._world.patient_comes(process, opened.contact)
        return opened.contact

    def _held_by(self, nurse: Nurse) -> Stored | None:
        for stored in self._judge.stored.values():
            if stored.contact.nurse is not None and stored.contact.nurse.id == nurse.id:
                return stored
        return None

    def _no_orphans(self) -> None:
        """With every nurse gone, nobody stays with one; who had lost her stands ahead."""
        world = self._world
        for _ in range(_UNNOTICED // _LOOK):
            world.wait(_LOOK)
            self._tick_time(world.processes[0])
        had = {c: s.contact for c, s in self._judge.stored.items() if s.contact.phase in HELD}
        for process in world.processes:
            world.kill(process)
        one = world.processes[0]
        for _ in range(_ORPHANED // SECOND):
            world.wait(SECOND)
            self._tick_time(one)
        for contact, before in had.items():
            now = self._judge.stored[contact].contact
            if now.phase in HELD:
                self._judge.broken.append(f"I9 {contact}: still {now.phase}, and nobody is there")
            lost = before.phase in {Phase.TALKING, Phase.CALLING}
            if lost and now.phase is Phase.WAITING and not now.ahead:
                self._judge.broken.append(f"I9 {contact}: lost its nurse, and is not ahead")

    def _the_ended_stay_so(self) -> None:
        """Nobody takes one who is in an old list, but over."""
        nurse, page = self._free_nurse()
        ended = [c for c, s in self._judge.stored.items() if s.contact.phase is Phase.ENDED]
        for contact in ended:
            taking = page.process.desk.take(nurse, contact, arrival(page))
            self._world.do(page.process, taking)

    def _tick_time(self, process: Process) -> None:
        self._world.do(process, process.worker.reap(), _must)
        self._world.do(process, process.worker.deadlines(), _must)


def _must(result: object) -> None:
    if isinstance(result, Exception):
        raise result
