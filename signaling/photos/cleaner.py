"""One photo made upright, small enough and bare. Runs only in a child process; done by Pillow.

The picture is decoded at the smallest scale that is still large enough, turned after it has been
made small, and written anew from its pixels. Nothing else of the file is carried over.
"""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING, Final

import pillow_heif
from PIL import Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from signaling.photos import headers
from signaling.photos.colour import on_white, spread, to_srgb
from video_advice.photos import (
    MAX_BYTES,
    MAX_PIXELS,
    SNIFFED_BYTES,
    THUMBNAIL_SIDE,
    VIEW_SIDE,
    CleanedPhoto,
    Kind,
    PhotoFault,
    PhotoMeasures,
    PhotoRefused,
    sniff,
)

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

_LEAST_VIEW_SIDE: Final = 1900
"""A decode or a whole-number reduction that lands between this and VIEW_SIDE is good enough.

Common sensors do: 4000 and 4032 pixels by two, 5712 by three, 8064 and 8160 by four.
"""
_VIEW_QUALITY: Final = 90
_FULL_CHROMA: Final = 0
"""No subsampling in the view: small red spots are what a nurse may be looking for."""
_QUARTER_CHROMA: Final = 2
_THUMBNAIL_QUALITY: Final = 80
_ORIENTATION_TAG: Final = 0x0112
_UPRIGHT: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

Image.MAX_IMAGE_PIXELS = MAX_PIXELS
# Phones keep HEIC in tiles; two threads halve the time of the slowest kind.
pillow_heif.options.DECODE_THREADS = 2
pillow_heif.options.THUMBNAILS = False
pillow_heif.options.DEPTH_IMAGES = False
pillow_heif.options.AUX_IMAGES = False


def clean(source: bytes) -> CleanedPhoto:
    """Turn the bytes that were sent into a view and a thumbnail.

    Raises:
        PhotoRefused: and nothing else, whatever the bytes are.
    """
    if not source:
        raise PhotoRefused(PhotoFault.CUT_SHORT)
    if len(source) > MAX_BYTES:
        raise PhotoRefused(PhotoFault.TOO_LARGE)
    kind = sniff(source[:SNIFFED_BYTES])
    if kind is None:
        raise PhotoRefused(PhotoFault.NOT_AN_IMAGE)
    headers.check(source, kind)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a damaged note on a picture is not our affair
            return _make(source, kind)
    except PhotoRefused:
        raise
    except (MemoryError, Image.DecompressionBombError):
        raise PhotoRefused(PhotoFault.TOO_MANY_PIXELS) from None
    except Exception as error:  # noqa: BLE001 - decoders raise whatever their libraries do
        cut = "truncated" in str(error)
        raise PhotoRefused(PhotoFault.CUT_SHORT if cut else PhotoFault.UNREADABLE) from None


def _make(source: bytes, kind: Kind) -> CleanedPhoto:
    """Decode, shrink, colour, turn, write; in this order the later steps are cheap."""
    with _open(source, kind) as picture:
        headers.check_size(*picture.size)
        if kind in (Kind.PNG, Kind.WEBP) and getattr(picture, "n_frames", 1) > 1:
            raise PhotoRefused(PhotoFault.ANIMATED)
        if kind is Kind.JPEG:
            _decode_small(picture)
        picture.load()
        headers.check_size(*picture.size)  # a HEIC may turn out larger than it said
        turn = None if kind is Kind.HEIC else _turn(picture)
        small = on_white(_shrink(spread(picture), VIEW_SIDE, _LEAST_VIEW_SIDE))
        view = to_srgb(small, picture.info.get("icc_profile"))
    if turn is not None:
        view = view.transpose(turn)
    thumbnail = _shrink(view, THUMBNAIL_SIDE, THUMBNAIL_SIDE)
    return _written(view, thumbnail)


def _open(source: bytes, kind: Kind) -> ImageFile:
    """Read the headers with the one plugin for this kind; no other decoder is ever tried."""
    file = io.BytesIO(source)
    match kind:
        case Kind.JPEG:
            return JpegImagePlugin.JpegImageFile(file)
        case Kind.PNG:
            return PngImagePlugin.PngImageFile(file)
        case Kind.WEBP:
            return WebPImagePlugin.WebPImageFile(file)
        case Kind.HEIC:
            heic: ImageFile = pillow_heif.HeifImageFile(file)  # type: ignore[no-untyped-call]
            return heic


def _decode_small(picture: ImageFile) -> None:
    """Let the JPEG decoder leave out what the view would throw away: a half or more a side."""
    width, height = picture.size
    for scale in (8, 4, 2):
        if max(width, height) >= scale * _LEAST_VIEW_SIDE and min(width, height) >= scale:
            picture.draft(None, (width // scale, height // scale))
            return


def _shrink(image: Image.Image, side: int, least: int) -> Image.Image:
    """Return `image` with its longer side at most `side`.

    A whole-number reduction is several times cheaper than resampling, so it is taken when it
    leaves at least `least`.
    """
    longer = max(image.size)
    if longer <= side:
        return image
    factor = -(-longer // side)
    if longer // factor >= least:
        return image.reduce(factor)
    size = (max(1, image.width * side // longer), max(1, image.height * side // longer))
    return image.resize(size, Image.Resampling.BICUBIC, reducing_gap=1.0 if side < 1000 else 2.0)


def _turn(picture: ImageFile) -> Image.Transpose | None:
    """Return what makes the picture upright. HEIC is not asked: its decoder has turned it."""
    try:
        orientation = picture.getexif().get(_ORIENTATION_TAG)
    except Exception:  # noqa: BLE001 - a damaged note on the picture is not a damaged picture
        return None
    return _UPRIGHT.get(orientation) if isinstance(orientation, int) else None


def _written(view: Image.Image, thumbnail: Image.Image) -> CleanedPhoto:
    """Write both files from their pixels."""
    large = _jpeg(view, _VIEW_QUALITY, _FULL_CHROMA)
    small = _jpeg(thumbnail, _THUMBNAIL_QUALITY, _QUARTER_CHROMA)
    measures = PhotoMeasures(
        width=view.width,
        height=view.height,
        thumbnail_width=thumbnail.width,
        thumbnail_height=thumbnail.height,
        view_bytes=len(large),
        thumbnail_bytes=len(small),
    )
    return CleanedPhoto(view=large, thumbnail=small, measures=measures)


def _jpeg(image: Image.Image, quality: int, subsampling: int) -> bytes:
    """Write one baseline JPEG; Pillow would carry over what it finds in `info`."""
    image.info = {}
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality, subsampling=subsampling)
    return file.getvalue()
