"""A server that says back what it hears, over a lean socket in both its ways, and the stock one."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from signaling.commands.certificate import make_certificate
from signaling.lean.face import Link, offered
from signaling.lean.http import http_protocol
from tests.real import PATIENCE, wait_until

LIMIT = 70_000
"""Bytes of a message: more than the 65,535 at which the longest form of a length begins."""


@dataclass
class Notes:
    """What the application was told."""

    heard: list[str | bytes] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    unsent: int = 0


class Echo:
    """An ear that says back what it hears."""

    def __init__(self, link: Link, notes: Notes) -> None:
        self.link = link
        self.notes = notes
        notes.links.append(link)

    def heard(self, message: str | bytes) -> None:
        self.notes.heard.append(message)
        if isinstance(message, bytes):
            self.link.write_binary(message)  # type: ignore[attr-defined]
        elif message == "close, please":
            self.link.close(4321, "as you wish")
        elif message.startswith("flood "):
            text = b"x" * 10_000
            for _ in range(int(message[6:])):
                self.notes.unsent = max(self.notes.unsent, self.link.write(text))
                if self.notes.unsent > 200_000:
                    self.link.close(4006, "slow", drop=True)
        else:
            self.link.write(message.encode())

    def gone(self, code: int) -> None:
        self.notes.gone.append(code)


class Served:
    """A real uvicorn on a real loop in a thread of its own."""

    def __init__(self, way: str, **config: Any) -> None:
        """`way` is `taken`, `asgi` or `stock`."""
        self.way = way
        self.notes = Notes()
        self.loop: asyncio.AbstractEventLoop
        app = Starlette(routes=[WebSocketRoute("/socket", self._endpoint)])
        options: dict[str, Any] = {
            "http": "httptools" if way == "stock" else http_protocol(),
            "ws": "websockets-sansio",
            "loop": "uvloop",
            "ws_max_size": LIMIT,
            "ws_per_message_deflate": False,
            "log_config": None,
            "lifespan": "off",
            "timeout_graceful_shutdown": 5,
            **config,
        }
        self.server = uvicorn.Server(uvicorn.Config(app, **options))
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        wait_until(lambda: self.server.started, "the echo server")
        return self

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self._thread.join(PATIENCE)
        self._door.close()
        assert not self._thread.is_alive()

    def turns(self, do: Callable[[], None], rounds: int = 5) -> None:
        """Do something in the server's loop; return when it has since looked at its sockets."""
        done = threading.Event()

        def turn(left: int) -> None:
            if left == rounds:
                do()
            if left:
                self.loop.call_soon(turn, left - 1)
            else:
                done.set()

        self.loop.call_soon_threadsafe(turn, rounds)
        assert done.wait(PATIENCE)

    def _run(self) -> None:
        self.server.run(sockets=[self._door])

    async def _endpoint(self, page: WebSocket) -> None:
        self.loop = asyncio.get_running_loop()
        await page.accept()
        take = offered(page.scope) if self.way == "taken" else None
        if take is not None:
            take(lambda link: Echo(link, self.notes))
            return
        try:
            while True:
                message = await page.receive()
                if message["type"] == "websocket.disconnect":
                    self.notes.gone.append(message["code"])
                    return
                text = message.get("text")
                self.notes.heard.append(message["bytes"] if text is None else text)
                if text == "close, please":
                    await page.close(4321, "as you wish")
                elif text is not None and text.startswith("flood "):
                    for _ in range(int(text[6:])):
                        await page.send_text("x" * 10_000)
                elif text is None:
                    await page.send_bytes(message["bytes"])
                else:
                    await page.send_text(text)
        except (WebSocketDisconnect, RuntimeError, asyncio.CancelledError):
            self.notes.gone.append(1006)


@pytest.fixture(scope="module", params=["taken", "asgi", "stock"])
def served(request: pytest.FixtureRequest) -> Iterator[Served]:
    with Served(request.param) as one:
        yield one


@pytest.fixture(params=["taken", "asgi"])
def fresh(request: pytest.FixtureRequest) -> Iterator[Served]:
    """A lean server for one test, whose pings come often."""
    with Served(request.param, ws_ping_interval=0.4) as one:
        yield one


@pytest.fixture
def served_tls(tmp_path: Path) -> Iterator[Served]:
    certificate, key = make_certificate(tmp_path, ["localhost"])
    with Served("taken", ssl_certfile=str(certificate), ssl_keyfile=str(key)) as one:
        yield one
