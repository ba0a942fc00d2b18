"""The worker process: one fork a photo, so that no photo meets what another left behind.

`python -m signaling.photos.worker_process SOCKET MEMORY CPU WALL` answers each source with one
frame. The process itself never looks into a source: it imports the decoders once, and a fork of it,
held by limits, does the decoding and leaves its answer in anonymous memory. A fork that crashes,
takes too much memory or takes too long has answered `photo.unreadable`.
"""

from __future__ import annotations

import gc
import os
import resource
import signal
import socket
import sys

from signaling.photos import frames
from signaling.photos.cleaner import clean
from video_advice.photos import PhotoFault, PhotoRefused

_UNREADABLE = frames.pack(frames.Answer(fault=PhotoFault.UNREADABLE))
_NICENESS = 5  # talk goes before photos


def main(arguments: list[str]) -> None:
    """Say ready, then answer until the other end closes."""
    line, memory, cpu, wall = (int(argument) for argument in arguments)
    os.nice(_NICENESS)
    # Not 0: this value alone also keeps a crash from being piped to a core handler, photo and all.
    resource.setrlimit(resource.RLIMIT_CORE, (1, 1))
    with socket.socket(fileno=line) as pool:
        gc.freeze()
        _send(pool, frames.pack(frames.Answer()))
        while (source := _receive(pool)) is not None:
            _send(pool, _in_a_fork(pool, source, memory, cpu, wall))


def confine(memory: int, cpu: int, wall: int) -> None:
    """Limit this process: bytes of address space, seconds of processor, seconds in all."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
    resource.setrlimit(resource.RLIMIT_FSIZE, (frames.MAX_ANSWER_BYTES, frames.MAX_ANSWER_BYTES))
    signal.alarm(wall)


def _in_a_fork(pool: socket.socket, source: bytes, memory: int, cpu: int, wall: int) -> bytes:
    """Return the packed answer to one source."""
    with os.fdopen(os.memfd_create("answer"), "w+b") as answer:
        worker = os.fork()
        if worker == 0:
            try:
                pool.close()
                confine(memory, cpu, wall)
                answer.write(frames.pack(_answer(source)))
                answer.flush()
                os._exit(0)
            finally:
                os._exit(1)
        _, status = os.waitpid(worker, 0)
        if status != 0:
            return _UNREADABLE
        answer.seek(0)
        return answer.read()


def _answer(source: bytes) -> frames.Answer:
    """Clean one photo."""
    try:
        return frames.Answer(photo=clean(source))
    except PhotoRefused as refused:
        return frames.Answer(fault=refused.fault)


def _send(pool: socket.socket, body: bytes) -> None:
    """Send one frame."""
    pool.sendall(frames.length_prefix(body))
    pool.sendall(body)


def _receive(pool: socket.socket) -> bytes | None:
    """Return the next source, or None when the pool has gone."""
    prefix = _exactly(pool, frames.LENGTH_BYTES)
    return None if prefix is None else _exactly(pool, int.from_bytes(prefix))


def _exactly(pool: socket.socket, size: int) -> bytes | None:
    """Read `size` bytes, or return None at the end."""
    body = bytearray(size)
    rest = memoryview(body)
    while rest:
        got = pool.recv_into(rest)
        if got == 0:
            return None
        rest = rest[got:]
    return bytes(body)


if __name__ == "__main__":
    main(sys.argv[1:])
