"""How values become the bytes that are stored, and values again: msgspec's JSON.

Everything a person wrote goes through here and nowhere else on its way to a table.
"""

from __future__ import annotations

import sys
from typing import Final, Generic, TypeVar

import msgspec
from msgspec.structs import force_setattr

from video_advice.effects import AnyEffect
from video_advice.events import AnyEvent
from video_advice.ports import Duty, Session
from video_advice.regions.rules import Rule
from video_advice.state import Contact

T = TypeVar("T")

_encoder: Final = msgspec.json.Encoder(order="deterministic")


class Codec(Generic[T]):
    """Bytes for values of one type, and back."""

    __slots__ = ("_decoder",)

    def __init__(self, decoder: msgspec.json.Decoder[T]) -> None:
        """Read with `decoder`."""
        self._decoder = decoder

    def pack(self, value: T) -> bytes:
        """Return the bytes to store. The same value always gives the same bytes."""
        return _encoder.encode(value)

    def unpack(self, stored: bytes) -> T:
        """Return the value. Raises msgspec.DecodeError for bytes that were never packed."""
        return self._decoder.decode(stored)


class _ContactCodec(Codec[Contact]):
    """Of what thousands of contacts have in common there is one text for all of them."""

    __slots__ = ()

    def unpack(self, stored: bytes) -> Contact:
        """Return the contact. Raises msgspec.DecodeError for bytes that were never packed."""
        contact = super().unpack(stored)
        for name in _IN_COMMON:
            force_setattr(contact, name, sys.intern(getattr(contact, name)))
        return contact


_IN_COMMON: Final = ("region", "language", "consent")

CONTACT: Final = _ContactCodec(msgspec.json.Decoder(Contact))
EVENT: Final[Codec[AnyEvent]] = Codec(msgspec.json.Decoder(AnyEvent))
EFFECT: Final[Codec[AnyEffect]] = Codec(msgspec.json.Decoder(AnyEffect))
SESSION: Final = Codec(msgspec.json.Decoder(Session))
DUTY: Final = Codec(msgspec.json.Decoder(Duty))
RULE: Final = Codec(msgspec.json.Decoder(Rule))
DRAFT: Final = Codec(msgspec.json.Decoder(bytes))
