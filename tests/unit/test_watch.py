"""Figures and spans, without a network: what they cost when off, and what they never say."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest
from prometheus_client import REGISTRY

from signaling.watch import page, spans, stores
from signaling.watch.national import National
from tests.fakes.clock import Hands
from video_advice.ids import RegionCode
from video_advice.ports import Figures


def sample(name: str, **labels: str) -> float:
    """The value of a figure now; 0 before it was counted."""
    return REGISTRY.get_sample_value(f"video_advice_{name}", labels) or 0.0


def test_without_an_address_a_span_is_nothing_and_nothing_is_imported() -> None:
    assert spans.span("one") is spans.span("two", what="three")
    assert spans.following("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "x") is (
        spans.span("one")
    )
    assert (spans.carried(), spans.trace_id()) == ("", "")
    code = (
        "import sys; import signaling.watch.process, signaling.watch.stores;"
        "sys.exit(any(name.startswith('opentelemetry') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_second_process_takes_the_next_port() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with page.shown("127.0.0.1", port, "web") as shown:
            assert port < shown < port + page.PORTS


def test_no_port_is_no_reason_to_serve_nobody(caplog: pytest.LogCaptureFixture) -> None:
    with page.shown("192.0.2.1", 9100, "web") as shown:  # a documentation address: not ours
        assert shown == 0
    assert "metrics_unavailable" in caplog.messages
    with page.shown("127.0.0.1", 0, "web") as shown:
        assert shown == 0


def test_a_store_is_timed_also_when_it_fails() -> None:
    before = sample("database_seconds_count", kind="read")
    with pytest.raises(OSError, match="gone"), stores.watch("read", "anything"):
        raise OSError("gone")
    assert sample("database_seconds_count", kind="read") == before + 1


def test_what_is_old_is_not_told() -> None:
    clock = Hands()
    national = National(clock)
    assert list(national.collect()) == []
    found = Figures(
        contacts={("waiting", "12"): 3},
        waiting={("12", "chat"): 3},
        waiting_since={RegionCode("12"): clock.at - 60_000},
        outbox=2,
        due_since=clock.at,
        alarms=("x",),
    )
    national.learn(found, {RegionCode("12"): 4}, {RegionCode("12"): 0.5})
    told = {
        (one.name.removeprefix("video_advice_"), *one.labels.values()): one.value
        for family in national.collect()
        for one in family.samples
    }
    assert told == {
        ("contacts", "waiting", "12"): 3,
        ("waiting", "12", "chat"): 3,
        ("longest_wait_seconds", "12"): 60,
        ("nurses_on_duty", "12"): 4,
        ("outbox",): 2,
        ("outbox_late_seconds",): 0,
        ("alarms", "x"): 1,
        ("forecast_held_share", "12"): 0.5,
    }
    clock.at += 61_000
    assert list(national.collect()) == []
