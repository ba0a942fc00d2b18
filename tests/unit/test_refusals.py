"""Every no has a code that stays, a status, and a sentence in each language."""

from __future__ import annotations

import re

import pytest

from signaling.api.statuses import STATUS
from signaling.protocol.close_codes import CLOSE_CODES, ComeBack
from video_advice.photos import PhotoFault
from video_advice.refusals import SENTENCES, Refusal, Refused, sentence

LANGUAGES = {"sv", "en", "ar"}


@pytest.mark.parametrize("code", Refusal)
def test_each_code_has_a_status_and_a_sentence_in_every_language(code: Refusal) -> None:
    assert re.fullmatch(r"[a-z]+\.[a-z_]+", code)
    assert 400 <= STATUS[code] < 600
    assert set(SENTENCES[code]) == LANGUAGES
    for text in SENTENCES[code].values():
        assert text.strip() == text
        assert text.endswith((".", "؟"))
        assert code not in text


def test_another_language_gets_the_english_sentence() -> None:
    assert sentence(Refusal.SIGN_IN, "fi") == SENTENCES[Refusal.SIGN_IN]["en"]
    assert sentence(Refusal.SIGN_IN, "ar") == SENTENCES[Refusal.SIGN_IN]["ar"]


def test_what_was_not_accepted_names_the_emergency_number() -> None:
    assert all("112" in text for text in SENTENCES[Refusal.UNAVAILABLE].values())


def test_every_fault_of_a_photo_is_a_refusal() -> None:
    assert {Refusal(fault.value) for fault in PhotoFault} == {
        code for code in Refusal if code.startswith("photo.")
    }


def test_a_refusal_shows_its_code_and_the_field() -> None:
    assert str(Refused(Refusal.MALFORMED, "$.key")) == "request.malformed: $.key"
    assert str(Refused(Refusal.SIGN_IN)) == "identity.sign_in"


def test_close_codes_are_told_apart_by_number_and_by_name() -> None:
    assert len({one.code for one in CLOSE_CODES}) == len(CLOSE_CODES)
    assert len({one.name for one in CLOSE_CODES}) == len(CLOSE_CODES)
    for one in CLOSE_CODES:
        assert one.code in {1001, 1007, 1009, 1011, 1012, 1013} or 4000 <= one.code < 5000
        assert one.meaning


def test_only_what_cannot_pass_by_itself_is_never_tried_again() -> None:
    never = {one.name for one in CLOSE_CODES if one.come_back is ComeBack.NEVER}
    assert never == {"old_protocol", "sign_in", "wrong_origin", "too_many_pages", "signed_out"}
