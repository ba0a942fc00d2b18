"""`make run` as a new user meets it: one command, embedded defaults, everything answers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from tests.house import ROOT
from tests.real import free_port, wait_until


@contextmanager
def running(folder: Path, port: int, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start the service with one command; end it as Ctrl+C does, and expect a clean end."""
    environment = {
        **os.environ,
        "VIDEO_ADVICE_DATA_DIR": str(folder / "data"),
        "VIDEO_ADVICE_DATABASE_URL": f"sqlite:///{folder / 'records.sqlite'}",
    }
    environment.pop("VIDEO_ADVICE_REDIS_URL", None)
    with (folder / "out").open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "signaling", "run", "--port", str(port), *options],
            cwd=ROOT,
            env=environment,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def said(folder: Path) -> str:
    return (folder / "out").read_text("utf-8", "replace")


def answers(url: str) -> bool:
    with suppress(httpx.HTTPError):
        ready = httpx.get(f"{url}/ready", verify=False, timeout=2).json()
        return bool(ready == {"ok": True, "missing": []})
    return False


def waiting(url: str) -> int:
    regions = httpx.get(f"{url}/api/catalogue", timeout=10).json()["regions"]
    return sum(region["waiting"] for region in regions)


def test_one_command_brings_up_everything_and_demo_patients(tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with running(tmp_path, port, "--patients", "2") as process:
        wait_until(lambda: answers(url), said(tmp_path) or "the service")
        wait_until(lambda: waiting(url) == 2, "two demo patients in the line")
        text = said(tmp_path)
        assert f"{url}/nurse" in text
        assert "Karin Demo" in text
        assert httpx.get(url).headers["content-type"].startswith("text/html")
    assert process.returncode is not None


def test_a_second_start_says_that_the_port_is_taken(tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    other = tmp_path / "other"
    other.mkdir()
    with running(tmp_path, port):
        wait_until(lambda: answers(url), "the service")
        with running(other, port) as second:
            assert second.wait(30) != 0
        assert f"Port {port} is in use" in said(other)


def test_a_phone_can_join_over_tls(tmp_path: Path) -> None:
    port = free_port()
    url = f"https://127.0.0.1:{port}"
    with running(tmp_path, port, "--host", "0.0.0.0", "--tls"):
        wait_until(lambda: answers(url), "the service over TLS")
        with httpx.Client(base_url=url, verify=False) as browser:
            page = browser.get("/")
            assert page.headers["strict-transport-security"].startswith("max-age=")
            mark = {"X-Video-Advice": "1", "Origin": url}
            answer = browser.post("/api/demo/session", json={"nurse": "demo-karin"}, headers=mark)
            cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-nurse=")
        assert "Secure" in cookie
        assert "▀" in said(tmp_path)
