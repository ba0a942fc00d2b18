"""The service itself, as the relay bench drives it: the real processes and their real doors."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
from msgspec.structs import replace

from bench import crowd
from bench.dial import Dial, Step
from bench.driving import Driver
from bench.subject import candidate, source
from tests.house import MARK, House, wish
from tests.real import Redis
from video_advice.ids import RegionCode

_AT_ONCE = 50
PLACE: Final = '{"type":"line.place"'
"""How what a waiting page is told of its place begins."""


class Ours:
    """`python -m signaling serve`, once or twice, over Redis and SQLite."""

    def __init__(self, house: House, database_url: str) -> None:
        """Drive `house`."""
        self._house = house
        self._database = database_url

    @property
    def pids(self) -> list[int]:
        """The web processes."""
        return [web.pid for web in self._house.webs]

    def strangers(self, count: int) -> list[Dial]:
        """Patients with a session and no contact, until they are welcomed."""
        secrets = crowd.guests(self._database, count)
        return [
            self._dial(number, secret, "patient", _greeting("patient"))
            for number, secret in enumerate(secrets)
        ]

    def waiters(self, count: int) -> list[Dial]:
        """Patients who come back to their places in the line, on screen."""
        secrets = crowd.waiting(self._database, count)
        steps = (*_greeting("patient"), Step("", '{"type":"contact.state"'))
        return [
            self._dial(number, secret, "patient", steps) for number, secret in enumerate(secrets)
        ]

    def on_screen(self, count: int, code: RegionCode | None = None) -> list[Dial]:
        """Patients who come back to their places and see them; of one region, or dealt out."""
        secrets = crowd.waiting(self._database, count, code)
        steps = (*_greeting("patient"), Step("", PLACE))
        dials = [
            self._dial(number, secret, "patient", steps) for number, secret in enumerate(secrets)
        ]
        return [replace(dial, keeps=PLACE) for dial in dials]

    def on_duty(self, count: int) -> list[Dial]:
        """Nurses with nothing in hand, each of one region."""
        steps = (
            *_greeting("nurse"),
            Step(_text("duty.set", ref=1, on=True), '{"type":"done","ref":1,'),
        )
        secrets = crowd.nurses(self._database, count)
        return [self._dial(number, secret, "nurse", steps) for number, secret in enumerate(secrets)]

    def seat(self, driver: Driver, count: int) -> None:
        """Let each patient ask for help and a nurse take that contact, over the real doors."""
        nurses = crowd.nurses(self._database, count)
        for start in range(0, count, _AT_ONCE):
            pairs = [
                self._pair(number, nurses[number])
                for number in range(start, min(start + _AT_ONCE, count))
            ]
            driver.open([patient for patient, _ in pairs])
            driver.open([nurse for _, nurse in pairs])

    def _pair(self, number: int, nurse: str) -> tuple[Dial, Dial]:
        contact, patient = self._ask_for_help(number)
        steps = (*_greeting("patient"), Step("", '{"type":"contact.state"'))
        taking = (
            *_greeting("nurse"),
            Step(_text("duty.set", ref=1, on=True), '{"type":"done","ref":1,'),
            Step(_text("line.take", ref=2, contact=contact), '{"type":"done","ref":2,'),
        )
        sessions = f"{number:016x}", f"{number + 10**6:016x}"
        return (
            self._dial(number, patient, "patient", steps, f"nurse-{number}", contact, sessions),
            self._dial(
                number, nurse, "nurse", taking, f"patient-{number}", contact, sessions[::-1]
            ),
        )

    def _ask_for_help(self, number: int) -> tuple[str, str]:
        """Return the contact and the secret of its patient's session."""
        base = self._house.url()
        transport = httpx.HTTPTransport(local_address=source(number))
        headers = {**MARK, "Origin": base}
        with httpx.Client(base_url=base, headers=headers, transport=transport) as client:
            body = wish(channel="video", region=crowd.region(number))
            client.post("/api/session").raise_for_status()
            answer = client.post("/api/contacts", json=body)
            answer.raise_for_status()
            return answer.json()["contact"], client.cookies["patient"]

    def _dial(
        self,
        number: int,
        secret: str,
        role: str,
        steps: tuple[Step, ...],
        partner: str = "",
        contact: str = "",
        sessions: tuple[str, str] = ("", ""),
    ) -> Dial:
        # With two processes the patient is in one and the nurse in the other.
        web = len(self._house.ports) - 1 if role == "nurse" else 0
        own, peer = sessions
        return Dial(
            name=f"{role}-{number}",
            port=self._house.ports[web],
            path="/socket",
            source=source(number),
            headers={"Origin": self._house.url(web), "Cookie": f"{role}={secret}"},
            steps=steps,
            partner=partner,
            first=_ready(contact, own) if partner else "",
            message=_message(contact, own, peer) if partner else "",
            counts='{"type":"media.candidate_found"' if partner else "",
        )


@contextmanager
def ours(webs: int = 1, *, worker: bool = False) -> Iterator[Ours]:
    """Run the service: a fresh Redis, a fresh database, web processes and, if asked for, a worker.

    The worker looks after deadlines, photos and text messages; none of it is relayed.
    """
    redis = Redis()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        database = f"sqlite:///{folder / 'archive.sqlite'}"
        try:
            redis.start()
            house = House(
                folder,
                redis.url,
                database,
                webs=webs,
                worker=worker,
                lease=120,
                nurse_grace=121,
                demo="false",
                log_level="warning",
            )
            with house:
                yield Ours(house, database)
        finally:
            redis.close()


def _greeting(role: str) -> tuple[Step, ...]:
    return (Step(_text("hello", protocol=1, language="sv", role=role), '{"type":"welcome"'),)


def _ready(contact: str, own: str) -> str:
    """Return what a page says before it negotiates: as which session."""
    return _text("media.ready", contact=contact, epoch=1, session=own)


def _message(contact: str, own: str, peer: str) -> str:
    return candidate(
        lambda found: _text(
            "media.candidate",
            contact=contact,
            epoch=1,
            session=own,
            to=peer,
            candidate=found,
            mid="0",
            line=0,
        )
    )


def _text(kind: str, **fields: Any) -> str:
    return json.dumps({"type": kind, **fields}, separators=(",", ":"))
