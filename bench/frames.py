"""As much of RFC 6455 as a load client needs: whole text frames, pings, closes."""

from __future__ import annotations

import base64
import os
import struct
from collections.abc import Iterator
from typing import Final

from websockets.utils import apply_mask

TEXT: Final = 1
CLOSE: Final = 8
PING: Final = 9
PONG: Final = 10


def frame(payload: bytes, opcode: int = TEXT) -> bytes:
    """Return one masked frame, ready to be written, as often as wanted."""
    mask = os.urandom(4)
    size = len(payload)
    if size < 126:
        head = struct.pack("!BB", 0x80 | opcode, 0x80 | size)
    elif size < 1 << 16:
        head = struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, size)
    else:
        head = struct.pack("!BBQ", 0x80 | opcode, 0x80 | 127, size)
    return head + mask + apply_mask(payload, mask)


def upgrade(port: int, path: str, headers: dict[str, str]) -> bytes:
    """Return the request that opens a WebSocket."""
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
        "Sec-WebSocket-Version: 13",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join((*lines, "", "")).encode()


def split(data: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """Return the whole frames in what a server sent, as (opcode, payload), and what is left."""
    found = list(_whole(data))
    used = found[-1][2] if found else 0
    return [(opcode, payload) for opcode, payload, _ in found], data[used:]


def _whole(data: bytes) -> Iterator[tuple[int, bytes, int]]:
    at, end = 0, len(data)
    while at + 2 <= end:
        first, size = data[at], data[at + 1]
        start = at + 2
        if size == 126:
            start += 2
            if start > end:
                return
            size = int.from_bytes(data[at + 2 : start], "big")
        elif size == 127:
            start += 8
            if start > end:
                return
            size = int.from_bytes(data[at + 2 : start], "big")
        at = start + size
        if at > end:
            return
        yield first & 15, data[start:at], at
