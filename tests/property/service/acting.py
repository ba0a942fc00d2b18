"""What people and processes do in a walk, as the doors of the service would have it done."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from msgspec.structs import replace

from signaling.sockets.talk import act
from tests.fakes.clock import Hands
from tests.fakes.memory_archive import MemoryArchive
from tests.property.service.fate import Fate, Mishap
from tests.property.service.judge import Asked
from tests.property.service.world import NURSES, Page, Process, World, arrival
from tests.unit import lives
from video_advice import events as ev
from video_advice import line
from video_advice.contact import deadline
from video_advice.ids import ContactId, NurseId, PersonId, ProcessId
from video_advice.people import Nurse, Role, card
from video_advice.policy import DEFAULT, MINUTE
from video_advice.ports import (
    AlreadyDone,
    AlreadyOpen,
    ArchiveDown,
    GuardFailed,
    LeaseLost,
    SeatTaken,
    Stored,
)
from video_advice.refusals import Refusal, Refused
from video_advice.state import Contact, Phase

_PATIENTS = (
    ev.PatientLeft,
    ev.CallbackChosen,
    ev.CallbackDropped,
    ev.ChannelWished,
    ev.FeltWorse,
    ev.CheckAnswered,
    ev.NetworkMeasured,
    ev.ChannelAnswered,
    ev.PushAsked,
    ev.PushGone,
    ev.TextAsked,
    ev.SurveyAnswered,
    ev.PhotoReceived,
    ev.PhotoRemoved,
)
_OURS = (ev.SoonNext, ev.ColleagueGone, ev.PhotoCleaned, ev.PhotoRejected)
"""What the service itself makes happen."""


@dataclass
class Who:
    """Somebody who says something on a page, as `signaling.sockets` sees it."""

    role: Role
    person: PersonId | None = None
    nurse: Nurse | None = None
    process: ProcessId | None = None


@dataclass
class Said:
    """What somebody said, or may say again."""

    who: Who | None
    asked: Asked
    doubt: bool = False
    """Whether it was said before, and not answered."""


class Acting(RuleBasedStateMachine):
    """A world, and those who act in it. The rules are in `tests.property.service.machine`."""

    archive: Callable[[Hands], Any] = MemoryArchive

    def __init__(self) -> None:
        super().__init__()
        clock = Hands()
        self.world = World(type(self).archive(clock), clock, asyncio.new_event_loop())
        self.said: list[Said] = []
        self.unanswered: list[Said] = []
        self.numbers = 1

    # Who does it, and to what -------------------------------------------------------------------

    def process(self, number: int) -> Process:
        free = [one for one in self.world.processes if not one.busy]
        return free[number % len(free)]

    def may_hold(self, fate: Fate) -> Fate:
        """Let some process be free at all times."""
        room = len(self.world.held) + 1 < len(self.world.processes)
        return fate if room or fate.mishap is not Mishap.HOLD else Fate()

    def contact(self, number: int, rather: Phase | None = None) -> Stored:
        """Return a contact, half of the time `rather` one in this phase."""
        stored = self.world.judge.stored
        known = [stored[one] for one in sorted(stored)]
        some = [one for one in known if one.contact.phase is rather and number % 2]
        return (some or known)[number % len(some or known)]

    def do(
        self, said: Said, process: Process, work: Coroutine[Any, Any, Stored], fate: Fate
    ) -> None:
        """Have something done that somebody waits for."""
        judge = self.world.judge
        self.said.append(said)

        def ended(result: object) -> None:
            match result:
                case Stored():
                    judge.done(said.asked, result.contact.id, result.version)
                case AlreadyDone():
                    judge.done(said.asked, result.contact, result.version)
                case Refused() | GuardFailed() | AlreadyOpen() | SeatTaken() | LeaseLost() if (
                    not said.doubt
                ):
                    judge.refused(said.asked)
                case ArchiveDown() | asyncio.CancelledError():
                    said.doubt = True
                    self.unanswered.append(said)
                case Refused() | GuardFailed() | AlreadyOpen() | SeatTaken() | LeaseLost():
                    pass
                case Exception():
                    raise result

        self.world.do(process, work, ended, self.may_hold(fate))

    def open(self, said: Said, process: int, fate: Fate) -> None:
        engine = self.process(process).engine
        asked = said.asked
        work = engine.open(asked.event, asked.contact, asked.key or "")
        self.do(said, self.process(process), work, fate)

    def happen(
        self, data: st.DataObject, stored: Stored, kind: type[ev.Event], number: int, fate: Fate
    ) -> None:
        contact, process = stored.contact, self.process(number)
        if kind is ev.TimePassed:
            self.fall_due(contact, process, fate)
        elif kind in {ev.Joined, ev.Dropped}:
            self.come_or_go(contact, data.draw(st.sampled_from(Role)), kind, process, fate)
        elif kind is ev.NurseOffered:
            self.take(data.draw(st.sampled_from(NURSES)), None, process, fate)
        elif kind is ev.OfferAccepted and contact.nurse is not None:
            self.accept(contact.nurse.id, stored, fate)
        else:
            fitting = lives.samples(contact, kind, self.world.clock.now())
            self.say(data.draw(st.sampled_from(fitting), label="event"), contact, process, fate)

    def say(self, what: ev.AnyEvent, contact: Contact, process: Process, fate: Fate) -> None:
        key, mark = None, ""
        role = getattr(what, "by", None) or (
            Role.PATIENT if isinstance(what, _PATIENTS) else Role.NURSE
        )
        if isinstance(what, ev.ChatSent):
            self.numbers += 1
            mark = f"mark {self.numbers}"
            key, what = f"{role}:{mark}", replace(what, text=mark, key=mark)
        who = None if isinstance(what, _OURS) else self.who(role, contact)
        said = Said(who, Asked(contact.id, what, key, mark))
        self.do(said, process, said_again(said, process), fate)

    def who(self, role: Role, contact: Contact) -> Who:
        if role is Role.PATIENT:
            return Who(role, person=contact.person)
        hers = NurseId("nobody") if contact.nurse is None else contact.nurse.id
        return Who(role, nurse=self.world.judge.nurses.get(hers, NURSES[0]))

    def come_or_go(
        self, contact: Contact, role: Role, kind: type[ev.Event], process: Process, fate: Fate
    ) -> None:
        world = self.world
        if kind is ev.Dropped:
            there = [
                page
                for page in world.pages.values()
                if page.there
                and contact.id in page.rooms
                and (page.nurse is None) is (role is Role.PATIENT)
                and not page.process.busy
            ]
            for page in there[:1]:
                world.leave(page, self.may_hold(fate))
        elif role is Role.PATIENT:
            world.patient_comes(process, contact.id, self.may_hold(fate))
        elif contact.nurse is not None and world.page_of(contact.nurse.id) is None:
            world.nurse_comes(process, contact.nurse.id, self.may_hold(fate))

    def fall_due(self, contact: Contact, process: Process, fate: Fate) -> None:
        """Let time pass until the contact's deadline, and a worker look."""
        due = deadline(contact, self.world.clock.now(), DEFAULT)
        if due is not None:
            self.world.wait(min(max(due - self.world.clock.now(), 0), 13 * 60 * MINUTE))
        self.work(process, process.worker.deadlines(), fate)

    def let_go(self, fate: Fate) -> None:
        for working in [one for one in self.world.held if one.fate is fate]:
            self.world.go_on(working)

    def take(self, nurse: Nurse, contact: ContactId | None, process: Process, fate: Fate) -> None:
        """Take the next one, or this one; from a page it is accepted in the same moment."""
        page = self.world.page_of(nurse.id)
        process = process if page is None else page.process
        here = None if page is None else arrival(page)
        fate = self.may_hold(fate)

        def ended(result: object) -> None:
            match result:
                case Stored():
                    self.taken(nurse, page, result)
                case Refused() if result.code is Refusal.NOBODY_WAITING and fate.fair:
                    wants = self.world.judge.wants(nurse)
                    first = line.first(wants, self.world.judge.tickets())
                    if first is not None:
                        self.world.judge.broken.append(
                            f"I8 {nurse.id} is told that nobody waits, though {first.contact} does"
                        )
                case Refused() | ArchiveDown() | LeaseLost() | asyncio.CancelledError():
                    pass
                case Exception():
                    raise result

        if contact is None:
            work = process.desk.take_next(nurse, here)
        else:
            work = process.desk.take(nurse, contact, here)
        self.world.do(process, work, ended, fate)

    def taken(self, nurse: Nurse, page: Page | None, stored: Stored) -> None:
        kind = ev.NurseOffered if page is None else ev.OfferAccepted
        mine = {"nurse": card(nurse), "epoch": stored.contact.epoch}
        what = kind(**mine, **({} if page is not None else {"reason": ""}))  # type: ignore[arg-type]
        self.world.judge.done(Asked(stored.contact.id, what), stored.contact.id, stored.version)

    def accept(self, nurse: NurseId, offered: Stored, fate: Fate) -> None:
        page = self.world.page_of(nurse)
        if page is None:
            return
        person = self.world.judge.nurses[nurse]
        what = ev.OfferAccepted(card(person), offered.contact.epoch)
        said = Said(self.who(Role.NURSE, offered.contact), Asked(offered.contact.id, what))
        work = page.process.desk.accept(person, offered, arrival(page))
        self.do(said, page.process, work, fate)

    def work(self, process: Process, work: Coroutine[Any, Any, Any], fate: Fate) -> None:
        """Have something done that nobody waits for."""

        def ended(result: object) -> None:
            if isinstance(result, Exception) and not isinstance(result, ArchiveDown | LeaseLost):
                raise result

        self.world.do(process, work, ended, self.may_hold(fate))


def said_again(said: Said, process: Process) -> Coroutine[Any, Any, Stored]:
    """Return what is done about something said, as the doors would do it."""
    asked = said.asked
    if said.who is None:
        return process.engine.happen(asked.contact, asked.event, key=asked.key)
    services: Any = process.services
    who: Any = dataclasses.replace(said.who, process=process.id)
    return act(who, asked.contact, services, asked.event, asked.key)
