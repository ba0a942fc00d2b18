"""The rules of a photo: what is let in, what is kept of it, and who does the work."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

import msgspec

from video_advice.refusals import Refusal, Refused

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from video_advice.ids import Instant, PhotoId

MAX_BYTES: Final = 20 * 1024 * 1024
"""Bytes in one photo as it is sent."""
MAX_PER_CONTACT: Final = 10
MAX_PIXELS: Final = 50 * 1024 * 1024
"""Binary millions: the sensors sold as 50 MP give up to 50.2 million pixels."""
MAX_SIDE: Final = 16_000
"""Pixels along the longer side of what is sent."""
VIEW_SIDE: Final = 2048
"""Pixels along the longer side of the view, at most."""
THUMBNAIL_SIDE: Final = 320
"""Pixels along the longer side of the thumbnail, at most."""
SNIFFED_BYTES: Final = 64
"""How much of the beginning `sniff` wants to see."""


class Kind(StrEnum):
    """The kinds of picture that are let in."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    HEIC = "heic"

    @property
    def media_type(self) -> str:
        """Return the media type, for an `accept` list. What a sender claims is never believed."""
        return f"image/{self.value}"


class PhotoFault(StrEnum):
    """Why a photo was not taken. Each is also a `Refusal`, which has the sentences."""

    NOT_AN_IMAGE = "photo.not_an_image"
    TOO_LARGE = "photo.too_large"
    CUT_SHORT = "photo.cut_short"
    TOO_MANY_PIXELS = "photo.too_many_pixels"
    ANIMATED = "photo.animated"
    TOO_MANY = "photo.too_many"
    UNREADABLE = "photo.unreadable"


class PhotoRefused(Refused):
    """The photo is not taken and nothing of it is kept."""

    def __init__(self, fault: PhotoFault) -> None:
        """Refuse because of `fault`."""
        super().__init__(Refusal(fault.value))
        self.fault = fault


class PhotoMissing(Exception):
    """There is no such photo here, or no longer: never sent, already cleaned, or removed."""


class CleanerDown(Exception):
    """No photo can be cleaned just now. This says nothing about the photo: try it again later."""


class PhotoMeasures(msgspec.Struct, frozen=True):
    """How large a cleaned photo is: sides in pixels, the two files in bytes."""

    width: int
    height: int
    thumbnail_width: int
    thumbnail_height: int
    view_bytes: int
    thumbnail_bytes: int


class CleanedPhoto(msgspec.Struct, frozen=True):
    """A photo upright, in sRGB, pixels only: two JPEG files and how large they are."""

    view: bytes
    thumbnail: bytes
    measures: PhotoMeasures

    def __repr__(self) -> str:
        """Show the measures, never the picture."""
        return f"CleanedPhoto({self.measures!r})"


_JPEG: Final = b"\xff\xd8\xff"
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_HEVC_BRANDS: Final = frozenset(
    (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs")
)
_HEIF_BRANDS: Final = frozenset((b"mif1", b"mif2", b"msf1"))
_AV1_BRANDS: Final = frozenset((b"avif", b"avis"))


def sniff(head: bytes) -> Kind | None:
    """Tell the kind from the first bytes (`SNIFFED_BYTES` are enough), or None for any other file.

    Source: the signatures of ISO/IEC 10918-1 (JPEG), 15948 (PNG), 23008-12 (HEIF), RFC 9649 (WebP).
    """
    if head.startswith(_JPEG):
        return Kind.JPEG
    if head.startswith(_PNG):
        return Kind.PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Kind.WEBP
    if head[4:8] == b"ftyp" and _is_heic(head):
        return Kind.HEIC
    return None


def _is_heic(head: bytes) -> bool:
    """Read the brands of a file type box. A general HEIF brand may also announce AV1: not ours."""
    major = head[8:12]
    if major in _HEVC_BRANDS:
        return True
    end = min(int.from_bytes(head[:4]), SNIFFED_BYTES, len(head))
    others = {head[at : at + 4] for at in range(16, end - 3, 4)}
    return major in _HEIF_BRANDS and (bool(others & _HEVC_BRANDS) or not others & _AV1_BRANDS)


class PhotoCleaner(Protocol):
    """Turns what was sent into what is kept."""

    async def clean(self, source: bytes) -> CleanedPhoto:
        """Return the cleaned photo. Waits for its turn when many come at once.

        Raises: PhotoRefused; CleanerDown.
        """
        ...


class PhotoStore(Protocol):
    """Where photos lie: a source until it is cleaned, then a view and a thumbnail.

    Every method raises ValueError for an id of the wrong form, OSError when the store is down or
    full; nothing half-written is ever seen.
    """

    async def put_source(
        self, photo: PhotoId, chunks: AsyncIterator[bytes], limit: int = MAX_BYTES
    ) -> int:
        """Keep what is sent; return its size in bytes. A second source replaces the first.

        Raises: PhotoRefused (`photo.too_large`) above `limit` bytes; PhotoMissing when the photo
        was removed meanwhile; whatever `chunks` raises. Nothing is kept then.
        """
        ...

    async def read_source(self, photo: PhotoId) -> bytes:
        """Return what was sent. Raises: PhotoMissing."""
        ...

    async def put_cleaned(self, photo: PhotoId, view: bytes, thumbnail: bytes) -> None:
        """Keep both files, then drop the source. Raises: PhotoMissing when it was removed."""
        ...

    async def open_view(self, photo: PhotoId) -> bytes:
        """Return the view, a JPEG file. Raises: PhotoMissing."""
        ...

    async def open_thumbnail(self, photo: PhotoId) -> bytes:
        """Return the thumbnail, a JPEG file. Raises: PhotoMissing."""
        ...

    async def remove(self, photo: PhotoId) -> None:
        """Remove every byte of it. Removing an absent one is fine."""
        ...

    async def sweep(self, before: Instant) -> int:
        """Remove what a crash left unfinished before then; return how many files."""
        ...
