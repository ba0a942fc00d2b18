"""Frames as bytes: writing them, and taking apart what a client sends. No network here."""

from __future__ import annotations

import codecs
from typing import Final

from websockets.speedups import apply_mask

CONTINUATION: Final = 0
TEXT: Final = 1
BINARY: Final = 2
CLOSE: Final = 8
PING: Final = 9
PONG: Final = 10

NORMAL: Final = 1000
PROTOCOL_ERROR: Final = 1002
NO_CODE: Final = 1005
BROKEN: Final = 1006
NOT_UTF8: Final = 1007
POLICY: Final = 1008
TOO_LARGE: Final = 1009

_FIN: Final = 0x80
_RESERVED: Final = 0x70
_MASKED: Final = 0x80
_WHOLE_TEXT: Final = _FIN | TEXT
_SMALL: Final = 125
_CODES: Final = frozenset({1000, 1001, 1002, 1003, *range(1007, 1015)})
_EXTRAS: Final = 1_000
"""Control frames and fragments between two calls of `breathe`: no honest page sends so many."""


def frame(opcode: int, payload: bytes) -> bytes:
    """Return one whole unmasked frame, as a server sends it."""
    size = len(payload)
    if size <= _SMALL:
        return bytes((_FIN | opcode, size)) + payload
    if size < 1 << 16:
        return bytes((_FIN | opcode, 126)) + size.to_bytes(2, "big") + payload
    return bytes((_FIN | opcode, 127)) + size.to_bytes(8, "big") + payload


def close_frame(code: int, reason: str) -> bytes:
    """Return a close frame; a reason that is too long is cut."""
    words = reason.encode()[: _SMALL - 2]
    return frame(CLOSE, code.to_bytes(2, "big") + words.decode(errors="ignore").encode())


class Fault(Exception):
    """The client broke the rules; `code` is what the connection is closed with."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class _Fragments:
    """A message of which not all has come. Text is checked as it comes, piece by piece."""

    __slots__ = ("_decoder", "_parts", "size")

    def __init__(self, opcode: int) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")() if opcode == TEXT else None
        self._parts: list[str | bytes] = []
        self.size = 0

    def add(self, payload: bytes, *, last: bool) -> str | bytes | None:
        """Return the message once it is whole. Raises: UnicodeDecodeError."""
        self.size += len(payload)
        decoder = self._decoder
        self._parts.append(payload if decoder is None else decoder.decode(payload, final=last))
        if not last:
            return None
        empty: str | bytes = b"" if decoder is None else ""
        return empty.join(self._parts)  # type: ignore[arg-type]


class Reader:
    """Takes a client's bytes apart and calls what a subclass makes of the pieces.

    `limit` is the most bytes of a message. A frame is judged by its header, before its payload has
    come, so at most `limit` bytes and a header are ever kept.
    """

    __slots__ = ("_extras", "_fragments", "_left", "_limit")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._left = b""
        self._fragments: _Fragments | None = None
        self._extras = 0

    def message(self, message: str | bytes) -> None:
        """Take a whole message."""
        raise NotImplementedError

    def ping(self, payload: bytes) -> None:
        """Take a ping."""
        raise NotImplementedError

    def closed(self, code: int) -> None:
        """Take the other side's close; 1005 when it gave no code."""
        raise NotImplementedError

    def failed(self, code: int, reason: str) -> None:
        """Take note that the other side broke the rules, or asked too much."""
        raise NotImplementedError

    def listening(self) -> bool:
        """Say whether more is wanted; asked after each piece."""
        raise NotImplementedError

    def breathe(self) -> None:
        """Begin a new while in which so and so many extra frames may come."""
        self._extras = 0

    def feed(self, data: bytes) -> None:
        """Take bytes as the network gives them."""
        try:
            self._feed(self._left + data if self._left else data)
        except Fault as fault:
            self.failed(fault.code, fault.reason)
        except UnicodeDecodeError:
            self.failed(NOT_UTF8, "not UTF-8")

    def _feed(self, data: bytes) -> None:
        at, end = 0, len(data)
        while at + 2 <= end:
            first, second = data[at], data[at + 1]
            size = second & 127
            start = at + 6
            if size > _SMALL:
                start += 2 if size == 126 else 8
                if start > end + 4:  # not all of the length has come; the mask may be missing
                    self._check(first, second, 126)
                    break
                size = _long(data, at + 2, start - 4)
            # What nearly every frame is needs no closer look.
            if (
                first != _WHOLE_TEXT
                or second < _MASKED
                or size > self._limit
                or self._fragments is not None
            ):
                self._check(first, second, size)
            stop = start + size
            if stop > end:
                break
            payload = apply_mask(data[start:stop], data[start - 4 : start])
            at = stop
            if first == _WHOLE_TEXT:
                self.message(payload.decode())
            else:
                self._other(first, payload)
            if at < end and not self.listening():
                at = end
        self._left = data[at:] if at else data

    def _check(self, first: int, second: int, size: int) -> None:
        """Judge a header. Raises: Fault. A `size` that is not known yet is given as 126."""
        if first & _RESERVED:
            raise Fault(PROTOCOL_ERROR, "reserved bits")
        if second < _MASKED:
            raise Fault(PROTOCOL_ERROR, "not masked")
        opcode = first & 15
        if opcode >= CLOSE:
            if opcode > PONG:
                raise Fault(PROTOCOL_ERROR, "unknown opcode")
            if first < _FIN or size > _SMALL:
                raise Fault(PROTOCOL_ERROR, "long or divided control frame")
            return
        if opcode > BINARY:
            raise Fault(PROTOCOL_ERROR, "unknown opcode")
        fragments = self._fragments
        if (fragments is None) is (opcode == CONTINUATION):
            raise Fault(PROTOCOL_ERROR, "fragments out of order")
        if size > self._limit - (0 if fragments is None else fragments.size):
            raise Fault(TOO_LARGE, "too large")

    def _other(self, first: int, payload: bytes) -> None:
        """Take what is not a whole text: seldom, so here order counts more than speed."""
        opcode = first & 15
        if first == _FIN | BINARY:
            self.message(payload)
            return
        self._extras += 1
        if self._extras > _EXTRAS:
            raise Fault(POLICY, "too many frames")
        if opcode == PING:
            self.ping(payload)
        elif opcode == CLOSE:
            self.closed(_close_code(payload))
        elif opcode != PONG:
            self._fragment(opcode, payload, last=first >= _FIN)

    def _fragment(self, opcode: int, payload: bytes, *, last: bool) -> None:
        fragments = self._fragments
        if fragments is None:
            fragments = self._fragments = _Fragments(opcode)
        whole = fragments.add(payload, last=last)
        if whole is not None:
            self._fragments = None
            self.message(whole)


def _long(data: bytes, start: int, stop: int) -> int:
    """Return a length of 2 or 8 bytes. Raises: Fault for one that should have been shorter."""
    size = int.from_bytes(data[start:stop], "big")
    if size <= (_SMALL if stop - start == 2 else 0xFFFF) or size >> 63:
        raise Fault(PROTOCOL_ERROR, "wrong length")
    return size


def _close_code(payload: bytes) -> int:
    """Return the code in a close frame. Raises: Fault, UnicodeDecodeError."""
    if not payload:
        return NO_CODE
    code = int.from_bytes(payload[:2], "big")
    if len(payload) == 1 or not (code in _CODES or 3000 <= code < 5000):
        raise Fault(PROTOCOL_ERROR, "wrong close code")
    payload[2:].decode()
    return code
