"""A camera that shows nobody: a drawn face before a wall, and a QR code that wanders and counts."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Final

import numpy
import segno
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import VideoFrame
from numpy.typing import NDArray

from signaling.media.pace import Pace

WIDTH: Final = 640
HEIGHT: Final = 480
RATE: Final = 15
"""Pictures a second. Drawing costs little; what costs is encoding, and it grows with this."""

_CLOCK: Final = 90_000
_MODULE: Final = 6
"""Pixels along a module of the code: enough to be read from a picture of 300 kbit/s."""
_QUIET: Final = 4

_Plane = NDArray[numpy.uint8]
_Mask = NDArray[numpy.bool_]
_Colour = tuple[int, int, int]
"""Luma and the two chroma values (BT.601, 16 to 235)."""

_SKIN: Final[tuple[_Colour, ...]] = (
    (190, 108, 146),
    (160, 110, 148),
    (125, 114, 146),
    (90, 118, 142),
)
_SHIRTS: Final[tuple[_Colour, ...]] = (
    (110, 160, 100),
    (95, 120, 165),
    (130, 95, 120),
    (80, 150, 130),
)
_WALLS: Final = ((132, 122), (124, 136), (138, 126), (122, 124))
_HAIR: Final[tuple[_Colour, ...]] = (
    (150, 85, 145),
    (60, 118, 136),
    (35, 128, 128),
    (170, 126, 130),
    (85, 105, 160),
)
_DARK: Final = (40, 128, 128)
_MOUTH: Final = (70, 118, 170)


class Scene:
    """The drawing, as planes of YUV 4:2:0. `look` chooses among a few faces, shirts and walls."""

    def __init__(self, label: str, look: int = 0) -> None:
        """`label` is what the code says, followed by the seconds shown so far."""
        self._label = label
        self._skin = _SKIN[look % len(_SKIN)]
        self._shirt = _SHIRTS[look // 2 % len(_SHIRTS)]
        self._hair = _HAIR[look % len(_HAIR)]
        self._wall = _wall(look)
        self._head = _ellipse(190, 150)
        self._body = _ellipse(300, 300)
        self._neck = _ellipse(110, 70)
        self._mop = _ellipse(210, 176)
        self._eye = _ellipse(20, 16)
        self._lips = [_smile(height, 64) for height in (14, 24, 36, 48)]
        self._code = (-1, _code(label, 0))

    def draw(self, seconds: float) -> _Plane:
        """Return the picture at a moment: 720 rows of 640, first luma, then the chroma planes."""
        picture = self._wall.copy()
        x = 190 + 14 * math.sin(seconds * 0.9)
        y = 210 + 8 * math.sin(seconds * 1.7)
        _paint(picture, self._mop, x, y - 18, self._hair)
        _paint(picture, self._neck, x * 0.8 + 38, 305, self._skin)
        _paint(picture, self._body, x * 0.6 + 76, 490, self._shirt)
        _paint(picture, self._head, x, y, self._skin)
        if seconds % 3.1 > 0.15:
            for side in (-32, 32):
                _paint(picture, self._eye, x + side, y - 26, _DARK)
        open_by = int(2 + 1.9 * math.sin(seconds * 9) * math.sin(seconds * 2.3))
        _paint(picture, self._lips[open_by], x, y + 38, _MOUTH)
        self._paste_code(picture, seconds)
        return picture

    def _paste_code(self, picture: _Plane, seconds: float) -> None:
        if self._code[0] != int(seconds):
            self._code = (int(seconds), _code(self._label, int(seconds)))
        code = self._code[1]
        side = len(code)
        left = _even(WIDTH - side - 20 - 30 * (1 + math.sin(seconds * 0.7)))
        top = _even((HEIGHT - side) / 2 * (1 + 0.8 * math.sin(seconds * 0.5)))
        picture[top : top + side, left : left + side] = code
        for plane in _chroma(picture):
            plane[top // 2 : (top + side) // 2, left // 2 : (left + side) // 2] = 128


class MovingPicture(MediaStreamTrack):
    """The drawing as a track. It draws only while somebody reads it."""

    kind = "video"

    def __init__(self, label: str, look: int = 0, rate: int = RATE) -> None:
        """`rate` is pictures a second; see `Scene` for the others."""
        super().__init__()
        self._scene = Scene(label, look)
        self._rate = rate
        self._pace = Pace(rate)

    async def recv(self) -> VideoFrame:
        """Return the next picture when its time has come.

        Raises:
            MediaStreamError: the track was stopped.
        """
        number = await self._pace.next()
        if self.readyState != "live":
            raise MediaStreamError
        frame = VideoFrame.from_ndarray(self._scene.draw(number / self._rate), format="yuv420p")
        frame.pts = number * _CLOCK // self._rate
        frame.time_base = Fraction(1, _CLOCK)
        return frame


def _even(value: float) -> int:
    return int(value) // 2 * 2


def _ellipse(height: int, width: int) -> _Mask:
    y, x = numpy.ogrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    return numpy.asarray(x * x + y * y <= 1)


def _smile(height: int, width: int) -> _Mask:
    """Return the lower half of an ellipse."""
    mask = _ellipse(height, width)
    mask[: height // 2] = False
    return mask


def _chroma(picture: _Plane) -> tuple[_Plane, _Plane]:
    """Return views of the chroma planes; writing to them changes the picture."""
    planes = picture[HEIGHT:].reshape(2, HEIGHT // 2, WIDTH // 2)
    return planes[0], planes[1]


def _paint(picture: _Plane, mask: _Mask, x: float, y: float, colour: _Colour) -> None:
    """Fill the mask, centred on a point; what lies below the picture is cut off."""
    height, width = mask.shape
    top, left = _even(y - height / 2), _even(x - width / 2)
    mask = mask[: HEIGHT - top]
    picture[top : top + len(mask), left : left + width][mask] = colour[0]
    half = mask[::2, ::2]
    for plane, value in zip(_chroma(picture), colour[1:], strict=True):
        plane[top // 2 : top // 2 + len(half), left // 2 : (left + width) // 2][half] = value


def _wall(look: int) -> _Plane:
    """Return an empty room: a wall that is lighter towards a window on the left."""
    picture = numpy.empty((HEIGHT * 3 // 2, WIDTH), numpy.uint8)
    light = numpy.linspace(205, 150, WIDTH)[None, :] - numpy.linspace(0, 25, HEIGHT)[:, None]
    picture[:HEIGHT] = light.astype(numpy.uint8)
    for plane, value in zip(_chroma(picture), _WALLS[look % len(_WALLS)], strict=True):
        plane[:] = value
    return picture


def _code(label: str, second: int) -> _Plane:
    """Return the luma of a QR code with its quiet zone."""
    matrix = segno.make(f"{label} {second}", error="m", micro=False, boost_error=False).matrix
    dark = numpy.array([list(row) for row in matrix], numpy.uint8)
    light = numpy.pad(numpy.where(dark, 16, 235).astype(numpy.uint8), _QUIET, constant_values=235)
    return numpy.kron(light, numpy.ones((_MODULE, _MODULE), numpy.uint8))
