"""The HTTP side of a demo patient: what a page does before it has a socket, and for photos."""

from __future__ import annotations

import asyncio
import http.client
import ssl
from http.cookies import SimpleCookie
from typing import Final, TypeVar
from urllib.parse import urlsplit

import msgspec

from signaling.protocol import http as p
from video_advice.ids import ContactId, Language

_PATIENCE: Final = 15.0

T = TypeVar("T")


class Unreachable(Exception):
    """No answer came: nobody knows whether it happened."""


class SaidNo(Exception):
    """The service refused. `code` is one of the refusals."""

    def __init__(self, status: int, code: str) -> None:
        """`status` is that of HTTP."""
        super().__init__(status, code)
        self.status = status
        self.code = code

    @property
    def passing(self) -> bool:
        """Say whether asking again later may help."""
        return self.status in {408, 429} or self.status >= 500


class Web:
    """One browser's worth of HTTP: cookies, language, and the marks of our own page."""

    def __init__(self, url: str, language: Language, tls: ssl.SSLContext | None) -> None:
        """`url` is where the service is, with nothing after the port."""
        parts = urlsplit(url)
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self._host = parts.hostname or ""
        self._port = parts.port
        self.tls = tls
        self._language = language
        self._cookies: dict[str, str] = {}

    @property
    def cookie(self) -> str:
        """The value of the Cookie header."""
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    async def catalogue(self) -> p.Catalogue:
        """Return what the start page needs. Raises: SaidNo, Unreachable; so do the others."""
        return await self._ask("GET", "/api/catalogue", p.Catalogue)

    async def open(self, contact: p.OpenContact) -> p.ContactOpened:
        """Ask for help, as a guest: tried again, it is asked by the same person."""
        await self._ask("POST", "/api/session", p.Me, b"")
        body = msgspec.json.encode(contact)
        return await self._ask("POST", "/api/contacts", p.ContactOpened, body)

    async def ice(self, contact: ContactId) -> p.IceServers:
        """Return the servers for a call."""
        return await self._ask("GET", f"/api/contacts/{contact}/ice", p.IceServers)

    async def send_photo(self, contact: ContactId, key: str, jpeg: bytes) -> p.PhotoAccepted:
        """Send a photo; the same key again is the same photo."""
        path = f"/api/contacts/{contact}/photos?how=camera&key={key}"
        return await self._ask("POST", path, p.PhotoAccepted, jpeg, "image/jpeg")

    async def _ask(
        self,
        method: str,
        path: str,
        kind: type[T],
        body: bytes | None = None,
        media_type: str = "application/json",
    ) -> T:
        headers = {"Accept-Language": self._language, "Origin": self.origin}
        if self._cookies:
            headers["Cookie"] = self.cookie
        if body is not None:
            headers |= {"Content-Type": media_type, "X-Video-Advice": "1"}
        try:
            status, answer = await asyncio.to_thread(self._exchange, method, path, body, headers)
            if status < 400:
                return msgspec.json.decode(answer, type=kind)
            problem = msgspec.json.decode(answer, type=p.Problem)
        except (OSError, http.client.HTTPException, msgspec.DecodeError):
            raise Unreachable from None
        raise SaidNo(status, problem.code)

    def _exchange(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        connection = self._connect()
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            for line in response.headers.get_all("Set-Cookie", []):
                for name, morsel in SimpleCookie(line).items():
                    self._cookies[name] = morsel.value
            return response.status, response.read()
        finally:
            connection.close()

    def _connect(self) -> http.client.HTTPConnection:
        if self.tls is None:
            return http.client.HTTPConnection(self._host, self._port, timeout=_PATIENCE)
        return http.client.HTTPSConnection(
            self._host, self._port, timeout=_PATIENCE, context=self.tls
        )


def tls_for(url: str, *, insecure: bool) -> ssl.SSLContext | None:
    """Return how to check the service's certificate, or None for plain http.

    `insecure` is for the certificate that `make run TLS=1` has made itself.
    """
    if not url.startswith("https:"):
        return None
    context = ssl.create_default_context()
    if insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
