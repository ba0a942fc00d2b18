"""What the pool and its worker process say to each other: length-prefixed frames, msgpack."""

from __future__ import annotations

import msgspec

from video_advice.photos import CleanedPhoto, PhotoFault

LENGTH_BYTES = 4
MAX_ANSWER_BYTES = 32 * 1024 * 1024


class Answer(msgspec.Struct, frozen=True):
    """Either a photo, or why not. An answer with neither says: ready for work."""

    photo: CleanedPhoto | None = None
    fault: PhotoFault | None = None


_decoder = msgspec.msgpack.Decoder(Answer)


def length_prefix(body: bytes) -> bytes:
    """Return the frame's first bytes: how many follow."""
    return len(body).to_bytes(LENGTH_BYTES)


def pack(answer: Answer) -> bytes:
    """Return the body of an answer."""
    return msgspec.msgpack.encode(answer)


def unpack(body: bytes | bytearray) -> Answer:
    """Read the body of an answer.

    Raises:
        msgspec.DecodeError: it is none.
    """
    return _decoder.decode(body)
