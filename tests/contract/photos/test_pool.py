from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image

from signaling.photos import frames
from signaling.photos.pool import CleanerPool, Limits, Worker, _checked
from tests.contract.photos.pictures import RED, encoded, exif, near, opened, pixel, quarters, slow
from tests.waiting import eventually
from video_advice.photos import (
    CleanedPhoto,
    CleanerDown,
    PhotoCleaner,
    PhotoFault,
    PhotoMeasures,
    PhotoRefused,
)

PHOTO = encoded(quarters(640, 480), "JPEG", exif=exif(6))
ROOT = Path(__file__).parents[3]


async def refusal(cleaner: PhotoCleaner, source: bytes) -> PhotoFault:
    with pytest.raises(PhotoRefused) as caught:
        await cleaner.clean(source)
    return caught.value.fault


def worker(pool: CleanerPool) -> Worker:
    (only,) = pool._all
    return only


def forks(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def limits(pid: int) -> dict[str, list[str]]:
    lines = Path(f"/proc/{pid}/limits").read_text().splitlines()
    return {line[:26].strip(): line[26:].split()[:2] for line in lines}


def environment(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


def open_files(pid: int) -> set[str]:
    """Return what the process holds open, but for its standard error, which is ours."""
    files = Path(f"/proc/{pid}/fd").iterdir()
    return {str(file.readlink()) for file in files if file.name != "2"}


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest_asyncio.fixture
async def pool() -> AsyncIterator[CleanerPool]:
    async with CleanerPool() as running:
        yield running


async def test_a_photo_is_cleaned_in_another_process(pool: CleanerPool) -> None:
    photo = await pool.clean(PHOTO)
    assert opened(photo.view).size == (480, 640)
    assert photo.measures.view_bytes == len(photo.view)


async def test_refusals_come_back_with_their_code(pool: CleanerPool) -> None:
    assert await refusal(pool, PHOTO[:-50]) is PhotoFault.CUT_SHORT
    assert await refusal(pool, b"text") is PhotoFault.NOT_AN_IMAGE
    assert await refusal(pool, b"") is PhotoFault.CUT_SHORT
    assert await refusal(pool, PHOTO + bytes(20 * 1024 * 1024)) is PhotoFault.TOO_LARGE
    gif = encoded(quarters(64, 48), "PNG", save_all=True, append_images=[quarters(64, 48, 3)])
    assert await refusal(pool, gif) is PhotoFault.ANIMATED


async def test_each_of_many_at_once_gets_its_own() -> None:
    colours = [(10 * n, 255 - 10 * n, 100) for n in range(20)]
    sources = [encoded(Image.new("RGB", (400, 300), colour), "JPEG") for colour in colours]
    async with CleanerPool(size=2) as pool:
        photos = await asyncio.gather(*map(pool.clean, sources))
        assert len(pool._all) == 2
    for photo, colour in zip(photos, colours, strict=True):
        assert near(pixel(opened(photo.view), 200, 150), colour)


async def test_the_worker_killed_with_a_photo_is_replaced(pool: CleanerPool) -> None:
    first = worker(pool)
    os.kill(first.process.pid, signal.SIGSTOP)
    task = asyncio.create_task(pool.clean(PHOTO))
    await eventually(lambda: not pool._idle)
    os.kill(first.process.pid, signal.SIGKILL)
    with pytest.raises(PhotoRefused) as caught:
        await task
    assert caught.value.fault is PhotoFault.UNREADABLE
    assert (await pool.clean(PHOTO)).measures.width == 480
    assert worker(pool) is not first


async def test_the_decoding_fork_killed_with_a_photo_harms_nobody_else(pool: CleanerPool) -> None:
    parent = worker(pool).process.pid
    task = asyncio.create_task(pool.clean(slow()))
    await eventually(lambda: bool(forks(parent)))
    os.kill(forks(parent)[0], signal.SIGKILL)
    with pytest.raises(PhotoRefused) as caught:
        await task
    assert caught.value.fault is PhotoFault.UNREADABLE
    assert (await pool.clean(PHOTO)).measures.width == 480
    assert worker(pool).process.pid == parent


async def test_both_killed_at_once_leave_no_process(pool: CleanerPool) -> None:
    parent = worker(pool).process.pid
    task = asyncio.create_task(pool.clean(slow()))
    await eventually(lambda: bool(forks(parent)))
    fork = forks(parent)[0]
    os.kill(fork, signal.SIGSTOP)
    os.kill(parent, signal.SIGKILL)
    with pytest.raises(PhotoRefused):
        await task
    await eventually(lambda: gone(fork) and gone(parent))
    assert (await pool.clean(PHOTO)).measures.width == 480


async def test_a_worker_killed_while_idle_costs_no_photo(pool: CleanerPool) -> None:
    idle = worker(pool)
    os.kill(idle.process.pid, signal.SIGKILL)
    await eventually(lambda: gone(idle.process.pid))
    assert (await pool.clean(PHOTO)).measures.width == 480


async def test_a_photo_that_takes_too_long_is_given_up_and_the_next_one_works() -> None:
    async with CleanerPool(limits=Limits(wall=1)) as pool:
        stuck = worker(pool).process.pid
        os.kill(stuck, signal.SIGSTOP)
        assert await refusal(pool, PHOTO) is PhotoFault.UNREADABLE
        assert gone(stuck)
        assert (await pool.clean(PHOTO)).measures.width == 480


async def test_a_photo_that_needs_too_much_memory_is_said_to_be_too_large() -> None:
    async with CleanerPool(limits=Limits(memory=160 * 1024 * 1024)) as pool:
        assert await refusal(pool, slow()) is PhotoFault.TOO_MANY_PIXELS
        assert (await pool.clean(PHOTO)).measures.width == 480


async def test_a_fork_is_held_by_its_limits(pool: CleanerPool) -> None:
    parent = worker(pool).process.pid
    task = asyncio.create_task(pool.clean(slow()))
    await eventually(lambda: bool(forks(parent)))
    fork = forks(parent)[0]
    memory = [str(768 * 1024 * 1024)] * 2
    await eventually(lambda: limits(fork)["Max address space"] == memory)
    await eventually(lambda: limits(fork)["Max cpu time"] == ["10", "10"])
    assert limits(fork)["Max core file size"] == ["1", "1"]
    await task


async def test_who_gives_up_waiting_does_not_leave_an_answer_to_the_next(pool: CleanerPool) -> None:
    os.kill(worker(pool).process.pid, signal.SIGSTOP)
    task = asyncio.create_task(pool.clean(encoded(Image.new("RGB", (64, 48), RED), "JPEG")))
    await eventually(lambda: not pool._idle)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await pool.clean(PHOTO)).measures.width == 480


async def test_stopping_in_the_middle_blames_no_photo(pool: CleanerPool) -> None:
    pid = worker(pool).process.pid
    os.kill(pid, signal.SIGSTOP)
    in_work, waiting = (asyncio.create_task(pool.clean(PHOTO)) for _ in range(2))
    await eventually(lambda: not pool._idle)
    await pool.stop()
    for task in (in_work, waiting):
        with pytest.raises(CleanerDown):
            await task
    assert gone(pid)
    with pytest.raises(CleanerDown):
        await pool.clean(PHOTO)
    await pool.stop()


async def test_a_stopped_pool_can_be_started_again() -> None:
    pool = CleanerPool()
    for _ in range(2):
        async with pool:
            assert (await pool.clean(PHOTO)).measures.width == 480


async def test_a_worker_that_cannot_start_is_no_fault_of_a_photo(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(CleanerDown):
        await CleanerPool().start()


async def test_the_worker_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDEO_ADVICE_DATABASE_URL", "postgresql://secret")
    async with CleanerPool() as pool:
        pid = worker(pool).process.pid
        assert b"secret" not in environment(pid)
        assert {file.partition(":")[0] for file in open_files(pid)} == {"/dev/null", "socket"}


CHILD = """
import asyncio, sys
from signaling.photos.pool import CleanerPool

async def main():
    pool = CleanerPool()
    await pool.start()
    photo = await pool.clean(sys.stdin.buffer.read())
    (worker,) = pool._all
    found = [name for name in sys.modules if name.split(".")[0] in ("PIL", "pillow_heif")]
    print(worker.process.pid, photo.measures.width, found, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


def start_parent() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", CHILD],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


async def test_the_parent_imports_no_decoder_and_its_death_ends_the_worker() -> None:
    parent = start_parent()
    assert parent.stdin is not None
    assert parent.stdout is not None
    with parent:
        try:
            parent.stdin.write(PHOTO)
            parent.stdin.close()
            pid, width, found = parent.stdout.readline().decode().split(maxsplit=2)
            assert (width, found.strip()) == ("480", "[]")
            assert not gone(int(pid))
        finally:
            parent.kill()
        await eventually(lambda: gone(int(pid)))


def test_a_worker_is_believed_only_as_far_as_can_be_seen() -> None:
    bare = encoded(quarters(64, 48), "JPEG")
    measures = PhotoMeasures(64, 48, 64, 48, len(bare), len(bare))
    assert _checked(frames.Answer(photo=CleanedPhoto(bare, bare, measures))).view == bare
    marked = encoded(quarters(64, 48), "JPEG", exif=exif())
    for answer in (
        frames.Answer(),
        frames.Answer(photo=CleanedPhoto(marked, bare, measures)),
        frames.Answer(photo=CleanedPhoto(bare, b"<script>", measures)),
    ):
        with pytest.raises(PhotoRefused):
            _checked(answer)
