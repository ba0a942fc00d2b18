"""The table of what may happen to a contact, held against what does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from types import FunctionType

import pytest

from tests.unit import lives
from tests.unit.lives import BOTH, EVENTS, KARIN, NOBODY, NURSE, PATIENT, PHOTO, YUSUF, Life
from video_advice import events as ev
from video_advice.advice.urgency import Urgency
from video_advice.contact import ALLOWED, deadline, step
from video_advice.effects import CleanPhoto, DropPhoto, SyncTicket
from video_advice.events import WhyReturned
from video_advice.ids import PhotoId
from video_advice.people import Channel, Role
from video_advice.photos import PhotoFault
from video_advice.policy import DEFAULT, HOUR, MINUTE, SECOND
from video_advice.refusals import Refusal, Refused
from video_advice.state import HELD, EndedWhy, Phase, PhotoStatus

NOT_ALLOWED = [(p, e) for p in Phase for e in EVENTS if e not in ALLOWED[p]]
MOMENTS = (0, 1_000, 25_000, 4 * MINUTE, 2 * HOUR)
"""Before, between and after every grace there is."""


def named(value: object) -> str:
    return value.__name__ if isinstance(value, type | FunctionType) else str(value)


# The table ----------------------------------------------------------------------------------


def test_each_phase_is_reached_by_events_that_really_happen() -> None:
    for phase, reach in lives.REACH.items():
        assert reach().contact.phase is phase


def test_the_table_says_exactly_what_happens() -> None:
    """Every destination of every row is reached, and none that the row does not name."""
    reached: dict[Phase, dict[type[ev.Event], set[Phase]]] = defaultdict(lambda: defaultdict(set))
    for life in lives.variants():
        phase = life.contact.phase
        for kind in ALLOWED[phase]:
            for event in lives.samples(life.contact, kind, life.now):
                for later in MOMENTS:
                    try:
                        after, _ = step(life.contact, event, life.now + later, life.policy)
                    except Refused:
                        continue
                    reached[phase][kind].add(after.phase)
    assert {p: dict(row) for p, row in reached.items()} == {
        p: {kind: set(to) for kind, to in row.items()} for p, row in ALLOWED.items()
    }


@pytest.mark.parametrize(("phase", "kind"), NOT_ALLOWED, ids=named)
def test_what_the_table_does_not_allow_is_refused(phase: Phase, kind: type[ev.Event]) -> None:
    life = lives.REACH[phase]()
    for event in lives.samples(life.contact, kind, life.now):
        with pytest.raises(Refused) as refused:
            step(life.contact, event, life.now, life.policy)
        assert refused.value.code is Refusal.NOT_ALLOWED_NOW


def test_nothing_happens_to_a_contact_that_was_never_opened() -> None:
    life = lives.waiting()
    for kind in EVENTS:
        for event in lives.samples(life.contact, kind, life.now):
            if not isinstance(event, ev.Opened):
                with pytest.raises(Refused) as refused:
                    step(None, event, life.now, life.policy)
                assert refused.value.code is Refusal.NOT_FOUND


def test_no_row_is_missing_and_each_event_happens_somewhere() -> None:
    assert set(ALLOWED) == set(Phase)
    happening = {kind for row in ALLOWED.values() for kind in row}
    assert happening == set(EVENTS) - {ev.Opened}


# Epochs -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "happens"),
    [
        (lives.waiting, Life.offer),
        (lives.offered, Life.decline),
        (lives.offered, Life.silence),
        (lives.joining, lambda life: life.silence(frozenset({PATIENT}))),
        (lives.talking, lambda life: life.happen(ev.Returned(life.contact.epoch, None, ""))),
        (lambda: lives.interrupted(NURSE), Life.silence),
        (lives.waiting, lambda life: life.happen(ev.PatientLeft())),
        (lives.joining, lambda life: life.happen(ev.PatientLeft())),
        (lives.wrapping_up, Life.sign),
    ],
)
def test_the_epoch_rises_with_each_offer_requeue_and_leave(
    make: Callable[[], Life], happens: Callable[[Life], object]
) -> None:
    life = make()
    before = life.contact
    happens(life)
    if life.contact.phase is before.phase:
        happens(life)  # who was found to be gone has a grace first
    assert life.contact.phase is not before.phase
    assert life.contact.epoch == before.epoch + 1


@pytest.mark.parametrize(
    ("make", "event"),
    [
        (lives.waiting, lambda epoch: ev.NurseOffered(KARIN, epoch + 1, "turn")),
        (lives.offered, lambda epoch: ev.OfferAccepted(KARIN, epoch)),
        (lives.offered, lambda epoch: ev.OfferDeclined(KARIN, epoch)),
        (lives.talking, lambda epoch: ev.HungUp(NURSE, epoch)),
        (lives.interrupted, lambda epoch: ev.HungUp(PATIENT, epoch)),
        (lives.joining, lambda epoch: ev.Returned(epoch, None, "")),
        (lives.talking, lambda epoch: ev.Returned(epoch, None, "")),
        (lives.talking, lambda epoch: ev.ChannelProposed(Channel.VIDEO, epoch)),
        (lives.wrapping_up, lambda epoch: ev.OutcomeSigned(lives.OUTCOME, KARIN, epoch)),
    ],
)
def test_a_stale_epoch_is_refused(
    make: Callable[[], Life], event: Callable[[int], ev.AnyEvent]
) -> None:
    life = make()
    for stale in (life.contact.epoch - 1, life.contact.epoch + 1):
        with pytest.raises(Refused) as refused:
            step(life.contact, event(stale), life.now, life.policy)
        assert refused.value.code is Refusal.STALE_EPOCH
    step(life.contact, event(life.contact.epoch), life.now, life.policy)


@pytest.mark.parametrize(
    ("make", "event"),
    [
        (lives.offered, ev.OfferAccepted(YUSUF, 1)),
        (lives.offered, ev.OfferDeclined(YUSUF, 1)),
        (lives.wrapping_up, ev.OutcomeSigned(lives.OUTCOME, YUSUF, 1)),
    ],
    ids=named,
)
def test_another_nurse_is_refused(make: Callable[[], Life], event: ev.AnyEvent) -> None:
    life = make()
    with pytest.raises(Refused) as refused:
        step(life.contact, event, life.now, life.policy)
    assert refused.value.code is Refusal.NOT_YOURS


# Silence ------------------------------------------------------------------------------------


def test_silence_with_an_open_page_keeps_the_place_for_ever() -> None:
    life = lives.waiting()
    place = life.contact
    for _ in range(200):
        assert life.due() == life.now + DEFAULT.check
        assert life.silence() == place


def test_a_place_is_kept_through_the_grace_and_no_longer() -> None:
    life = lives.waiting()
    life.happen(ev.Dropped(PATIENT))
    assert life.due() == life.now + DEFAULT.waiting_grace
    almost, _ = step(
        life.contact, ev.TimePassed(NOBODY), life.now + DEFAULT.waiting_grace - 1, life.policy
    )
    assert almost == life.contact
    over = life.silence()
    assert (over.phase, over.ended) == (Phase.ENDED, EndedWhy.ABANDONED)


def test_a_patient_who_never_connected_is_given_the_same_grace() -> None:
    life = Life()
    assert life.due() == life.contact.opened_at + DEFAULT.waiting_grace
    assert life.silence().ended is EndedWhy.ABANDONED


def test_coming_back_within_the_grace_keeps_the_place() -> None:
    life = lives.waiting()
    before = life.contact
    life.happen(ev.Dropped(PATIENT), ev.Joined(PATIENT), after=DEFAULT.waiting_grace - 1)
    assert life.contact == before


def test_the_agreed_time_leads_to_the_line_ahead_of_the_others() -> None:
    life = lives.scheduled()
    assert life.due() == life.contact.callback_at
    back = life.silence()
    assert back.phase is Phase.WAITING
    assert back.ahead
    assert back.callback_at is None


def test_who_is_to_be_called_may_close_the_page_and_keeps_the_place() -> None:
    life = lives.scheduled()
    life.happen(ev.Dropped(PATIENT))
    assert life.silence().phase is Phase.WAITING
    for _ in range(100):
        assert life.silence(NOBODY).phase is Phase.WAITING
    assert life.now > life.contact.arrived_at + DEFAULT.waiting_grace
    life.happen(ev.CallbackDropped())
    assert life.due() == life.now + DEFAULT.waiting_grace


def test_a_silent_nurse_gives_the_contact_back_to_its_old_place() -> None:
    life = lives.offered()
    arrived = life.contact.arrived_at
    assert life.due() == life.contact.phase_at + DEFAULT.offer
    back = life.silence()
    assert (back.phase, back.told) == (Phase.WAITING, WhyReturned.NURSE_SILENT)
    assert (back.nurse, back.declined_by) == (None, (KARIN.id,))
    assert (back.arrived_at, back.ahead) == (arrived, False)


def test_an_accepted_contact_whose_patient_never_comes_is_over() -> None:
    life = lives.joining()
    last = life.contact.phase_at + DEFAULT.joining
    assert life.due() == life.now + DEFAULT.check, "somebody may be gone unnoticed"
    while life.contact.phase is Phase.JOINING:
        life.silence()
    over = life.contact
    assert life.now == last
    assert (over.phase, over.ended) == (Phase.ENDED, EndedWhy.ABANDONED)


def test_an_accepted_contact_whose_nurse_vanishes_is_back_at_the_front() -> None:
    life = lives.joining()
    life.happen(ev.Dropped(NURSE))
    assert life.due() == life.now + DEFAULT.nurse_grace
    back = life.silence()
    assert (back.phase, back.told, back.ahead) == (Phase.WAITING, WhyReturned.NURSE_LOST, True)


def test_no_talk_ends_because_it_is_long() -> None:
    life = lives.talking()
    before = life.contact
    for _ in range(600):
        assert life.due() == life.now + DEFAULT.check
        assert life.silence() == before
    assert life.now - before.phase_at >= 10 * HOUR


@pytest.mark.parametrize("role", Role)
def test_a_talk_in_which_one_is_really_gone_is_interrupted(role: Role) -> None:
    life = lives.talking()
    after = life.silence(BOTH - {role})
    assert after.phase is Phase.INTERRUPTED
    assert role in after.absent()


def test_an_interrupted_talk_whose_nurse_stays_away_is_back_at_the_front() -> None:
    life = lives.interrupted(NURSE)
    arrived = life.contact.arrived_at
    assert life.due() == life.now + DEFAULT.nurse_grace
    back = life.silence()
    assert (back.phase, back.told, back.ahead) == (Phase.WAITING, WhyReturned.NURSE_LOST, True)
    assert (back.nurse, back.arrived_at, back.declined_by) == (None, arrived, ())


def test_an_interrupted_talk_whose_patient_stays_away_is_wrapped_up() -> None:
    life = lives.interrupted(PATIENT)
    last = life.now + DEFAULT.patient_grace
    assert life.due() == life.now + DEFAULT.check, "the nurse may be gone unnoticed"
    while life.contact.phase is Phase.INTERRUPTED:
        life.silence()
    after = life.contact
    assert life.now == last
    assert (after.phase, after.nurse) == (Phase.WRAPPING_UP, KARIN)


@pytest.mark.parametrize("first", Role)
def test_when_both_are_gone_the_nurse_is_missed_first(first: Role) -> None:
    second = next(role for role in Role if role is not first)
    life = lives.interrupted(first, second)
    left = life.contact.nurse_left_at
    assert left is not None
    assert life.due() == left + DEFAULT.nurse_grace
    assert life.silence().told is WhyReturned.NURSE_LOST


def test_one_who_comes_back_does_not_start_a_talk_alone() -> None:
    life = lives.interrupted(PATIENT, NURSE)
    assert life.happen(ev.Joined(PATIENT)).phase is Phase.INTERRUPTED
    assert life.happen(ev.Joined(NURSE)).phase is Phase.TALKING


def test_the_truth_about_who_is_there_goes_before_the_deadline() -> None:
    life = lives.interrupted(PATIENT)
    due = life.due()
    assert due is not None
    back = life.happen(ev.TimePassed(BOTH), after=due - life.now)
    assert back.phase is Phase.TALKING


@pytest.mark.parametrize(("early", "phase"), [(1, Phase.TALKING), (0, Phase.WAITING)])
def test_a_nurse_who_comes_back_is_in_time_to_the_millisecond(early: int, phase: Phase) -> None:
    """Seen by herself or by time passing, from the end of her lease on she is too late."""
    life = lives.interrupted(NURSE)
    due = life.due()
    assert due is not None
    seen = lives.interrupted(NURSE).happen(ev.TimePassed(BOTH), after=due - life.now - early)
    assert seen.phase is phase
    if early:
        assert life.happen(ev.Joined(NURSE), after=due - life.now - early).phase is phase
    else:
        with pytest.raises(Refused) as refused:
            life.happen(ev.Joined(NURSE), after=due - life.now)
        assert refused.value.code is Refusal.STALE_EPOCH


def test_an_offer_is_accepted_until_its_end_to_the_millisecond() -> None:
    early, late = lives.offered(), lives.offered()
    for life, at in ((early, 1), (late, 0)):
        due = life.due()
        assert due is not None
        life.now = due - at - SECOND
    assert early.accept().phase is Phase.TALKING
    with pytest.raises(Refused) as refused:
        late.accept()
    assert refused.value.code is Refusal.STALE_EPOCH


def test_who_dropped_out_is_gone_since_the_last_that_was_heard() -> None:
    """A silent line is found to be dead late: the lease is not the longer for that."""
    life = lives.talking()
    heard = life.now
    gone = life.happen(ev.Dropped(NURSE, heard), after=20 * SECOND)
    assert (gone.phase, gone.nurse_left_at) == (Phase.INTERRUPTED, heard)
    assert life.due() == heard + DEFAULT.nurse_grace
    ahead = lives.talking()
    wrong = ahead.happen(ev.Dropped(NURSE, ahead.now + HOUR), after=SECOND)
    assert wrong.nurse_left_at == ahead.now, "nobody was heard in the future"


def test_one_who_came_does_not_talk_with_one_who_is_gone() -> None:
    """Both changed sides between two looks: nobody may have been talking for a moment."""
    life = lives.interrupted(PATIENT)
    after = life.happen(ev.TimePassed(frozenset({PATIENT})))
    assert after.phase is Phase.INTERRUPTED
    assert after.absent() == {NURSE}


def test_a_missing_signature_is_listed_and_never_lost() -> None:
    life = lives.wrapping_up()
    assert life.due() == life.contact.phase_at + DEFAULT.signing
    for _ in range(3):
        listed = life.silence()
        assert (listed.phase, listed.overdue, listed.nurse) == (Phase.WRAPPING_UP, True, KARIN)
        assert life.due() == life.now + DEFAULT.signing
    assert life.sign().ended is EndedWhy.SIGNED


def test_only_an_ended_contact_has_no_deadline() -> None:
    for life in lives.variants():
        assert (life.due() is None) is (life.contact.phase is Phase.ENDED)


def test_before_its_deadline_nothing_falls() -> None:
    for life in lives.variants():
        due = life.due()
        if due is not None and due - 1 > life.now:
            passed = ev.TimePassed(life.present())
            after, effects = step(life.contact, passed, due - 1, life.policy)
            assert (after, effects) == (life.contact, ())


# Places -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "back",
    [
        Life.decline,
        Life.silence,
        lambda life: (life.accept(), life.happen(ev.Returned(life.contact.epoch, None, ""))),
        lambda life: (life.accept(), life.happen(ev.Dropped(NURSE)), life.silence()),
    ],
)
def test_a_requeue_keeps_the_arrival(back: Callable[[Life], object]) -> None:
    life = lives.offered()
    arrived = life.contact.arrived_at
    back(life)
    assert (life.contact.phase, life.contact.arrived_at) == (Phase.WAITING, arrived)


def test_who_lost_a_nurse_stays_ahead_through_another_ones_no() -> None:
    life = lives.interrupted(NURSE)
    life.silence()
    life.offer(YUSUF)
    assert life.decline().ahead
    life.offer(KARIN)
    assert life.accept().ahead is False


def test_a_nurse_may_send_back_with_another_urgency_and_the_old_one_stays_without() -> None:
    life = lives.talking()
    raised = life.happen(ev.Returned(life.contact.epoch, Urgency.IMMEDIATE, ""))
    assert (raised.urgency, raised.told) == (Urgency.IMMEDIATE, WhyReturned.NURSE_SENT_BACK)
    life.offer(YUSUF)
    life.accept()
    assert life.happen(ev.Returned(life.contact.epoch, None, "")).urgency is Urgency.IMMEDIATE


def test_a_nurse_who_said_no_twice_is_named_once_and_one_who_was_lost_not_at_all() -> None:
    life = lives.waiting()
    for nurse in (KARIN, YUSUF, KARIN):
        life.offer(nurse)
        life.decline()
    assert life.contact.declined_by == (YUSUF.id, KARIN.id)


def test_why_somebody_waits_again_is_told_until_the_next_offer() -> None:
    life = lives.offered()
    assert life.decline().told is WhyReturned.NURSE_DECLINED
    assert life.offer(YUSUF).told is None


def test_every_change_of_place_asks_for_the_line_to_follow() -> None:
    life = Life()
    assert life.effects == [SyncTicket(life.contact.id)]
    for event, moves in (
        (ev.Joined(PATIENT), True),
        (ev.ChatSent(PATIENT, "Å", "hej", "key-0001"), False),
        (ev.ChannelWished(Channel.VIDEO), True),
        (ev.Dropped(PATIENT), True),
        (ev.Joined(PATIENT), True),
        (ev.NurseOffered(KARIN, 1, "turn"), True),
        (ev.OfferAccepted(KARIN, 1), False),
        (ev.HungUp(NURSE, 1), False),
    ):
        life.effects.clear()
        life.happen(event)
        assert (SyncTicket(life.contact.id) in life.effects) is moves, event


# Channels -----------------------------------------------------------------------------------


def test_a_proposed_channel_waits_for_the_patients_answer() -> None:
    life = lives.talking()
    proposed = life.happen(ev.ChannelProposed(Channel.VIDEO, life.contact.epoch))
    assert (proposed.channel, proposed.proposal) == (Channel.CHAT, Channel.VIDEO)
    said_no = life.happen(ev.ChannelAnswered(accepted=False))
    assert (said_no.channel, said_no.proposal) == (Channel.CHAT, None)
    assert said_no.declined_channel is Channel.VIDEO
    life.happen(ev.ChannelProposed(Channel.VIDEO, life.contact.epoch))
    said_yes = life.happen(ev.ChannelAnswered(accepted=True))
    assert (said_yes.channel, said_yes.proposal) == (Channel.VIDEO, None)
    assert said_yes.declined_channel is None


def test_an_answer_nobody_asked_for_is_refused() -> None:
    for make in (lives.talking, lives.interrupted):
        life = make()
        with pytest.raises(Refused) as refused:
            life.happen(ev.ChannelAnswered(accepted=True))
        assert refused.value.code is Refusal.NOT_ALLOWED_NOW


@pytest.mark.parametrize("role", Role)
def test_either_ends_the_video_at_once(role: Role) -> None:
    life = lives.talking()
    life.happen(ev.ChannelProposed(Channel.VIDEO, life.contact.epoch))
    life.happen(ev.ChannelAnswered(accepted=True))
    assert life.happen(ev.ChannelLowered(role)).channel is Channel.CHAT


def test_a_proposal_does_not_outlive_the_talk_it_was_made_in() -> None:
    for end in (
        lambda life: life.hang_up(),
        lambda life: life.happen(ev.Returned(life.contact.epoch, None, "")),
        lambda life: (life.happen(ev.Dropped(PATIENT)), *(life.silence() for _ in range(3))),
        lambda life: (life.happen(ev.Dropped(NURSE)), life.silence()),
    ):
        life = lives.talking()
        life.happen(ev.ChannelProposed(Channel.VIDEO, life.contact.epoch))
        end(life)
        assert life.contact.proposal is None


# Photos and reading -------------------------------------------------------------------------


def test_a_photo_is_cleaned_shown_and_taken_back() -> None:
    life = lives.waiting()
    life.effects.clear()
    life.happen(ev.PhotoReceived(PHOTO, PATIENT, ev.HowPhoto.CAMERA))
    assert CleanPhoto(life.contact.id, PHOTO) in life.effects
    [photo] = life.happen(ev.PhotoCleaned(PHOTO, 20, 10)).photos
    assert (photo.status, photo.width, photo.height) == (PhotoStatus.READY, 20, 10)
    life.effects.clear()
    assert life.happen(ev.PhotoRemoved(PHOTO)).photos == ()
    assert DropPhoto(life.contact.id, PHOTO) in life.effects


def test_a_photo_that_cannot_be_used_says_why() -> None:
    life = lives.waiting()
    life.happen(ev.PhotoReceived(PHOTO, PATIENT, ev.HowPhoto.GALLERY))
    [photo] = life.happen(ev.PhotoRejected(PHOTO, PhotoFault.ANIMATED)).photos
    assert (photo.status, photo.fault) == (PhotoStatus.REJECTED, PhotoFault.ANIMATED)


def test_news_of_a_photo_that_is_gone_changes_nothing() -> None:
    life = lives.waiting()
    for event in (ev.PhotoCleaned(PHOTO, 1, 1), ev.PhotoRejected(PHOTO, PhotoFault.ANIMATED)):
        with pytest.raises(Refused):
            life.happen(event)


def test_there_are_ten_photos_and_no_eleventh() -> None:
    life = lives.waiting()
    for number in range(DEFAULT.photos):
        life.happen(ev.PhotoReceived(PhotoId(f"{number:032x}"), PATIENT, ev.HowPhoto.CAMERA))
    with pytest.raises(Refused) as refused:
        life.happen(ev.PhotoReceived(PHOTO, PATIENT, ev.HowPhoto.CAMERA))
    assert refused.value.code is Refusal.PHOTO_TOO_MANY
    life.happen(ev.PhotoRemoved(PhotoId(f"{3:032x}")))
    assert len(life.happen(ev.PhotoReceived(PHOTO, PATIENT, ev.HowPhoto.CAMERA)).photos) == 10


def test_what_has_been_read_never_becomes_unread() -> None:
    life = lives.talking()
    life.happen(ev.ChatRead(PATIENT, 7), ev.ChatRead(NURSE, 9), ev.ChatRead(PATIENT, 3))
    assert (life.contact.patient_read, life.contact.nurse_read) == (7, 9)


# The end ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "make", [lives.waiting, lives.scheduled, lives.offered, lives.joining], ids=named
)
def test_after_the_patient_left_nothing_brings_the_contact_back(make: Callable[[], Life]) -> None:
    life = make()
    life.happen(ev.PatientLeft())
    assert life.contact.ended is EndedWhy.PATIENT_LEFT
    for kind in set(EVENTS) - {ev.SurveyAnswered}:
        for event in lives.samples(life.contact, kind, life.now):
            with pytest.raises(Refused):
                step(life.contact, event, life.now + HOUR, life.policy)
    life.happen(lives.samples(life.contact, ev.SurveyAnswered, life.now)[0])
    assert life.contact.phase is Phase.ENDED
    assert deadline(life.contact, life.now, life.policy) is None


def test_the_phases_that_fill_a_seat_are_those_in_which_a_nurse_is_busy_with_a_patient() -> None:
    for phase, reach in lives.REACH.items():
        has_nurse = reach().contact.nurse is not None
        assert (phase in HELD) is (has_nurse and phase not in {Phase.WRAPPING_UP, Phase.ENDED})


def test_neither_a_contact_nor_an_event_shows_what_somebody_wrote() -> None:
    life = lives.talking()
    assert "halsen" not in repr(life.contact)
    for kind in EVENTS:
        for event in lives.samples(life.contact, kind, life.now):
            assert repr(event) == f"{kind.__name__}(…)"
