"""What each side sees of a contact, and what it does not."""

from __future__ import annotations

import msgspec
import pytest

from signaling.protocol.views import NurseView, PatientView, for_nurse, for_patient
from tests.unit import lives
from tests.unit.lives import KARIN, PATIENT, PHOTO
from video_advice import events as ev
from video_advice.photos import PhotoFault
from video_advice.policy import DEFAULT
from video_advice.state import Phase


@pytest.mark.parametrize("phase", Phase)
def test_a_view_says_the_phase_the_version_and_the_epoch(phase: Phase) -> None:
    contact = lives.REACH[phase]().contact
    mine, hers = for_patient(contact, 7, DEFAULT), for_nurse(contact, 7, DEFAULT)
    for view in (mine, hers):
        assert (view.contact, view.version, view.phase) == (contact.id, 7, phase)
        assert view.epoch == contact.epoch


def test_the_patient_sees_the_nurse_from_the_moment_she_has_accepted() -> None:
    named = {
        phase: for_patient(lives.REACH[phase]().contact, 1, DEFAULT).nurse is not None
        for phase in Phase
    }
    assert {phase for phase, there in named.items() if there} == {
        Phase.CALLING,
        Phase.JOINING,
        Phase.TALKING,
        Phase.INTERRUPTED,
        Phase.WRAPPING_UP,
        Phase.ENDED,
    }


def test_the_patient_sees_neither_the_note_nor_the_order_of_the_line() -> None:
    """The note is the nurse's; urgency is told only with the signed advice."""
    hidden = {"note", "urgency", "reason", "arrived_at", "age", "consent", "declined_by", "ahead"}
    assert hidden.isdisjoint(PatientView.__struct_fields__)
    sent = msgspec.json.decode(msgspec.json.encode(for_patient(lives.ended().contact, 1, DEFAULT)))
    assert set(sent["advice"]) == {
        "urgency",
        "care_level",
        "advice",
        "seek_again",
        "language",
        "nurse",
        "at",
    }


def test_neither_side_sees_who_has_said_no_or_who_else_somebody_is() -> None:
    for view in (PatientView, NurseView):
        assert {"person", "declined_by"}.isdisjoint(view.__struct_fields__)


def test_the_advice_is_there_from_the_signature_on() -> None:
    assert for_patient(lives.wrapping_up().contact, 1, DEFAULT).advice is None
    advice = for_patient(lives.ended().contact, 1, DEFAULT).advice
    assert advice is not None
    assert (advice.advice, advice.nurse) == ("Vila.", KARIN)


def test_an_offer_ends_at_its_deadline_and_only_an_offer_has_one() -> None:
    life = lives.offered()
    assert for_nurse(life.contact, 1, DEFAULT).offer_until == life.due()
    assert for_nurse(life.accept(), 1, DEFAULT).offer_until is None


def test_each_sees_whether_the_other_is_there() -> None:
    life = lives.talking()
    assert for_patient(life.contact, 1, DEFAULT).peer_present
    assert for_nurse(life.contact, 1, DEFAULT).peer_present
    life.happen(ev.Dropped(PATIENT))
    assert for_patient(life.contact, 1, DEFAULT).peer_present
    assert not for_nurse(life.contact, 1, DEFAULT).peer_present
    assert not for_patient(lives.waiting().contact, 1, DEFAULT).peer_present


def test_what_one_has_read_is_the_others_mark() -> None:
    life = lives.talking()
    life.happen(ev.ChatRead(PATIENT, 5), ev.ChatRead(lives.NURSE, 3))
    mine, hers = for_patient(life.contact, 9, DEFAULT), for_nurse(life.contact, 9, DEFAULT)
    assert (mine.own_read, mine.peer_read) == (5, 3)
    assert (hers.own_read, hers.peer_read) == (3, 5)


def test_a_photo_is_shown_with_how_far_it_has_come() -> None:
    life = lives.waiting()
    life.happen(
        ev.PhotoReceived(PHOTO, PATIENT, ev.HowPhoto.CAMERA),
        ev.PhotoRejected(PHOTO, PhotoFault.CUT_SHORT),
    )
    [photo] = for_patient(life.contact, 1, DEFAULT).photos
    assert (photo.status, photo.fault, photo.width) == ("rejected", PhotoFault.CUT_SHORT, 0)


def test_no_view_shows_its_content() -> None:
    contact = lives.talking().contact
    for view in (for_patient(contact, 3, DEFAULT), for_nurse(contact, 3, DEFAULT)):
        assert "halsen" not in repr(view)
        assert "Å" not in repr(view)
