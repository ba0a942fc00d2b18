"""Random lives of a contact, begun in every phase, with time under the test's own control."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.unit import lives
from tests.unit.lives import BOTH, EVENTS, KARIN, NURSE, PATIENT, YUSUF, Life
from video_advice import events as ev
from video_advice import line
from video_advice.contact import ALLOWED, step
from video_advice.people import NurseCard, Role
from video_advice.policy import DEFAULT, HOUR
from video_advice.refusals import Refusal, Refused
from video_advice.state import HELD, Contact, EndedWhy, Phase

ROLES = st.frozensets(st.sampled_from(sorted(Role)))
WAITS = st.sampled_from(
    (0, 1, 1_000, DEFAULT.nurse_grace, DEFAULT.offer, DEFAULT.patient_grace, DEFAULT.waiting_grace)
)
FENCED = tuple(kind for kind in EVENTS if "epoch" in kind.__struct_fields__)
W, S, C, U = Phase.WAITING, Phase.SCHEDULED, Phase.CALLING, Phase.WRAPPING_UP
HAVE_LAST = (ev.PatientLeft, ev.OutcomeSigned)
"""Drawn seldom: after them nothing happens any more."""


class Lifetime(RuleBasedStateMachine):
    """What must be true of a contact whatever happens to it, and in whatever order."""

    life: Life
    before: Contact
    truth: frozenset[Role]

    @initialize(phase=st.sampled_from(Phase), gone=ROLES, offset=st.integers(0, 3 * HOUR))
    def begin(self, phase: Phase, gone: frozenset[Role], offset: int) -> None:
        """Begin anywhere: a walk from the start hardly ever comes to INTERRUPTED."""
        self.life = lives.REACH[phase]()
        self.life.now += offset if phase is Phase.ENDED else 0
        for role in sorted(gone):
            if ev.Dropped in ALLOWED[self.life.contact.phase]:
                self.life.happen(ev.Dropped(role))
        self.truth = self.life.present()
        self.before = self.life.contact
        event(f"begun in {self.life.contact.phase}")

    def happen(self, happened: ev.AnyEvent, after: int) -> bool:
        self.before = self.life.contact
        try:
            self.life.happen(happened, after=after)
        except Refused:
            self.life.now -= after
            assert self.life.contact is self.before
            return False
        event(f"{self.before.phase} {type(happened).__name__} {self.life.contact.phase}")
        assert self.life.contact.phase in ALLOWED[self.before.phase][type(happened)]
        return True

    @rule(data=st.data(), wait=WAITS)
    def something_allowed_happens(self, data: st.DataObject, wait: int) -> None:
        row = sorted(ALLOWED[self.life.contact.phase], key=lambda kind: kind.__name__)
        often = [kind for kind in row if kind not in HAVE_LAST]
        kind = data.draw(st.sampled_from(often * 4 + row), label="kind")
        fitting = lives.samples(self.life.contact, kind, self.life.now)
        self.happen(data.draw(st.sampled_from(fitting), label="event"), wait)

    @rule(data=st.data(), lag=st.sampled_from((0, 0, -1, 1)), nurse=st.sampled_from((KARIN, YUSUF)))
    def something_is_tried_that_may_not_fit(
        self, data: st.DataObject, lag: int, nurse: NurseCard
    ) -> None:
        """Old epochs, other nurses, wrong phases: as they come from a page that lags behind."""
        contact = self.life.contact
        fenced = [kind for kind in FENCED if kind in ALLOWED[contact.phase]] or EVENTS
        kind = data.draw(st.sampled_from(fenced) | st.sampled_from(EVENTS), label="kind")
        fitting = data.draw(st.sampled_from(lives.samples(contact, kind, self.life.now)))
        fields: dict[str, Any] = {f: getattr(fitting, f) for f in fitting.__struct_fields__}
        if "epoch" in fields:
            fields["epoch"] += lag
        if "nurse" in fields:
            fields["nurse"] = nurse
        done = self.happen(type(fitting)(**fields), 1_000)
        if done and "epoch" in fields:
            assert lag == 0
        if done and kind in {ev.OfferAccepted, ev.OfferDeclined, ev.OutcomeSigned}:
            assert nurse == contact.nurse

    @rule(role=st.sampled_from(Role), comes=st.booleans())
    def somebody_comes_or_goes_unnoticed(self, role: Role, comes: bool) -> None:  # noqa: FBT001
        self.truth = self.truth | {role} if comes else self.truth - {role}

    @precondition(lambda self: self.life.contact.phase is not Phase.ENDED)
    @rule()
    def the_deadline_comes(self) -> None:
        self.before = self.life.contact
        after = self.life.silence(self.truth)
        event(f"{self.before.phase} fell due {after.phase}")
        if after.phase is not self.before.phase and after.phase in {Phase.TALKING, Phase.JOINING}:
            assert self.truth == BOTH, "only people who are there come together"
        if self.before.phase is Phase.JOINING and NURSE not in self.truth:
            assert after.phase is not Phase.ENDED, "no patient is given up for the nurse's absence"

    @precondition(lambda self: self.life.contact.phase is not Phase.ENDED)
    @rule(times=st.integers(1, 6))
    def nobody_does_anything_any_more(self, times: int) -> None:
        """Silence with nobody there always comes to an end: over, or waiting for a signature.

        But whoever is to be called keeps the place until a nurse has called.
        """
        self.truth = frozenset()
        for _ in range(times):
            if self.life.contact.phase is not Phase.ENDED:
                self.the_deadline_comes()
        if times == 6 and self.life.contact.phase is not Phase.ENDED:
            called = self.life.contact.callback is not None
            assert self.life.contact.phase is (W if called and not self.hers() else U)
            assert self.life.contact.overdue or not self.hers()

    def hers(self) -> bool:
        return self.life.contact.nurse is not None

    @invariant()
    def the_living_have_one_deadline_and_the_ended_none(self) -> None:
        due = self.life.due()
        assert (due is None) is (self.life.contact.phase is Phase.ENDED)
        if due is not None:
            longest = max(DEFAULT.waiting_grace, DEFAULT.signing, DEFAULT.callback_latest)
            assert due <= self.life.now + longest, "silence is acted on within a known time"

    @invariant()
    def a_nurse_is_there_exactly_while_the_contact_is_hers(self) -> None:
        contact = self.life.contact
        if contact.phase in HELD or contact.phase is Phase.WRAPPING_UP:
            assert contact.nurse is not None
        if contact.phase in {Phase.WAITING, Phase.SCHEDULED}:
            assert contact.nurse is None
            assert contact.nurse_left_at is None

    @invariant()
    def a_talk_has_two_and_an_interrupted_one_fewer(self) -> None:
        contact = self.life.contact
        if contact.phase is Phase.TALKING:
            assert contact.absent() == frozenset()
        if contact.phase in {Phase.JOINING, Phase.INTERRUPTED}:
            assert contact.absent()

    @invariant()
    def each_fact_is_told_only_where_it_is_true(self) -> None:
        contact = self.life.contact
        assert contact.told is None or contact.phase in {Phase.WAITING, Phase.SCHEDULED}
        assert contact.proposal is None or contact.phase in {Phase.TALKING, Phase.INTERRUPTED}
        assert (contact.ended is not None) is (contact.phase is Phase.ENDED)
        assert (contact.outcome is not None) is (contact.ended is EndedWhy.SIGNED)
        assert (contact.callback_at is not None) is (contact.phase is Phase.SCHEDULED)
        assert contact.callback is not None or contact.phase not in {S, C}
        assert contact.callback is None or contact.phase in {W, S, Phase.OFFERED, C, U}
        assert not contact.unreached or contact.phase in {U, Phase.ENDED}
        assert not contact.reachable() or contact.phase is not Phase.ENDED
        assert not contact.red_flags or contact.urgency is not None
        assert contact.survey is None or contact.phase is Phase.ENDED
        assert not contact.overdue or contact.phase in {Phase.WRAPPING_UP, Phase.ENDED}

    @invariant()
    def what_is_settled_stays_settled(self) -> None:
        now, before = self.life.contact, self.before
        for name in ("id", "person", "region", "story", "opened_at", "arrived_at"):
            assert getattr(now, name) == getattr(before, name)
        assert before.epoch <= now.epoch <= before.epoch + 1
        assert now.patient_read >= before.patient_read
        assert now.nurse_read >= before.nurse_read
        assert set(now.declined_by) >= set(before.declined_by)
        assert before.phase is not Phase.ENDED or now.phase is Phase.ENDED

    @invariant()
    def only_a_handover_moves_somebody_to_another_line(self) -> None:
        now, before = self.life.contact, self.before
        if now.handover == before.handover:
            for name in ("language", "interpreter", "competence"):
                assert getattr(now, name) == getattr(before, name)
            assert now.named in {None, before.named}
        else:
            assert now.handover is not None
            assert (now.phase, now.ahead, now.nurse) == (W, True, None)

    @invariant()
    def one_colleague_is_waited_for_only_so_long(self) -> None:
        contact = self.life.contact
        if contact.named is not None:
            assert contact.handover is not None
            assert contact.phase in {W, S, Phase.OFFERED}
            due = self.life.due()
            if contact.phase is W and due is not None:
                assert due <= contact.handover.at + DEFAULT.handover

    @invariant()
    def a_new_nurse_and_the_end_mean_a_new_epoch(self) -> None:
        now, before = self.life.contact, self.before
        if now.nurse != before.nurse or (now.ended and not before.ended):
            assert now.epoch == before.epoch + 1

    @invariant()
    def whoever_waits_has_a_ticket_and_nobody_else(self) -> None:
        contact = self.life.contact
        ticket = line.ticket(contact, 1)
        assert (ticket is not None) is (contact.phase is Phase.WAITING)
        if ticket is not None and contact.ahead:
            assert ticket.score <= contact.arrived_at + line.AHEAD, "as if 6 hours earlier"

    @invariant()
    def the_events_alone_make_the_contact(self) -> None:
        folded: Contact | None = None
        for at, happened in self.life.history:
            folded, _ = step(folded, happened, at, self.life.policy)
        assert folded == self.life.contact


def test_a_contact_keeps_its_promises_in_any_life() -> None:
    run_state_machine_as_test(
        Lifetime,
        settings=settings(
            max_examples=200,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_two_who_are_there_and_stay_come_to_talk_whatever_was_before() -> None:
    """No phase in which both are present and free to meet is a dead end."""
    for life in lives.variants():
        if life.contact.phase in {Phase.JOINING, Phase.INTERRUPTED}:
            met = [life.happen(ev.Joined(role)).phase for role in (PATIENT, NURSE)]
            assert met[-1] is Phase.TALKING
            assert life.silence(BOTH).phase is Phase.TALKING


def test_a_stale_page_is_told_that_it_is_stale() -> None:
    life = lives.talking()
    life.happen(ev.Returned(life.contact.epoch, None, ""))
    life.offer(YUSUF)
    life.accept()
    for late in (ev.HungUp(NURSE, 1), ev.Returned(1, None, "")):
        with pytest.raises(Refused) as refused:
            step(life.contact, late, life.now, life.policy)
        assert refused.value.code is Refusal.STALE_EPOCH
