"""Reading what a page sends: whatever it is, there is an answer, and no word of it is repeated."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.protocol import messages as m
from signaling.protocol.codec import Malformed, decode
from signaling.protocol.wire import CLIENT
from video_advice.refusals import Refusal

ID = "a" * 32
DEEP = 7_000
"""Nested as deep as a frame has room for."""

CHAT = {"type": "chat.send", "ref": 7, "contact": ID, "key": "abcdefgh", "text": "hej"}


def refused(text: str) -> Malformed:
    with pytest.raises(Malformed) as fault:
        decode(text)
    return fault.value


def test_a_message_is_read() -> None:
    message = decode(json.dumps(CHAT))
    assert isinstance(message, m.ChatSend)
    assert (message.ref, message.text) == (7, "hej")


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"contact": "A" * 32}, "$.contact"),
        ({"contact": ID + "\n"}, "$.contact"),
        ({"contact": ID[:-1]}, "$.contact"),
        ({"key": "short"}, "$.key"),
        ({"key": "abcdefgh\n"}, "$.key"),
        ({"text": None}, "$.text"),
        ({"text": "x" * 4001}, "$.text"),
        ({"more": 1}, "$"),
    ],
)
def test_the_field_at_fault_is_named_and_the_request_too(
    changed: dict[str, object], where: str
) -> None:
    fault = refused(json.dumps(CHAT | changed))
    assert (fault.code, fault.ref, fault.where) == (Refusal.MALFORMED, 7, where)


@pytest.mark.parametrize("ref", ["-1", "2147483648", "7.5", '"7"', "null", "[]", "1e400"])
def test_a_request_number_that_is_none_is_not_repeated(ref: str) -> None:
    fault = refused('{"type": "contact.leave", "contact": "' + ID + '", "ref": ' + ref + "}")
    assert fault.ref is None
    assert fault.code is Refusal.MALFORMED


def test_an_unknown_type_has_a_code_of_its_own() -> None:
    fault = refused('{"type": "chat.shout", "ref": 3}')
    assert (fault.code, fault.ref, fault.where) == (Refusal.UNKNOWN_TYPE, 3, "$.type")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "hej",
        "null",
        "7",
        '"hello"',
        "[]",
        "[{}]",
        '{"type": "ping", "n": 1',
        '{"type": "ping", "n": NaN}',
        '{"type": "ping", "n": 01}',
        '{"type": "chat.send", "text": "\\ud800"}',
        '{"type": 7}',
        '{"type": "ping", "n": "\ud800"}',
        "[" * DEEP,
        '{"type": "ping", "n": 1, "x": ' + "[" * DEEP + "]" * DEEP + "}",
        '{"x": ' + "[" * DEEP + "]" * DEEP + ', "type": "ping", "n": 1}',
        '{"x": ' + '{"a":' * 2_500 + "1" + "}" * 2_500 + ', "type": "ping", "n": 1}',
    ],
    ids=lambda text: text[:24],
)
def test_what_is_no_message_is_malformed(text: str) -> None:
    assert refused(text).code is Refusal.MALFORMED


def test_a_fault_repeats_nothing_of_what_was_written() -> None:
    secret = "canary-4711"
    for text in (
        json.dumps(CHAT | {"text": [secret]}),
        json.dumps(CHAT | {"key": secret + " "}),
        json.dumps(CHAT | {"contact": secret}),
        json.dumps({"type": secret}),
        secret,
    ):
        fault = refused(text)
        assert secret not in str(fault)
        assert secret not in fault.where
        assert fault.__cause__ is None
        assert fault.__suppress_context__
    with pytest.raises(Malformed) as raised:
        decode(json.dumps(CHAT | {secret: 1}))
    assert secret not in raised.value.where


def test_no_message_shows_its_content() -> None:
    for struct in CLIENT:
        assert struct.__repr__ is not object.__repr__
    assert repr(decode(json.dumps(CHAT))) == "ChatSend(…)"


def fault_of(text: str) -> Malformed | None:
    try:
        decode(text)
    except Malformed as fault:
        return fault
    return None


@given(st.text(max_size=300))
def test_any_text_is_read_or_malformed(text: str) -> None:
    fault = fault_of(text)
    assert fault is None or fault.code in {Refusal.MALFORMED, Refusal.UNKNOWN_TYPE}


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)
NAMES = st.sampled_from(("type", "ref", "contact", "key", "text", "epoch", "n"))
TYPES = st.sampled_from([str(one.__struct_config__.tag) for one in CLIENT])


@given(st.dictionaries(NAMES, ANYTHING | TYPES))
def test_any_object_is_read_or_malformed(value: dict[str, object]) -> None:
    fault = fault_of(json.dumps(value))
    assert fault is None or fault.ref is None or fault.ref == value.get("ref")
