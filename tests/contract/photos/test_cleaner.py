from __future__ import annotations

import struct
from functools import cache
from typing import Any

import pytest
from PIL import Image, ImageFile

from signaling.photos.cleaner import clean
from signaling.photos.headers import is_bare_jpeg
from tests.contract.photos.pictures import (
    ORIENTATIONS,
    RED,
    UPRIGHT,
    XMP,
    bomb,
    corners,
    encoded,
    exif,
    jpeg_segment,
    near,
    opened,
    pixel,
    png,
    png_chunk,
    profile,
    quarters,
    slow,
    with_segments,
    zip_tail,
)
from video_advice.photos import CleanedPhoto, PhotoFault, PhotoRefused

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
SECRETS = (b"SECRET", b"secret-tail", b"Exif", b"xmpmeta", b"http://ns.adobe.com", b"ICC_PROFILE")


def refusal(source: bytes) -> PhotoFault:
    with pytest.raises(PhotoRefused) as caught:
        clean(source)
    return caught.value.fault


def assert_upright(photo: CleanedPhoto) -> None:
    for file in (photo.view, photo.thumbnail):
        found = corners(file)
        assert all(near(found[corner], colour, 25) for corner, colour in UPRIGHT.items()), found


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_a_photo_is_turned_upright_exactly_once(format_: str, orientation: int) -> None:
    source = encoded(quarters(640, 480, orientation), format_, exif=exif(orientation))
    photo = clean(source)
    assert_upright(photo)
    lying = orientation >= 5
    assert (photo.measures.width, photo.measures.height) == ((480, 640) if lying else (640, 480))
    assert opened(photo.view).getexif() == {}


def test_heic_is_turned_by_its_own_box_and_not_again_by_exif() -> None:
    source = encoded(quarters(640, 480, 6), "HEIF", exif=exif(6))
    assert b"irot" in source  # else the test above would prove nothing
    assert_upright(clean(source))


def test_a_senseless_orientation_changes_nothing() -> None:
    for orientation in (0, 9, 65535):
        assert_upright(clean(encoded(quarters(64, 48), "JPEG", exif=exif(orientation))))


def test_damaged_exif_does_not_spoil_a_photo() -> None:
    broken = jpeg_segment(0xE1, b"Exif\0\0MM\0*\xff\xff\xff\xff")
    assert_upright(clean(with_segments(encoded(quarters(64, 48), "JPEG"), broken)))


@cache
def sources_with_everything() -> dict[str, bytes]:
    picture = quarters(640, 480)
    everything: dict[str, Any] = {"exif": exif(), "icc_profile": profile("SECRET-ICC")}
    jpeg = with_segments(
        encoded(picture, "JPEG", **everything, comment=b"SECRET-COMMENT"),
        jpeg_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP),
        jpeg_segment(0xED, b"Photoshop 3.0\0SECRET-IPTC"),
        jpeg_segment(0xEC, b"SECRET-DUCKY"),
    )
    plain = encoded(picture, "PNG", **everything)
    text = png_chunk(b"tEXt", b"Comment\0SECRET-TEXT") + png_chunk(
        b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP
    )
    return {
        "jpeg": jpeg,
        "jpeg_as_it_is": with_segments(  # nothing to convert: the writer sees the reader's notes
            encoded(picture, "JPEG", exif=exif(), comment=b"SECRET-COMMENT"),
            jpeg_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP),
        ),
        "png": plain[:33] + text + plain[33:],
        "webp": encoded(picture, "WEBP", **everything, xmp=XMP),
        "heic": encoded(picture, "HEIF", **everything, xmp=XMP),
    }


@pytest.mark.parametrize("kind", ["jpeg", "jpeg_as_it_is", "png", "webp", "heic"])
def test_nothing_but_the_picture_is_left(kind: str) -> None:
    source = sources_with_everything()[kind] + zip_tail()
    assert source.count(b"SECRET") >= 4  # it was there
    photo = clean(source)
    for file in (photo.view, photo.thumbnail):
        assert is_bare_jpeg(file)
        assert not [secret for secret in SECRETS if secret in file]
        assert opened(file).info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert opened(file).getexif() == {}


def test_a_bare_file_is_told_from_one_that_carries_more() -> None:
    bare = clean(encoded(quarters(64, 48), "JPEG")).view
    picture = quarters(64, 48)
    assert is_bare_jpeg(bare)
    others = [
        b"",
        bare[:-1],
        bare[:30],
        bare + b"\0",
        bare + zip_tail(),
        bare[:-2] + b"\xff\xfe\x00\x04xx\xff\xd9",
        with_segments(bare, jpeg_segment(0xFE, b"x")),
        bare[:20] + jpeg_segment(0xE1, exif()) + bare[20:],
        bare[:20] + jpeg_segment(0xFE, b"comment") + bare[20:],
        encoded(picture, "JPEG", exif=exif()),
        encoded(picture, "PNG"),
    ]
    assert [is_bare_jpeg(other) for other in others] == [False] * len(others)


def srgb_of_p3(colour: tuple[int, int, int]) -> tuple[int, ...]:
    """Convert by the published matrices (CSS Color 4, 10.3: Display P3 by way of XYZ to sRGB)."""
    matrix = ((1.2249, -0.2247, 0), (-0.0420, 1.0419, 0), (-0.0197, -0.0786, 1.0979))

    def linear(v: float) -> float:
        return v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4

    def curved(v: float) -> float:
        return 12.92 * v if v <= 0.0031308 else 1.055 * v ** (1 / 2.4) - 0.055

    light = [linear(value / 255) for value in colour]
    mixed = [sum(m * v for m, v in zip(row, light, strict=True)) for row in matrix]
    return tuple(round(255 * curved(min(1, max(0, value)))) for value in mixed)


@pytest.mark.parametrize("format_", FORMATS)
def test_colours_of_an_embedded_profile_are_kept_in_srgb(format_: str) -> None:
    colour = (180, 90, 80)
    lossless: dict[str, dict[str, Any]] = {
        "WEBP": {"lossless": True},
        "HEIF": {"quality": 95},
        "JPEG": {"quality": 98},
    }
    source = encoded(
        Image.new("RGB", (64, 48), colour),
        format_,
        icc_profile=profile("P3"),
        **lossless.get(format_, {}),
    )
    found = pixel(opened(clean(source).view), 32, 24)
    expected = srgb_of_p3(colour)
    assert not near(expected, colour, 8)  # the profile matters
    assert near(found, expected, 4), (found, expected)


@pytest.mark.parametrize("bad", [b"not a profile", profile("P3")[:200], profile("grey", b"GRAY")])
def test_a_profile_that_does_not_fit_is_left_out(bad: bytes) -> None:
    source = encoded(Image.new("RGB", (64, 48), RED), "PNG", icc_profile=bad)
    assert near(pixel(opened(clean(source).view), 32, 24), RED, 4)


def half_clear() -> Image.Image:
    picture = Image.new("RGBA", (64, 48), (*RED, 255))
    picture.paste((0, 0, 0, 0), (0, 0, 32, 48))
    return picture


@cache
def transparent_pictures() -> dict[str, bytes]:
    palette = Image.new("P", (64, 48), 1)
    palette.putpalette([0, 0, 0, *RED])
    palette.paste(0, (0, 0, 32, 48))
    keyed = half_clear().convert("RGB")
    return {
        "png": encoded(half_clear(), "PNG"),
        "webp": encoded(half_clear(), "WEBP", lossless=True),
        "heic": encoded(half_clear(), "HEIF", quality=-1),
        "palette": encoded(palette, "PNG", transparency=0),
        "keyed": encoded(keyed, "PNG", transparency=(0, 0, 0)),
    }


@pytest.mark.parametrize("name", ["png", "webp", "heic", "palette", "keyed"])
def test_what_is_transparent_becomes_white(name: str) -> None:
    view = opened(clean(transparent_pictures()[name]).view)
    assert near(pixel(view, 12, 24), (255, 255, 255))
    assert near(pixel(view, 52, 24), RED)


def test_a_large_transparent_picture_has_no_dark_seam() -> None:
    large = half_clear().resize((4100, 3000), Image.Resampling.NEAREST)
    view = opened(clean(encoded(large, "PNG", compress_level=1)).view)
    row = [pixel(view, x, view.height // 2) for x in range(view.width)]
    assert all(red >= RED[0] - 12 for red, _, _ in row)


def test_sixteen_bits_become_eight() -> None:
    grey = b"".join(b"\0" + struct.pack(">64H", *[0x8000] * 64) for _ in range(48))
    colour = b"".join(b"\0" + struct.pack(">3H", *(257 * v for v in RED)) * 64 for _ in range(48))
    assert near(pixel(opened(clean(png(64, 48, 16, 0, grey)).view), 5, 5), (128,) * 3, 2)
    assert near(pixel(opened(clean(png(64, 48, 16, 2, colour)).view), 5, 5), RED, 4)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK"])
def test_other_kinds_of_pixel_come_out_as_colour(mode: str) -> None:
    picture = Image.new("RGB", (64, 48), (255, 255, 255)).convert(mode)
    source = encoded(picture, "JPEG" if mode == "CMYK" else "PNG")
    view = opened(clean(source).view)
    assert view.mode == "RGB"
    assert near(pixel(view, 20, 20), (255, 255, 255), 4)


def test_printers_colours_are_not_inverted() -> None:
    red = Image.new("CMYK", (64, 48), (0, 255, 255, 0))
    found = pixel(opened(clean(encoded(red, "JPEG", quality=95)).view), 20, 20)
    assert near(found, (255, 0, 0), 30)


@pytest.mark.parametrize(
    ("size", "view", "thumbnail"),
    [
        ((1, 1), (1, 1), (1, 1)),
        ((64, 48), (64, 48), (64, 48)),
        ((2048, 1536), (2048, 1536), (320, 240)),
        ((4000, 3000), (2000, 1500), (320, 240)),
        ((3024, 4032), (1512, 2016), (240, 320)),
        ((3000, 2000), (2048, 1365), (320, 213)),
        ((16_000, 10), (2000, 2), (320, 1)),
        ((5712, 12), (1904, 4), (320, 1)),
    ],
)
@pytest.mark.parametrize("format_", ["JPEG", "PNG"])
def test_the_view_and_thumbnail_fit_and_keep_the_proportions(
    format_: str, size: tuple[int, int], view: tuple[int, int], thumbnail: tuple[int, int]
) -> None:
    photo = clean(encoded(Image.new("RGB", size, RED), format_))
    assert opened(photo.view).size == (photo.measures.width, photo.measures.height)
    small = (photo.measures.thumbnail_width, photo.measures.thumbnail_height)
    assert opened(photo.thumbnail).size == small
    if format_ == "JPEG" and size[0] == 5712:
        view, thumbnail = (2048, 4), (320, 1)  # a JPEG decoder halves; it has no thirds
    assert (photo.measures.width, photo.measures.height) == view
    assert small == thumbnail
    assert (photo.measures.view_bytes, photo.measures.thumbnail_bytes) == (
        len(photo.view),
        len(photo.thumbnail),
    )


def test_the_largest_photos_are_taken() -> None:
    assert clean(slow()).measures.width == 2000
    assert clean(encoded(Image.new("L", (8160, 6144)), "JPEG")).measures.width == 2040


def test_a_photo_with_a_second_picture_behind_it_is_its_first() -> None:
    source = encoded(
        quarters(64, 48), "MPO", save_all=True, append_images=[Image.new("RGB", (64, 48))]
    )
    assert_upright(clean(source))


@pytest.fixture
def _no_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(self: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(ImageFile.ImageFile, "load", load)


def patched(source: bytes, mark: bytes, skip: int, new: bytes) -> bytes:
    at = source.index(mark) + skip
    return source[:at] + new + source[at + len(new) :]


@cache
def huge() -> dict[str, bytes]:
    picture = quarters(64, 48)
    big = struct.pack(">HH", 20_000, 20_000)
    return {
        "bomb": bomb(),
        "jpeg": patched(encoded(picture, "JPEG"), b"\xff\xc0", 5, big),
        "webp": patched(encoded(half_clear(), "WEBP"), b"VP8X", 12, b"\xfe\x3f\0\xfe\x3f\0"),
        "webp_lossless": patched(
            encoded(picture, "WEBP", lossless=True), b"VP8L", 9, b"\xff\xff\xff\x0f"
        ),
        "webp_lossy": patched(encoded(picture, "WEBP"), b"VP8 ", 14, b"\xff\x3f\xff\x3f"),
        "heic": patched(encoded(picture, "HEIF"), b"ispe", 8, struct.pack(">II", 20_000, 20_000)),
        "long": png(16_001, 1, 8, 0, bytes(16_002)),
        "wide": png(16_000, 3_300, 8, 0, b""),
    }


@pytest.mark.parametrize("name", list(huge()))
@pytest.mark.usefixtures("_no_decoding")
def test_too_many_pixels_are_refused_before_decoding(name: str) -> None:
    source = huge()[name]
    assert len(source) < 150_000
    assert refusal(source) is PhotoFault.TOO_MANY_PIXELS


@pytest.mark.usefixtures("_no_decoding")
def test_a_crop_does_not_hide_what_must_be_decoded() -> None:
    source = encoded(quarters(60, 44), "HEIF")
    assert b"clap" in source  # the coded picture is larger than the one that is shown
    coded = struct.pack(">II", 20_000, 20_000)
    assert refusal(patched(source, b"ispe", 8, coded)) is PhotoFault.TOO_MANY_PIXELS


@pytest.mark.usefixtures("_no_decoding")
def test_what_moves_is_refused_before_decoding() -> None:
    frames: dict[str, Any] = {"save_all": True, "append_images": [Image.new("RGB", (64, 48), RED)]}
    still = encoded(quarters(64, 48), "HEIF")
    assert refusal(encoded(quarters(64, 48), "PNG", **frames)) is PhotoFault.ANIMATED
    assert refusal(encoded(quarters(64, 48), "WEBP", **frames)) is PhotoFault.ANIMATED
    assert refusal(still + struct.pack(">I4s", 8, b"moov")) is PhotoFault.ANIMATED


@cache
def whole() -> dict[str, bytes]:
    picture = Image.effect_noise((96, 72), 80).convert("RGB")
    return {
        "jpeg": encoded(picture, "JPEG", exif=exif(6)),
        "progressive": encoded(picture, "JPEG", progressive=True),
        "png": encoded(picture, "PNG"),
        "webp": encoded(picture, "WEBP"),
        "webp_lossless": encoded(picture, "WEBP", lossless=True),
        "heic": encoded(picture, "HEIF", exif=exif(6)),
    }


@pytest.mark.parametrize("name", list(whole()))
def test_a_photo_cut_anywhere_is_cut_short_and_never_half_grey(name: str) -> None:
    source = whole()[name]
    clean(source)
    lengths = {*range(16, len(source), max(1, len(source) // 200)), len(source) - 1}
    answers = {length: refusal(source[:length]) for length in lengths}
    assert {fault for fault in answers.values() if fault is not PhotoFault.CUT_SHORT} == set()


def test_an_end_filled_with_zeros_is_cut_short() -> None:
    source = whole()["jpeg"]
    assert refusal(source[: len(source) // 2] + bytes(len(source) // 2)) is PhotoFault.CUT_SHORT


def test_nothing_at_all_is_cut_short() -> None:
    assert refusal(b"") is PhotoFault.CUT_SHORT


@pytest.mark.parametrize(
    "source",
    [
        b"Dear nurse, my arm looks like this.\n" * 100,  # sent as arm.jpg
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7\n" + bytes(1000),
        encoded(quarters(64, 48), "GIF"),
        encoded(quarters(64, 48), "TIFF"),
        bytes(5000),
    ],
)
def test_what_is_not_a_picture_is_said_to_be_none(source: bytes) -> None:
    assert refusal(source) is PhotoFault.NOT_AN_IMAGE


@pytest.mark.parametrize(
    "source",
    [
        b"\xff\xd8\xff\xe0" + bytes(40) + b"\xff\xda\x00\x04xx\xff\xd9",
        b"\x89PNG\r\n\x1a\n" + png_chunk(b"IDAT", b"") + png_chunk(b"IEND", b""),
        png(64, 48, 8, 2, b"too little"),
        png(0, 48, 8, 2, b""),
        b"RIFF" + struct.pack("<I", 40) + b"WEBP" + b"nope" + bytes(32),
    ],
)
def test_a_damaged_picture_is_unreadable_or_cut_short(source: bytes) -> None:
    assert refusal(source) in (PhotoFault.UNREADABLE, PhotoFault.CUT_SHORT)


def test_more_bytes_than_allowed_are_refused() -> None:
    source = encoded(quarters(64, 48), "JPEG")
    assert refusal(source + bytes(20 * 1024 * 1024)) is PhotoFault.TOO_LARGE
