"""A photo as a phone takes it: lying on its side, and full of what nobody meant to send."""

from __future__ import annotations

import io
import struct

import numpy as np
from PIL import ExifTags, Image, ImageCms
from PIL.TiffImagePlugin import IFDRational
from playwright.async_api import FilePayload

from tests.browser.camera import code

SECRET = "SERIAL-4711-KEEP-OUT"
"""Stands in the photo's EXIF and XMP, and must not stand in what the nurse gets."""
WORDS = "THIS WAY UP"
UPRIGHT = (900, 1200)
_TURN_RIGHT = 6
"""EXIF orientation: the picture is upright once it is turned a quarter to the right."""


def photo(*, noise: bool = False) -> bytes:
    """A JPEG that is upright at `UPRIGHT` and stored on its side. `noise` makes it megabytes."""
    image = Image.new("RGB", UPRIGHT, (205, 150, 130))
    if noise:
        grains = np.random.default_rng(1).integers(0, 255, (*UPRIGHT[::-1], 3), dtype=np.uint8)
        image = Image.fromarray(grains)
    image.paste(code(WORDS, 500), (200, 100))
    stored = image.transpose(Image.Transpose.ROTATE_90)
    file = io.BytesIO()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    xmp = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><note>{SECRET}</note></x:xmpmeta>".encode()
    stored.save(file, "JPEG", quality=92, exif=_exif(), xmp=xmp, icc_profile=profile)
    return file.getvalue()


def jpeg(content: bytes | None = None) -> FilePayload:
    """The photo as a page's file chooser takes it, or other `content` under its name."""
    shown = photo() if content is None else content
    return {"name": "IMG_4711.jpg", "mimeType": "image/jpeg", "buffer": shown}


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = _TURN_RIGHT
    exif[ExifTags.Base.Make] = SECRET
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef] = "N"
    gps[ExifTags.GPS.GPSLatitude] = tuple(IFDRational(part) for part in (59, 19, 46))
    gps[ExifTags.GPS.GPSLongitudeRef] = "E"
    gps[ExifTags.GPS.GPSLongitude] = tuple(IFDRational(part) for part in (18, 4, 7))
    return exif


def segments(jpeg: bytes) -> list[bytes]:
    """The application and comment segments of a JPEG: marker and content of each."""
    assert jpeg[:2] == b"\xff\xd8"
    found, at = [], 2
    while jpeg[at + 1] != 0xDA:  # what follows is the picture itself
        marker, (length,) = jpeg[at + 1], struct.unpack(">H", jpeg[at + 2 : at + 4])
        if 0xE0 <= marker <= 0xEF or marker == 0xFE:
            found.append(jpeg[at : at + 2 + length])
        at += 2 + length
    return found
