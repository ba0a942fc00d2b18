"""The whole service as child processes, and people who talk to it over its real doors."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.real import PATIENCE, free_port, wait_until

ROOT = Path(__file__).parents[1]
MARK = {"X-Video-Advice": "1", "Accept-Language": "en"}
CONSENT = "2026-11-1"


class House:
    """Web processes on ports of their own, a worker, and what they share."""

    def __init__(
        self,
        folder: Path,
        redis_url: str,
        database_url: str,
        *,
        webs: int = 1,
        worker: bool = True,
        **settings: object,
    ) -> None:
        """`settings` are those of docs/configuration.md in lower case."""
        self.folder = folder
        self.database_url = database_url
        self.ports = [free_port() for _ in range(webs)]
        self.origin = f"http://127.0.0.1:{self.ports[0]}"
        origins = ",".join(f"http://127.0.0.1:{port}" for port in self.ports)
        given = {
            "redis_url": redis_url,
            "database_url": database_url,
            "data_dir": folder / "data",
            "page_dir": ROOT / "web" / "dist",
            "demo": "true",
            "lease": 3,
            "nurse_grace": 4,
            "address_rate": 1000,
            "origins": origins,
            **settings,
        }
        self.environment = {
            **os.environ,
            **{f"VIDEO_ADVICE_{name.upper()}": str(value) for name, value in given.items()},
        }
        self.webs: list[subprocess.Popen[bytes]] = []
        self.workers: list[subprocess.Popen[bytes]] = []
        self.media: list[subprocess.Popen[bytes]] = []
        self._wants_worker = worker

    def __enter__(self) -> Self:
        """Migrate and start everything; return when every web process is ready."""
        self.migrate()
        try:
            for number in range(len(self.ports)):
                self.start_web(number)
            if self._wants_worker:
                self.start_worker()
            for port in self.ports:
                self.wait_ready(port)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """End every process."""
        for process in (*self.webs, *self.workers, *self.media):
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.terminate()
        for process in (*self.webs, *self.workers, *self.media):
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def migrate(self) -> None:
        """Bring the tables to what the program wants."""
        command = [sys.executable, "-m", "signaling", "migrate"]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True)

    def start_web(self, number: int) -> None:
        """Start a web process on its port, in place of one that has ended."""
        process = self._start("serve", f"web-{number}", VIDEO_ADVICE_PORT=str(self.ports[number]))
        self.webs[number : number + 1] = [process]

    def start_worker(self, number: int = 0) -> None:
        """Start a worker, in place of one that has ended."""
        self.workers[number : number + 1] = [self._start("worker", f"worker-{number}")]

    def start_media(self) -> None:
        """Start a process for relay and echo, as the settings have them."""
        self.media.append(self._start("media", f"media-{len(self.media)}"))

    def put_to_sleep(self, number: int) -> subprocess.Popen[bytes]:
        """Stop a web process between two transactions; it goes on with SIGCONT.

        SQLite keeps the lock of a writer that sleeps for as long as it sleeps.
        """
        web = self.webs[number]

        def asleep() -> bool:
            web.send_signal(signal.SIGSTOP)
            if self._writable():
                return True
            web.send_signal(signal.SIGCONT)
            return False

        wait_until(asleep, f"web process {number} to be between two transactions")
        return web

    def wait_ready(self, port: int) -> None:
        """Return when the web process on `port` can serve."""
        wait_until(lambda: self._answers(port), f"the web process on port {port}")

    def region(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the command `region` as an operator does, with more in its environment."""
        return subprocess.run(
            [sys.executable, "-m", "signaling", "region", *words],
            cwd=ROOT,
            env=self.environment | environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def url(self, number: int = 0) -> str:
        """Address of one web process."""
        return f"http://127.0.0.1:{self.ports[number]}"

    def logs(self) -> str:
        """Everything the processes have logged."""
        return "\n".join(p.read_text("utf-8") for p in sorted(self.folder.glob("*.log")))

    def _writable(self) -> bool:
        """Whether someone else may write. PostgreSQL ends a transaction that sleeps by itself."""
        kind, _, file = self.database_url.partition(":///")
        if kind != "sqlite":
            return True
        with (
            closing(sqlite3.connect(file, timeout=2, isolation_level=None)) as other,
            suppress(sqlite3.OperationalError),
        ):
            other.execute("BEGIN IMMEDIATE")
            return True
        return False

    def _answers(self, port: int) -> bool:
        with suppress(httpx.HTTPError):
            answer = httpx.get(f"http://127.0.0.1:{port}/ready", timeout=2)
            return bool(answer.json()["ok"])
        return False

    def _start(self, command: str, name: str, **more: str) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{name}.log").open("ab")
        with log:
            return subprocess.Popen(
                [sys.executable, "-m", "signaling", command],
                cwd=ROOT,
                env={**self.environment, **more},
                stdout=log,
                stderr=log,
            )


@contextmanager
def alone_in_its_house(house: House) -> Iterator[House]:
    """Run a house and show its logs when the test fails."""
    try:
        with house:
            yield house
    except BaseException:
        print(house.logs())  # noqa: T201 - pytest shows it with the failure
        raise


class Page:
    """One open page: a cookie jar and a socket. Messages are plain dictionaries."""

    def __init__(self, house: House, role: str, web: int = 0) -> None:
        """`web` is the process it is connected to."""
        self.house = house
        self.role = role
        self.base = house.url(web)
        self.http = httpx.AsyncClient(
            base_url=self.base, headers={**MARK, "Origin": self.base}, timeout=PATIENCE
        )
        self.heard: list[dict[str, Any]] = []
        self.closed: int | None = None
        self._news = asyncio.Condition()
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._ref = 0

    async def __aenter__(self) -> Self:
        """Start with no socket."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the socket and the jar."""
        await self.hang()
        await self.http.aclose()

    @property
    def socket(self) -> ClientConnection:
        """The open socket."""
        assert self._socket is not None
        return self._socket

    @property
    def cookies(self) -> str:
        """The jar as a browser sends it."""
        return "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())

    async def dial(
        self,
        *,
        origin: str | None = "",
        cookies: str | None = None,
        hello: bool = True,
        narrow: bool = False,
        **fields: Any,
    ) -> None:
        """Open a socket and say hello; return when welcomed.

        `origin` is that of our own page when empty, and left out when None. `narrow`: this side's
        network holds next to nothing that is not read.
        """
        headers = {"Cookie": self.cookies if cookies is None else cookies}
        if origin is not None:
            headers["Origin"] = origin or self.base
        self._socket = await connect(
            self.base.replace("http", "ws", 1) + "/socket",
            additional_headers=headers,
            compression=None,
            proxy=None,
            sock=_narrow(self.base) if narrow else None,
        )
        self.closed = None
        self._reader = asyncio.create_task(self._read(self._socket))
        if hello:
            await self.say("hello", protocol=1, language="en", role=self.role, **fields)
            await self.hear("welcome")

    def read_no_more(self) -> None:
        """Leave what comes where it is, as a page does that hangs."""
        assert self._reader is not None
        self._reader.cancel()

    async def hang(self) -> None:
        """Close the socket as a closed tab does."""
        if self._socket is not None:
            await self._socket.close()
        if self._reader is not None:
            await self._reader
        self._socket = self._reader = None

    async def say(self, kind: str, /, **fields: Any) -> None:
        """Send one message."""
        await self.socket.send(json.dumps({"type": kind, **fields}))

    async def ask(self, kind: str, /, **fields: Any) -> dict[str, Any]:
        """Send a request and return its `done` or `refused`."""
        self._ref += 1
        ref = self._ref
        await self.say(kind, ref=ref, **fields)
        return await self.hear("done", "refused", that=lambda m: m["ref"] == ref, anew=False)

    async def must(self, kind: str, /, **fields: Any) -> dict[str, Any]:
        """Send a request that has to be carried out."""
        reply = await self.ask(kind, **fields)
        assert reply["type"] == "done", reply
        return reply

    async def hear(
        self,
        *kinds: str,
        that: Callable[[dict[str, Any]], bool] = lambda _: True,
        anew: bool = False,
    ) -> dict[str, Any]:
        """Return the first message of these kinds for which `that` holds; wait for it if need be.

        `anew` leaves out what has been heard already.
        """
        start = len(self.heard) if anew else 0

        def found() -> dict[str, Any] | None:
            return next((m for m in self.heard[start:] if m["type"] in kinds and that(m)), None)

        return await self._when(found, kinds)

    async def see(self, kind: str, that: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Return the newest message of a kind that gives the whole state, once `that` holds."""

        def found() -> dict[str, Any] | None:
            newest = next((m for m in reversed(self.heard) if m["type"] == kind), None)
            return newest if newest is not None and that(newest) else None

        return await self._when(found, (kind,))

    async def _when(
        self, found: Callable[[], dict[str, Any] | None], kinds: tuple[str, ...]
    ) -> dict[str, Any]:
        async with self._news:
            try:
                await asyncio.wait_for(
                    self._news.wait_for(lambda: found() or self.closed is not None), PATIENCE
                )
            except TimeoutError:
                tail = [m["type"] for m in self.heard[-12:]]
                raise TimeoutError(f"no {kinds}; last heard {tail}") from None
        message = found()
        assert message is not None, f"closed with {self.closed} before {kinds}"
        return message

    async def hear_phase(self, phase: str, **fields: Any) -> dict[str, Any]:
        """Return the view once the newest state of the contact has `phase` and these fields."""
        kind = "contact.card" if self.role == "nurse" else "contact.state"
        wanted = {"phase": phase, **fields}
        message = await self.hear(
            kind, that=lambda m: all(m["view"][name] == value for name, value in wanted.items())
        )
        view: dict[str, Any] = message["view"]
        return view

    async def hear_close(self) -> int:
        """Return the code the service closes the socket with."""
        async with self._news:
            await asyncio.wait_for(self._news.wait_for(lambda: self.closed is not None), PATIENCE)
        assert self.closed is not None
        return self.closed

    def forget(self) -> None:
        """Forget what has been heard."""
        self.heard.clear()

    async def _read(self, socket: ClientConnection) -> None:
        code = 1006
        try:
            async for frame in socket:
                message = json.loads(frame)
                async with self._news:
                    self.heard.append(message)
                    self._news.notify_all()
        except ConnectionClosed:
            pass
        code = socket.close_code or code
        async with self._news:
            self.closed = code
            self._news.notify_all()

    def last_view(self) -> dict[str, Any]:
        """The contact as this page was shown it last."""
        views = [m["view"] for m in self.heard if m["type"] in {"contact.state", "contact.card"}]
        newest: dict[str, Any] = views[-1]
        return newest

    async def follow(self, other: Page) -> None:
        """Become the same person as on another page: a second tab, perhaps in another process."""
        for cookie in other.http.cookies.jar:
            self.http.cookies.set(cookie.name, cookie.value or "", domain="127.0.0.1")


class Patient(Page):
    """A guest who asks for help."""

    def __init__(self, house: House, web: int = 0) -> None:
        """Start as somebody the service does not know."""
        super().__init__(house, "patient", web)
        self.contact = ""

    async def open(self, **fields: Any) -> dict[str, Any]:
        """Open a contact, as the guest this browser is or becomes; return the answer's body."""
        await self.begin()
        answer = await self.http.post("/api/contacts", json=wish(**fields))
        assert answer.status_code in {200, 201}, answer.text
        body: dict[str, Any] = answer.json()
        self.contact = body["contact"]
        return body

    async def begin(self) -> None:
        """Be a guest, as the page is before it asks for anything."""
        answer = await self.http.post("/api/session")
        assert answer.status_code in {200, 201}, answer.text

    async def wait(self, **fields: Any) -> dict[str, Any]:
        """Open a contact and connect to it."""
        body = await self.open(**fields)
        await self.dial()
        await self.hear("contact.state", that=lambda m: m["view"]["contact"] == self.contact)
        return body


class Nurse(Page):
    """A demo nurse."""

    def __init__(self, house: House, name: str = "demo-karin", web: int = 0) -> None:
        """`name` is the identifier of a demo identity."""
        super().__init__(house, "nurse", web)
        self.name = name

    async def sign_in(self) -> None:
        """Sign in, connect, go on duty."""
        answer = await self.http.post("/api/demo/session", json={"nurse": self.name})
        assert answer.status_code == 200, answer.text
        await self.dial()
        await self.must("duty.set", on=True)

    async def take(self, contact: str | None = None) -> dict[str, Any]:
        """Take the next contact, or this one, and return its card."""
        reply = await self.must("line.take", **({"contact": contact} if contact else {}))
        message = await self.hear(
            "contact.card",
            that=lambda m: (
                m["view"]["contact"] == reply["contact"]
                and m["view"]["phase"] in {"calling", "joining", "talking"}
            ),
        )
        view: dict[str, Any] = message["view"]
        return view


def _narrow(base: str) -> socket.socket:
    """A connection with the smallest receive buffer there is."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    url = httpx.URL(base)
    line.connect((url.host, url.port))
    line.settimeout(0)
    return line


def wish(**fields: Any) -> dict[str, Any]:
    """Return the body that opens a contact, with some fields chosen."""
    body = {
        "key": secrets.token_hex(8),
        "region": "12",
        "concerns": "me",
        "called": "Test",
        "age": 40,
        "language": "sv",
        "interpreter": False,
        "channel": "chat",
        "story": "Sore throat since two days.",
        "consent": CONSENT,
    }
    return {**body, **fields}


def outcome(**fields: Any) -> dict[str, Any]:
    """Return an outcome that may be signed, with some fields chosen."""
    body = {
        "urgency": "P3",
        "care_level": "PRIMARY_CARE_SAME_DAY",
        "note": {
            "situation": "Sore throat.",
            "background": "Two days.",
            "assessment": "No red flags.",
            "recommendation": "See a doctor today.",
        },
        "advice": "Drink plenty and see a doctor today.",
        "advice_language": "en",
        "seek_again": "Trouble breathing.",
    }
    return {**body, **fields}
