"""What happens while somebody waits: called instead, worse, told that it is soon."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit import lives
from tests.unit.lives import ADDRESS, KARIN, NO_FLAG, NUMBER, PATIENT, Life
from video_advice import events as ev
from video_advice import line
from video_advice.advice.redflags import Answer, Answered, RedFlag, complete, raised
from video_advice.advice.urgency import Urgency
from video_advice.callback import phone_number
from video_advice.effects import SyncTicket, TellPatient
from video_advice.events import WhyReturned
from video_advice.forecast import Forecast
from video_advice.notices import TEXTS, Notice, PushAddress, soon, text
from video_advice.policy import DEFAULT, HOUR
from video_advice.refusals import Refusal, Refused
from video_advice.state import HELD, Phase

answers = st.lists(st.builds(Answered, st.sampled_from(RedFlag), st.sampled_from(Answer)))
CHEST = (Answered(RedFlag.CHEST, Answer.YES),)


def told(life: Life) -> list[Notice]:
    return [effect.notice for effect in life.effects if isinstance(effect, TellPatient)]


# Red flags ----------------------------------------------------------------------------------


@given(answers, answers)
def test_another_answer_never_takes_a_flag_away(some: list[Answered], more: list[Answered]) -> None:
    assert set(raised(some)) <= set(raised(some + more))
    assert complete(some) <= complete(some + more)


@pytest.mark.parametrize("flag", RedFlag)
def test_not_knowing_counts_as_yes(flag: RedFlag) -> None:
    assert raised([Answered(flag, Answer.UNKNOWN)]) == raised([Answered(flag, Answer.YES)])
    assert raised([Answered(flag, Answer.UNKNOWN)]) == (flag,)
    assert raised([Answered(flag, Answer.NO)]) == ()


def test_only_a_no_to_every_question_is_no_flag() -> None:
    assert complete(NO_FLAG)
    assert not complete(NO_FLAG[:-1])
    assert complete((*NO_FLAG[:-2], Answered(NO_FLAG[-1].flag, Answer.UNKNOWN)))


def test_a_red_flag_goes_before_everybody_and_keeps_the_contact() -> None:
    life = lives.waiting()
    before = life.contact
    life.effects.clear()
    after = life.happen(ev.FeltWorse(CHEST, "trycker"))
    assert (after.phase, after.arrived_at, after.epoch) == (Phase.WAITING, before.arrived_at, 0)
    assert after.urgency is Urgency.IMMEDIATE
    assert after.red_flags == (RedFlag.CHEST,)
    assert after.worse[-1].words == "trycker"
    assert life.effects == [SyncTicket(after.id)]
    ticket = line.ticket(after, 1)
    assert ticket is not None
    assert line.why(ticket) == "immediate"


def test_worse_without_a_flag_is_noted_and_moves_nobody() -> None:
    life = lives.waiting()
    after = life.happen(ev.FeltWorse(NO_FLAG, "mer ont"))
    assert after.urgency is None
    assert after.red_flags == ()
    assert [(one.flags, one.words) for one in after.worse] == [((), "mer ont")]


def test_a_flag_is_never_taken_back_by_later_answers() -> None:
    life = lives.waiting()
    life.happen(ev.FeltWorse(CHEST, ""))
    for _ in range(9):
        life.happen(ev.FeltWorse(NO_FLAG, "bättre nu"))
    assert life.contact.red_flags == (RedFlag.CHEST,)
    assert life.contact.urgency is Urgency.IMMEDIATE
    assert len(life.contact.worse) < 9


def test_whoever_was_to_be_called_later_waits_now_with_a_red_flag() -> None:
    life = lives.scheduled()
    assert life.happen(ev.FeltWorse(NO_FLAG, "")).phase is Phase.SCHEDULED
    after = life.happen(ev.FeltWorse(CHEST, ""))
    assert after.phase is Phase.WAITING
    assert after.callback is not None


# Called instead of waiting ------------------------------------------------------------------


def test_a_call_when_it_is_their_turn_keeps_the_place() -> None:
    life = lives.waiting()
    before = line.ticket(life.contact, 1)
    life.happen(ev.CallbackChosen(None, NUMBER), ev.Dropped(PATIENT))
    after = line.ticket(life.contact, 1)
    assert before is not None
    assert after is not None
    assert after.score == before.score
    assert not after.away


def test_the_talk_is_by_phone_and_goes_on_to_the_signature() -> None:
    life = lives.calling()
    assert life.contact.phase is Phase.CALLING
    assert life.contact.phase in HELD
    assert life.silence().phase is Phase.CALLING, "no limit on how long people talk"
    life.happen(ev.Joined(PATIENT), ev.Dropped(PATIENT))
    assert life.contact.phase is Phase.CALLING, "nobody needs a page to talk by phone"
    life.hang_up()
    after = life.sign()
    assert after.phase is Phase.ENDED
    assert after.callback is None


def test_nobody_answers_and_it_is_tried_again_so_often_and_no_more() -> None:
    life = lives.calling()
    for tries in range(1, DEFAULT.call_tries):
        epoch = life.contact.epoch
        after = life.happen(ev.CallUnanswered(epoch))
        assert after.phase is Phase.SCHEDULED
        assert after.told is WhyReturned.NO_ANSWER
        assert after.nurse is None
        assert after.epoch == epoch + 1
        assert after.callback is not None
        assert after.callback.tries == tries
        assert after.callback_at == life.now + DEFAULT.call_again
        assert life.silence().phase is Phase.WAITING
        assert life.contact.ahead
        life.offer()
        life.accept()
    after = life.happen(ev.CallUnanswered(life.contact.epoch))
    assert after.phase is Phase.WRAPPING_UP
    assert after.unreached
    assert told(life) == [Notice.CALLED] * DEFAULT.call_tries
    assert life.sign().phase is Phase.ENDED


def test_the_same_nurse_may_try_again() -> None:
    life = lives.calling()
    life.happen(ev.CallUnanswered(life.contact.epoch))
    assert life.contact.declined_by == ()


def test_a_nurse_who_disappears_while_she_calls_gives_it_back_to_the_front() -> None:
    life = lives.calling()
    life.happen(ev.Dropped(lives.NURSE))
    after = life.silence()
    assert after.phase is Phase.WAITING
    assert after.ahead
    assert after.callback is not None


def test_changing_ones_mind_gives_the_old_place() -> None:
    for life in (lives.to_be_called(), lives.scheduled()):
        arrived = life.contact.arrived_at
        after = life.happen(ev.CallbackDropped())
        assert (after.phase, after.callback, after.callback_at) == (Phase.WAITING, None, None)
        assert after.arrived_at == arrived
        assert not after.ahead
        with pytest.raises(Refused):
            life.happen(ev.CallbackDropped())


def test_another_time_or_number_may_be_chosen() -> None:
    life = lives.scheduled()
    other = phone_number("+44 7700 900123")
    after = life.happen(ev.CallbackChosen(life.now + 3 * HOUR, other))
    assert after.callback is not None
    assert after.callback.number == other
    assert life.due() == after.callback_at
    assert life.happen(ev.CallbackChosen(None, NUMBER)).phase is Phase.WAITING


@pytest.mark.parametrize("at", [0, DEFAULT.callback_earliest - 1, DEFAULT.callback_latest + 1])
def test_a_time_too_near_or_too_far_is_refused(at: int) -> None:
    life = lives.waiting()
    with pytest.raises(Refused) as refused:
        life.happen(ev.CallbackChosen(life.now + at, NUMBER), after=0)
    assert refused.value.code is Refusal.CALLBACK_TIME


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("070-174 06 05", "+46701740605"),
        (" 070 174 06 05 ", "+46701740605"),
        ("0046701740605", "+46701740605"),
        ("+46 (0)70 1740605", "+46701740605"),
        ("+44 7700 900123", "+447700900123"),
        ("08-465 004 00", "+46846500400"),
    ],
)
def test_a_number_is_understood_as_people_write_it(written: str, number: str) -> None:
    assert phone_number(written) == number
    assert phone_number(number) == number


@pytest.mark.parametrize(
    "written", ["", "112", "+", "ring mig", "0", "0939-100 00 00", "+46 900 1234567", "٠٧٠١٧٤٠٦٠٥"]
)
def test_what_cannot_be_called_is_refused(written: str) -> None:
    with pytest.raises(Refused) as refused:
        phone_number(written)
    assert refused.value.code is Refusal.CALLBACK_NUMBER
    assert not written or written not in str(refused.value)


def test_no_number_or_device_outlives_the_contact_or_shows_in_a_repr() -> None:
    life = lives.to_be_called()
    life.happen(ev.PushAsked(ADDRESS), ev.TextAsked(NUMBER))
    assert "7017" not in repr(life.contact.callback) + repr(life.contact) + repr(ADDRESS)
    after = life.happen(ev.PatientLeft())
    assert (after.callback, after.pushes, after.text_to) == (None, (), None)


# Told that it is soon -----------------------------------------------------------------------


def test_soon_is_a_place_near_the_front_or_a_short_wait() -> None:
    assert soon(2, None, DEFAULT)
    assert not soon(3, None, DEFAULT)
    assert soon(9, Forecast(low=5, high=10), DEFAULT)
    assert not soon(9, Forecast(low=7, high=15), DEFAULT)


def test_soon_is_said_once_and_only_to_who_asked() -> None:
    life = lives.waiting()
    with pytest.raises(Refused):
        life.happen(ev.SoonNext())
    life.happen(ev.PushAsked(ADDRESS), ev.SoonNext())
    assert told(life) == [Notice.SOON]
    with pytest.raises(Refused):
        life.happen(ev.SoonNext())


def test_whoever_is_sent_back_to_the_line_is_told_anew() -> None:
    life = lives.waiting()
    life.happen(ev.TextAsked(NUMBER), ev.SoonNext())
    life.offer()
    life.accept()
    life.happen(ev.Returned(life.contact.epoch, None, ""))
    life.happen(ev.SoonNext())
    assert told(life) == [Notice.SOON, Notice.SOON]


def test_a_nurse_who_comes_while_the_page_is_closed_calls_the_patient_back() -> None:
    life = lives.waiting()
    life.happen(ev.PushAsked(ADDRESS))
    life.offer(KARIN)
    life.happen(ev.Dropped(PATIENT))
    life.accept()
    assert told(life) == [Notice.NURSE]
    here = lives.waiting()
    here.happen(ev.PushAsked(ADDRESS))
    here.offer(KARIN)
    here.accept()
    assert told(here) == []


def test_a_device_is_known_once_and_forgotten_when_it_is_gone() -> None:
    life = lives.waiting()
    again = PushAddress(ADDRESS.endpoint, "q" * 87, "b" * 22)
    after = life.happen(ev.PushAsked(ADDRESS), ev.PushAsked(again))
    assert after.pushes == (again,)
    for n in range(20):
        after = life.happen(ev.PushAsked(PushAddress(f"https://push.example/{n}", "p" * 87, "a")))
    assert len(after.pushes) == 5
    after = life.happen(ev.PushGone("https://push.example/19"))
    assert all(one.endpoint != "https://push.example/19" for one in after.pushes)
    with pytest.raises(Refused):
        life.happen(ev.PushGone("https://push.example/19"))


def test_no_notice_speaks_of_care() -> None:
    for notice, words in TEXTS.items():
        assert set(words) == {"sv", "en", "ar"}
        for language in words:
            assert text(notice, language).startswith("Video Advice: ")
        assert text(notice, "so") == words["sv"]
    assert not any("\n" in one for words in TEXTS.values() for one in words.values())
