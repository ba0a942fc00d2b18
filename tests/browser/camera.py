"""Files that Chromium's fake devices play: pictures whose meaning a test can read again."""

from __future__ import annotations

import io
from pathlib import Path

import segno
import zxingcpp
from PIL import Image, ImageDraw

SIZE = (640, 480)
COUNTS = 8
HELD = 6
"""Frames for which each count stays, at the file's 30 frames a second."""


def code(text: str, side: int) -> Image.Image:
    """A QR code about `side` pixels wide, with its quiet zone."""
    made = segno.make(text, error="m", micro=False)
    file = io.BytesIO()
    made.save(file, kind="png", scale=max(1, side // made.symbol_size()[0]), border=4)
    return Image.open(file).convert("RGB")


def film(path: Path, name: str) -> Path:
    """Write a moving picture: a code that wanders before stripes and says `name` and a count."""
    with path.open("wb") as file:
        for count in range(COUNTS):
            picture = Image.new("RGB", SIZE, (40, 90, 100))
            draw = ImageDraw.Draw(picture)
            for stripe in range(0, SIZE[0], 80):
                left = stripe + count * 10
                draw.rectangle((left, 0, left + 30, SIZE[1]), fill=(90, 140, 130))
            picture.paste(code(f"{name} {count}", 380), (20 + count * 20, 40))
            frame = io.BytesIO()
            # Chromium reads 4:2:0 only.
            picture.save(frame, "JPEG", quality=85, subsampling=2)
            file.write(frame.getvalue() * HELD)
    return path


def read(picture: bytes) -> str:
    """What the code in an image file says; empty when there is none to be read."""
    with Image.open(io.BytesIO(picture)) as image:
        found = zxingcpp.read_barcode(image.convert("RGB"))
    return "" if found is None else str(found.text)


def lie(picture: bytes) -> int | None:
    """By how many degrees the code in an image file is turned; None when there is none."""
    with Image.open(io.BytesIO(picture)) as image:
        found = zxingcpp.read_barcode(image.convert("RGB"))
    return None if found is None else round(found.orientation / 90) * 90 % 360
