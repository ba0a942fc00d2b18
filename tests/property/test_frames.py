"""Any bytes, in any pieces: read as another implementation reads them, and never more kept."""

from __future__ import annotations

import logging
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from websockets.frames import Close, Frame, Opcode
from websockets.protocol import State
from websockets.server import ServerProtocol

from signaling.lean import frames
from signaling.lean.frames import Reader, close_frame, frame
from tests.contract.lean import raw

LIMIT = 400
HEADER = 14


class Notes(Reader):
    """Keeps what it is told."""

    def __init__(self) -> None:
        super().__init__(LIMIT)
        self.told: list[tuple[Any, ...]] = []
        self.over = False

    def message(self, message: str | bytes) -> None:
        self.told.append(("message", message))

    def ping(self, payload: bytes) -> None:
        self.told.append(("ping", payload))

    def closed(self, code: int) -> None:
        self.told.append(("closed", code))
        self.over = True

    def failed(self, code: int, reason: str) -> None:
        assert reason
        self.told.append(("failed", code))
        self.over = True

    def listening(self) -> bool:
        return not self.over


def read(pieces: list[bytes]) -> Notes:
    notes = Notes()
    for piece in pieces:
        if notes.over:
            break
        notes.feed(piece)
        assert len(notes._left) < LIMIT + HEADER
        if notes._fragments is not None:
            assert notes._fragments.size <= LIMIT
    return notes


def cut(data: bytes, places: list[int]) -> list[bytes]:
    ends = sorted({min(place, len(data)) for place in places} | {len(data)})
    return [data[a:b] for a, b in zip([0, *ends], ends, strict=False)]


PAYLOADS = st.one_of(
    st.binary(max_size=20),
    st.text(max_size=10).map(str.encode),
    st.integers(100, LIMIT + 50).map(lambda size: b"x" * size),
    st.tuples(st.integers(0, 5_100), st.text(max_size=5)).map(
        lambda parts: parts[0].to_bytes(2, "big") + parts[1].encode()
    ),
)
GOOD_FRAMES = st.builds(
    raw.frame, st.sampled_from([0, 1, 2, 8, 9, 10]), PAYLOADS, fin=st.booleans()
)
ANY_FRAMES = st.builds(
    raw.frame,
    st.integers(0, 15),
    PAYLOADS,
    fin=st.booleans(),
    reserved=st.sampled_from([0, 0, 0, 1, 4, 7]),
    masked=st.sampled_from([True, True, True, False]),
)
WHOLE_TEXTS = st.text(max_size=20).map(lambda text: raw.frame(raw.TEXT, text.encode()))
STREAMS = st.lists(st.one_of(WHOLE_TEXTS, GOOD_FRAMES, ANY_FRAMES), max_size=8).map(b"".join)
PLACES = st.lists(st.integers(0, 500), max_size=8)


def as_websockets_reads(data: bytes) -> list[tuple[Any, ...]]:
    """The same, told by `websockets`, which leaves UTF-8 in messages to its caller."""
    protocol = ServerProtocol(max_size=LIMIT, state=State.OPEN, logger=logging.getLogger("quiet"))
    protocol.receive_data(data)
    told: list[tuple[Any, ...]] = []
    kind, parts = Opcode.TEXT, b""
    for event in protocol.events_received():
        assert isinstance(event, Frame)
        if event.opcode is Opcode.PING:
            told.append(("ping", bytes(event.data)))
        elif event.opcode is Opcode.CLOSE:
            told.append(("closed", Close.parse(bytes(event.data)).code))
        elif event.opcode is not Opcode.PONG:
            if event.opcode is not Opcode.CONT:
                kind, parts = event.opcode, b""
            parts += bytes(event.data)
            if event.fin:
                told.append(("message", parts.decode() if kind is Opcode.TEXT else parts))
    sent = protocol.close_sent
    if protocol.parser_exc is not None and sent is not None:
        told.append(("failed", sent.code))
    return told


@settings(max_examples=1_500, deadline=None)
@given(STREAMS)
@example(raw.frame(1, b"a", fin=False) + raw.frame(0, b"b"))
@example(raw.frame(1, b"x" * LIMIT, fin=False) + raw.frame(0, b"b"))
@example(raw.frame(8, b"\x03") + raw.frame(1, b"a"))
def test_frames_are_read_as_another_implementation_reads_them(data: bytes) -> None:
    notes = read([data])
    mine = notes.told
    try:
        theirs = as_websockets_reads(data)
    except UnicodeDecodeError:
        assert mine[-1] == ("failed", frames.NOT_UTF8)
        return
    early = mine and mine[-1] == ("failed", frames.NOT_UTF8)
    inside = notes._fragments is not None and mine and mine[-1][0] == "closed"
    if early or inside:
        # Bad text is found before the message is whole; a close between fragments is a good one.
        assert mine[:-1] == theirs[: len(mine) - 1]
        return
    # Of two faults in one frame either may be told; which of one, the rules' own tests say.
    assert [_known(one) for one in mine] == [_known(one) for one in theirs]


def _known(told: tuple[Any, ...]) -> tuple[Any, ...]:
    return ("failed",) if told[0] == "failed" else told


@settings(max_examples=1_000, deadline=None)
@given(STREAMS, PLACES)
def test_it_makes_no_difference_how_the_bytes_are_divided(data: bytes, places: list[int]) -> None:
    assert read(cut(data, places)).told == read([data]).told


@settings(max_examples=1_000, deadline=None)
@given(st.lists(st.binary(max_size=300), max_size=10))
def test_no_bytes_whatever_break_it(pieces: list[bytes]) -> None:
    read(pieces)


@settings(max_examples=300, deadline=None)
@given(st.integers(1000, 4999), st.text(max_size=200))
def test_a_close_frame_holds_as_much_of_the_reason_as_fits(code: int, reason: str) -> None:
    whole = close_frame(code, reason)
    assert whole[0] == 0x88
    assert whole[1] == len(whole) - 2 <= 125
    assert int.from_bytes(whole[2:4], "big") == code
    assert reason.startswith(whole[4:].decode())
    assert len(whole) >= min(len(reason.encode()), 120)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([1, 2, 9, 10]), st.integers(0, 70_000))
def test_what_is_written_is_read_by_another_implementation(opcode: int, size: int) -> None:
    from websockets.client import ClientProtocol
    from websockets.uri import parse_uri

    if opcode > 2:
        size %= 126
    judge = ClientProtocol(parse_uri("ws://a/"), state=State.OPEN, max_size=None)
    judge.receive_data(frame(opcode, b"x" * size))
    [found] = judge.events_received()
    assert isinstance(found, Frame)
    assert (found.opcode, bytes(found.data), found.fin) == (opcode, b"x" * size, True)
