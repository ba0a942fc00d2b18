from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from signaling.photos.store import PhotoDirectory
from video_advice.ids import PhotoId
from video_advice.photos import PhotoFault, PhotoMissing, PhotoRefused, PhotoStore

ONE, OTHER = PhotoId("a1" * 16), PhotoId("b2" * 16)
MEGABYTE = 1024 * 1024


async def stream(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "photos"


@pytest.fixture
def store(root: Path) -> PhotoStore:
    return PhotoDirectory(root)


def names(root: Path) -> set[str]:
    """Return everything under the root, which may not have been made."""
    return {str(path.relative_to(root)) for path in root.rglob("*")}


def open_to_others(root: Path) -> list[Path]:
    paths = [root, *root.rglob("*")]
    return [p for p in paths if p.stat().st_mode & 0o777 != (0o700 if p.is_dir() else 0o600)]


async def test_a_source_is_kept_whole(store: PhotoStore, root: Path) -> None:
    chunks = [bytes([n]) * 700_000 for n in range(5)]
    assert await store.put_source(ONE, stream(*chunks)) == 3_500_000
    assert await store.read_source(ONE) == b"".join(chunks)
    assert names(root) == {ONE, f"{ONE}/source"}


async def test_only_the_service_can_read_it(store: PhotoStore, root: Path) -> None:
    await store.put_source(ONE, stream(b"x"))
    await store.put_source(OTHER, stream(b"x"))
    await store.put_cleaned(ONE, b"view", b"thumbnail")
    assert open_to_others(root) == []


async def test_a_second_source_replaces_the_first(store: PhotoStore) -> None:
    await store.put_source(ONE, stream(b"first"))
    await store.put_source(ONE, stream(b"second"))
    assert await store.read_source(ONE) == b"second"


@pytest.mark.parametrize("chunk", [64 * 1024, 3 * MEGABYTE])
async def test_more_than_allowed_is_refused_and_nothing_stays(
    store: PhotoStore, root: Path, chunk: int
) -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += chunk
            yield bytes(chunk)

    with pytest.raises(PhotoRefused) as caught:
        await store.put_source(ONE, endless())
    assert caught.value.fault is PhotoFault.TOO_LARGE
    assert taken <= 20 * MEGABYTE + chunk
    assert names(root) == set()


async def test_exactly_the_limit_is_taken(store: PhotoStore) -> None:
    assert await store.put_source(ONE, stream(b"12345", b"67890"), limit=10) == 10
    with pytest.raises(PhotoRefused):
        await store.put_source(OTHER, stream(b"12345", b"678901"), limit=10)


async def test_a_refused_second_source_leaves_the_first(store: PhotoStore, root: Path) -> None:
    await store.put_source(ONE, stream(b"first"))
    with pytest.raises(PhotoRefused):
        await store.put_source(ONE, stream(b"too long"), limit=5)
    assert await store.read_source(ONE) == b"first"
    assert names(root) == {ONE, f"{ONE}/source"}


async def test_a_lost_connection_leaves_nothing(store: PhotoStore, root: Path) -> None:
    async def lost() -> AsyncIterator[bytes]:
        yield bytes(2 * MEGABYTE)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await store.put_source(ONE, lost())
    assert names(root) == set()


@pytest.mark.parametrize("chunks", [0, 1, 3])
async def test_being_cancelled_at_any_time_leaves_nothing_half_kept(
    store: PhotoStore, root: Path, chunks: int
) -> None:
    reached = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        for _ in range(chunks):
            yield bytes(2 * MEGABYTE)
        reached.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(store.put_source(ONE, slow()))
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert names(root) == set()


@pytest.mark.parametrize("turns", range(12))
async def test_being_cancelled_while_a_thread_writes_leaves_nothing_half_kept(
    store: PhotoStore, root: Path, turns: int
) -> None:
    task = asyncio.create_task(store.put_source(ONE, stream(bytes(2 * MEGABYTE))))
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        assert names(root) == set()
    else:
        assert len(await store.read_source(ONE)) == 2 * MEGABYTE


async def test_a_full_disk_leaves_nothing(
    store: PhotoStore, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    await store.put_source(OTHER, stream(b"source"))
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        await store.put_source(ONE, stream(b"source"))
    with pytest.raises(OSError, match="No space"):
        await store.put_cleaned(OTHER, b"view", b"thumbnail")
    assert names(root) == {OTHER, f"{OTHER}/source"}


async def test_the_source_goes_when_the_photo_is_clean(store: PhotoStore, root: Path) -> None:
    await store.put_source(ONE, stream(b"source"))
    for _ in range(2):  # an effect may be carried out twice
        await store.put_cleaned(ONE, b"view", b"thumbnail")
        assert await store.open_view(ONE) == b"view"
        assert await store.open_thumbnail(ONE) == b"thumbnail"
        with pytest.raises(PhotoMissing):
            await store.read_source(ONE)
    assert names(root) == {ONE, f"{ONE}/view.jpg", f"{ONE}/thumbnail.jpg"}


async def test_removing_takes_all_of_one_and_nothing_of_another(
    store: PhotoStore, root: Path
) -> None:
    for photo in (ONE, OTHER):
        await store.put_source(photo, stream(b"source"))
    await store.put_cleaned(ONE, b"view", b"thumbnail")
    await store.remove(ONE)
    await store.remove(ONE)
    assert names(root) == {OTHER, f"{OTHER}/source"}
    for gone in (store.read_source(ONE), store.open_view(ONE), store.open_thumbnail(ONE)):
        with pytest.raises(PhotoMissing):
            await gone


async def test_a_removed_photo_does_not_come_back(store: PhotoStore, root: Path) -> None:
    async def removed_meanwhile() -> AsyncIterator[bytes]:
        yield b"first half"
        await store.remove(ONE)
        yield b"second half"

    with pytest.raises(PhotoMissing):
        await store.put_source(ONE, removed_meanwhile())
    with pytest.raises(PhotoMissing):
        await store.put_cleaned(ONE, b"view", b"thumbnail")
    assert names(root) == set()


async def test_removing_while_others_write_removes_everything(
    store: PhotoStore, root: Path
) -> None:
    for _ in range(20):
        await store.put_source(ONE, stream(b"source"))
        writing = [store.put_cleaned(ONE, bytes(100_000), b"thumbnail") for _ in range(3)]
        await asyncio.gather(*writing, store.remove(ONE), return_exceptions=True)
        assert names(root) == set()


async def test_what_a_crash_left_is_swept_when_it_is_old(store: PhotoStore, root: Path) -> None:
    await store.put_source(ONE, stream(b"source"))
    (root / OTHER).mkdir()
    for photo in (ONE, OTHER):
        part = root / photo / "left.part"
        part.write_bytes(b"half")
        os.utime(part, (1000, 1000))
    assert await store.sweep(before=1_000_000) == 0
    assert await store.sweep(before=1_000_001) == 2
    assert names(root) == {ONE, f"{ONE}/source"}


async def test_sweeping_where_nothing_was_ever_kept(store: PhotoStore) -> None:
    assert await store.sweep(before=10**15) == 0


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../" + "a" * 29, "a" * 31, "A1" * 16, "a1" * 15 + "/.", ONE + "\n"]
)
async def test_a_name_that_is_no_identifier_reaches_no_file(store: PhotoStore, name: str) -> None:
    photo = PhotoId(name)
    for attempt in (
        store.put_source(photo, stream(b"x")),
        store.read_source(photo),
        store.put_cleaned(photo, b"", b""),
        store.open_view(photo),
        store.open_thumbnail(photo),
        store.remove(photo),
    ):
        with pytest.raises(ValueError, match="identifier"):
            await attempt
