"""The figures that a real process shows, and the logs and traces of a whole journey."""

from __future__ import annotations

import asyncio
import gzip
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from tests.house import House, Nurse, Patient, alone_in_its_house
from tests.real import Redis, free_port
from tests.talk.spoken import CANARIES, right
from tests.waiting import eventually

REGION = "17"
COUNTERS = {
    "closes",
    "deliveries",
    "events",
    "handshakes",
    "leases_lost",
    "photos",
    "returned",
}
HISTOGRAMS = {
    "commit_seconds",
    "database_seconds",
    "event_loop_lag_seconds",
    "photo_seconds",
    "redis_seconds",
    "request_seconds",
}
GAUGES = {"process", "redis_up", "ring_gaps", "rings_lost", "sockets"}
NATIONAL = {
    "alarms",
    "contacts",
    "forecast_held_share",
    "longest_wait_seconds",
    "nurses_on_duty",
    "outbox",
    "outbox_late_seconds",
    "waiting",
}
LABELS = {
    "channel",
    "code",
    "effect",
    "event",
    "kind",
    "le",
    "method",
    "phase",
    "region",
    "resource",
    "result",
    "status",
    "type",
    "why",
}
"""Every name that a label may have: none of them is a person's, a contact's or a nurse's."""


class Collector:
    """A real receiver of OTLP over HTTP, in this process."""

    def __init__(self) -> None:
        spans: list[Span] = []
        self.spans = spans
        self.raw: list[bytes] = []
        raw = self.raw

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                raw.append(body)
                for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                    for scope in resource.scope_spans:
                        spans.extend(scope.spans)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1/traces"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def close(self) -> None:
        """Receive no more."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def names(self) -> set[str]:
        """The names of all spans that have come."""
        return {span.name for span in self.spans}


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    """One for all tests of this module."""
    made = Collector()
    yield made
    made.close()


@pytest.fixture(scope="module")
def house(
    redis_server: Redis, tmp_path_factory: pytest.TempPathFactory, collector: Collector
) -> Iterator[House]:
    """Two web processes and a worker that are all told the same port for figures."""
    redis_server.empty()
    folder: Path = tmp_path_factory.mktemp("metrics")
    database = f"sqlite:///{folder / 'records.sqlite'}"
    watched = House(
        folder,
        redis_server.url,
        database,
        webs=2,
        metrics_port=free_port(),
        traces_url=collector.url,
        text_messages="log",
        log_level="debug",
    )
    with alone_in_its_house(watched) as house:
        yield house


async def scraped(house: House) -> dict[str, str]:
    """What each process shows, by its kind; one of the web processes is "web", the other "web2"."""
    first = int(house.environment["VIDEO_ADVICE_METRICS_PORT"])
    found: dict[str, str] = {}
    async with httpx.AsyncClient() as client:
        for port in range(first, first + 3):
            try:
                text = (await client.get(f"http://127.0.0.1:{port}/metrics")).text
            except httpx.HTTPError:
                continue
            kind = "worker" if 'video_advice_process{kind="worker"}' in text else "web"
            found[kind if kind not in found else f"{kind}2"] = text
    return found


def families(text: str) -> dict[str, Metric]:
    """Our own metrics on a page, by name without `video_advice_`."""
    ours = "video_advice_"
    return {
        family.name.removeprefix(ours): family
        for family in text_string_to_metric_families(text)
        if family.name.startswith(ours)
    }


def value(text: str, name: str, **labels: str) -> float:
    """The sum of the samples with this name and these labels."""
    return sum(
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == f"video_advice_{name}" and labels.items() <= sample.labels.items()
    )


@pytest.fixture(scope="module")
def secrets(house: House) -> set[str]:
    """Everything that was said in a whole journey, with identifiers and cookies."""
    return asyncio.run(journey(house))


async def journey(house: House) -> set[str]:
    """Let a patient and a nurse do all that can be done; return what nobody else may read."""
    async with Patient(house, web=0) as patient, Nurse(house, web=1) as nurse:
        await nurse.sign_in()
        await patient.wait(
            region=REGION,
            channel="video",
            story=CANARIES["story"],
            called=CANARIES["name"],
        )
        contact = patient.contact
        await patient.must("notice.text", contact=contact, number=CANARIES["number"])
        for kind in ("worse.report", "notice.push", "callback.choose"):
            await patient.ask(kind, **{**without_ref(right(kind, contact)), "contact": contact})
        await patient.ask("callback.drop", contact=contact)
        card = await nurse.take(contact)
        epoch = card["epoch"]
        await patient.hear_phase("talking")
        for page in (patient, nurse):
            await page.must("chat.send", contact=contact, key="a-key-4711", text=CANARIES["chat"])
            for kind in ("media.ready", "media.description", "media.candidate"):
                await page.say(kind, **without_ref(right(kind, contact, epoch)))
        await nurse.must("note.save", **without_ref(right("note.save", contact, epoch)))
        answer = await patient.http.post(
            f"/api/contacts/{contact}/photos?how=camera&key=a-photo-4711",
            content=b"\xff\xd8\xff canary-photo-4711" * 20,
            headers={"Content-Type": "image/jpeg"},
        )
        assert answer.status_code == 202
        await patient.hear(
            "contact.state",
            that=lambda m: any(p["status"] == "rejected" for p in m["view"]["photos"]),
        )
        await patient.say("chat.send", ref="no-number", text=CANARIES["words"])
        await nurse.must("contact.return", **without_ref(right("contact.return", contact, epoch)))
        await patient.hear_phase("waiting")
        nurse.forget()
        again = await nurse.take(contact)
        stale = await nurse.ask("contact.hang_up", contact=contact, epoch=epoch)
        assert stale["type"] == "refused"  # which is logged
        await nurse.must("contact.hang_up", contact=contact, epoch=again["epoch"])
        signed = without_ref(right("outcome.sign", contact, again["epoch"]))
        await nurse.must("outcome.sign", **signed)
        await patient.must("survey.answer", **without_ref(right("survey.answer", contact)))
        cookies = {c.value or "" for page in (patient, nurse) for c in page.http.cookies.jar}
        person = {"demo-karin", "Karin", contact, "a-key-4711", "canary-photo", "127.0.0.1:5"}
        return set(CANARIES.values()) | cookies | (person - {"127.0.0.1:5"})


def without_ref(message: dict[str, Any]) -> dict[str, Any]:
    """The fields of a message that are not given by whoever sends it."""
    return {name: value for name, value in message.items() if name not in {"type", "ref"}}


async def test_every_process_shows_what_it_counts(house: House, secrets: set[str]) -> None:
    pages: dict[str, str] = {}

    async def all_told() -> bool:
        pages.update(await scraped(house))
        return set(pages) == {"web", "web2", "worker"} and "contacts" in families(pages["worker"])

    await eventually(all_told, "three pages with figures")
    for kind, text in pages.items():
        kinds = {name: family.type for name, family in families(text).items()}
        wanted = dict.fromkeys(COUNTERS, "counter") | dict.fromkeys(HISTOGRAMS, "histogram")
        wanted |= dict.fromkeys(GAUGES, "gauge")
        if kind == "worker":
            wanted |= dict.fromkeys(NATIONAL, "gauge")
        else:
            wanted["messages"] = "counter"
        assert kinds == wanted, kind


async def test_the_figures_tell_what_happened(house: House, secrets: set[str]) -> None:
    pages = await scraped(house)
    webs = pages["web"] + pages["web2"]
    for event, number in (("opened", 1), ("nurse_offered", 2), ("offer_accepted", 2)):
        assert value(webs, "events_total", event=event) == number, event
    assert value(webs, "returned_total", why="nurse_sent_back") == 1
    assert value(webs, "messages_total", type="media.candidate") == 2
    assert value(webs, "handshakes_total", result="welcomed") == 2
    assert value(webs, "commit_seconds_count", result="done") > 5
    opened = {"method": "POST", "resource": "/api/contacts", "status": "201"}
    assert value(webs, "request_seconds_count", **opened) == 1
    assert value(pages["web"], "redis_up") == 1
    assert value(pages["worker"], "photos_total") == 1
    assert value(pages["worker"], "photos_total", result="cleaned") == 0
    assert value(pages["worker"], "deliveries_total", effect="CleanPhoto", result="done") == 1


async def test_the_public_port_shows_no_figures(house: House) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{house.url()}/metrics")
    assert answer.status_code == 404
    assert "video_advice_" not in answer.text


async def test_no_figure_tells_of_anybody(house: House, secrets: set[str]) -> None:
    for kind, text in (await scraped(house)).items():
        names = {label for f in families(text).values() for s in f.samples for label in s.labels}
        assert names <= LABELS, kind
        assert not [word for word in secrets if word in text], kind
        # I20: nothing measures how long anybody talks.
        assert not [name for name in families(text) if "talk" in name or "call" in name]


def logged(house: House) -> list[dict[str, Any]]:
    """Every line of the logs; each is one object."""
    return [json.loads(line) for line in house.logs().splitlines() if line]


async def test_no_log_line_tells_of_anybody(house: House, secrets: set[str]) -> None:
    lines = logged(house)
    for line in lines:
        assert {"at", "level", "event", "from", "process"} <= set(line), line
    assert {line["process"].split(":")[0] for line in lines} == {"serve", "worker"}
    assert not [word for word in secrets if word in house.logs()]


async def test_traces_go_from_the_door_to_the_stores_and_to_the_other_process(
    house: House, collector: Collector, secrets: set[str]
) -> None:
    wanted = {
        "POST /api/contacts",
        "message chat.send",
        "commit",
        "write write",
        "redis script",
        "doorbell contact",
        "deliver CleanPhoto",
    }

    async def come() -> bool:
        return wanted <= collector.names()

    await eventually(come, "all kinds of spans")
    by_id = {span.span_id: span for span in collector.spans}

    def above(span: Span) -> list[str]:
        names = []
        while span.parent_span_id in by_id:
            span = by_id[span.parent_span_id]
            names.append(span.name)
        return names

    chains = [(span.name, above(span)) for span in tuple(collector.spans)]
    assert ("write write", ["commit", "message chat.send"]) in chains
    assert ("write write", ["commit", "POST /api/contacts"]) in chains
    assert any(n == "doorbell contact" and "message chat.send" in up for n, up in chains)
    assert any(n == "deliver CleanPhoto" and up and up[-1].startswith("POST") for n, up in chains)
    everything = b"".join(collector.raw)
    assert not [word for word in secrets if word.encode() in everything]


async def test_a_log_line_names_its_trace(
    house: House, collector: Collector, secrets: set[str]
) -> None:
    named = {line["trace_id"] for line in logged(house) if "trace_id" in line}

    async def known() -> bool:
        return bool(named & {span.trace_id.hex() for span in tuple(collector.spans)})

    await eventually(known, "a trace that a log line names")
