"""A client that may send any byte. What the server says is judged by another implementation."""

from __future__ import annotations

import os
import socket
import ssl
import struct
from collections.abc import Iterator
from contextlib import contextmanager

from websockets.client import ClientProtocol
from websockets.frames import Close, Frame, Opcode
from websockets.http11 import Response
from websockets.uri import parse_uri

from tests.real import PATIENCE

TEXT, BINARY, CONTINUATION, CLOSE, PING, PONG = 1, 2, 0, 8, 9, 10


def frame(
    opcode: int,
    payload: bytes = b"",
    *,
    fin: bool = True,
    reserved: int = 0,
    masked: bool = True,
    form: int = 0,
) -> bytes:
    """A client's frame; `form` is the least number of bytes of its length."""
    first = (fin << 7) | (reserved << 4) | opcode
    size = len(payload)
    if form == 8 or size > 0xFFFF:
        head = struct.pack("!BBQ", first, masked << 7 | 127, size)
    elif form == 2 or size > 125:
        head = struct.pack("!BBH", first, masked << 7 | 126, size)
    else:
        head = struct.pack("!BB", first, masked << 7 | size)
    if not masked:
        return head + payload
    mask = os.urandom(4)
    return head + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(payload))


def close(code: int, reason: bytes = b"") -> bytes:
    return frame(CLOSE, code.to_bytes(2, "big") + reason)


class Raw:
    """One connection after a good handshake."""

    def __init__(self, port: int, *, tls: bool = False, behind: bytes = b"") -> None:
        """`behind` follows the handshake in the same packet."""
        self._judge = ClientProtocol(parse_uri(f"ws://127.0.0.1:{port}/socket"), max_size=None)
        self._judge.send_request(self._judge.connect())
        self.line: socket.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        if tls:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            self.line = context.wrap_socket(self.line)
        self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.line.settimeout(PATIENCE)
        self.ended = False
        self._frames = self._read()
        self.send(b"".join(self._judge.data_to_send()) + behind)
        response = next(self._frames)
        assert isinstance(response, Response), response
        assert response.status_code == 101, response
        assert self._judge.handshake_exc is None

    def send(self, *frames: bytes) -> None:
        self.line.sendall(b"".join(frames))

    def chop(self, data: bytes, size: int) -> None:
        """Send in pieces."""
        for start in range(0, len(data), size):
            self.line.sendall(data[start : start + size])

    def next(self) -> Frame:
        """The next frame. Fails when the connection ends instead."""
        found = next(self._frames)
        assert isinstance(found, Frame)
        return found

    def echo(self) -> str | bytes:
        """The next message; a control frame before it is a failure."""
        found = self.next()
        assert found.fin
        assert found.opcode in {Opcode.TEXT, Opcode.BINARY}, found
        data = bytes(found.data)
        return data.decode() if found.opcode is Opcode.TEXT else data

    def code(self) -> int | None:
        """The code of the close, which must be the next frame, and the last."""
        found = self.next()
        assert found.opcode is Opcode.CLOSE, found
        code = Close.parse(bytes(found.data)).code if found.data else None
        rest = [one for one in self._frames if isinstance(one, Frame)]
        assert rest == []
        return code

    def _read(self) -> Iterator[object]:
        while not self.ended:
            try:
                data = self.line.recv(65_536)
            except ConnectionResetError:
                data = b""
            if data:
                self._judge.receive_data(data)
            else:
                self.ended = True
                self._judge.receive_eof()
            assert self._judge.parser_exc is None or not data, self._judge.parser_exc
            yield from self._judge.events_received()


@contextmanager
def dialled(port: int, *, tls: bool = False, behind: bytes = b"") -> Iterator[Raw]:
    raw = Raw(port, tls=tls, behind=behind)
    try:
        yield raw
    finally:
        raw.line.close()
