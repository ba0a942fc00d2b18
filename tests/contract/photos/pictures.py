"""Pictures for tests, every one made here: known corners, and whatever a file may hide."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

import pillow_heif
from PIL import Image

RED, GREEN, BLUE, YELLOW = (220, 40, 40), (40, 180, 60), (40, 60, 210), (230, 210, 50)
UPRIGHT = {
    ("top", "left"): RED,
    ("top", "right"): GREEN,
    ("bottom", "left"): BLUE,
    ("bottom", "right"): YELLOW,
}
# EXIF 2.32, 4.6.4: at which visible side the first row and the first column lie.
ORIENTATIONS = {
    1: ("top", "left"),
    2: ("top", "right"),
    3: ("bottom", "right"),
    4: ("bottom", "left"),
    5: ("left", "top"),
    6: ("right", "top"),
    7: ("right", "bottom"),
    8: ("left", "bottom"),
}
_ACROSS = {"top": "bottom", "bottom": "top", "left": "right", "right": "left"}

pillow_heif.register_heif_opener()


def quarters(width: int, height: int, orientation: int = 1) -> Image.Image:
    """Return a picture as the sensor gave it, whose upright form has the UPRIGHT corners."""
    row, column = ORIENTATIONS[orientation]
    stored = Image.new("RGB", (width, height))
    for first_row in (True, False):
        for first_column in (True, False):
            sides = {
                row if first_row else _ACROSS[row],
                column if first_column else _ACROSS[column],
            }
            colour = next(c for corner, c in UPRIGHT.items() if set(corner) == sides)
            left, top = (0 if first_column else width // 2), (0 if first_row else height // 2)
            stored.paste(colour, (left, top, left + width // 2, top + height // 2))
    return stored


def corners(jpeg: bytes) -> dict[tuple[str, str], tuple[int, int, int]]:
    """Return the colour near each corner of a JPEG file, as it is stored."""
    picture = opened(jpeg)
    x, y = picture.width // 8, picture.height // 8
    at = {
        ("top", "left"): (x, y),
        ("top", "right"): (picture.width - 1 - x, y),
        ("bottom", "left"): (x, picture.height - 1 - y),
        ("bottom", "right"): (picture.width - 1 - x, picture.height - 1 - y),
    }
    return {corner: pixel(picture, *place) for corner, place in at.items()}


def opened(data: bytes) -> Image.Image:
    """Decode a file."""
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def pixel(picture: Image.Image, x: int, y: int) -> tuple[int, int, int]:
    """Return one pixel of a colour picture."""
    value = picture.getpixel((x, y))
    assert isinstance(value, tuple)
    red, green, blue = value
    return int(red), int(green), int(blue)


def near(one: tuple[int, ...], other: tuple[int, ...], tolerance: int = 12) -> bool:
    """Say whether two colours are the same but for what JPEG does to them."""
    return all(abs(a - b) <= tolerance for a, b in zip(one, other, strict=True))


def encoded(picture: Image.Image, format_: str, **options: Any) -> bytes:
    """Write a picture in one of Pillow's formats."""
    file = io.BytesIO()
    picture.save(file, format_, **options)
    return file.getvalue()


def exif(orientation: int = 1) -> bytes:
    """Return EXIF data with an orientation, a camera's name, a note and a place."""
    data = Image.Exif()
    data[0x0112] = orientation
    data[0x010F] = "SECRET-CAMERA"
    data.get_ifd(0x8769)[0x927C] = b"SECRET-MAKER-NOTE"
    place = data.get_ifd(0x8825)
    place[1], place[2] = "N", (59.0, 19.0, 46.0)
    place[3], place[4] = "E", (18.0, 4.0, 7.0)
    place[0x001B] = b"SECRET-PLACE"
    return data.tobytes()


XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><dc:creator>SECRET-XMP</dc:creator></x:xmpmeta>'


def jpeg_segment(marker: int, body: bytes) -> bytes:
    """Return one JPEG segment."""
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def with_segments(jpeg: bytes, *segments: bytes) -> bytes:
    """Put segments in front of all others of a JPEG file."""
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


def zip_tail() -> bytes:
    """Return an archive, which may stand at the end of any file and still be opened."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("secret-tail.html", "<script>SECRET-TAIL</script>")
    return file.getvalue()


def png_chunk(kind: bytes, body: bytes) -> bytes:
    """Return one PNG chunk."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, depth: int, colour: int, pixels: bytes, *more: bytes) -> bytes:
    """Return a PNG file from raw scan lines; `more` chunks come before the pixels."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    chunks = [png_chunk(b"IHDR", header), *more, png_chunk(b"IDAT", zlib.compress(pixels, 9))]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks) + png_chunk(b"IEND", b"")


def bomb() -> bytes:
    """Return a PNG of about 110 kB that unpacks to 900 million pixels."""
    line = 1 + 30_000 // 8
    return png(30_000, 30_000, 1, 0, bytes(line * 30_000))


def slow() -> bytes:
    """Return a PNG of 48 million pixels that takes a decoder a good part of a second."""
    width, height = 8_000, 6_000
    line = b"\x04" + bytes(range(1, 241)) * (3 * width // 240)  # 4: the costliest filter
    return png(width, height, 8, 2, line * height)


def profile(name: str, space: bytes = b"RGB ") -> bytes:
    """Return an ICC profile with the primaries of Display P3 and the curve of sRGB."""

    def fixed(*values: float) -> bytes:
        return b"".join(struct.pack(">i", round(value * 65536)) for value in values)

    text = b"mluc" + bytes(4) + struct.pack(">II4sII", 1, 12, b"enUS", len(name) * 2, 28)
    curve = b"para" + bytes(4) + struct.pack(">HH", 3, 0)
    curve += fixed(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
    colours = {
        b"wtpt": (0.9642, 1.0, 0.8249),
        b"rXYZ": (0.51512, 0.24120, -0.00105),
        b"gXYZ": (0.29198, 0.69225, 0.04189),
        b"bXYZ": (0.15710, 0.06657, 0.78407),
    }
    tags = {b"desc": text + name.encode("utf-16-be"), b"cprt": text + name.encode("utf-16-be")}
    tags |= {key: b"XYZ " + bytes(4) + fixed(*value) for key, value in colours.items()}
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    table, body = b"", b""
    for key, value in tags.items():
        table += struct.pack(">4sII", key, 132 + 12 * len(tags) + len(body), len(value))
        body += value + bytes(-len(value) % 4)
    size = 132 + len(table) + len(body)
    head = struct.pack(">I4sI4s4s4s", size, bytes(4), 0x04300000, b"mntr", space, b"XYZ ")
    head += bytes(12) + b"acsp" + bytes(28) + fixed(0.9642, 1.0, 0.8249)
    return head + bytes(128 - len(head)) + struct.pack(">I", len(tags)) + table + body
