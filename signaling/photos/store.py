"""Where photos lie: what was sent until it is cleaned, then a view and a thumbnail. A directory.

Each photo has a directory of its own, named by its id, so that removing it removes everything. A
file gets its name only when it is whole and on the disk; unnamed parts end in `.part`.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import shutil
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from video_advice.ids import Instant, PhotoId, is_id
from video_advice.photos import MAX_BYTES, PhotoFault, PhotoMissing, PhotoRefused

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

_SOURCE: Final = "source"
_VIEW: Final = "view.jpg"
_THUMBNAIL: Final = "thumbnail.jpg"
_PART: Final = ".part"
_BATCH_BYTES: Final = 1024 * 1024
_ATTEMPTS: Final = 5


class PhotoDirectory:
    """The `PhotoStore` of one machine. Files are readable by the service's own user only."""

    def __init__(self, root: Path) -> None:
        """Keep photos under `root`, which is made when it is needed."""
        self._root = root

    async def put_source(
        self, photo: PhotoId, chunks: AsyncIterator[bytes], limit: int = MAX_BYTES
    ) -> int:
        """Keep what is sent; return its size in bytes. A second source replaces the first.

        Raises:
            PhotoRefused: `photo.too_large` above `limit` bytes.
            PhotoMissing: the photo was removed meanwhile.
            ValueError: `photo` is no identifier.
            OSError: the disk is full or broken.

        After any error, and whatever `chunks` raises, nothing is kept.
        """
        part = Part(self._home(photo), _SOURCE)
        try:
            await _whole(partial(part.open, make_home=True))
            size = await _pour(part, chunks, limit)
            await _whole(part.keep)
        except BaseException:
            part.drop()
            raise
        return size

    async def read_source(self, photo: PhotoId) -> bytes:
        """Return what was sent. Raises: PhotoMissing."""
        return await self._read(photo, _SOURCE)

    async def put_cleaned(self, photo: PhotoId, view: bytes, thumbnail: bytes) -> None:
        """Keep both files, then drop the source. Raises: PhotoMissing when it was removed."""
        await asyncio.to_thread(_put_cleaned, self._home(photo), view, thumbnail)

    async def open_view(self, photo: PhotoId) -> bytes:
        """Return the view, a JPEG file. Raises: PhotoMissing."""
        return await self._read(photo, _VIEW)

    async def open_thumbnail(self, photo: PhotoId) -> bytes:
        """Return the thumbnail, a JPEG file. Raises: PhotoMissing."""
        return await self._read(photo, _THUMBNAIL)

    async def remove(self, photo: PhotoId) -> None:
        """Remove every byte of it. Removing an absent one is fine."""
        await asyncio.to_thread(_remove, self._home(photo))

    async def sweep(self, before: Instant) -> int:
        """Remove parts last written before `before`, left by a crash; return how many."""
        return await asyncio.to_thread(_sweep, self._root, before)

    def _home(self, photo: PhotoId) -> Path:
        """Return the photo's directory. Raises: ValueError."""
        if not is_id(photo):
            raise ValueError("not the form of a photo's identifier")
        return self._root / photo

    async def _read(self, photo: PhotoId, name: str) -> bytes:
        """Return one file."""
        path = self._home(photo) / name
        try:
            return await asyncio.to_thread(path.read_bytes)
        except FileNotFoundError:
            raise PhotoMissing from None


class Part:
    """A file on its way: it gets the name only with `keep`, and nobody reads it before."""

    def __init__(self, home: Path, name: str) -> None:
        """Plan the file `name` in `home`."""
        self._home = home
        self._name = name
        self._path: Path | None = None
        self._file: BinaryIO = io.BytesIO()

    def open(self, *, make_home: bool) -> None:
        """Begin. Raises: PhotoMissing when `home` is absent and may not be made."""
        if make_home:
            self._home.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._home.mkdir(mode=0o700, exist_ok=True)
        try:
            number, path = tempfile.mkstemp(dir=self._home, suffix=_PART)  # mode 0600
        except FileNotFoundError:
            raise PhotoMissing from None
        self._path = Path(path)
        self._file = os.fdopen(number, "wb")

    def write(self, data: bytes | bytearray) -> None:
        """Add to the part."""
        self._file.write(data)

    def keep(self) -> None:
        """Bring everything to the disk, then give it the name. Raises: PhotoMissing."""
        if self._path is None:
            raise PhotoMissing
        with self._file:
            self._file.flush()
            os.fsync(self._file.fileno())
        try:
            self._path = self._path.replace(self._home / self._name)
            _bring_to_disk(self._home)
            _bring_to_disk(self._home.parent)
        except FileNotFoundError:
            raise PhotoMissing from None

    def drop(self) -> None:
        """Take everything of it away again, named or not."""
        with contextlib.suppress(OSError):
            self._file.close()  # a full disk refuses the last bytes once more
        if self._path is not None:
            with contextlib.suppress(FileNotFoundError):
                self._path.unlink()
        with contextlib.suppress(OSError):
            self._home.rmdir()  # only if nothing else is in it


async def _whole(work: Callable[[], None]) -> None:
    """Do `work` in a thread. Being cancelled waits for its end: a thread cannot be stopped."""
    doing = asyncio.get_running_loop().run_in_executor(None, work)
    try:
        await asyncio.shield(doing)
    except asyncio.CancelledError:
        with contextlib.suppress(Exception):
            await doing
        raise


async def _pour(part: Part, chunks: AsyncIterator[bytes], limit: int) -> int:
    """Write the chunks, a batch at a time; return the size. Raises: PhotoRefused."""
    size = 0
    batch = bytearray()
    async for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise PhotoRefused(PhotoFault.TOO_LARGE)
        batch += chunk
        if len(batch) >= _BATCH_BYTES:
            await _whole(partial(part.write, batch))
            batch = bytearray()
    await _whole(partial(part.write, batch))
    return size


def _put_cleaned(home: Path, view: bytes, thumbnail: bytes) -> None:
    """Write both files and drop the source; repeating it is fine."""
    for name, data in ((_THUMBNAIL, thumbnail), (_VIEW, view)):
        part = Part(home, name)
        try:
            part.open(make_home=False)
            part.write(data)
            part.keep()
        except BaseException:
            part.drop()
            raise
    (home / _SOURCE).unlink(missing_ok=True)
    with contextlib.suppress(FileNotFoundError):
        _bring_to_disk(home)


def _remove(home: Path) -> None:
    """Remove the directory, also while somebody writes into it: after it, nobody can."""
    for _ in range(_ATTEMPTS):
        with contextlib.suppress(OSError):
            shutil.rmtree(home)
        if not home.exists():
            break
    else:
        shutil.rmtree(home)
    with contextlib.suppress(FileNotFoundError):
        _bring_to_disk(home.parent)


def _sweep(root: Path, before: Instant) -> int:
    """Remove old parts, and directories that hold nothing."""
    swept = 0
    for part in root.glob(f"*/*{_PART}"):
        with contextlib.suppress(FileNotFoundError):
            if part.stat().st_mtime_ns < before * 1_000_000:
                part.unlink()
                swept += 1
        with contextlib.suppress(OSError):
            part.parent.rmdir()
    return swept


def _bring_to_disk(directory: Path) -> None:
    """Make names in a directory survive a crash of the machine."""
    number = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
