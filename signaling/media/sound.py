"""A microphone that hears nobody: a soft tone that rises and falls like speech."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import Final

import numpy
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import AudioFrame
from numpy.typing import NDArray

from signaling.media.pace import Pace

SAMPLES: Final = 48_000
"""Samples a second, one channel, 16 bit."""

_FRAME: Final = 960
_SECONDS: Final = 6
_PEAK: Final = 5_000
"""Of 32,767: clearly heard, and not unpleasant on a loudspeaker."""
_VOWELS: Final = ((750, 1200), (480, 1900), (300, 2200), (450, 850), (600, 1000), (350, 700))
"""Where two bands of overtones stand out, in Hz, one vowel after another."""
_SYLLABLES: Final = 3.2
"""Syllables a second."""


class Voice(MediaStreamTrack):
    """The sound as a track, repeating after some seconds."""

    kind = "audio"

    def __init__(self, pitch: int = 140) -> None:
        """`pitch` is that of the voice, in Hz."""
        super().__init__()
        self._samples = speech(pitch)
        self._pace = Pace(SAMPLES / _FRAME)

    async def recv(self) -> AudioFrame:
        """Return the next 20 ms when their time has come.

        Raises:
            MediaStreamError: the track was stopped.
        """
        number = await self._pace.next()
        if self.readyState != "live":
            raise MediaStreamError
        at = number * _FRAME % len(self._samples)
        samples = self._samples[None, at : at + _FRAME]
        frame = AudioFrame.from_ndarray(samples, format="s16", layout="mono")
        frame.sample_rate = SAMPLES
        frame.pts = number * _FRAME
        frame.time_base = Fraction(1, SAMPLES)
        return frame


@cache
def speech(pitch: int) -> NDArray[numpy.int16]:
    """Return some seconds of samples that can be repeated without a click."""
    time = numpy.arange(SAMPLES * _SECONDS, dtype=numpy.float64) / SAMPLES
    # A whole number of turns in the loop, for the melody and for every overtone of it.
    melody = pitch * (1 + 0.12 * numpy.sin(2 * numpy.pi * 2 * time / _SECONDS))
    phase = 2 * numpy.pi * numpy.cumsum(melody) / SAMPLES
    place = time * _SYLLABLES
    which = place.astype(int) % len(_VOWELS)
    first = numpy.array([vowel[0] for vowel in _VOWELS])[which]
    second = numpy.array([vowel[1] for vowel in _VOWELS])[which]
    sound = numpy.zeros_like(time)
    for overtone in range(1, 24):
        height = overtone * melody
        strength = numpy.exp(-(((height - first) / 180) ** 2))
        strength += 0.5 * numpy.exp(-(((height - second) / 260) ** 2)) + 0.15 / overtone
        sound += strength * numpy.sin(overtone * phase)
    syllable = numpy.sin(numpy.pi * (place % 1)) ** 0.7
    phrase = numpy.clip(8 * numpy.sin(numpy.pi * (time % 3) / 3), 0, 1) * (time % 3 < 2.5)
    sound *= syllable * phrase
    loudest = float(numpy.abs(sound).max())
    return numpy.asarray(sound * (_PEAK / loudest), numpy.int16)
