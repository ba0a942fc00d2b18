"""How values become the bytes that are stored, and values again: msgspec's JSON.

Everything a person wrote goes through here and nowhere else on its way to a table.
"""

from __future__ import annotations

from typing import Final, Generic, TypeVar

import msgspec

from video_advice.effects import AnyEffect
from video_advice.events import AnyEvent
from video_advice.ports import Duty, Session
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


CONTACT: Final = Codec(msgspec.json.Decoder(Contact))
EVENT: Final[Codec[AnyEvent]] = Codec(msgspec.json.Decoder(AnyEvent))
EFFECT: Final[Codec[AnyEffect]] = Codec(msgspec.json.Decoder(AnyEffect))
SESSION: Final = Codec(msgspec.json.Decoder(Session))
DUTY: Final = Codec(msgspec.json.Decoder(Duty))
DRAFT: Final = Codec(msgspec.json.Decoder(bytes))
