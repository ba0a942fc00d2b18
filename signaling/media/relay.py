"""The relay for networks that let no direct way through: a coturn child process, kept alive."""

from __future__ import annotations

import asyncio
import logging
import os
import pwd
import re
import shutil
import socket
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from contextlib import suppress
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Final

import msgspec

_log = logging.getLogger(__name__)

_ANYWHERE: Final = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - compared with, not listened on
_SECRET: Final = re.compile(r"[0-9A-Za-z_.~+/-][0-9A-Za-z_.~+/=-]{7,127}")
_USER: Final = "turnserver"
"""Debian's user for coturn, as whom it runs when this process is root's."""
_USER_QUOTA: Final = 16
"""Allocations of one contact: two people, UDP and TCP, and what a reloaded page left behind for
the ten minutes until it lapses. Browsers may gather for sound and picture apart."""
_TOTAL_QUOTA: Final = 1200
_MAX_BYTES_PER_SECOND: Final = 500_000
"""Each way in one allocation: 4 Mbit/s, a video call and room for a key frame."""
_FIRST_PAUSE: Final = 1.0
_LONGEST_PAUSE: Final = 30.0
_STEADY: Final = 60.0
"""Seconds after which a relay counts as having run well: its next start waits least."""
_GOODBYE: Final = 5.0

_FLAGS: Final = (
    "use-auth-secret",
    "fingerprint",
    "no-cli",
    "no-tcp-relay",
    "no-tls",
    "no-dtls",
    "no-multicast-peers",
    "no-software-attribute",
    "no-rfc5780",
    "no-stun-backward-compatibility",
    "response-origin-only-with-rfc5780",
    "no-auth-pings",
    "no-dynamic-ip-list",
    "no-dynamic-realms",
    "simple-log",
)
_LOOPBACK: Final = IPv4Network("127.0.0.0/8")
_NEVER_REACHED: Final = (
    *(
        IPv4Network(block)
        for block in (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
        )
    ),
    _LOOPBACK,
)
"""What is not the open Internet. Source: the special-purpose address registry of IANA."""
_ALL_OF_IPV6: Final = "::1-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
"""The relay gives out IPv4 addresses only, and 4.6.1 lets IPv4 written as IPv6 through its list.

A range that begins at `::` would hold all of IPv4 too: coturn reads that as "any".
"""


class BadRelay(Exception):
    """The relay cannot be run as configured. The text names the setting, never its value."""


class RelaySettings(msgspec.Struct, frozen=True, kw_only=True):
    """How to run the relay. `host` and `port` are where it listens; port 0 runs none.

    `loopback` lets it reach 127.0.0.0/8, for tests on one machine only.
    """

    port: int
    secret: str
    host: str = "127.0.0.1"
    realm: str = "video-advice"
    loopback: bool = False

    def __repr__(self) -> str:
        """Leave the secret out."""
        return f"RelaySettings(port={self.port})"


async def run_relay(settings: RelaySettings, stop: asyncio.Event) -> None:
    """Run coturn, and start it again when it dies, until `stop` is set.

    Raises:
        BadRelay: the secret cannot be written into its configuration, or the host is not known.
    """
    program = shutil.which("turnserver", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
    if settings.port == 0 or program is None:
        _log.info("no relay here: calls go directly between browsers")
        await stop.wait()
        return
    folder = Path(tempfile.mkdtemp(prefix="relay-"))
    try:
        command = _command(program, _write(folder, settings), settings.port)
        await _keep_alive(command, settings, stop)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def configuration(settings: RelaySettings, folder: Path) -> str:
    """Return the text of a turnserver.conf. `folder` is where it may keep its own files.

    Raises:
        BadRelay: see `run_relay`.
    """
    if _SECRET.fullmatch(settings.secret) is None:
        raise BadRelay(
            "VIDEO_ADVICE_TURN_SECRET is 8 to 128 letters, digits and _ . ~ + / = - for the relay"
        )
    listening, relaying = _addresses(settings.host)
    values = [
        ("listening-ip", listening),
        ("listening-port", settings.port),
        ("relay-ip", relaying),
        ("realm", settings.realm),
        ("static-auth-secret", settings.secret),
        ("user-quota", _USER_QUOTA),
        ("total-quota", _TOTAL_QUOTA),
        ("max-bps", _MAX_BYTES_PER_SECOND),
        ("stale-nonce", 600),
        ("log-file", "stdout"),
        ("pidfile", folder / "pid"),
        ("userdb", folder / "users"),
        *(("denied-peer-ip", block) for block in _denied(loopback=settings.loopback)),
    ]
    if IPv4Address(relaying) not in _LOOPBACK:
        # Two people who both need the relay reach each other at its own address, public or not.
        values.append(("allowed-peer-ip", relaying))
    flags = [*_FLAGS, *(("allow-loopback-peers",) if settings.loopback else ())]
    return "".join(f"{line}\n" for line in [*flags, *(f"{name}={text}" for name, text in values)])


def _denied(*, loopback: bool) -> list[str]:
    blocks = [block for block in _NEVER_REACHED if not (loopback and block == _LOOPBACK)]
    return [*(f"{block[0]}-{block[-1]}" for block in blocks), _ALL_OF_IPV6]


def _addresses(host: str) -> tuple[str, str]:
    """Return the IPv4 addresses to listen on and to relay from."""
    if host not in _ANYWHERE:
        try:
            found = socket.getaddrinfo(host, None, socket.AF_INET, socket.SOCK_DGRAM)
        except OSError:
            raise BadRelay("VIDEO_ADVICE_HOST has no IPv4 address for the relay") from None
        address = str(found[0][4][0])
        return address, address
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # a documentation address; nothing is sent
        except OSError:
            return "127.0.0.1", "127.0.0.1"
        return "0.0.0.0", str(probe.getsockname()[0])  # noqa: S104 - asked for by the host setting


def _write(folder: Path, settings: RelaySettings) -> Path:
    """Write the configuration so that only the relay's user may read it."""
    path = folder / "turnserver.conf"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(configuration(settings, folder))
    user = _unprivileged()
    if user is not None:
        for owned in (folder, path):
            os.chown(owned, user.pw_uid, user.pw_gid)
    return path


def _unprivileged() -> pwd.struct_passwd | None:
    """Return as whom to run when we are root; None to run as we are."""
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        return None
    with suppress(KeyError):
        return pwd.getpwnam(_USER)
    return None


def _command(program: str, path: Path, port: int) -> list[str]:
    """Return program and arguments. The kernel ends the child if this process is killed outright.

    The secret is in the file: a command line can be read by everybody on the machine.
    """
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return [program, "-c", str(path)]
    words = [setpriv, "--pdeathsig", "TERM", "--no-new-privs"]
    if _unprivileged() is not None:
        words += [f"--reuid={_USER}", f"--regid={_USER}", "--init-groups"]
        if port < 1024:
            words += ["--inh-caps=+net_bind_service", "--ambient-caps=+net_bind_service"]
    return [*words, "--", program, "-c", str(path)]


async def _keep_alive(command: list[str], settings: RelaySettings, stop: asyncio.Event) -> None:
    clock = asyncio.get_running_loop().time
    pause = _FIRST_PAUSE
    while not stop.is_set():
        began = clock()
        child = await asyncio.create_subprocess_exec(
            *command, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT
        )
        _log.info("relay_started", extra={"port": settings.port})
        try:
            taken = await _until_over(child, stop)
        finally:
            await _end(child)
        if stop.is_set():
            return
        pause = _FIRST_PAUSE if clock() - began > _STEADY else min(pause * 2, _LONGEST_PAUSE)
        _log.warning(
            "relay_port_taken" if taken else "relay_died",
            extra={"port": settings.port, "exit": child.returncode, "again_in": pause},
        )
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)


async def _until_over(child: Process, stop: asyncio.Event) -> bool:
    """Wait until the child ends or `stop` is set; say whether it found its port taken."""
    reading = asyncio.create_task(_port_is_taken(child))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({reading, stopping}, return_when=asyncio.FIRST_COMPLETED)
        return reading.done() and reading.result()
    finally:
        for task in (reading, stopping):
            task.cancel()
        await asyncio.gather(reading, stopping, return_exceptions=True)


async def _port_is_taken(child: Process) -> bool:
    """Read what the child says until it ends or cannot bind. Its log names people's addresses.

    A coturn that cannot bind tries for minutes and says nothing to its parent.
    """
    if child.stdout is not None:
        async for line in child.stdout:
            if b"annot bind" in line:
                return True
    await child.wait()
    return False


async def _end(child: Process) -> None:
    if child.returncode is not None:
        return
    with suppress(ProcessLookupError):
        child.terminate()
    drained = asyncio.create_task(child.communicate())
    done, _ = await asyncio.wait({drained}, timeout=_GOODBYE)
    if not done:
        with suppress(ProcessLookupError):
            child.kill()
    await drained
