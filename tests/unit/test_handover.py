"""A nurse hands a contact over: where it then stands, who is waited for, and for how long."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.unit import lives
from tests.unit.lives import BOTH, KARIN, NURSE, PATIENT, YUSUF, Life
from video_advice import events as ev
from video_advice import line
from video_advice.advice.redflags import Answer, Answered, RedFlag
from video_advice.advice.urgency import Urgency
from video_advice.contact import deadline, step
from video_advice.events import Destination, WhyReturned
from video_advice.ids import Language, NurseId
from video_advice.people import Competence
from video_advice.policy import DEFAULT, SECOND
from video_advice.refusals import Refusal, Refused
from video_advice.state import Contact, EndedWhy, Handover, Phase

TO_YUSUF = Destination(nurse=YUSUF.id)


def hand_over(
    life: Life, to: Destination, urgency: Urgency | None = None, reason: str = "skäl"
) -> Contact:
    return life.happen(ev.Transferred(life.contact.epoch, to, urgency, reason, "sammanfattat"))


@pytest.mark.parametrize(
    "make", [lives.calling, lives.joining, lives.talking, lambda: lives.interrupted(PATIENT)]
)
def test_whoever_is_handed_over_keeps_arrival_and_urgency_and_stands_ahead(
    make: Callable[[], Life],
) -> None:
    life = make()
    before = life.contact
    after = hand_over(life, Destination(competence=Competence.CHILD))
    assert (after.phase, after.epoch, after.nurse) == (Phase.WAITING, before.epoch + 1, None)
    assert (after.arrived_at, after.urgency) == (before.arrived_at, before.urgency)
    assert (after.ahead, after.told) == (True, WhyReturned.HANDED_OVER)
    ticket = line.ticket(after, 1)
    assert ticket is not None
    assert ticket.score == before.arrived_at + line.AHEAD
    assert ticket.group.competence is Competence.CHILD
    assert after.declined_by == (KARIN.id,), "not to be offered to who gave it away"


def test_language_and_interpreter_decide_the_line() -> None:
    life = lives.talking()
    after = hand_over(life, Destination(language=Language("ar")))
    assert line.group_of(after).language == "ar"
    life.offer(YUSUF)
    life.accept()
    after = hand_over(life, Destination(interpreter=True))
    assert (after.language, line.group_of(after).language) == ("ar", None)


def test_what_she_writes_follows_and_is_not_shown_in_logs() -> None:
    life = lives.talking()
    after = hand_over(life, TO_YUSUF, Urgency.PROMPT, "kan hud")
    assert after.urgency is Urgency.PROMPT
    assert after.handover == Handover(KARIN, life.now, TO_YUSUF, "kan hud", "sammanfattat")
    assert "hud" not in repr(after.handover)
    assert life.offer(YUSUF).told is None
    assert life.accept().handover == after.handover


@pytest.mark.parametrize(
    ("to", "code"),
    [
        (Destination(nurse=KARIN.id), Refusal.TRANSFER_TO_SELF),
        (Destination(nurse=KARIN.id, competence=Competence.CHILD), Refusal.TRANSFER_TO_SELF),
        (Destination(), Refusal.TRANSFER_TO_NOTHING),
        (
            Destination(competence=Competence.GENERAL, language=Language("sv"), interpreter=False),
            Refusal.TRANSFER_TO_NOTHING,
        ),
    ],
)
def test_to_herself_and_to_nothing_are_refused(to: Destination, code: Refusal) -> None:
    life = lives.talking()
    before = life.contact
    with pytest.raises(Refused) as refused:
        hand_over(life, to)
    assert refused.value.code is code
    assert life.contact is before


def test_a_named_colleague_is_waited_for_and_then_everybody_may_take_it() -> None:
    life = lives.handed_over()
    given_at = life.now
    assert life.contact.named == YUSUF.id
    passed = ev.TimePassed(frozenset({PATIENT}))
    early, _ = step(life.contact, passed, given_at + DEFAULT.handover - 1, DEFAULT)
    assert early.named == YUSUF.id
    assert deadline(early, given_at + DEFAULT.handover - 1, DEFAULT) == given_at + DEFAULT.handover
    after = life.happen(passed, after=DEFAULT.handover)
    assert (after.phase, after.named, after.ahead) == (Phase.WAITING, None, True)
    assert after.told is WhyReturned.COLLEAGUE_COULD_NOT
    assert life.due() == life.now + DEFAULT.check


@pytest.mark.parametrize("gives_up", [Life.decline, Life.silence])
def test_a_colleague_who_does_not_take_it_lets_the_others(
    gives_up: Callable[[Life], Contact],
) -> None:
    life = lives.handed_over()
    life.offer(YUSUF)
    after = gives_up(life)
    assert (after.phase, after.named, after.ahead) == (Phase.WAITING, None, True)
    assert after.told is WhyReturned.COLLEAGUE_COULD_NOT
    assert set(after.declined_by) == {KARIN.id, YUSUF.id}


def test_one_who_goes_off_duty_is_waited_for_no_longer() -> None:
    life = lives.handed_over()
    with pytest.raises(Refused):
        life.happen(ev.ColleagueGone(NurseId("aino")))
    after = life.happen(ev.ColleagueGone(YUSUF.id))
    assert (after.named, after.told) == (None, WhyReturned.COLLEAGUE_COULD_NOT)
    with pytest.raises(Refused):
        life.happen(ev.ColleagueGone(YUSUF.id))


def test_nobody_who_gets_worse_waits_for_one_nurse() -> None:
    life = lives.handed_over()
    flagged = (Answered(RedFlag.CHEST, Answer.YES),)
    after = life.happen(ev.FeltWorse(flagged, ""))
    assert (after.named, after.urgency) == (None, Urgency.IMMEDIATE)


def test_a_closed_page_is_given_up_after_its_own_time() -> None:
    life = lives.handed_over()
    life.happen(ev.Dropped(PATIENT))
    assert life.silence(frozenset()).named is None
    assert life.silence(frozenset()).ended is EndedWhy.ABANDONED


def test_once_accepted_it_waits_for_nobody_by_name() -> None:
    life = lives.handed_over()
    life.offer(YUSUF)
    assert life.accept().named is None
    if life.contact.phase is not Phase.TALKING:
        life.happen(ev.Joined(NURSE), after=SECOND)
    life.happen(ev.Dropped(NURSE))
    lost = life.silence(BOTH - {NURSE})
    assert (lost.told, lost.named) == (WhyReturned.NURSE_LOST, None)
