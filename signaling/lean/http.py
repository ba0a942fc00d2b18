"""The handshake: from uvicorn's parsed request to an ASGI scope that offers the socket."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import sys
from typing import Any, Final, cast
from urllib.parse import unquote

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.utils import get_local_addr, get_remote_addr, is_ssl
from uvicorn.server import ServerState

from signaling.lean.asgi import Asgi
from signaling.lean.face import EXTENSION
from signaling.lean.socket import Socket, Wheel

_GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_VERSION: Final = b"13"
_BAD_REQUEST: Final = b"400 Bad Request\r\n"
_UPGRADE_REQUIRED: Final = b"426 Upgrade Required\r\nsec-websocket-version: 13\r\n"

Scope = dict[str, Any]


def http_protocol() -> type[asyncio.Protocol]:
    """Return what uvicorn's `Config(http=...)` is given. One for each server.

    Of the configuration it heeds `ws_max_size` (bytes of a message) and `ws_ping_interval` (seconds
    between two visits; whoever is silent for a whole round is pinged, and for one more cut off).
    `ws` must name some implementation, or uvicorn refuses upgrades; it is not used.
    """
    # uvicorn only ever calls it.
    return cast("type[asyncio.Protocol]", _Factory())


class _Factory:
    """Makes the protocol of each new connection; all share one wheel."""

    def __init__(self) -> None:
        self._wheel: Wheel | None = None

    def __call__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> LeanHttp:
        if self._wheel is None:
            connections = cast("set[object]", server_state.connections)
            self._wheel = Wheel(connections, config.ws_ping_interval or 20.0)
        return LeanHttp(config, server_state, app_state, _loop, wheel=self._wheel)


class LeanHttp(HttpToolsProtocol):
    """uvicorn's HTTP protocol, but for what becomes of a WebSocket handshake."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        wheel: Wheel,
    ) -> None:
        """`wheel` visits the sockets that come of it."""
        super().__init__(config, server_state, app_state, _loop)
        self._wheel = wheel
        self._packet = b""

    def connection_made(  # type: ignore[override] # as uvicorn declares it
        self, transport: asyncio.Transport
    ) -> None:
        """Begin, without asking for the addresses.

        That takes a tenth of a handshake, and what it leaves behind stays as long as the socket.
        """
        self.connections.add(self)
        self.transport = transport
        self.flow = FlowControl(transport)
        self.scheme = "https" if is_ssl(transport) else "http"

    def on_headers_complete(self) -> None:
        """Ask for the addresses for whoever is answered over HTTP."""
        if not (self.parser.should_upgrade() and self._should_upgrade()):
            self.scope["server"] = get_local_addr(self.transport)
            self.scope["client"] = get_remote_addr(self.transport)
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """Remember the packet: what follows a handshake in it belongs to the socket."""
        self._packet = data
        super().data_received(data)

    def handle_websocket_upgrade(self) -> None:
        """Turn a good handshake into a socket and an ASGI task; refuse a bad one."""
        self.connections.discard(self)
        try:
            key, scope = self._key(), self._scope()
        except _Refused as refused:
            self.transport.write(refused.response)
            self.transport.close()
            return
        asgi = Asgi(_accepted(key))
        socket = Socket(self.transport, asgi, self.config.ws_max_size, self._wheel.forget)
        asgi.socket = socket
        scope["extensions"] = {EXTENSION: asgi.take}
        self.transport.set_protocol(socket)
        self.connections.add(cast("Any", socket))
        self._wheel.start()
        task = self.loop.create_task(asgi.run(self.app, scope))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        upgrade = sys.exc_info()[1]
        if isinstance(upgrade, httptools.HttpParserUpgrade):
            socket.data_received(self._packet[upgrade.args[0] :])

    def _key(self) -> bytes:
        """Return the client's key. Raises: _Refused when the handshake is not one."""
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is not None and not cycle.response_complete:
            raise _Refused(_BAD_REQUEST)  # behind a request that is not answered yet
        found = [value for name, value in self.headers if name == b"sec-websocket-key"]
        versions = [value for name, value in self.headers if name == b"sec-websocket-version"]
        if self.scope["method"] != "GET" or self.scope["http_version"] != "1.1" or len(found) != 1:
            raise _Refused(_BAD_REQUEST)
        if versions != [_VERSION]:
            raise _Refused(_UPGRADE_REQUIRED)
        try:
            whole = len(base64.b64decode(found[0], validate=True)) == 16
        except binascii.Error:
            whole = False
        if not whole:
            raise _Refused(_BAD_REQUEST)
        return found[0]

    def _scope(self) -> Scope:
        """Return the ASGI scope, with no addresses. Raises: _Refused when the URL is none."""
        try:
            parsed = httptools.parse_url(self.url)
            path = parsed.path.decode("ascii")
        except (httptools.HttpParserInvalidURLError, UnicodeDecodeError, AttributeError):
            raise _Refused(_BAD_REQUEST) from None
        protocols = [v for name, v in self.headers if name == b"sec-websocket-protocol"]
        return {
            "type": "websocket",
            "asgi": {"version": self.asgi_version, "spec_version": "2.4"},
            "http_version": "1.1",
            "scheme": "wss" if self.scheme == "https" else "ws",
            "server": None,
            "client": None,
            "root_path": self.root_path,
            "path": self.root_path + (unquote(path) if "%" in path else path),
            "raw_path": self.root_path.encode("ascii") + parsed.path,
            "query_string": parsed.query or b"",
            "headers": self.headers,
            "subprotocols": [
                one.strip() for value in protocols for one in value.decode("latin-1").split(",")
            ],
            "state": self.app_state.copy(),
        }


class _Refused(Exception):
    """The handshake is no good; `response` is what it is answered."""

    def __init__(self, status: bytes) -> None:
        super().__init__(status)
        self.response = _answer(status)


def _answer(status: bytes) -> bytes:
    """Return a response without a body, the last on its connection. `status` may hold headers."""
    return b"HTTP/1.1 %sconnection: close\r\ncontent-length: 0\r\n\r\n" % status


def _accepted(key: bytes) -> bytes:
    """Return the response that accepts, but for headers that are added and the blank line."""
    proof = base64.b64encode(hashlib.sha1(key + _GUID, usedforsecurity=False).digest())
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n"
        b"sec-websocket-accept: %s\r\n" % proof
    )
