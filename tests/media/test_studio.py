"""What the demo patients show and say: drawn, played and photographed without anybody there."""

from __future__ import annotations

import asyncio
import io
import itertools

import numpy
import pytest
import zxingcpp
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import VideoFrame
from PIL import Image

from signaling.media import rash
from signaling.media.pace import Pace
from signaling.media.picture import HEIGHT, WIDTH, MovingPicture, Scene
from signaling.media.sound import SAMPLES, Voice, speech
from video_advice.photos import SNIFFED_BYTES, Kind, sniff


def pixels(scene: Scene, seconds: float) -> numpy.typing.NDArray[numpy.uint8]:
    frame = VideoFrame.from_ndarray(scene.draw(seconds), format="yuv420p")
    return numpy.asarray(frame.to_ndarray(format="rgb24"), numpy.uint8)


@pytest.mark.parametrize("look", range(6))
def test_code_is_readable_wherever_it_wanders(look: int) -> None:
    scene = Scene("somebody", look)
    for second in range(0, 60, 7):
        (found,) = zxingcpp.read_barcodes(pixels(scene, second + 0.5))
        assert found.text == f"somebody {second}"


def test_code_and_face_move() -> None:
    scene = Scene("somebody")
    before, after = scene.draw(1.0), scene.draw(2.5)
    assert numpy.any(before[:HEIGHT, :300] != after[:HEIGHT, :300])
    places = set()
    for second in range(0, 20, 4):
        (found,) = zxingcpp.read_barcodes(pixels(scene, second))
        places.add((found.position.top_left.x, found.position.top_left.y))
    assert len(places) == 5


def test_people_look_different() -> None:
    drawn = [Scene("somebody", look).draw(1.0) for look in range(4)]
    for one, other in itertools.combinations(drawn, 2):
        assert numpy.mean(one != other) > 0.2


async def test_picture_has_its_size_and_its_times() -> None:
    track = MovingPicture("somebody", rate=50)
    frames = [await track.recv() for _ in range(4)]
    assert {(frame.width, frame.height) for frame in frames} == {(WIDTH, HEIGHT)}
    assert [frame.pts for frame in frames] == [0, 1800, 3600, 5400]
    track.stop()


@pytest.mark.parametrize("track", [MovingPicture("somebody"), Voice()])
async def test_stopped_track_ends(track: MediaStreamTrack) -> None:
    track.stop()
    with pytest.raises(MediaStreamError):
        await track.recv()


async def test_sound_comes_in_pieces_of_20_ms_that_join() -> None:
    voice = Voice(pitch=140)
    frames = [await voice.recv() for _ in range(10)]
    assert {frame.sample_rate for frame in frames} == {SAMPLES}
    assert [frame.pts for frame in frames] == [960 * n for n in range(10)]
    heard = numpy.concatenate([frame.to_ndarray()[0] for frame in frames])
    assert numpy.array_equal(heard, speech(140)[: 960 * 10])


def test_sound_is_soft_pauses_and_repeats_without_a_click() -> None:
    samples = speech(140).astype(int)
    assert 3_000 < numpy.abs(samples).max() < 8_000
    loudness = numpy.abs(samples).reshape(-1, 960).mean(axis=1)
    assert (loudness > 300).mean() > 0.4
    assert (loudness < 20).mean() > 0.1
    steps = numpy.abs(numpy.diff(samples))
    assert abs(samples[0] - samples[-1]) <= steps.max()


def test_voices_differ() -> None:
    assert not numpy.array_equal(speech(110), speech(200))


async def test_pace_leaves_out_what_is_long_past(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: now)
    pace = Pace(10)
    assert await pace.next() == 0
    now += 0.15
    assert await pace.next() == 1
    now += 3.0
    assert await pace.next() == 31
    now += 0.1
    assert await pace.next() == 32


def test_photo_is_a_jpeg_that_is_let_in() -> None:
    sent = rash.photo(2)
    assert sniff(sent[:SNIFFED_BYTES]) is Kind.JPEG
    with Image.open(io.BytesIO(sent)) as image:
        image.load()
        assert image.size == (rash.WIDTH, rash.HEIGHT)


def test_photo_shows_red_spots_and_more_of_them_when_asked() -> None:
    def redness(sent: bytes) -> float:
        with Image.open(io.BytesIO(sent)) as image:
            rgb = numpy.asarray(image.convert("RGB"), int)[:, :960]
        return float((rgb[..., 0] > 1.8 * rgb[..., 1]).mean())

    none, some = redness(rash.photo(1, spots=0)), redness(rash.photo(1, spots=12))
    assert none < 0.001
    assert some > 0.01


def test_same_look_gives_the_same_photo() -> None:
    assert rash.photo(3) == rash.photo(3)
    assert rash.photo(3) != rash.photo(4)
