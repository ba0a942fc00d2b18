"""Whatever the bytes are, the cleaner answers with a photo or a refusal, and with nothing else."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signaling.photos.cleaner import clean
from signaling.photos.headers import is_bare_jpeg
from tests.contract.photos.pictures import encoded, exif, profile, quarters
from video_advice.photos import PhotoRefused

MAGIC = (
    b"\xff\xd8\xff\xe0",
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    b"RIFF\x40\0\0\0WEBPVP8X",
    b"RIFF\x40\0\0\0WEBPVP8L",
    b"\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\x10meta",
)
PICTURE = quarters(64, 48)
WHOLE = (
    encoded(PICTURE, "JPEG", exif=exif(6), icc_profile=profile("P3")),
    encoded(PICTURE, "JPEG", progressive=True),
    encoded(PICTURE.convert("CMYK"), "JPEG"),
    encoded(PICTURE, "PNG", exif=exif(6), icc_profile=profile("P3")),
    encoded(PICTURE.convert("P"), "PNG", transparency=0),
    encoded(PICTURE, "WEBP", exif=exif(6)),
    encoded(PICTURE.convert("RGBA"), "WEBP", lossless=True),
    encoded(PICTURE, "HEIF", exif=exif(6), icc_profile=profile("P3")),
    encoded(PICTURE.convert("RGBA"), "HEIF", quality=30),
)
examples = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


def photo_or_refusal(source: bytes) -> None:
    try:
        photo = clean(source)
    except PhotoRefused:
        return
    assert is_bare_jpeg(photo.view)
    assert is_bare_jpeg(photo.thumbnail)


@examples
@given(st.sampled_from((b"", *MAGIC)), st.binary(max_size=600))
def test_random_bytes(magic: bytes, rest: bytes) -> None:
    photo_or_refusal(magic + rest)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """Draw a whole picture in which a few places are overwritten, left out, doubled or swapped."""
    data = bytearray(draw(st.sampled_from(WHOLE)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        length = draw(st.integers(1, 40))
        match draw(st.sampled_from(("overwrite", "leave out", "double", "insert"))):
            case "overwrite":
                data[at : at + length] = draw(st.binary(min_size=length, max_size=length))
            case "leave out":
                del data[at : at + length]
            case "double":
                data[at:at] = data[at : at + length]
            case _:
                data[at:at] = draw(st.binary(min_size=length, max_size=length))
    return bytes(data)


@examples
@given(mutated())
def test_mutated_pictures(source: bytes) -> None:
    photo_or_refusal(source)


@examples
@given(st.sampled_from(WHOLE), st.data())
def test_one_wrong_byte_near_the_beginning(source: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, min(600, len(source) - 1)))
    value = data.draw(st.sampled_from((0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF)))
    photo_or_refusal(source[:at] + bytes([value]) + source[at + 1 :])
