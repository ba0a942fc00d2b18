"""Bytes to messages and back. Says what is wrong with a message without repeating any of it."""

from __future__ import annotations

from typing import Final

import msgspec

from signaling.protocol import messages as m
from video_advice.refusals import Refusal, Refused

UNREADABLE: Final = (msgspec.DecodeError, UnicodeError, RecursionError)
"""What msgspec raises for bytes it cannot read; the last for what is nested too deep."""

_decoder: Final[msgspec.json.Decoder[m.ClientMessage]] = msgspec.json.Decoder(m.ClientMessage)


class _Head(msgspec.Struct):
    type: str = ""
    ref: int | None = None


_head: Final = msgspec.json.Decoder(_Head)
_TYPES: Final = frozenset(str(kind.__struct_config__.tag) for kind in m.ClientMessage.__args__)


class Malformed(Exception):
    """A message that cannot be read. `ref` is set when at least that could be."""

    def __init__(
        self, where: str, ref: int | None = None, code: Refusal = Refusal.MALFORMED
    ) -> None:
        """`where` is the path of the field at fault, such as `$.key`."""
        super().__init__(code)
        self.where = where
        self.ref = ref
        self.code = code


def decode(text: str) -> m.ClientMessage:
    """Return the message in `text`.

    Raises:
        Malformed: it is not JSON, not a known type, or a field is wrong.
    """
    try:
        return _decoder.decode(text)
    except UNREADABLE as error:
        raise _explain(text, error) from None


def path(error: Exception) -> str:
    """Return where in a message a msgspec error lies, such as `$.key`; never what stood there."""
    _, found, after = str(error).rpartition(" - at `")
    return after.rstrip("`") if found else "$"


def refused(error: Exception) -> Refused:
    """Return the refusal of a body that msgspec could not read."""
    return Refused(Refusal.MALFORMED, path(error))


def _explain(text: str, error: Exception) -> Malformed:
    try:
        head = _head.decode(text)
    except UNREADABLE:
        return Malformed(path(error))
    ref = head.ref if head.ref is not None and 0 <= head.ref < 2**31 else None
    if head.type not in _TYPES:
        return Malformed("$.type", ref, Refusal.UNKNOWN_TYPE)
    return Malformed(path(error), ref)
