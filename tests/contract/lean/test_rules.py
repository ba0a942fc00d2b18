"""The rules of RFC 6455, case by case as the Autobahn suite orders them, over each way to serve."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from websockets.frames import Close, Opcode

from tests.contract.lean.conftest import LIMIT, Served
from tests.contract.lean.raw import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    PONG,
    TEXT,
    Raw,
    close,
    dialled,
    frame,
)
from tests.real import wait_until

SIZES = (0, 1, 125, 126, 127, 128, 4_096, 65_535, 65_536, LIMIT)
CHOPS = (1, 7, 1_000)


def only_lean(served: Served, why: str) -> None:
    if served.way == "stock":
        pytest.skip(f"the stock server differs: {why}")


# 1: whole messages --------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
def test_messages_of_every_form_of_length(served: Served, size: int) -> None:
    with dialled(served.port) as raw:
        raw.send(frame(TEXT, b"*" * size), frame(BINARY, b"\xfe" * size))
        assert raw.echo() == "*" * size
        assert raw.echo() == b"\xfe" * size


@pytest.mark.parametrize("chop", CHOPS)
def test_messages_in_small_pieces(served: Served, chop: int) -> None:
    with dialled(served.port) as raw:
        for size in (0, 126, 3_000):
            raw.chop(frame(TEXT, b"*" * size), chop)
            assert raw.echo() == "*" * size


def test_many_messages_in_one_piece_keep_their_order(served: Served) -> None:
    with dialled(served.port) as raw:
        raw.send(b"".join(frame(TEXT, str(number).encode()) for number in range(500)))
        assert [raw.echo() for _ in range(500)] == [str(number) for number in range(500)]


# 2: pings and pongs -------------------------------------------------------------------------


@pytest.mark.parametrize("payload", [b"", b"hello", b"\x00\xff\xfe", b"\xfe" * 125])
@pytest.mark.parametrize("chop", [1, 1_000])
def test_a_ping_is_answered_with_what_it_held(served: Served, payload: bytes, chop: int) -> None:
    with dialled(served.port) as raw:
        raw.chop(frame(PING, payload), chop)
        pong = raw.next()
        assert (pong.opcode, bytes(pong.data)) == (Opcode.PONG, payload)


def test_pings_are_answered_in_order_and_pongs_ignored(served: Served) -> None:
    with dialled(served.port) as raw:
        raw.send(frame(PONG, b"unasked"), frame(PONG))
        raw.send(*(frame(PING, str(n).encode()) for n in range(10)))
        assert [bytes(raw.next().data) for _ in range(10)] == [str(n).encode() for n in range(10)]
        raw.send(frame(TEXT, b"still here"))
        assert raw.echo() == "still here"


# 3, 4: what is reserved; and masks, lengths -------------------------------------------------

BAD_FRAMES = {
    **{f"reserved bits {n} on {op}": frame(op, b"x", reserved=n)
       for n in range(1, 8) for op in (TEXT, BINARY, PING, PONG, CLOSE)},
    **{f"opcode {op}": frame(op, b"x") for op in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)},
    **{f"empty opcode {op}": frame(op) for op in (3, 15)},
    "a text that is not masked": frame(TEXT, b"x", masked=False),
    "a ping that is not masked": frame(PING, masked=False),
    "a long ping": frame(PING, b"x" * 126),
    "a long pong": frame(PONG, b"x" * 126),
    "a long close": frame(CLOSE, b"\x03\xe8" + b"x" * 124),
    "a ping in pieces": frame(PING, b"x", fin=False),
    "a pong in pieces": frame(PONG, b"x", fin=False),
    "a close in pieces": frame(CLOSE, b"\x03\xe8", fin=False),
    "the end of nothing": frame(CONTINUATION, b"x"),
    "the middle of nothing": frame(CONTINUATION, b"x", fin=False),
    "a close of one byte": frame(CLOSE, b"\x03"),
}  # fmt: skip


@pytest.mark.parametrize("said", BAD_FRAMES)
@pytest.mark.parametrize("chop", [1, 1_000])
def test_what_breaks_the_protocol_ends_it(served: Served, said: str, chop: int) -> None:
    with dialled(served.port) as raw:
        raw.send(frame(TEXT, b"before"))
        assert raw.echo() == "before"
        try:
            raw.chop(BAD_FRAMES[said] + frame(TEXT, b"after"), chop)
        except (BrokenPipeError, ConnectionResetError):
            assert chop == 1, "the end came before all was said"
        assert raw.code() == 1002
    assert "after" not in served.notes.heard


@pytest.mark.parametrize(
    "said",
    [frame(TEXT, b"x", form=2), frame(TEXT, b"x" * 125, form=2), frame(TEXT, b"x" * 126, form=8)],
    ids=["1 in two", "125 in two", "126 in eight"],
)
def test_a_length_is_said_in_its_shortest_form(served: Served, said: bytes) -> None:
    only_lean(served, "it takes any form")
    with dialled(served.port) as raw:
        raw.send(said)
        assert raw.code() == 1002


# 5: fragments -------------------------------------------------------------------------------


@pytest.mark.parametrize("chop", CHOPS)
def test_a_message_in_fragments_with_pings_between(served: Served, chop: int) -> None:
    with dialled(served.port) as raw:
        raw.chop(
            frame(TEXT, b"one ", fin=False)
            + frame(PING, b"a")
            + frame(CONTINUATION, b"", fin=False)
            + frame(CONTINUATION, b"two ", fin=False)
            + frame(PING, b"b")
            + frame(CONTINUATION, b"three")
            + frame(BINARY, b"", fin=False)
            + frame(CONTINUATION, b"\xff"),
            chop,
        )
        assert [bytes(raw.next().data) for _ in range(2)] == [b"a", b"b"]
        assert [raw.echo(), raw.echo()] == ["one two three", b"\xff"]


@pytest.mark.parametrize("second", [TEXT, BINARY])
def test_a_message_does_not_begin_inside_another(served: Served, second: int) -> None:
    with dialled(served.port) as raw:
        raw.send(frame(TEXT, b"one", fin=False), frame(second, b"two"))
        assert raw.code() == 1002


# 6: UTF-8 -----------------------------------------------------------------------------------

GOOD = (
    "",
    "κόσμε",
    "\x00",
    "\x7f\x80\u07ff\u0800\uffff\U00010000\U0010ffff",
    "\ufffe\ufeff",
    "å" * 70,
)
BAD = {
    "a lone continuation": b"\x80",
    "the last continuation": b"\xbf",
    "an overlong slash": b"\xc0\xaf",
    "an overlong nothing": b"\xe0\x80\x80",
    "an overlong long one": b"\xf0\x80\x80\xaf",
    "a surrogate": b"\xed\xa0\x80",
    "a pair of them": b"\xed\xa0\x80\xed\xb0\x80",
    "beyond the last": b"\xf4\x90\x80\x80",
    "five bytes": b"\xf8\x88\x80\x80\x80",
    "no byte of UTF-8": b"\xfe",
    "cut off": b"\xce\xba\xe1\xbd",
    "good, bad": "κόσμε".encode() + b"\xed\xa0\x80edited",
}


@pytest.mark.parametrize("text", GOOD)
def test_text_is_taken_however_it_is_divided(served: Served, text: str) -> None:
    data = text.encode()
    with dialled(served.port) as raw:
        raw.chop(frame(TEXT, data), 1)
        assert raw.echo() == text
        pieces = [data[i : i + 1] for i in range(len(data))] or [b""]
        raw.send(frame(TEXT, pieces[0], fin=len(pieces) == 1))
        raw.send(
            *(
                frame(CONTINUATION, piece, fin=number == len(pieces))
                for number, piece in enumerate(pieces[1:], 2)
            )
        )
        assert raw.echo() == text


@pytest.mark.parametrize("said", BAD)
def test_text_that_is_no_utf8_ends_it(served: Served, said: str) -> None:
    data = BAD[said]
    with dialled(served.port) as raw:
        raw.send(frame(TEXT, data))
        assert raw.code() == 1007
    with dialled(served.port) as raw:
        raw.send(frame(TEXT, data[:1], fin=False), frame(CONTINUATION, data[1:]))
        assert raw.code() == 1007


def test_bad_text_is_noticed_before_the_message_is_whole(served: Served) -> None:
    only_lean(served, "it waits for the whole message")
    with dialled(served.port) as raw:
        raw.send(frame(TEXT, b"\xce", fin=False), frame(CONTINUATION, b"x", fin=False))
        assert raw.code() == 1007


# 7: closing ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        1000,
        1001,
        1002,
        1003,
        1007,
        1008,
        1009,
        1010,
        1011,
        1012,
        1013,
        1014,
        3000,
        3999,
        4000,
        4999,
    ],
)
def test_a_good_close_is_answered_with_its_code(served: Served, code: int) -> None:
    with dialled(served.port) as raw:
        raw.send(close(code, b"on my way"))
        assert raw.code() == code
    wait_until(lambda: code in served.notes.gone, "the application to be told")


@pytest.mark.parametrize(
    "code", [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535]
)
def test_a_close_with_a_code_that_may_not_be_sent_is_a_fault(served: Served, code: int) -> None:
    with dialled(served.port) as raw:
        raw.send(close(code))
        assert raw.code() == 1002


def test_a_close_may_be_empty_or_have_a_long_reason(served: Served) -> None:
    with dialled(served.port) as raw:
        raw.send(frame(CLOSE))
        assert raw.code() is None
    with dialled(served.port) as raw:
        raw.send(close(1000, b"x" * 123))
        assert raw.code() == 1000


def test_a_reason_is_text_too(served: Served) -> None:
    with dialled(served.port) as raw:
        raw.send(close(1000, b"\xed\xa0\x80"))
        assert raw.code() in {1002, 1007}


def test_nothing_counts_behind_a_close(served: Served) -> None:
    with dialled(served.port) as raw:
        raw.send(close(1000), frame(TEXT, b"too late"), frame(PING), close(1001))
        assert raw.code() == 1000
    assert "too late" not in served.notes.heard


def test_our_close_ends_when_it_is_answered(served: Served) -> None:
    with dialled(served.port) as raw:
        raw.send(frame(TEXT, b"close, please"), frame(TEXT, b"not heard any more"))
        told = Close.parse(bytes(raw.next().data))
        assert (told.code, told.reason) == (4321, "as you wish")
        raw.send(frame(TEXT, b"nor this"), close(4321))
        with pytest.raises(StopIteration):
            raw.next()
    assert "nor this" not in served.notes.heard
    if served.way == "taken":
        assert "not heard any more" not in served.notes.heard


@pytest.mark.parametrize("cut", range(1, 9))
def test_a_line_that_breaks_inside_a_frame_is_just_gone(served: Served, cut: int) -> None:
    before = len(served.notes.gone)
    with dialled(served.port) as raw:
        raw.send(frame(TEXT, b"cut")[:cut])
    wait_until(lambda: len(served.notes.gone) > before, "the application to be told")
    assert served.notes.gone[-1] in {1005, 1006}
    assert "cut" not in served.notes.heard


def test_half_a_connection_is_none(served: Served) -> None:
    with dialled(served.port) as raw:
        raw.line.shutdown(1)
        with pytest.raises(StopIteration):
            raw.next()


# 9: limits ----------------------------------------------------------------------------------


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_what_is_too_large_is_refused_by_its_header(served: Served, opcode: int) -> None:
    for size in (LIMIT + 1, 2**40):
        with dialled(served.port) as raw:
            head = bytes((0x80 | opcode, 0xFF)) + size.to_bytes(8, "big")
            raw.send(head + bytes(4))
            assert raw.code() == 1009


def test_fragments_are_added_up(served: Served) -> None:
    piece = b"x" * (LIMIT // 2)
    with dialled(served.port) as raw:
        raw.send(frame(TEXT, piece, fin=False), frame(CONTINUATION, piece))
        assert raw.echo() == "x" * LIMIT
        raw.send(frame(TEXT, piece, fin=False), frame(CONTINUATION, piece, fin=False))
        raw.send(frame(CONTINUATION, b"x"))
        assert raw.code() == 1009


def test_a_length_with_the_highest_bit_is_no_length(served: Served) -> None:
    with dialled(served.port) as raw:
        raw.send(b"\x81\xff" + b"\xff" * 8 + bytes(4))
        assert raw.code() in {1002, 1009}


@pytest.mark.parametrize(
    "said",
    [frame(PING), frame(PONG), frame(CONTINUATION, fin=False)],
    ids=["ping", "pong", "continuation"],
)
def test_frames_that_say_nothing_are_not_taken_for_ever(served: Served, said: bytes) -> None:
    only_lean(served, "it has no such limit")
    with dialled(served.port) as raw:
        raw.send(frame(TEXT, fin=False))
        with suppress(BrokenPipeError, ConnectionResetError):
            for _ in range(20):
                raw.send(said * 100)
        codes = {int.from_bytes(f.data[:2], "big") for f in rest(raw) if f.opcode is Opcode.CLOSE}
        assert codes == {1008}


def rest(raw: Raw) -> list[Any]:
    found = []
    with suppress(StopIteration):
        while True:
            found.append(raw.next())
    return found
