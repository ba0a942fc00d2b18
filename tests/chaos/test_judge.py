"""The judge finds every breach in histories made by hand, and none where there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from tests.chaos import laws_stored as stored
from tests.chaos.history import Heard, History, Operation, Outcome, PageLog, Vanished
from tests.chaos.judge import Verdict, judge
from tests.chaos.laws_stored import World
from tests.chaos.lives import Lives, Moment
from tests.chaos.records import Entry, Records, Row, Sight
from tests.unit.lives import OUTCOME
from video_advice import events as ev
from video_advice.advice.urgency import Urgency
from video_advice.contact import step
from video_advice.ids import ContactId, Language, NurseId, PersonId, RegionCode
from video_advice.people import Channel, Concerns, Nurse, Role, card
from video_advice.policy import DEFAULT
from video_advice.quality.survey import Survey
from video_advice.state import Contact, Phase

START = 1_000_000


def _nurse(name: str) -> Nurse:
    return Nurse(
        id=NurseId(name),
        name=name,
        title="Nurse",
        region=RegionCode("12"),
        regions=frozenset({RegionCode("12")}),
        languages=frozenset({Language("sv")}),
        channels=frozenset(Channel),
    )


ANNA, BEATA = _nurse("anna"), _nurse("beata")


class Day:
    """Two contacts and two nurses on a day on which all goes well: what was done and is stored."""

    def __init__(self) -> None:
        self.history = History()
        self.entries: list[Entry] = []
        self.now: dict[str, Contact] = {}
        self.clock = START
        self.world = World({nurse.id: nurse for nurse in (ANNA, BEATA)}, DEFAULT)
        self.page = PageLog("early", "patient")
        self.history.pages.append(self.page)
        for name in ("early", "later"):
            self.open(name)
        self.take(ANNA, "early")
        self.chat("early", "patient", "one")
        self.chat("early", "anna", "two")
        self.do("early", "anna", "hang_up", ev.HungUp(Role.NURSE, 1))
        self.do("early", "anna", "sign", ev.OutcomeSigned(OUTCOME, card(ANNA), 1))
        self.page.ended["early"] = self.version("early")
        survey = Survey(score=4, words="")
        self.do("early", "patient", "survey", ev.SurveyAnswered(survey))
        self.take(BEATA, "later")

    def version(self, contact: str) -> int:
        return sum(entry.contact == contact for entry in self.entries)

    def open(self, name: str, person: str = "", channel: Channel = Channel.CHAT) -> None:
        event = ev.Opened(
            contact=ContactId(name),
            person=PersonId(person or f"person of {name}"),
            region=RegionCode("12"),
            concerns=Concerns.ME,
            called="",
            age=None,
            language=Language("sv"),
            interpreter=False,
            channel=channel,
            story=f"mark of {name}",
            consent="",
        )
        self.do(name, f"person of {name}", "open", event, mark=event.story)
        self.happen(name, ev.Joined(Role.PATIENT))

    def take(self, nurse: Nurse, name: str) -> None:
        epoch = self.now[name].epoch + 1
        self.happen(name, ev.NurseOffered(card(nurse), epoch, "turn"))
        self.do(name, nurse.id, "take", ev.OfferAccepted(card(nurse), epoch))
        self.happen(name, ev.Joined(Role.NURSE))

    def chat(self, name: str, who: str, mark: str) -> None:
        by = Role.NURSE if who == "anna" else Role.PATIENT
        self.do(name, who, "chat", ev.ChatSent(by, who, mark, mark), mark=mark)
        self.page.heard.append(Heard(name, self.version(name), mark))

    def do(self, name: str, who: str, kind: str, event: ev.AnyEvent, mark: str = "") -> None:
        start = self.clock
        self.happen(name, event)
        self.clock += 10
        self.history.operations.append(
            Operation(
                who=who,
                kind=kind,
                contact=name,
                mark=mark,
                start=start,
                end=self.clock,
                outcome=Outcome.OK,
                version=None if kind == "open" else self.version(name),
            )
        )

    def happen(self, name: str, event: ev.AnyEvent) -> None:
        self.clock += 10
        self.now[name], _ = step(self.now.get(name), event, self.clock, DEFAULT)
        self.write(name, event)

    def write(self, name: str, event: ev.AnyEvent) -> None:
        """Write an event down, whether or not the rules allow it."""
        self.entries.append(
            Entry(
                order=len(self.entries),
                contact=name,
                version=self.version(name) + 1,
                at=self.clock,
                event=event,
                committed=self.clock + 1.0,
            )
        )

    def rows(self) -> dict[str, Row]:
        return {name: _row(one, self.version(name)) for name, one in self.now.items()}

    def judged(self, **rows: Row) -> Verdict:
        return judge(
            self.history, Records({**self.rows(), **rows}, tuple(self.entries)), self.world
        )

    def operation(self, kind: str) -> Operation:
        return next(one for one in self.history.operations if one.kind == kind)

    def entry(self, kind: type[ev.Event]) -> int:
        return next(n for n, one in enumerate(self.entries) if isinstance(one.event, kind))


def _row(one: Contact, version: int) -> Row:
    return Row(
        id=one.id,
        version=version,
        phase=one.phase.value,
        person=one.person,
        live_person=None if one.phase is Phase.ENDED else one.person,
        open_key=None,
        nurse=None if one.nurse is None else one.nurse.id,
        score=0,
        away=one.away(),
        contact=one,
    )


def test_a_good_day_is_good() -> None:
    verdict = Day().judged()
    assert verdict.good, str(verdict)
    assert verdict.acknowledged == 9


def never_stored(day: Day) -> None:
    day.operation("open").mark = "nobody wrote this"


def other_contact(day: Day) -> None:
    day.operation("open").contact = "later"


def nothing_at_that_version(day: Day) -> None:
    day.operation("sign").version = 99


def another_event_at_that_version(day: Day) -> None:
    day.operation("sign").version = 2


def another_message_at_that_version(day: Day) -> None:
    day.operation("chat").version = (day.operation("chat").version or 0) + 1


def taken_by_another(day: Day) -> None:
    day.operation("take").who = "beata"


@pytest.mark.parametrize(
    "breach",
    [
        never_stored,
        other_contact,
        nothing_at_that_version,
        another_event_at_that_version,
        another_message_at_that_version,
        taken_by_another,
    ],
)
def test_what_was_answered_and_is_not_stored_is_lost(breach: Callable[[Day], None]) -> None:
    day = Day()
    breach(day)
    assert day.judged().lost


def test_a_message_stored_twice_is_doubled() -> None:
    day = Day()
    day.happen("later", ev.ChatSent(Role.PATIENT, "", "one", "another key"))
    assert len(day.judged().doubled) == 1


def test_one_wish_that_opened_two_contacts_is_doubled() -> None:
    day = Day()
    day.open("third")
    opened = day.entry(ev.Opened)
    first = day.entries[opened].event
    assert isinstance(first, ev.Opened)
    third = next(n for n, one in enumerate(day.entries) if one.contact == "third")
    event = day.entries[third].event
    assert isinstance(event, ev.Opened)
    day.entries[third] = replace(day.entries[third], event=replace(event, story=first.story))
    day.now["third"] = replace(day.now["third"], story=first.story)
    assert any(what.startswith("I2") for what in day.judged().doubled)


def refused_but_stored(day: Day) -> str:
    day.operation("chat").outcome = Outcome.FAIL
    return "I18"


def made_before_it_was_asked(day: Day) -> str:
    day.operation("sign").start += 1_000
    day.operation("sign").end += 1_000
    return "I1"


def stands_before_what_was_answered_earlier(day: Day) -> str:
    chats = [one for one in day.history.operations if one.kind == "chat"]
    for one, other in ((chats[0], chats[1]), (chats[1], chats[0])):
        at = next(e.at for e in day.entries if (e.contact, e.version) == (one.contact, one.version))
        one.start, one.end = at - 5, at
        del other
    chats[1].version, chats[0].version = chats[0].version, chats[1].version
    chats[1].mark, chats[0].mark = chats[0].mark, chats[1].mark
    return "I1"


def two_open_at_once(day: Day) -> str:
    day.open("third", person="person of later")
    return "I2"


def two_at_one_nurse(day: Day) -> str:
    day.open("third")
    day.take(BEATA, "third")
    return "I3"


def from_nurse_to_nurse(day: Day) -> str:
    at = day.entry(ev.OfferAccepted)
    day.entries[at] = replace(day.entries[at], event=ev.OfferAccepted(card(BEATA), 1))
    return "I11"  # the rules themselves refuse it when the events are folded


def stale_epoch(day: Day) -> str:
    day.write("later", ev.HungUp(Role.NURSE, 0))
    return "I11"


def after_the_end(day: Day) -> str:
    day.write("early", ev.NurseOffered(card(ANNA), 3, "turn"))
    return "I11"


def a_version_is_missing(day: Day) -> str:
    del day.entries[day.entry(ev.ChatSent)]
    return "I11"


def somebody_stood_before(day: Day) -> str:
    day.do("later", "beata", "return", ev.Returned(1, Urgency.IMMEDIATE, ""))
    day.open("third")
    day.clock += 1_000
    day.take(ANNA, "third")
    return "I6"


def nurse_never_missed(day: Day) -> str:
    day.history.vanished.append(Vanished("beata", "nurse", day.clock + 1))
    return "I9"


def nurse_missed_too_late(day: Day) -> str:
    day.history.vanished.append(Vanished("beata", "nurse", day.clock + 1))
    day.clock += day.world.bound + 1_000
    day.happen("later", ev.Returned(1, None, ""))
    return "I9"


def waited_in_vain(day: Day) -> str:
    day.history.stuck.append("waited for somebody")
    return "I8"


def shown_twice(day: Day) -> str:
    day.page.heard.append(day.page.heard[0])
    return "I2"


def shown_what_nobody_wrote(day: Day) -> str:
    day.page.heard.append(Heard("early", 1, "one"))
    return "I1"


def never_shown(day: Day) -> str:
    del day.page.heard[0]
    return "I1"


def shown_an_older_state(day: Day) -> str:
    day.page.states["early"] = [(5, 1), (4, 1)]
    return "I4"


@pytest.mark.parametrize(
    "breach",
    [
        refused_but_stored,
        made_before_it_was_asked,
        stands_before_what_was_answered_earlier,
        two_open_at_once,
        two_at_one_nurse,
        from_nurse_to_nurse,
        stale_epoch,
        after_the_end,
        a_version_is_missing,
        somebody_stood_before,
        nurse_never_missed,
        nurse_missed_too_late,
        waited_in_vain,
        shown_twice,
        shown_what_nobody_wrote,
        never_shown,
        shown_an_older_state,
    ],
)
def test_a_breach_is_found(breach: Callable[[Day], str]) -> None:
    day = Day()
    law = breach(day)
    found = day.judged().broken
    assert any(what.startswith(f"{law} ") for what in found), found


@pytest.mark.parametrize(
    "change",
    [
        {"version": 99},
        {"phase": "waiting"},
        {"nurse": None},
        {"away": True},
        {"live_person": "somebody"},
    ],
)
def test_a_row_that_the_events_do_not_give_is_found(change: dict[str, Any]) -> None:
    day = Day()
    row = replace(day.rows()["later"], **change)
    assert any(what.startswith("I11") for what in day.judged(later=row).broken)


def test_who_was_not_yet_there_when_the_offer_was_made_was_not_passed_over() -> None:
    day = Day()
    day.do("later", "beata", "return", ev.Returned(1, None, ""))
    day.open("third")
    day.clock += 1_000
    day.take(ANNA, "later")
    urgent = day.clock
    day.do("later", "anna", "return", ev.Returned(3, Urgency.IMMEDIATE, ""))
    back = len(day.entries) - 1
    day.take(BEATA, "third")
    # The urgent one came back between the making of the offer and its commit.
    offered = max(n for n, e in enumerate(day.entries) if isinstance(e.event, ev.NurseOffered))
    day.entries[back] = replace(day.entries[back], committed=float(day.clock))
    day.entries[offered] = replace(day.entries[offered], committed=float(day.clock) + 5)
    assert urgent < day.clock
    verdict = day.judged()
    assert not [what for what in verdict.broken if what.startswith("I6")], str(verdict)


def test_a_nurse_of_two_chats_may_hold_two_and_no_video_beside_one() -> None:
    for channel, good in ((Channel.CHAT, True), (Channel.VIDEO, False)):
        day = Day()
        day.world.nurses["beata"] = replace(BEATA, chats=2)
        day.open("third", channel=channel)
        day.take(BEATA, "third")
        broken = [what for what in day.judged().broken if what.startswith("I3")]
        assert bool(broken) is not good


def test_a_video_is_not_passed_over_by_who_holds_a_chat() -> None:
    for holds in (True, False):
        day = Day()
        day.world.nurses["beata"] = replace(BEATA, chats=2)
        if not holds:
            day.do("later", "beata", "hang_up", ev.HungUp(Role.NURSE, 1))
            day.do("later", "beata", "sign", ev.OutcomeSigned(OUTCOME, card(BEATA), 1))
        day.open("third", channel=Channel.VIDEO)
        day.open("fourth")
        day.clock += 10_000
        day.take(BEATA, "fourth")
        passed = [what for what in day.judged().broken if what.startswith("I6")]
        assert bool(passed) is not holds


@pytest.mark.parametrize(
    ("snapshot", "seen"),
    [("7:7:", True), ("5:7:", True), ("5:8:6", False), ("6:6:", False), ("5:9:5,7", True)],
)
def test_who_was_committed_and_not_yet_seen_was_not_passed_over(
    snapshot: str, *, seen: bool
) -> None:
    """Transaction 6 put somebody in the line; she was offered somebody else by transaction 7."""
    day = Day()
    day.do("later", "beata", "return", ev.Returned(1, None, ""))
    back = len(day.entries) - 1
    day.open("third")
    day.clock += 1_000
    day.take(ANNA, "third")
    offered = max(n for n, e in enumerate(day.entries) if isinstance(e.event, ev.NurseOffered))
    assert any(what.startswith("I6") for what in day.judged().broken)
    day.entries[back] = replace(day.entries[back], sight=Sight.of("6", "6:6:"))
    day.entries[offered] = replace(day.entries[offered], sight=Sight.of("7", snapshot))
    found = any(what.startswith("I6") for what in day.judged().broken)
    assert found is seen


def test_an_orphan_may_stay_one_while_parts_are_broken() -> None:
    day = Day()
    gone = day.clock + 1
    day.history.vanished.append(Vanished("beata", "nurse", gone))
    day.clock += day.world.bound + 10_000
    day.happen("later", ev.Returned(1, None, ""))
    assert not day.judged().good
    day.world = replace(day.world, broken=((gone + 1_000, gone + 12_000),))
    verdict = day.judged()
    assert verdict.good, str(verdict)


def life(*steps: tuple[Contact | None, ev.AnyEvent, Contact]) -> Lives:
    """A life as rules that had gone wrong would tell it."""
    moments = [
        Moment(Entry(number, after.id, number + 1, START, event, None, None), before, after)
        for number, (before, event, after) in enumerate(steps)
    ]
    return Lives(tuple(moments), {"early": moments}, ())


def test_the_laws_do_not_lean_on_the_rules_they_judge() -> None:
    later = Day().now["later"]
    hers = replace(later, nurse=card(ANNA))
    ended = replace(later, phase=Phase.ENDED)
    hung_up = ev.HungUp(Role.NURSE, later.epoch - 1)
    accepted = ev.OfferAccepted(card(ANNA), later.epoch)
    offered = ev.NurseOffered(card(ANNA), later.epoch + 1, "turn")
    assert list(stored.fenced(life((later, hung_up, later))))
    assert list(stored.fenced(life((later, accepted, later))))
    assert list(stored.fenced(life((later, offered, replace(later, epoch=0)))))
    assert list(stored.over(life((ended, offered, later))))
    assert list(stored.exclusive(life((later, accepted, hers)), World({}, DEFAULT)))
    assert not list(stored.fenced(life((later, offered, replace(later, epoch=later.epoch + 1)))))
