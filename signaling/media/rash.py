"""A photo of nobody's skin: reddened spots, and a coin beside them to tell their size."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import numpy
from av import CodecContext, VideoFrame
from numpy.typing import NDArray

WIDTH: Final = 1280
HEIGHT: Final = 960

_SKIN: Final = ((232, 192, 165), (205, 160, 132), (160, 116, 92), (110, 76, 60))
_RED: Final = (0.92, 0.55, 0.55)
"""What is left of red, green and blue in the middle of a spot."""
_COIN: Final = 95
"""Radius in pixels."""

_Drawing = NDArray[numpy.float64]


def photo(look: int, spots: int = 9) -> bytes:
    """Return a JPEG of 1280 by 960. The same `look` and number of spots give the same photo."""
    chance = numpy.random.default_rng(look)
    drawing = _skin(look, chance)
    y, x = numpy.mgrid[0:HEIGHT, 0:WIDTH]
    redness = numpy.zeros((HEIGHT, WIDTH))
    for _ in range(spots):
        left, top = chance.normal((560, 460), (170, 130))
        size = chance.uniform(25, 75)
        distance = numpy.hypot(x - left, (y - top) * chance.uniform(0.8, 1.25)) / size
        redness = numpy.maximum(redness, 1 / (1 + numpy.exp(6 * (distance - 1))))
    drawing *= 1 - redness[..., None] * (1 - numpy.array(_RED))
    _lay_coin(drawing, numpy.hypot(x - 1090, y - 760))
    drawing += chance.normal(0, 2.5, drawing.shape)
    return _jpeg(numpy.clip(drawing, 0, 255).astype(numpy.uint8))


def _skin(look: int, chance: numpy.random.Generator) -> _Drawing:
    """Return even skin under light from one side, with the faint mottle that skin has."""
    coarse = chance.normal(1, 0.02, (HEIGHT // 40, WIDTH // 40))
    mottle = numpy.kron(coarse, numpy.ones((40, 40)))
    for axis in (0, 1):
        steps = [numpy.roll(mottle, step, axis) for step in range(-30, 31, 6)]
        mottle = numpy.mean(steps, axis=0)
    light = numpy.linspace(1.06, 0.82, WIDTH)[None, :] * numpy.linspace(1, 0.93, HEIGHT)[:, None]
    tone = numpy.array(_SKIN[look % len(_SKIN)], float)
    return numpy.asarray((light * mottle)[..., None] * tone, float)


def _lay_coin(drawing: _Drawing, distance: _Drawing) -> None:
    shadow = numpy.clip((_COIN + 14 - distance) / 14, 0, 1) * 0.35
    drawing *= 1 - shadow[..., None]
    metal = 190 + 18 * numpy.cos(distance / 7) * (distance < _COIN - 16)
    rim = (distance > _COIN - 12) * -35
    inside = distance < _COIN
    for channel, tint in enumerate((1.0, 0.97, 0.9)):
        drawing[..., channel][inside] = ((metal + rim) * tint)[inside]


def _jpeg(pixels: NDArray[numpy.uint8]) -> bytes:
    frame = VideoFrame.from_ndarray(pixels, format="rgb24").reformat(
        format="yuvj420p", dst_color_range="JPEG"
    )
    codec = CodecContext.create("mjpeg", "w")
    codec.width, codec.height, codec.pix_fmt = WIDTH, HEIGHT, "yuvj420p"
    codec.time_base = Fraction(1, 1)
    codec.options = {"qmin": "3", "qmax": "3"}
    return b"".join(bytes(packet) for packet in [*codec.encode(frame), *codec.encode(None)])
