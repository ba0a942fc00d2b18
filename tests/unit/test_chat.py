from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from video_advice.chat import MAX_TEXT, tidy
from video_advice.refusals import Refusal, Refused


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  hej  ", "hej"),
        ("rad ett\nrad två\tslut", "rad ett\nrad två\tslut"),
        ("a\x00b\x1b[31mc\x7f\x85d\r\n", "ab[31mcd"),
        ("a\u030a", "å"),
        ("👩🏽‍⚕️", "👩🏽‍⚕️"),
        ("مرحبا", "مرحبا"),
        ("x" * MAX_TEXT, "x" * MAX_TEXT),
        (" " * 50 + "x" * MAX_TEXT, "x" * MAX_TEXT),
    ],
)
def test_what_is_written_is_kept_without_control_characters(written: str, kept: str) -> None:
    assert tidy(written) == kept


@pytest.mark.parametrize("written", ["", " ", "\n\t ", "\x00\x07", "\u2003"])
def test_nothing_is_not_a_message(written: str) -> None:
    with pytest.raises(Refused) as refused:
        tidy(written)
    assert refused.value.code is Refusal.CHAT_EMPTY


def test_a_message_has_an_end() -> None:
    with pytest.raises(Refused) as refused:
        tidy("x" * (MAX_TEXT + 1))
    assert refused.value.code is Refusal.CHAT_TOO_LONG
    assert "x" not in str(refused.value)


@given(st.text(max_size=200))
def test_tidying_again_changes_nothing(written: str) -> None:
    try:
        once = tidy(written)
    except Refused:
        return
    assert tidy(once) == once
    assert unicodedata.is_normalized("NFC", once)
