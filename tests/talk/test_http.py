"""The door for requests over real sockets: who may enter, what is said to the rest, and uploads."""

from __future__ import annotations

import asyncio
import io
import os
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from signaling.app import make_app
from signaling.archive.open import open_archive
from signaling.config import Settings
from signaling.protocol.http import OpenContact, PhotoQuery, Problem
from tests.house import MARK, House, Nurse, Patient, outcome, wish
from tests.real import Redis, wait_until
from tests.talk.wrong import wrong
from video_advice.ids import RegionCode
from video_advice.photos import MAX_BYTES, PhotoFault
from video_advice.refusals import SENTENCES, Refusal

ID = "0" * 32
REGION = "03"
SECURITY = {
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "permissions-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "cache-control",
}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND")
PUBLIC = {
    ("GET", "/api/catalogue"),
    ("GET", "/api/me"),
    ("POST", "/api/session"),
    ("DELETE", "/api/session"),
    ("POST", "/api/moves/redeem"),
    ("GET", "/api/demo/nurses"),
    ("POST", "/api/demo/session"),
    ("GET", "/api/openapi.json"),
    ("GET", "/health"),
    ("GET", "/ready"),
    ("GET", "/"),
    ("GET", "/contact/{contact}"),
    ("GET", "/nurse"),
    ("GET", "/{name}"),
}
"""What may be asked without a session. A new route is private until it is named here."""
PROXY = "127.0.0.2"


@pytest.fixture(scope="module")
def house(redis_server: Redis, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One web process with a small page of its own, and a worker that cleans photos."""
    redis_server.empty()
    folder: Path = tmp_path_factory.mktemp("http")
    page = folder / "page"
    (page / "assets").mkdir(parents=True)
    for name in ("index.html", "nurse.html", "robots.txt", "assets/app-1a2b3c.js"):
        (page / name).write_text(f"plain {name}")
        (page / f"{name}.br").write_bytes(b"as brotli")
    database = f"sqlite:///{folder / 'records.sqlite'}"
    with House(
        folder, redis_server.url, database, page_dir=page, address_rate=1, trusted_proxies=PROXY
    ) as house:
        yield house


@pytest.fixture(autouse=True)
def unhurried(redis_server: Redis) -> None:
    """Each test has the whole of what one address may ask."""
    redis_server.empty()


@pytest.fixture
async def nobody(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """A browser without any cookie, on our own page."""
    headers = {**MARK, "Origin": house.origin, "Accept-Encoding": "identity"}
    async with httpx.AsyncClient(base_url=house.url(), headers=headers, timeout=30) as client:
        yield client


@pytest.fixture
async def guest(nobody: httpx.AsyncClient) -> httpx.AsyncClient:
    """The same browser with a guest's session, as the page has before it asks."""
    assert (await nobody.post("/api/session")).status_code == 201
    return nobody


def routes() -> dict[str, set[str]]:
    """Every path of the application with the methods it takes."""

    @asynccontextmanager
    async def nothing(_: Starlette) -> AsyncIterator[None]:
        yield

    known: dict[str, set[str]] = {}
    for route in make_app(Settings(), nothing).routes:
        if isinstance(route, Route):
            known.setdefault(route.path, set()).update(route.methods or ())
        elif isinstance(route, Mount):
            known.setdefault(f"{route.path}/app-1a2b3c.js", set()).update({"GET", "HEAD"})
    return known


def address(path: str) -> str:
    """A path with something in the place of its parameters."""
    return re.sub(r"\{(\w+)\}", lambda m: "robots.txt" if m[1] == "name" else ID, path)


def problem(answer: httpx.Response) -> Problem:
    """Hold that a refusal has the form that all have."""
    assert answer.headers["content-type"] == "application/json"
    said = msgspec.json.decode(answer.content, type=Problem)
    assert Refusal(said.code)
    assert said.text == SENTENCES[Refusal(said.code)]["en"]
    return said


# Doors --------------------------------------------------------------------------------------


async def test_without_a_session_only_the_public_doors_open(nobody: httpx.AsyncClient) -> None:
    swept = 0
    for path, taken in routes().items():
        for method in METHODS:
            answer = await nobody.request(method, address(path))
            swept += 1
            assert set(answer.headers) >= SECURITY, (method, path)
            assert "server" not in answer.headers
            assert answer.status_code != 500
            if method not in taken:
                assert answer.status_code == 405, (method, path)
            elif ("GET" if method == "HEAD" else method, path) in PUBLIC or "/assets" in path:
                assert answer.status_code in {200, 201, 204, 400}, (method, path)
            else:
                assert answer.status_code == 401, (method, path)
                if method != "HEAD":
                    assert problem(answer).code == "identity.sign_in"
    assert swept > 100
    assert {path for _, path in PUBLIC} <= set(routes())


@pytest.mark.parametrize(
    "path",
    [
        "/.git/config",
        "/.env",
        "/metrics",
        "/debug",
        "/api/contacts",
        "/api/photos",
        "/socket",
        "/var/records.sqlite",
        "/page/index.html",
        "/assets/../../records.sqlite",
        "/assets/..%2f..%2frecords.sqlite",
        "/%2e%2e/records.sqlite",
        "/index.html",
        "//etc/passwd",
    ],
)
async def test_nothing_else_is_there(nobody: httpx.AsyncClient, path: str) -> None:
    answer = await nobody.get(path)
    assert answer.status_code in {404, 405}
    assert problem(answer).code in {"request.not_found", "request.wrong_method"}
    assert set(answer.headers) >= SECURITY


CHANGES = [
    ("POST", "/api/contacts"),
    ("POST", "/api/session"),
    ("DELETE", "/api/session"),
    ("POST", f"/api/contacts/{ID}/photos"),
    ("POST", f"/api/contacts/{ID}/echo"),
    ("POST", "/api/moves"),
    ("POST", "/api/moves/redeem"),
    ("POST", "/api/demo/session"),
]


def test_all_that_changes_something_is_tried() -> None:
    known = {
        (method, address(path))
        for path, methods in routes().items()
        for method in methods - {"GET", "HEAD", "OPTIONS"}
    }
    assert known == set(CHANGES)


@pytest.mark.parametrize(("method", "path"), CHANGES)
async def test_only_our_own_pages_change_anything(
    house: House, nobody: httpx.AsyncClient, method: str, path: str
) -> None:
    port = house.ports[0]
    for headers in (
        {"X-Video-Advice": ""},
        {"X-Video-Advice": "0"},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Origin": f"https://127.0.0.1:{port}"},
        {"Origin": f"http://127.0.0.1:{port + 1}"},
        {"Origin": f"http://localhost:{port}"},
        {"Origin": f"{house.origin}.evil.example"},
        {"Origin": f"{house.origin}/"},
    ):
        answer = await nobody.request(method, path, headers=headers, json=wish())
        assert answer.status_code == 403, headers
        assert problem(answer).code == "identity.wrong_origin"
        assert "set-cookie" not in answer.headers
    plain = httpx.Request(method, house.url() + path, headers={"Origin": house.origin})
    assert (await nobody.send(plain)).status_code == 403, "a form of another site has no mark"


async def test_a_sentence_comes_in_the_language_asked_for(nobody: httpx.AsyncClient) -> None:
    for asked, code in (
        ("ar", "ar"),
        ("en-GB,en;q=0.9", "en"),
        ("fi, sv;q=0.5", "sv"),
        ("xx", "sv"),
        ("", "sv"),
        (",;=," * 500, "sv"),
    ):
        answer = await nobody.get("/nowhere", headers={"Accept-Language": asked})
        assert answer.json()["text"] == SENTENCES[Refusal.NOT_FOUND_PAGE][code]


async def test_the_description_agrees_with_the_doors(nobody: httpx.AsyncClient) -> None:
    described = (await nobody.get("/api/openapi.json")).json()
    assert described["openapi"] == "3.1.0"
    there = {
        (path, method)
        for path, methods in routes().items()
        for method in methods - {"HEAD"}
        if path.startswith("/api/") and path != "/api/openapi.json"
    }
    told = {
        (path, method.upper())
        for path, methods in described["paths"].items()
        for method in methods
        if path.startswith("/api/")
    }
    assert told == there
    for path, method in sorted(told):
        answer = await nobody.request(method, address(path))
        operation = described["paths"][path][method.lower()]
        assert str(answer.status_code) in operation["responses"], (method, path)
        if answer.status_code >= 400:
            said = operation["responses"][str(answer.status_code)]
            schema = said["content"]["application/json"]["schema"]["allOf"][1]
            assert problem(answer).code in schema["properties"]["code"]["enum"]


async def test_hashed_files_are_kept_for_ever_and_sent_small(nobody: httpx.AsyncClient) -> None:
    asked = {"Accept-Encoding": "gzip, deflate, br"}
    async with nobody.stream("GET", "/assets/app-1a2b3c.js", headers=asked) as answer:
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-encoding"] == "br"
        assert answer.headers["vary"] == "Accept-Encoding"
        assert b"".join([chunk async for chunk in answer.aiter_raw()]) == b"as brotli"
    plain = await nobody.get("/assets/app-1a2b3c.js")
    assert plain.text == "plain assets/app-1a2b3c.js"
    page = await nobody.get("/")
    assert page.headers["cache-control"] == "no-cache"


# Opening a contact --------------------------------------------------------------------------


async def waiting(house: House) -> int:
    """How many wait in the tests' region."""
    archive = open_archive(house.database_url)
    try:
        return len(await archive.contacts.tickets(RegionCode(REGION)))
    finally:
        await archive.close()


async def test_each_field_wrong_opens_nothing(
    house: House, guest: httpx.AsyncClient, redis_server: Redis
) -> None:
    before = await waiting(house)
    tried = 0
    for said, changed in wrong(OpenContact, wish(region=REGION)):
        if tried % 50 == 0:
            redis_server.empty()
        answer = await guest.post("/api/contacts", json=changed)
        assert answer.status_code == 400, said
        assert problem(answer).code == "request.malformed"
        assert "set-cookie" not in answer.headers
        tried += 1
    assert tried > 60
    assert await waiting(house) == before


async def test_what_is_the_same_for_everybody_is_sent_small_and_nothing_else(
    nobody: httpx.AsyncClient,
) -> None:
    asked = {"Accept-Encoding": "gzip"}
    for path, how in (("/api/catalogue", "gzip"), ("/api/openapi.json", None), ("/api/me", None)):
        answer = await nobody.get(path, headers=asked)
        assert answer.headers.get("content-encoding") == how
    assert len((await nobody.get("/api/catalogue", headers=asked)).json()["regions"]) == 21
    plain = await nobody.get("/api/catalogue", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "request.malformed"),
        (b"hej", 400, "request.malformed"),
        (b"[]", 400, "request.malformed"),
        (b"\xff\xfe", 400, "request.malformed"),
        (b'{"key": "\\ud800"}', 400, "request.malformed"),
        (b'{"x": ' + b"[" * 7000 + b"]" * 7000 + b"}", 400, "request.malformed"),
        (b'{"region": ' + b'{"a":' * 2500 + b"1" + b"}" * 2500 + b"}", 400, "request.malformed"),
        (b" " * (16 * 1024 + 1), 413, "request.too_large"),
    ],
    ids=["nothing", "no JSON", "a list", "no UTF-8", "half a sign", "deep", "deeper", "too large"],
)
async def test_a_body_that_is_none_is_refused(
    guest: httpx.AsyncClient, body: bytes, status: int, code: str
) -> None:
    for path in ("/api/contacts", "/api/moves/redeem", "/api/demo/session"):
        answer = await guest.post(path, content=body)
        assert (answer.status_code, problem(answer).code) == (status, code)


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"region": "02"}, 422, "contact.unknown_region"),
        ({"region": "99"}, 422, "contact.unknown_region"),
        ({"consent": "2020-1"}, 409, "contact.consent_outdated"),
        ({"consent": ""}, 409, "contact.consent_outdated"),
        ({"story": " \n "}, 422, "contact.story_empty"),
    ],
)
async def test_what_is_filled_in_wrongly_is_named(
    guest: httpx.AsyncClient, changed: dict[str, Any], status: int, code: str
) -> None:
    answer = await guest.post("/api/contacts", json=wish(**changed))
    assert (answer.status_code, problem(answer).code) == (status, code)
    assert problem(answer).detail == f"$.{next(iter(changed))}"


async def test_the_same_key_is_the_same_contact(house: House) -> None:
    async with Patient(house) as patient:
        await patient.begin()
        body = wish(region=REGION)
        first = await patient.http.post("/api/contacts", json=body)
        again = await patient.http.post("/api/contacts", json=body)
        other = await patient.http.post("/api/contacts", json=wish(region=REGION))
        assert [one.status_code for one in (first, again, other)] == [201, 200, 200]
        assert len({one.json()["contact"] for one in (first, again, other)}) == 1
        assert [one.json()["already"] for one in (first, again, other)] == [False, True, True]


async def test_who_is_a_guest_first_may_ask_again_when_no_answer_came(
    nobody: httpx.AsyncClient,
) -> None:
    refused = await nobody.post("/api/contacts", json=wish(region=REGION))
    assert (refused.status_code, problem(refused).code) == (401, "identity.sign_in")
    assert not refused.cookies
    begun = await nobody.post("/api/session")
    assert (begun.status_code, begun.json()["role"]) == (201, "patient")
    assert begun.cookies
    again = await nobody.post("/api/session")
    assert (again.status_code, again.json()["contact"]) == (200, None)
    assert not again.cookies
    body = wish(region=REGION)
    unheard = await nobody.post("/api/contacts", json=body)
    assert unheard.status_code == 201
    assert not unheard.cookies
    heard = await nobody.post("/api/contacts", json=body)
    assert (heard.status_code, heard.json()["already"]) == (200, True)
    assert heard.json()["contact"] == unheard.json()["contact"]
    patient = await nobody.get("/api/me")
    assert patient.json()["contact"] == unheard.json()["contact"]


async def test_one_address_opens_only_so_many(guest: httpx.AsyncClient) -> None:
    answers = [await guest.post("/api/contacts", json=wish(story="")) for _ in range(90)]
    codes = [problem(one).code for one in answers]
    assert codes[:60] == ["contact.story_empty"] * 60
    assert "request.too_many" in codes
    assert answers[codes.index("request.too_many")].status_code == 429


@pytest.mark.parametrize(("nearest", "addresses"), [("127.0.0.1", 1), (PROXY, 90)])
async def test_only_our_own_proxy_says_whom_it_speaks_for(
    house: House, nearest: str, addresses: int
) -> None:
    """Else one could take a new address for each request, or spend somebody else's share."""
    transport = httpx.AsyncHTTPTransport(local_address=nearest)
    async with httpx.AsyncClient(base_url=house.url(), headers=MARK, transport=transport) as client:
        await client.post("/api/session")
        codes = set()
        for number in range(90):
            forwarded = {"X-Forwarded-For": f"198.51.100.{number}"}
            answer = await client.post("/api/contacts", json=wish(story=""), headers=forwarded)
            codes.add(problem(answer).code)
    assert ("request.too_many" in codes) == (addresses == 1)


async def test_an_ipv6_subscriber_has_one_share(house: House) -> None:
    """A /64 is what a household gets: 2 to the power of 64 addresses."""
    transport = httpx.AsyncHTTPTransport(local_address=PROXY)
    async with httpx.AsyncClient(base_url=house.url(), headers=MARK, transport=transport) as client:
        await client.post("/api/session")
        codes = set()
        for number in range(90):
            forwarded = {"X-Forwarded-For": f"2001:db8::{number:x}"}
            answer = await client.post("/api/contacts", json=wish(story=""), headers=forwarded)
            codes.add(problem(answer).code)
    assert "request.too_many" in codes


# Photos -------------------------------------------------------------------------------------


def jpeg(side: int = 64) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (side, side), (200, 120, 100)).save(made, "JPEG")
    return made.getvalue()


def query(key: str, how: str = "camera") -> dict[str, str]:
    return {"how": how, "key": key}


def path_of(patient: Patient) -> str:
    return f"/api/contacts/{patient.contact}/photos"


async def goes_on(patient: Patient, key: str) -> None:
    """Hold that nothing has come of it and that the contact is as alive as before."""
    await patient.must("chat.send", contact=patient.contact, key=key, text=key)
    view = (await patient.http.get(f"/api/contacts/{patient.contact}")).json()
    assert view["photos"] == []
    assert view["phase"] == "waiting"


def kept(house: House) -> set[str]:
    """Every file of every photo. A folder that goes while we look is gone."""
    root = house.folder / "data" / "photos"
    found = (Path(folder) / name for folder, _, names in os.walk(root) for name in names)
    return {str(path.relative_to(root)) for path in found}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"\xff\xd8",
        b"hej" * 100,
        b"<html><script>alert(1)</script></html>" * 4,
        b'<svg xmlns="http://www.w3.org/2000/svg"/>' * 4,
        b"%PDF-1.7\n" + b"x" * 100,
        b"PK\x03\x04" + b"\x00" * 100,
        b"MZ" + b"\x00" * 200,
        b"GIF89a" + b"\x00" * 200,
        b"\x00\x00\x00\x1cftypavif" + b"\x00" * 100,
        b"RIFF\x00\x00\x00\x00WAVE" + b"\x00" * 100,
        b"X5O!P%@AP[4\\PZX54(P^)7CC)7}" * 4,
    ],
    ids=lambda content: repr(content[:12]),
)
async def test_what_is_no_photo_is_refused_and_the_contact_goes_on(
    house: House, content: bytes
) -> None:
    async with Patient(house) as patient:
        await patient.wait(region=REGION)
        before = kept(house)
        answer = await patient.http.post(
            path_of(patient),
            params=query("no-photo"),
            content=content,
            headers={"Content-Type": "image/jpeg"},
        )
        assert (answer.status_code, problem(answer).code) == (415, "photo.not_an_image")
        assert kept(house) == before
        await goes_on(patient, "go-on-01")


def rejecting(photo: str) -> Callable[[dict[str, Any]], bool]:
    """Say of a message whether it tells that the photo was not usable."""
    return lambda m: any(
        p["id"] == photo and p["status"] == "rejected" for p in m["view"]["photos"]
    )


async def test_a_photo_that_only_looks_like_one_is_told_later(house: House) -> None:
    async with Patient(house) as patient:
        await patient.wait(region=REGION)
        for key, content, faults in (
            ("garbage1", b"\xff\xd8\xff\xe0" + bytes(5_000), {*PhotoFault}),
            ("cutshort", jpeg(800)[:-2_000], {PhotoFault.CUT_SHORT}),
        ):
            sent = await patient.http.post(path_of(patient), params=query(key), content=content)
            assert sent.status_code == 202
            photo = sent.json()["photo"]
            told = await patient.hear(
                "contact.state",
                that=rejecting(photo),
            )
            [rejected] = [p for p in told["view"]["photos"] if p["id"] == photo]
            assert rejected["fault"] in faults
            gone = await patient.http.get(f"{path_of(patient)}/{photo}/view")
            assert gone.status_code == 404
            assert not any(name.startswith(photo) for name in kept(house))


async def test_a_photo_that_says_it_is_too_large_is_refused_before_it_is_sent(
    house: House,
) -> None:
    async with Patient(house) as patient:
        await patient.wait(region=REGION)
        reader, writer = await asyncio.open_connection("127.0.0.1", house.ports[0])
        writer.write(head(patient, "too-large", MAX_BYTES + 1))
        await writer.drain()
        status = await asyncio.wait_for(reader.readline(), 30)
        assert status.startswith(b"HTTP/1.1 413")
        writer.close()
        await goes_on(patient, "go-on-02")


@pytest.mark.parametrize("told", [True, False], ids=["its length told", "in pieces"])
async def test_a_photo_that_is_too_large_is_refused(house: House, told: bool) -> None:  # noqa: FBT001
    async def pieces() -> AsyncIterator[bytes]:
        yield jpeg()
        for _ in range(MAX_BYTES // 65_536 + 1):
            yield bytes(65_536)

    async with Patient(house) as patient:
        await patient.wait(region=REGION)
        before = kept(house)
        content = jpeg() + bytes(MAX_BYTES) if told else pieces()
        answer = await patient.http.post(
            path_of(patient), params=query("too-large"), content=content
        )
        assert (answer.status_code, problem(answer).code) == (413, "photo.too_large")
        assert kept(house) == before
        await goes_on(patient, "go-on-03")


def head(patient: Patient, key: str, length: int) -> bytes:
    """The beginning of an upload, up to its body."""
    lines = [
        f"POST {path_of(patient)}?how=camera&key={key} HTTP/1.1",
        f"Host: 127.0.0.1:{patient.house.ports[0]}",
        f"Origin: {patient.base}",
        f"Cookie: {patient.cookies}",
        "X-Video-Advice: 1",
        f"Content-Length: {length}",
    ]
    return "\r\n".join([*lines, "", ""]).encode()


async def test_a_photo_of_which_only_a_part_arrives_leaves_nothing(house: House) -> None:
    async with Patient(house) as patient:
        await patient.wait(region=REGION)
        before = kept(house)
        photo = jpeg(1_000)
        for part in (0, 10, len(photo) // 2):
            _, writer = await asyncio.open_connection("127.0.0.1", house.ports[0])
            writer.write(head(patient, "cut-short", len(photo)) + photo[:part])
            await writer.drain()
            writer.close()
            await writer.wait_closed()
        await asyncio.to_thread(
            wait_until, lambda: kept(house) == before, "the parts to be removed"
        )
        await goes_on(patient, "go-on-04")
        again = await patient.http.post(path_of(patient), params=query("cut-short"), content=photo)
        assert again.status_code == 202


async def test_a_photo_for_another_contact_is_not_taken(house: House) -> None:
    async with Patient(house) as patient, Patient(house) as other, Nurse(house) as nurse:
        await patient.wait(region=REGION)
        await other.wait(region=REGION)
        before = kept(house)
        for contact in (other.contact, ID, "nobody", "..%2f..%2fx"):
            answer = await patient.http.post(
                f"/api/contacts/{contact}/photos", params=query("foreign1"), content=jpeg()
            )
            assert answer.status_code == 404
            assert problem(answer).code in {"contact.not_found", "request.not_found"}
        await nurse.sign_in()
        await nurse.take(other.contact)
        hers = await nurse.http.post(path_of(other), params=query("hers-001"), content=jpeg())
        assert (hers.status_code, problem(hers).code) == (403, "identity.wrong_role")
        assert kept(house) == before
        view = (await other.http.get(f"/api/contacts/{other.contact}")).json()
        assert view["photos"] == []
        await goes_on(patient, "go-on-05")
        card = await nurse.hear_phase("talking", contact=other.contact)
        mine = {"contact": other.contact, "epoch": card["epoch"]}
        await nurse.must("contact.hang_up", **mine)
        await nurse.must("outcome.sign", **mine, outcome=outcome())


async def test_where_a_photo_is_from_and_its_key_are_told_rightly(house: House) -> None:
    async with Patient(house) as patient:
        await patient.wait(region=REGION)
        for said, changed in wrong(PhotoQuery, query("right-01")):
            if any(value is None or isinstance(value, list | dict) for value in changed.values()):
                continue  # not sayable in an address
            answer = await patient.http.post(path_of(patient), params=changed, content=jpeg())
            assert answer.status_code == 400, said
            assert problem(answer).code == "request.malformed"
        await goes_on(patient, "go-on-06")


async def test_ten_photos_are_taken_and_no_eleventh(house: House) -> None:
    async with Patient(house) as patient:
        await patient.wait(region=REGION)

        async def send(number: int) -> httpx.Response:
            content = jpeg(64 + number)
            params = query(f"photo-{number:03}", "gallery")
            return await patient.http.post(path_of(patient), params=params, content=content)

        answers = await asyncio.gather(*(send(number) for number in range(12)))
        statuses = sorted(answer.status_code for answer in answers)
        assert statuses == [202] * 10 + [409] * 2
        for answer in answers:
            assert answer.status_code == 202 or problem(answer).code == "photo.too_many"
        view = (await patient.http.get(f"/api/contacts/{patient.contact}")).json()
        assert len(view["photos"]) == 10
        first = view["photos"][0]["id"]
        await patient.must("photo.remove", contact=patient.contact, photo=first)
        assert (await send(50)).status_code == 202
        assert (await send(51)).status_code == 409
        await asyncio.to_thread(
            wait_until,
            lambda: not any(name.startswith(first) for name in kept(house)),
            "the removed photo's files to be gone",
        )


async def test_nothing_is_added_to_what_has_ended(house: House) -> None:
    async with Patient(house) as patient:
        await patient.wait(region=REGION)
        await patient.must("contact.leave", contact=patient.contact)
        answer = await patient.http.post(path_of(patient), params=query("too-late"), content=jpeg())
        assert (answer.status_code, problem(answer).code) == (409, "contact.not_allowed_now")


async def test_a_photo_is_shown_as_a_picture_and_nothing_else(house: House) -> None:
    async with Patient(house) as patient:
        await patient.wait(region=REGION)
        trailing = jpeg() + b"<script>alert(1)</script>"
        sent = await patient.http.post(path_of(patient), params=query("tail-001"), content=trailing)
        photo = sent.json()["photo"]
        await patient.hear(
            "contact.state",
            that=lambda m: [p["status"] for p in m["view"]["photos"]] == ["ready"],
        )
        for name in ("view", "thumbnail"):
            shown = await patient.http.get(f"{path_of(patient)}/{photo}/{name}")
            assert shown.headers["content-type"] == "image/jpeg"
            assert shown.headers["x-content-type-options"] == "nosniff"
            assert "sandbox" in shown.headers["content-security-policy"]
            assert shown.headers["cache-control"] == "private, no-store"
            assert b"script" not in shown.content
        for wrong_name in ("source", "view.jpg", "%2e%2e%2fview"):
            answer = await patient.http.get(f"{path_of(patient)}/{photo}/{wrong_name}")
            assert answer.status_code == 404
