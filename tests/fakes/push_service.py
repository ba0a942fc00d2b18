"""A push service on loopback, and a browser whose keys open what it was sent (RFC 8030, 8291)."""

from __future__ import annotations

import base64
import json
import secrets
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import http_ece
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.real import wait_until


def unpadded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def padded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Sent:
    """One request as the service got it."""

    path: str
    headers: dict[str, str]
    body: bytes


class Browser:
    """What a browser gives away, and what it keeps to itself."""

    def __init__(self, service: PushService, name: str = "phone") -> None:
        self.service = service
        self.path = f"/push/{name}-{secrets.token_hex(4)}"
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._auth = b"0123456789abcdef"

    @property
    def endpoint(self) -> str:
        return self.service.origin + self.path

    @property
    def address(self) -> dict[str, str]:
        point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {
            "endpoint": self.endpoint,
            "p256dh": unpadded(point),
            "auth": unpadded(self._auth),
        }

    def opened(self) -> list[Any]:
        """Return what was sent to this browser, opened with its keys."""
        return [
            json.loads(http_ece.decrypt(one.body, private_key=self._key, auth_secret=self._auth))
            for one in self.service.sent
            if one.path == self.path
        ]

    def wait_for(self, *notices: str) -> None:
        """Return when exactly these notices have come, in any order."""
        wanted = sorted(notices)
        wait_until(
            lambda: sorted(one["notice"] for one in self.opened()) == wanted,
            f"the notices {wanted}",
        )


class PushService:
    """Keeps every request. `status` is what it answers."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.status = 201
        self.location = ""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                outer.sent.append(Sent(self.path, headers, body))
                self.send_response(outer.status)
                if outer.location:
                    self.send_header("Location", outer.location)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_GET(self) -> None:
                outer.sent.append(Sent(self.path, {}, b"a redirect was followed"))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def claims_of(sent: Sent, public: str) -> dict[str, Any]:
    """Return what the sender claims, if it is signed with the key `public` (RFC 8292)."""
    kind, _, rest = sent.headers["authorization"].partition(" ")
    assert kind == "vapid"
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    assert parts["k"] == public
    head, body, signature = parts["t"].split(".")
    raw = padded(signature)
    both = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), padded(public))
    try:
        key.verify(both, f"{head}.{body}".encode(), ec.ECDSA(SHA256()))
    except InvalidSignature:
        raise AssertionError("not signed with that key") from None
    claims: dict[str, Any] = json.loads(padded(body))
    return claims
