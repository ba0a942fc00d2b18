"""A lean socket from its handshake to its end: who is let in, kept, cut off and told."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from websockets.frames import Close, Opcode

from tests.contract.lean.conftest import LIMIT, Served
from tests.contract.lean.raw import CLOSE, PONG, TEXT, close, dialled, frame
from tests.real import PATIENCE, wait_until

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
GOOD = {
    "Host": "127.0.0.1",
    "Upgrade": "websocket",
    "Connection": "keep-alive, Upgrade",
    "Sec-WebSocket-Key": KEY,
    "Sec-WebSocket-Version": "13",
}


def request(
    target: str = "/socket", method: str = "GET", version: str = "1.1", **fields: str | None
) -> bytes:
    """A handshake with some headers changed, or left out when None."""
    headers = {**GOOD, **{name.replace("_", "-"): value for name, value in fields.items()}}
    lines = [f"{name}: {value}" for name, value in headers.items() if value is not None]
    return "\r\n".join((f"{method} {target} HTTP/{version}", *lines, "", "")).encode("latin-1")


@contextmanager
def line(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as one:
        yield one


def answer(port: int, said: bytes, *, chop: int = 10_000) -> bytes:
    """What is answered until the end of the headers, or of the connection."""
    with line(port) as one:
        for start in range(0, len(said), chop):
            one.sendall(said[start : start + chop])
        found = b""
        while b"\r\n\r\n" not in found and (data := one.recv(4_096)):
            found += data
        return found


# The handshake ------------------------------------------------------------------------------


@pytest.mark.parametrize("chop", [1, 10_000])
def test_the_proof_is_that_of_the_standard(served: Served, chop: int) -> None:
    found = answer(served.port, request(), chop=chop).lower()
    assert found.startswith(b"http/1.1 101 ")
    assert b"sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=\r\n" in found
    assert b"extensions" not in found


BAD_HANDSHAKES = {
    "no key": (request(Sec_WebSocket_Key=None), 400),
    "a short key": (request(Sec_WebSocket_Key="c2hvcnQ="), 400),
    "a key that is no base64": (request(Sec_WebSocket_Key="§" * 24), 400),
    "two keys": (request(sec_websocket_key=KEY[::-1]), 400),
    "no version": (request(Sec_WebSocket_Version=None), 426),
    "an old version": (request(Sec_WebSocket_Version="8"), 426),
    "an old HTTP": (request(version="1.0"), 400),
    "a nobody": (request("/nobody"), 403),
    "a POST": (request(method="POST", Content_Length="0"), 400),
}


@pytest.mark.parametrize("said", BAD_HANDSHAKES)
def test_a_bad_handshake_is_refused(fresh: Served, said: str) -> None:
    sent, status = BAD_HANDSHAKES[said]
    found = answer(fresh.port, sent)
    assert found.startswith(b"HTTP/1.1 %d " % status), found
    if status == 426:
        assert b"sec-websocket-version: 13" in found
    assert (fresh.notes.heard, fresh.notes.gone) == ([], [])
    wait_until(lambda: not fresh.server.server_state.connections, "the socket to be forgotten")


def test_what_is_no_handshake_is_answered_as_before(fresh: Served) -> None:
    for said in (request(Upgrade=None), request(Upgrade="h2c"), request(Connection=None)):
        assert b" 404 " in answer(fresh.port, said).partition(b"\r\n")[0]
    assert b" 400 " in answer(fresh.port, b"\x81\x80abcd\r\n\r\n").partition(b"\r\n")[0]


def test_what_comes_with_the_handshake_is_heard(fresh: Served) -> None:
    with dialled(fresh.port, behind=frame(TEXT, b"early") + frame(TEXT, b"late")[:3]) as raw:
        assert raw.echo() == "early"


def test_too_much_before_the_handshake_is_too_much(fresh: Served) -> None:
    with line(fresh.port) as one:
        one.sendall(request() + b"\x81" * (LIMIT + 1_000))
        found = b""
        while data := one.recv(65_536):
            found += data
    assert fresh.notes.heard == []


# While it is open ---------------------------------------------------------------------------


def test_a_taken_socket_has_no_task(fresh: Served) -> None:
    with dialled(fresh.port) as raw:
        raw.send(frame(TEXT, b"hello"))
        assert raw.echo() == "hello"
        state = fresh.server.server_state
        wait_until(
            lambda: len(state.tasks) == (fresh.way == "asgi"), "the endpoint to return or to stay"
        )
        assert len(state.connections) == 1
    wait_until(lambda: not state.connections, "the socket to be forgotten")


def test_whoever_is_silent_is_pinged_and_then_cut_off(fresh: Served) -> None:
    with dialled(fresh.port) as raw:
        for _ in range(3):
            assert raw.next().opcode is Opcode.PING
            raw.send(frame(PONG))
        assert raw.next().opcode is Opcode.PING
        with pytest.raises(StopIteration):
            raw.next()
    wait_until(lambda: fresh.notes.gone == [1006], "the application to be told")


def test_whoever_speaks_is_not_pinged(fresh: Served) -> None:
    with dialled(fresh.port) as raw:
        for number in range(300):
            raw.send(frame(TEXT, str(number).encode()))
            assert raw.echo() == str(number)


def test_a_slow_reader_is_kept_within_bounds_and_told(fresh: Served) -> None:
    if fresh.way == "asgi":
        pytest.skip("an application that waits for its sends is slowed down instead")
    with dialled(fresh.port) as raw:
        raw.send(frame(TEXT, b"flood 4000"))
        wait_until(lambda: fresh.notes.unsent > 200_000, "the line to be full")
        assert fresh.notes.unsent < 250_000, "and not a byte was kept after that"
        whole = 0
        while (found := raw.next()).opcode is Opcode.TEXT:
            whole += len(found.data)
        assert Close.parse(bytes(found.data)).code == 4006
        assert whole % 10_000 == 0, "no message was cut"
        assert whole < 40_000_000


def test_an_application_that_waits_is_slowed_down_by_a_slow_reader(fresh: Served) -> None:
    if fresh.way != "asgi":
        pytest.skip("for whoever has not taken the socket over")
    with dialled(fresh.port) as raw:
        raw.send(frame(TEXT, b"flood 4000"), frame(TEXT, b"done"))
        for _ in range(4_000):
            assert len(raw.next().data) == 10_000
        assert raw.echo() == "done"


def test_a_line_cut_in_the_middle_of_a_flood_frees_everybody(fresh: Served) -> None:
    with dialled(fresh.port) as raw:
        raw.send(frame(TEXT, b"flood 4000"))
        raw.line.recv(1_000)
    wait_until(lambda: len(fresh.notes.gone) == 1, "the application to be told")
    wait_until(lambda: not fresh.server.server_state.tasks, "its task to end")


def test_reading_stops_while_nobody_asks_for_what_was_read(fresh: Served) -> None:
    if fresh.way != "taken":
        pytest.skip("for whoever has taken the socket over")
    with dialled(fresh.port) as raw:
        raw.send(frame(TEXT, b"one"))
        assert raw.echo() == "one"
        [link] = fresh.notes.links
        fresh.turns(link.pause)
        raw.send(frame(TEXT, b"two"))
        fresh.turns(lambda: None)
        assert fresh.notes.heard == ["one"]
        fresh.turns(link.resume)
        assert raw.echo() == "two"


# Its end ------------------------------------------------------------------------------------


def test_a_restart_is_told_as_such(fresh: Served) -> None:
    with dialled(fresh.port) as raw:
        raw.send(frame(TEXT, b"hello"))
        assert raw.echo() == "hello"
        fresh.server.should_exit = True
        while (found := raw.next()).opcode is not Opcode.CLOSE:
            pass
        assert Close.parse(bytes(found.data)).code == 1012
        raw.send(close(1012))
    wait_until(lambda: fresh.notes.gone == [1012], "the application to be told")


def test_whoever_does_not_answer_a_close_is_cut_off(fresh: Served) -> None:
    with dialled(fresh.port) as raw:
        raw.send(frame(TEXT, b"close, please"))
        while raw.next().opcode is not Opcode.CLOSE:
            pass
        with pytest.raises(StopIteration):
            raw.next()
    wait_until(lambda: len(fresh.notes.gone) == 1, "the application to be told")
    assert fresh.notes.gone == [1006]


def test_over_tls_too(served_tls: Served) -> None:
    with dialled(served_tls.port, tls=True) as raw:
        assert isinstance(raw.line, ssl.SSLSocket)
        raw.chop(frame(TEXT, "hej å".encode()), 1)
        raw.send(frame(TEXT, b"x" * LIMIT))
        assert [raw.echo(), raw.echo()] == ["hej å", "x" * LIMIT]
        raw.send(frame(CLOSE, b"\x03\xe8"))
        assert raw.code() == 1000
    with dialled(served_tls.port, tls=True) as raw:
        raw.send(frame(3))
        assert raw.code() == 1002
    wait_until(lambda: len(served_tls.notes.gone) == 2, "the application to be told of both")


def test_a_slow_reader_over_tls_is_told_too(served_tls: Served) -> None:
    with dialled(served_tls.port, tls=True) as raw:
        raw.send(frame(TEXT, b"flood 4000"))
        wait_until(lambda: served_tls.notes.unsent > 200_000, "the line to be full")
        assert served_tls.notes.unsent < 250_000
        while (found := raw.next()).opcode is Opcode.TEXT:
            pass
        assert Close.parse(bytes(found.data)).code == 4006
