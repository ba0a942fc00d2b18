"""What a file says of itself before anything is decoded: whole, one still picture, not too large.

Only lengths, marks and sizes are read, with nothing but the standard library. A picture that is
cut short is found here, because a decoder would fill the missing part with grey.
"""

from __future__ import annotations

import re
from typing import Final, Literal

from video_advice.photos import MAX_PIXELS, MAX_SIDE, Kind, PhotoFault, PhotoRefused

_END_OF_JPEG: Final = b"\xff\xd9"
_START_OF_SCAN: Final = 0xDA
_START_OF_FRAME: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE_MARKERS: Final = frozenset((0xC0, 0xC4, 0xDB))
_JFIF_HEADER: Final = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
_HEIC_EXTENT: Final = re.compile(rb"\x00\x00\x00\x14ispe\x00\x00\x00\x00")
_MARKER_IN_SCAN: Final = re.compile(rb"\xff[^\x00\xd0-\xd7]")


def check(source: bytes, kind: Kind) -> None:
    """Look at the headers of `source`, a file that begins like `kind`.

    Raises:
        PhotoRefused: `photo.cut_short`, `photo.animated`, `photo.too_many_pixels`, or
            `photo.unreadable` when the headers contradict their own format.
    """
    match kind:
        case Kind.JPEG:
            _check_jpeg(source)
        case Kind.PNG:
            _check_png(source)
        case Kind.WEBP:
            _check_webp(source)
        case Kind.HEIC:
            _check_heic(source)


def check_size(width: int, height: int) -> None:
    """Refuse a picture with too many pixels, or with none.

    Raises:
        PhotoRefused: `photo.too_many_pixels` or `photo.unreadable`.
    """
    if width < 1 or height < 1:
        raise PhotoRefused(PhotoFault.UNREADABLE)
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise PhotoRefused(PhotoFault.TOO_MANY_PIXELS)


def is_bare_jpeg(data: bytes) -> bool:
    """Say whether `data` is one baseline JPEG and nothing else.

    True only without EXIF, XMP, ICC, comment or any other application segment, and when the file
    ends where the picture ends.
    """
    if not data.startswith(_JFIF_HEADER):
        return False
    at = 20
    while (marker := data[at + 1 : at + 2]) and data[at] == 0xFF:
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
        if marker[0] == _START_OF_SCAN:
            end = _MARKER_IN_SCAN.search(data, at)
            return end is not None and end[0] == _END_OF_JPEG and end.end() == len(data)
        if marker[0] not in _BARE_MARKERS:
            return False
    return False


def _check_jpeg(source: bytes) -> None:
    """Walk the segments up to the first scan, then ask for an end after it.

    In a scan FF is always followed by 00 or a restart mark, so FF D9 there is the real end.
    """
    at = 2
    while True:
        at = source.find(b"\xff", at)
        if at < 0 or at + 4 > len(source):
            raise PhotoRefused(PhotoFault.CUT_SHORT)
        marker = source[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker in (0x00, 0x01) or 0xD0 <= marker <= 0xD9:
            at += 2
            continue
        length = int.from_bytes(source[at + 2 : at + 4])
        if at + 2 + length > len(source):
            raise PhotoRefused(PhotoFault.CUT_SHORT)
        if marker in _START_OF_FRAME:
            height, width = _pair(source, at + 5, 2, "big")
            check_size(width, height)
        at += 2 + length
        if marker == _START_OF_SCAN:
            break
    if source.find(_END_OF_JPEG, at) < 0:
        raise PhotoRefused(PhotoFault.CUT_SHORT)


def _check_png(source: bytes) -> None:
    """Walk the chunks up to the end chunk."""
    at = 8
    kind = b""
    while kind != b"IEND":
        kind = source[at + 4 : at + 8]
        end = at + 12 + int.from_bytes(source[at : at + 4])
        if len(kind) < 4 or end > len(source):
            raise PhotoRefused(PhotoFault.CUT_SHORT)
        if at == 8:
            if kind != b"IHDR":
                raise PhotoRefused(PhotoFault.UNREADABLE)
            check_size(*_pair(source, at + 8, 4, "big"))
        if kind == b"acTL" and int.from_bytes(source[at + 8 : at + 12]) > 1:
            raise PhotoRefused(PhotoFault.ANIMATED)
        at = end


def _check_webp(source: bytes) -> None:
    """Read the length of the whole and the first chunk: plain, lossless or extended."""
    if len(source) < 30 or 8 + int.from_bytes(source[4:8], "little") > len(source):
        raise PhotoRefused(PhotoFault.CUT_SHORT)
    match source[12:16]:
        case b"VP8X":
            if source[20] & 0x02:
                raise PhotoRefused(PhotoFault.ANIMATED)
            width, height = _pair(source, 24, 3, "little")
            check_size(width + 1, height + 1)
        case b"VP8L":
            bits = int.from_bytes(source[21:25], "little")
            check_size((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        case b"VP8 ":
            width, height = _pair(source, 26, 2, "little")
            check_size(width & 0x3FFF, height & 0x3FFF)
        case _:
            raise PhotoRefused(PhotoFault.UNREADABLE)


def _check_heic(source: bytes) -> None:
    """Walk the outermost boxes, and read the size of every picture that the file describes.

    The decoder tells only the size after cropping, which may be far less than what it decodes.
    Some phones put bytes of their own after the last box, so what follows the picture may be
    anything. A movie box is how a sequence is kept.
    """
    seen: set[bytes] = set()
    at = 0
    while at < len(source):
        kind = source[at + 4 : at + 8]
        size = int.from_bytes(source[at : at + 4])
        if size == 1:
            size = int.from_bytes(source[at + 8 : at + 16])
        elif size == 0:
            size = len(source) - at
        if len(kind) < 4 or size < 8 or at + size > len(source):
            if not {b"meta", b"mdat"} <= seen:
                raise PhotoRefused(PhotoFault.CUT_SHORT)
            break
        if kind == b"meta":
            for extent in _HEIC_EXTENT.finditer(source, at, at + size):
                check_size(*_pair(source, extent.end(), 4, "big"))
        seen.add(kind)
        at += size
    if b"moov" in seen:
        raise PhotoRefused(PhotoFault.ANIMATED)
    if b"meta" not in seen or (b"mdat" not in seen and b"idat" not in source):
        raise PhotoRefused(PhotoFault.CUT_SHORT)


def _pair(source: bytes, at: int, width: int, order: Literal["big", "little"]) -> tuple[int, int]:
    """Read two whole numbers of `width` bytes each."""
    first = int.from_bytes(source[at : at + width], order)
    return first, int.from_bytes(source[at + width : at + 2 * width], order)
