"""Random lives of the whole service, begun in every phase, with faults as rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar, Final

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule
from msgspec.structs import replace

from tests.property.service.acting import Acting, Said, said_again
from tests.property.service.aftercare import Aftercare
from tests.property.service.fate import Fate, Mishap
from tests.property.service.judge import Asked
from tests.property.service.world import NURSES
from tests.unit import lives
from tests.unit.lives import Life
from tests.unit.people import REGION
from video_advice import events as ev
from video_advice import line
from video_advice.contact import ALLOWED, deadline
from video_advice.ids import Language, PersonId
from video_advice.people import Channel, Competence, Nurse, Role, card
from video_advice.policy import DEFAULT, MINUTE
from video_advice.ports import Stored
from video_advice.state import Phase

_MISHAPS: Final = [(Mishap.NONE, 0)] * 12 + [
    (mishap, at) for mishap in Mishap if mishap is not Mishap.NONE for at in range(5)
]
FATES = st.sampled_from(_MISHAPS).map(Fate.of)
WAITS = st.sampled_from(
    (1, 1_000, 5_000, 11_000, DEFAULT.nurse_grace, DEFAULT.offer, MINUTE, DEFAULT.patient_grace)
)
NUMBERS = st.integers(0, 11)


def _lost_her_nurse() -> Life:
    life = lives.interrupted(Role.NURSE)
    life.silence()
    return life


_STARTS: Final = (*lives.REACH.values(), lives.to_be_called, _lost_her_nurse)
_SPECIALS: Final[tuple[dict[str, Any], ...]] = (
    {},
    {},
    {"language": Language("ar")},
    {"competence": Competence.CHILD},
    {"protected": True},
)
_LAST = (ev.PatientLeft, ev.OutcomeSigned)
"""Drawn seldom: after them nothing happens any more."""
_FENCED = (
    ev.OfferAccepted,
    ev.OfferDeclined,
    ev.HungUp,
    ev.Returned,
    ev.Transferred,
    ev.CallUnanswered,
    ev.ChannelProposed,
    ev.OutcomeSigned,
)
"""What names the epoch it is meant for."""


class Service(Acting):
    """What must be true of what is stored and answered, whatever fails and whoever races."""

    seen: ClassVar[Counter[tuple[Phase, str, Phase]]] = Counter()
    cared_for = True
    """Whether all is mended at the end of a walk, and judged again."""
    """What has happened in any walk."""

    # Beginning and end --------------------------------------------------------------------------

    @initialize(start=st.sampled_from(_STARTS), others=st.integers(0, 3), offers=st.booleans())
    def begin(self, start: Callable[[], Life], others: int, offers: bool) -> None:  # noqa: FBT001
        """Begin anywhere: a walk from the start hardly ever comes to INTERRUPTED."""
        self.world.live(start())
        event(f"begun {start.__name__}")
        for number, nurse in enumerate(NURSES):
            self.world.on_duty(nurse, offers=offers and number == 0)
            if self.world.page_of(nurse.id) is None and number < 2:
                self.world.nurse_comes(self.world.processes[number], nurse.id)
        one = self.world.processes[0]
        self.world.do(one, one.index.rebuild(REGION))
        for number in range(others):
            self.somebody_opens(number, number, Channel.CHAT, {}, Fate())

    def teardown(self) -> None:
        try:
            self.judge_all()
            if self.cared_for:
                Aftercare(self.world).all_is_mended()
            self.judge_all()
        finally:
            self.seen.update(self.world.judge.seen)
            for phase, kind, after in sorted(self.world.judge.seen):
                event(f"{phase} {kind} {after}")
            self.world.close()
            self.world.loop.run_until_complete(self.world.archive.close())
            self.world.loop.run_until_complete(self.world.loop.shutdown_default_executor())
            self.world.loop.close()

    @invariant()
    def judge_all(self) -> None:
        judge = self.world.judge
        self.world.at_once(judge.look())
        if judge.broken:
            raise Broken(judge.broken)

    # What people do -----------------------------------------------------------------------------

    @rule(
        person=st.integers(0, 3),
        process=NUMBERS,
        channel=st.sampled_from(Channel),
        special=st.sampled_from(_SPECIALS),
        fate=FATES,
    )
    def somebody_opens(
        self, person: int, process: int, channel: Channel, special: dict[str, Any], fate: Fate
    ) -> None:
        self.numbers += 1
        asked = replace(
            lives.opened(self.numbers, channel),
            person=PersonId(f"{person + 2**32:032x}"),
            story=f"mark {self.numbers}",
            **special,
        )
        key = f"key {self.numbers}"
        self.open(Said(None, Asked(asked.contact, asked, key, asked.story)), process, fate)
        if asked.contact in self.world.judge.stored:
            self.world.patient_comes(self.process(process), asked.contact)

    @rule(data=st.data(), contact=NUMBERS, process=NUMBERS, fate=FATES)
    def something_allowed_happens(
        self, data: st.DataObject, contact: int, process: int, fate: Fate
    ) -> None:
        stored = self.contact(contact)
        row = sorted(ALLOWED[stored.contact.phase], key=lambda kind: kind.__name__)
        often = [kind for kind in row if kind not in _LAST]
        moves = [
            kind for kind in often if ALLOWED[stored.contact.phase][kind] != {stored.contact.phase}
        ]
        kind = data.draw(st.sampled_from(often * 2 + moves * 4 + row), label="kind")
        self.happen(data, stored, kind, process, fate)

    @rule(contact=NUMBERS, by=st.sampled_from(Role), process=NUMBERS, fate=FATES)
    def somebody_writes(self, contact: int, by: Role, process: int, fate: Fate) -> None:
        """And, now and then, presses the button twice."""
        stored = self.contact(contact)
        if stored.contact.phase is Phase.ENDED:
            return
        chat = ev.ChatSent(by, "Å", "", "")
        self.say(chat, stored.contact, self.process(process), fate)
        if contact % 2:
            self.something_said_before_comes_again(0, process + 1)

    @rule(number=NUMBERS, process=NUMBERS, at=st.integers(0, 5))
    def a_page_is_loaded_anew(self, number: int, process: int, at: int) -> None:
        """The new page may be there before it is noted that the old one is gone."""
        fate = Fate(Mishap.HOLD, at)
        there = [one for one in self.world.pages.values() if one.there and not one.process.busy]
        if not there:
            return
        page = there[number % len(there)]
        self.world.leave(page, self.may_hold(fate))
        if page.nurse is not None:
            self.world.nurse_comes(self.process(process), page.nurse)
        else:
            self.world.patient_comes(self.process(process), next(iter(page.rooms)))
        self.let_go(fate)

    # What nurses do -----------------------------------------------------------------------------

    @rule(nurse=st.sampled_from(NURSES), process=NUMBERS, fate=FATES)
    def she_takes_the_next(self, nurse: Nurse, process: int, fate: Fate) -> None:
        self.take(nurse, None, self.process(process), fate)

    @rule(nurse=st.sampled_from(NURSES), contact=NUMBERS, process=NUMBERS, fate=FATES)
    def she_takes_one(self, nurse: Nurse, contact: int, process: int, fate: Fate) -> None:
        one = self.contact(contact, Phase.ENDED).contact.id  # from a list that is out of date
        self.take(nurse, one, self.process(process), fate)

    @rule(data=st.data(), contact=NUMBERS, lag=st.integers(0, 1), nurse=st.sampled_from(NURSES))
    def something_is_said_that_may_not_fit(
        self, data: st.DataObject, contact: int, lag: int, nurse: Nurse
    ) -> None:
        """Old epochs and other nurses, from pages that have not heard the news."""
        stored = self.contact(contact, Phase.OFFERED)
        old = replace(stored.contact, epoch=stored.contact.epoch - lag)
        fenced = [kind for kind in _FENCED if kind in ALLOWED[old.phase]]
        kind = data.draw(st.sampled_from(fenced or _FENCED), label="kind")
        if kind is ev.OfferAccepted:
            self.accept(nurse.id, Stored(stored.version, old), Fate())
        else:
            fitting = lives.samples(old, kind, self.world.clock.now())
            what = data.draw(st.sampled_from(fitting), label="event")
            if "nurse" in what.__struct_fields__:
                what = replace(what, nurse=card(nurse))
            self.say(what, old, self.process(contact), Fate())

    # What comes late, and again -----------------------------------------------------------------

    @precondition(lambda self: self.said)
    @rule(said=st.integers(0, 40), process=NUMBERS)
    def something_said_before_comes_again(self, said: int, process: int) -> None:
        """A page that was paused, a message that was on its way for long, a copy of it."""
        old = self.said[-1 - said % len(self.said)]
        old.doubt = True  # whatever it is answered itself
        again = Said(old.who, old.asked, doubt=True)
        if isinstance(old.asked.event, ev.Opened):
            self.open(again, process, Fate())
        else:
            self.do(again, self.process(process), said_again(again, self.process(process)), Fate())
        self.said.pop()

    @precondition(lambda self: self.unanswered)
    @rule(process=NUMBERS, fate=FATES)
    def what_was_not_answered_is_asked_again(self, process: int, fate: Fate) -> None:
        said = self.unanswered.pop(0)
        if isinstance(said.asked.event, ev.Opened):
            self.open(said, process, fate)
        elif said.asked.key is not None:
            self.do(said, self.process(process), said_again(said, self.process(process)), fate)

    # What goes on behind ------------------------------------------------------------------------

    @rule(
        process=NUMBERS,
        what=st.sampled_from(
            ("deadlines", "reap", "deliver", "deliver", "offer", "relieve", "look")
        ),
        fate=FATES,
    )
    def a_worker_works(self, process: int, what: str, fate: Fate) -> None:
        one = self.process(process)
        if what == "look":
            self.work(one, one.lookout.look([REGION]), fate)
        else:
            self.work(one, getattr(one.worker, what)(), fate)

    @rule(process=NUMBERS, fate=FATES, down=st.sampled_from((False, False, True)))
    def what_follows_is_done(self, process: int, fate: Fate, down: bool) -> None:  # noqa: FBT001
        """What a process left for later; the first piece of it may fail."""
        one = self.process(process)
        self.world.line.down = down
        while one.later.work and not one.busy:
            self.work(one, one.later.work.pop(0), fate)
            fate = Fate()

    @rule(time=WAITS, asleep=st.sets(st.integers(0, 2)))
    def time_passes(self, time: int, asleep: set[int]) -> None:
        self.world.wait(time, *(self.world.processes[number] for number in asleep))

    @rule(process=NUMBERS)
    def a_process_is_killed(self, process: int) -> None:
        self.world.kill(self.world.processes[process % 3])

    @precondition(lambda self: self.world.held)
    @rule(number=NUMBERS)
    def what_was_held_up_goes_on(self, number: int) -> None:
        self.world.go_on(self.world.held[number % len(self.world.held)])

    @rule(data=st.data(), contact=NUMBERS, at=st.integers(0, 4), process=NUMBERS)
    def somebody_is_faster(self, data: st.DataObject, contact: int, at: int, process: int) -> None:
        """Something happens to a contact while something else about it is held up."""
        slow = Fate(Mishap.HOLD, at)
        self.something_allowed_happens(data, contact, process, slow)
        self.something_allowed_happens(data, contact, process + 1, Fate())
        self.let_go(slow)

    @rule(contact=NUMBERS, process=NUMBERS, talks=st.booleans())
    def a_look_is_overtaken(self, contact: int, process: int, talks: bool) -> None:  # noqa: FBT001
        """A talk breaks off, or begins, while a worker that has looked is about to write."""
        one = self.contact(contact | 1, Phase.TALKING if talks else Phase.WAITING).contact
        due = deadline(one, self.world.clock.now(), DEFAULT) or 0
        self.world.wait(max(due - self.world.clock.now(), 0))
        worker, slow = self.process(process), Fate(Mishap.HOLD, 2)
        self.work(worker, worker.engine.tick(one.id), slow)
        if talks:
            self.come_or_go(one, Role.NURSE, ev.Dropped, worker, Fate())
        else:
            self.take(NURSES[-1], one.id, self.process(process), Fate())
        self.let_go(slow)

    # The line -----------------------------------------------------------------------------------

    @rule(what=st.sampled_from(("wipe", "down", "up", "keep", "relapse")))
    def the_line_fails(self, what: str) -> None:
        live = self.world.line
        match what:
            case "wipe":
                live.wipe()
            case "keep":
                live.keep(self.world.judge.stored)
            case "relapse":
                live.relapse(self.world.judge.stored)
            case _:
                live.down = what == "down"

    @rule(
        contact=NUMBERS,
        score=st.integers(-(10**15), 10**15),
        version=st.integers(0, 9),
        nurse=st.sampled_from(NURSES),
    )
    def the_line_holds_what_is_not_so(
        self, contact: int, score: int, version: int, nurse: Nurse
    ) -> None:
        """And a nurse takes the next one."""
        one = self.contact(contact).contact
        fake = line.ticket(replace(one, phase=Phase.WAITING, patient_left_at=None), version)
        assert fake is not None
        self.world.at_once(self.world.line.plant(replace(fake, score=score)))
        self.take(nurse, None, self.process(contact), Fate())


class Broken(AssertionError):
    """Laws were broken, each in words."""

    def __init__(self, found: list[str]) -> None:
        super().__init__("\n".join(found))
        self.laws = {what.split(" ", 1)[0] for what in found}
