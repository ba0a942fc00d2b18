"""Who takes part in a contact, phase by phase."""

from __future__ import annotations

import pytest

from tests.unit import lives
from tests.unit.lives import KARIN, YUSUF
from video_advice.ids import PersonId
from video_advice.rights import holds, may_see
from video_advice.state import Phase

HERS = {
    Phase.OFFERED,
    Phase.CALLING,
    Phase.JOINING,
    Phase.TALKING,
    Phase.INTERRUPTED,
    Phase.WRAPPING_UP,
}


@pytest.mark.parametrize("phase", Phase)
def test_a_nurse_sees_a_contact_while_it_is_hers_and_no_longer(phase: Phase) -> None:
    contact = lives.REACH[phase]().contact
    assert holds(KARIN.id, contact) is (phase in HERS)
    assert may_see(None, KARIN.id, contact) is (phase in HERS)
    assert not holds(YUSUF.id, contact)


@pytest.mark.parametrize("phase", Phase)
def test_the_patient_sees_it_always_and_nobody_else_ever(phase: Phase) -> None:
    contact = lives.REACH[phase]().contact
    assert may_see(contact.person, None, contact)
    assert not may_see(PersonId("0" * 32), None, contact)
    assert not may_see(None, None, contact)


def test_a_nurse_who_gave_it_back_does_not_see_it_with_the_next_one() -> None:
    life = lives.offered()
    life.decline()
    life.offer(YUSUF)
    life.accept()
    assert not holds(KARIN.id, life.contact)
    assert holds(YUSUF.id, life.contact)


def test_a_nurse_is_no_patient_even_under_the_patients_name() -> None:
    contact = lives.waiting().contact
    assert not may_see(contact.person, KARIN.id, contact)
