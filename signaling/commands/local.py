"""`run`: the whole service on one machine, on embedded defaults, in demo mode."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sys
from pathlib import Path
from typing import Final

import honcho.environ
import segno
from honcho.manager import Manager

from signaling.archive.migrate import migrate
from signaling.commands.certificate import make_certificate
from signaling.config import PREFIX, Settings, load
from signaling.identity.demo import NURSES
from signaling.live.embedded import start_embedded
from signaling.notify.vapid import make_key
from signaling.system import SystemIds

_WEB_PROCESSES: Final = 2
_ANYWHERE: Final = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared with, not listened on
_PROCFILE: Final = Path(__file__).parents[2] / "Procfile"


def run(host: str | None, port: int | None, *, tls: bool, patients: int) -> int:
    """Start everything that runs on this machine, wait for its end, return the exit code."""
    environment = _environment(host, port, tls=tls)
    settings = load(environment)
    data = Path(settings.data_dir)
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    _check_free(settings)
    redis = None
    if f"{PREFIX}REDIS_URL" not in environment:
        print("Starting the embedded Redis")
        redis = start_embedded(data.resolve() / "redis")
        environment[f"{PREFIX}REDIS_URL"] = redis.url
    try:
        asyncio.run(migrate(settings.database_url))
        manager = _manager(environment, patients, settings)
        _tell(settings, patients)
        manager.loop()
        return int(manager.returncode or 0)
    finally:
        if redis is not None:
            redis.stop()


def _environment(host: str | None, port: int | None, *, tls: bool) -> dict[str, str]:
    """Return the environment of the processes: what is set already wins over our defaults."""
    environment = dict(os.environ)
    if host is not None:
        environment[f"{PREFIX}HOST"] = host
    if port is not None:
        environment[f"{PREFIX}PORT"] = str(port)
    environment.setdefault(f"{PREFIX}DEMO", "true")
    before = load(environment)
    data = Path(before.data_dir)
    shown = _reachable(before.host)
    if tls and not before.tls_cert:
        names = sorted({shown, "localhost", "127.0.0.1"})
        certificate, key = make_certificate(data / "tls", names)
        environment[f"{PREFIX}TLS_CERT"] = str(certificate)
        environment[f"{PREFIX}TLS_KEY"] = str(key)
    scheme = "https" if tls or before.tls_cert else "http"
    environment.setdefault(f"{PREFIX}PUBLIC_URL", f"{scheme}://{shown}:{before.port}")
    near = (f"{scheme}://{name}:{before.port}" for name in ("localhost", "127.0.0.1"))
    environment.setdefault(f"{PREFIX}ORIGINS", ",".join(near))
    _add_relay(environment, before, shown)
    _add_echo(environment, before)
    _add_notices(environment, data)
    return environment


def _add_notices(environment: dict[str, str], data: Path) -> None:
    """Let browsers be called back with a key of our own, and text messages go to the log."""
    environment.setdefault(f"{PREFIX}TEXT_MESSAGES", "log")
    if f"{PREFIX}VAPID_KEY" in environment:
        return
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    environment[f"{PREFIX}VAPID_KEY"] = str(make_key(data / "vapid.pem"))
    environment.setdefault(f"{PREFIX}PUSH_CONTACT", "https://localhost")


def _add_relay(environment: dict[str, str], settings: Settings, shown: str) -> None:
    """Let `media` run a relay, when coturn is installed and none is configured."""
    if settings.turn_urls or shutil.which("turnserver") is None:
        return
    port = _free_port(settings.host)
    environment[f"{PREFIX}RELAY_PORT"] = str(port)
    environment[f"{PREFIX}TURN_SECRET"] = SystemIds().secret()
    environment[f"{PREFIX}TURN_URLS"] = ",".join(
        f"turn:{shown}:{port}?transport={transport}" for transport in ("udp", "tcp")
    )
    if shown in {"127.0.0.1", "localhost"}:
        environment[f"{PREFIX}RELAY_LOOPBACK"] = "true"


def _add_echo(environment: dict[str, str], settings: Settings) -> None:
    """Let `media` answer network tests, when none is configured."""
    if settings.echo_url:
        return
    port = _free_port(settings.echo_host)
    environment[f"{PREFIX}ECHO_PORT"] = str(port)
    environment[f"{PREFIX}ECHO_SECRET"] = SystemIds().secret()
    environment[f"{PREFIX}ECHO_URL"] = f"http://{settings.echo_host}:{port}"


def _reachable(host: str) -> str:
    """Return the address under which other devices on the network find this machine."""
    if host not in _ANYWHERE:
        return host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # a documentation address; nothing is sent
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def _free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def _check_free(settings: Settings) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError:
            sys.exit(
                f"Port {settings.port} is in use on {settings.host}. "
                "Choose another: make run PORT=8090"
            )


def _manager(environment: dict[str, str], patients: int, settings: Settings) -> Manager:
    """Return honcho's manager over the Procfile's processes, with our own Python."""
    commands = honcho.environ.parse_procfile(_PROCFILE.read_text(encoding="utf-8")).processes
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    environment["PYTHONUNBUFFERED"] = "1"
    manager = Manager()
    for number in range(_WEB_PROCESSES):
        manager.add_process(f"web.{number + 1}", commands["web"], quiet=False, env=environment)
    for name in ("worker", "media"):
        manager.add_process(name, commands[name], quiet=False, env=environment)
    if patients:
        command = f"python -m signaling demo --patients {patients} --url {settings.url}"
        manager.add_process("patients", command, quiet=False, env=environment)
    return manager


def _tell(settings: Settings, patients: int) -> None:
    """Print where to go and who one can be."""
    print()
    print(f"  For patients   {settings.url}/")
    print(f"  For nurses     {settings.url}/nurse")
    print()
    print("  Demo nurses, to choose from on the sign-in page (demo mode; nobody is real):")
    for nurse in NURSES.values():
        print(f"    {nurse.name}, {nurse.title}, speaks {' '.join(sorted(nurse.languages))}")
    if patients:
        print(f"  {patients} demo patients join the line.")
    if settings.secure:
        print("\n  The certificate is made here: the browser warns once, go on.")
        print("  A phone on the same network opens this:\n")
        segno.make(f"{settings.url}/").terminal(compact=True)
    print("\n  Stop with Ctrl+C.\n", flush=True)
