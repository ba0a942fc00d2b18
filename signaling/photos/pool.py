"""A few worker processes that clean photos, each replaced when it dies. This side never decodes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import msgspec

from signaling.photos import frames
from signaling.photos.headers import is_bare_jpeg
from video_advice.photos import (
    MAX_BYTES,
    SNIFFED_BYTES,
    CleanedPhoto,
    CleanerDown,
    PhotoFault,
    PhotoRefused,
    sniff,
)

if TYPE_CHECKING:
    from types import TracebackType

_STARTING_SECONDS: Final = 30.0
_GRACE_SECONDS: Final = 2
"""How much longer than the fork's own limit the pool waits: the fork's end tells more."""
_ENVIRONMENT: Final = ("PATH", "LD_LIBRARY_PATH")
_ROOT: Final = Path(__file__).resolve().parents[2]


class Limits(msgspec.Struct, frozen=True):
    """What one photo may use: bytes of address space, seconds of processor, seconds in all."""

    memory: int = 768 * 1024 * 1024
    cpu: int = 10
    wall: int = 18


class CleanerPool:
    """The `PhotoCleaner` of the service: `size` photos at once, the others wait for their turn."""

    def __init__(self, size: int = 1, limits: Limits | None = None) -> None:
        """Prepare for `size` worker processes; `start` makes them."""
        self._size = size
        self._limits = limits or Limits()
        self._places = asyncio.Semaphore(size)
        self._idle: list[Worker] = []
        self._all: set[Worker] = set()
        self._stopped = False

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        await self.stop()

    async def start(self) -> None:
        """Start every worker process and wait until they are ready.

        Raises: CleanerDown.
        """
        self._stopped = False
        try:
            for _ in range(self._size):
                self._idle.append(await self._hire())
        except CleanerDown:
            await self.stop()
            raise

    async def stop(self) -> None:
        """End every worker process. A photo in work ends with CleanerDown: try it again later."""
        self._stopped = True
        for worker in list(self._all):
            await asyncio.to_thread(worker.kill)
        for worker in self._idle:
            worker.close()
        self._idle.clear()
        # Those in work see their line end, and close it themselves.
        for _ in range(self._size):
            await self._places.acquire()
        for _ in range(self._size):
            self._places.release()

    async def clean(self, source: bytes) -> CleanedPhoto:
        """Clean one photo in a worker process.

        Raises:
            PhotoRefused: also (`photo.unreadable`) when a worker dies of it or takes too long.
            CleanerDown: no worker process can be started, or the pool is stopped.
        """
        if not source:
            raise PhotoRefused(PhotoFault.CUT_SHORT)
        if len(source) > MAX_BYTES:
            raise PhotoRefused(PhotoFault.TOO_LARGE)
        if sniff(source[:SNIFFED_BYTES]) is None:
            raise PhotoRefused(PhotoFault.NOT_AN_IMAGE)
        async with self._places:
            worker = await self._worker()
            try:
                async with asyncio.timeout(self._limits.wall + _GRACE_SECONDS):
                    answer = await worker.ask(source)
            except (TimeoutError, OSError, EOFError, msgspec.DecodeError):
                await self._dismiss(worker)
                if self._stopped:
                    raise CleanerDown("stopped") from None
                raise PhotoRefused(PhotoFault.UNREADABLE) from None
            except BaseException:
                # Whoever asked has gone, and the answer must not become somebody else's.
                await asyncio.shield(self._dismiss(worker))
                raise
            self._idle.append(worker)
        return _checked(answer)

    async def _worker(self) -> Worker:
        """Return a living worker process. There is a free place, so at most `size` are made."""
        while self._idle:
            worker = self._idle.pop()
            if worker.lives():
                return worker
            await self._dismiss(worker)
        return await self._hire()

    async def _hire(self) -> Worker:
        """Start a worker process and wait until it is ready."""
        if self._stopped:
            raise CleanerDown("stopped")
        worker = Worker(self._limits)
        self._all.add(worker)
        try:
            async with asyncio.timeout(_STARTING_SECONDS):
                await worker.ready()
        except (TimeoutError, OSError, EOFError, msgspec.DecodeError):
            await self._dismiss(worker)
            raise CleanerDown("a worker process does not start") from None
        except BaseException:
            await asyncio.shield(self._dismiss(worker))
            raise
        return worker

    async def _dismiss(self, worker: Worker) -> None:
        """End a worker process and all it started."""
        await asyncio.to_thread(worker.kill)
        worker.close()
        self._all.discard(worker)


class Worker:
    """One worker process and the line to it."""

    def __init__(self, limits: Limits) -> None:
        """Start the process. It gets no secret of ours: neither open files nor the environment."""
        ours, theirs = socket.socketpair()
        ours.settimeout(0)
        numbers = (theirs.fileno(), limits.memory, limits.cpu, limits.wall)
        module = "signaling.photos.worker_process"
        kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603 - our own module, numbers as arguments
                [sys.executable, "-P", "-W", "ignore", "-m", module, *map(str, numbers)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
                cwd="/",
                # One arena: each further one would take 64 MB of the fork's address space.
                env={**kept, "PYTHONPATH": str(_ROOT), "MALLOC_ARENA_MAX": "1"},
            )
        self._line = ours
        self._ending = threading.Lock()

    def lives(self) -> bool:
        """Say whether the process still runs."""
        return self.process.poll() is None

    async def ready(self) -> None:
        """Wait for the first frame. Raises: EOFError, OSError."""
        await self._receive()

    async def ask(self, source: bytes) -> frames.Answer:
        """Send a source and wait for the answer. Raises: EOFError, OSError, msgspec.DecodeError."""
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(self._line, frames.length_prefix(source))
        await loop.sock_sendall(self._line, source)
        return await self._receive()

    def kill(self) -> None:
        """Kill the process and its fork, which are one group. Blocks; twice is fine."""
        with self._ending:
            if self.process.returncode is None:
                # Before the process is waited for, its number cannot have become another's.
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    def close(self) -> None:
        """Close the line. Nobody may be waiting on it."""
        self._line.close()

    async def _receive(self) -> frames.Answer:
        """Read one frame."""
        size = int.from_bytes(await self._exactly(frames.LENGTH_BYTES))
        if size > frames.MAX_ANSWER_BYTES:
            raise EOFError
        return frames.unpack(await self._exactly(size))

    async def _exactly(self, size: int) -> bytearray:
        """Read `size` bytes."""
        loop = asyncio.get_running_loop()
        body = bytearray(size)
        rest = memoryview(body)
        while rest:
            got = await loop.sock_recv_into(self._line, rest)
            if got == 0:
                raise EOFError
            rest = rest[got:]
        return body


def _checked(answer: frames.Answer) -> CleanedPhoto:
    """Believe a worker only as far as can be seen: a decoder may have been taken over."""
    if answer.fault is not None:
        raise PhotoRefused(answer.fault)
    photo = answer.photo
    if photo is None or not (is_bare_jpeg(photo.view) and is_bare_jpeg(photo.thumbnail)):
        raise PhotoRefused(PhotoFault.UNREADABLE)
    return photo
