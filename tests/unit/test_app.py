"""The door for requests, without a network: pages, headers, and what happens when all fails."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from starlette.applications import Starlette

from signaling.app import make_app
from signaling.config import Settings
from video_advice.ports import ArchiveDown

SECURITY = {
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "permissions-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "cache-control",
}
LONG = "a" * 300


class Broken:
    """Services of which every part fails."""

    def __init__(self, settings: Settings, error: Exception) -> None:
        """Each use raises `error`, but for the settings."""
        self.settings = settings
        self.error = error

    def __getattr__(self, name: str) -> object:
        raise self.error


def page_dir(folder: Path) -> Path:
    """A built page as small as can be."""
    (folder / "assets").mkdir(parents=True)
    for name in ("index.html", "nurse.html", "robots.txt", "assets/app-1a2b3c.js"):
        (folder / name).write_text(f"plain {name}")
    for ending, body in ((".br", b"brotli"), (".gz", b"gzip")):
        for name in ("index.html", "assets/app-1a2b3c.js"):
            (folder / (name + ending)).write_bytes(body)
    (folder / ".hidden").write_text("secret")
    return folder


def app_with(settings: Settings, services: object) -> Starlette:
    @asynccontextmanager
    async def nothing(_: Starlette) -> AsyncIterator[None]:
        yield

    app = make_app(settings, nothing)
    app.state.services = services
    return app


@asynccontextmanager
async def asking(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport,
        base_url="http://127.0.0.1:8080",
        headers={"accept-encoding": "identity"},
    ) as client:
        yield client


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    settings = Settings(page_dir=str(page_dir(tmp_path / "dist")))
    app = app_with(settings, SimpleNamespace(settings=settings))
    async with asking(app) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/", "plain index.html"),
        ("/nurse", "plain nurse.html"),
        ("/contact/" + "a" * 32, "plain index.html"),
        ("/robots.txt", "plain robots.txt"),
        ("/assets/app-1a2b3c.js", "plain assets/app-1a2b3c.js"),
    ],
)
async def test_the_pages_are_served(client: httpx.AsyncClient, path: str, body: str) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.text) == (200, body)
    assert set(answer.headers) >= SECURITY


@pytest.mark.parametrize(
    "path",
    [
        "/nobody",
        "/index.html",
        "/.hidden",
        "/.git",
        "/.env",
        "/assets",
        "/assets/",
        "/assets/nobody.js",
        "/assets/..%2findex.html",
        "/assets/%2e%2e/index.html",
        "/assets/%00",
        "/assets/%ff",
        "/%00",
        "/%2e%2e",
        "/metrics",
        "/admin",
        "/docs",
        "/openapi.json",
        "/api",
        "/api/nobody",
        f"/{LONG}",
        f"/assets/{LONG}",
    ],
    ids=lambda path: path[:24],
)
async def test_what_is_not_there_is_not_found(client: httpx.AsyncClient, path: str) -> None:
    for method in ("GET", "HEAD"):
        answer = await client.request(method, path)
        assert answer.status_code == 404
        assert set(answer.headers) >= SECURITY
    assert (await client.get(path)).json()["code"] == "request.not_found"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "PROPFIND", "TRACE"])
@pytest.mark.parametrize("path", ["/", "/nurse", "/assets/app-1a2b3c.js", "/health"])
async def test_pages_are_only_read(client: httpx.AsyncClient, method: str, path: str) -> None:
    answer = await client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (405, "request.wrong_method")
    assert set(answer.headers) >= SECURITY


async def test_a_hashed_file_is_kept_for_ever_and_a_page_never(client: httpx.AsyncClient) -> None:
    asset = await client.get("/assets/app-1a2b3c.js")
    assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
    page = await client.get("/")
    assert page.headers["cache-control"] == "no-cache"
    assert page.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("br, gzip", "br"), ("gzip", "gzip"), ("identity", None), ("gzip, deflate, br, zstd", "br")],
)
async def test_a_browser_gets_the_smallest_it_can_read(
    client: httpx.AsyncClient, accepted: str, encoding: str | None
) -> None:
    for path, kind in (("/assets/app-1a2b3c.js", "javascript"), ("/", "html")):
        async with client.stream("GET", path, headers={"accept-encoding": accepted}) as answer:
            assert answer.headers.get("content-encoding") == encoding
            assert answer.headers["vary"] == "Accept-Encoding"
            assert kind in answer.headers["content-type"]
            body = b"".join([chunk async for chunk in answer.aiter_raw()])
        assert body.startswith({"br": b"brotli", "gzip": b"gzip", None: b"plain"}[encoding])


@pytest.mark.parametrize("error", [RuntimeError("inside"), ArchiveDown()], ids=repr)
@pytest.mark.parametrize("path", ["/api/catalogue", "/ready", "/api/contacts/" + "a" * 32])
async def test_a_failure_says_that_nothing_was_accepted(
    tmp_path: Path, path: str, error: Exception
) -> None:
    settings = Settings(page_dir=str(tmp_path), public_url="https://a.example")
    app = app_with(settings, Broken(settings, error))
    async with asking(app) as client:
        headers = {"accept-language": "en", "cookie": "__Host-patient=x"}
        answer = await client.get(path, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (503, "service.unavailable")
    assert "112" in answer.json()["text"]
    assert "inside" not in answer.text
    assert set(answer.headers) >= {*SECURITY, "strict-transport-security"}


async def test_only_a_site_over_tls_says_so(client: httpx.AsyncClient) -> None:
    assert "strict-transport-security" not in (await client.get("/")).headers


async def test_the_policy_lets_nothing_in_from_elsewhere(client: httpx.AsyncClient) -> None:
    policy = (await client.get("/")).headers["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["frame-ancestors"] == "'none'"
    assert rules["base-uri"] == "'none'"
    allowed = {word for rule in rules.values() for word in rule.split()}
    assert allowed <= {"'none'", "'self'", "blob:", "data:"}
    assert rules["script-src"] == "'self'"


async def test_the_devices_are_for_our_own_pages_only(client: httpx.AsyncClient) -> None:
    permitted = (await client.get("/nurse")).headers["permissions-policy"]
    assert "camera=(self)" in permitted
    assert "microphone=(self)" in permitted
    assert "geolocation=()" in permitted
