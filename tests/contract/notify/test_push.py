"""Web Push against a real endpoint: what arrives, to whom it is readable, and when it fails."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from signaling.notify.push import WebPush
from signaling.notify.vapid import KeyUnusable, make_key, public_key
from signaling.system import SystemClock
from tests.fakes.push_service import Browser, PushService, claims_of
from tests.real import free_port
from video_advice.notices import PushAddress, may_push
from video_advice.ports import SenderDown

CONTACT = "mailto:duty@region.example"
PAYLOAD = b'{"notice":"soon"}'


@pytest.fixture
def service() -> Iterator[PushService]:
    with PushService() as service:
        yield service


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return make_key(tmp_path / "vapid.pem")


def address(browser: Browser, **other: str) -> PushAddress:
    return msgspec.convert({**browser.address, **other}, PushAddress)


def sender(key: Path, *services: str) -> WebPush:
    return WebPush(key, CONTACT, services, SystemClock())


async def test_only_the_browser_can_read_it_and_the_service_knows_who_sent_it(
    service: PushService, key: Path
) -> None:
    browser = Browser(service)
    push = sender(key, service.origin)
    assert await push.push(address(browser), PAYLOAD, "soon", 900)
    [sent] = service.sent
    assert b"soon" not in sent.body
    assert browser.opened() == [{"notice": "soon"}]
    assert sent.headers["content-encoding"] == "aes128gcm"
    assert (sent.headers["ttl"], sent.headers["topic"]) == ("900", "soon")
    claims = claims_of(sent, public_key(key))
    assert (claims["sub"], claims["aud"]) == (CONTACT, service.origin)
    assert 0 < claims["exp"] * 1000 - SystemClock().now() < 24 * 3600 * 1000


@pytest.mark.parametrize("status", [404, 410])
async def test_a_browser_that_has_let_go_is_gone(
    service: PushService, key: Path, status: int
) -> None:
    service.status = status
    assert not await sender(key, service.origin).push(address(Browser(service)), PAYLOAD, "soon", 9)


@pytest.mark.parametrize("status", [403, 429, 500, 503])
async def test_a_service_that_fails_is_tried_again(
    service: PushService, key: Path, status: int
) -> None:
    service.status = status
    with pytest.raises(SenderDown) as down:
        await sender(key, service.origin).push(address(Browser(service)), PAYLOAD, "soon", 9)
    assert service.origin not in str(down.value)


async def test_a_service_that_is_not_there_is_tried_again(key: Path) -> None:
    with PushService() as gone:
        browser = Browser(gone)
    where = f"http://127.0.0.1:{free_port()}"
    other = address(browser, endpoint=f"{where}/push/1")
    with pytest.raises(SenderDown):
        await sender(key, where).push(other, PAYLOAD, "soon", 9)


async def test_no_redirect_is_followed(service: PushService, key: Path) -> None:
    service.status, service.location = 302, f"{service.origin}/inside"
    phone = Browser(service)
    with pytest.raises(SenderDown):
        await sender(key, service.origin).push(address(phone), PAYLOAD, "soon", 9)
    assert [one.path for one in service.sent] == [phone.path]


async def test_an_address_that_is_no_known_push_service_is_never_called(
    service: PushService, key: Path
) -> None:
    push = sender(key, "https://push.example")
    assert not await push.push(address(Browser(service)), PAYLOAD, "soon", 9)
    assert service.sent == []


async def test_keys_that_are_none_end_the_device(service: PushService, key: Path) -> None:
    broken = address(Browser(service), p256dh="A" * 87)
    assert not await sender(key, service.origin).push(broken, PAYLOAD, "soon", 9)
    assert service.sent == []


@pytest.mark.parametrize(
    ("endpoint", "allowed"),
    [
        ("https://fcm.example/fcm/send/x", True),
        ("https://a.push.example/x", True),
        ("https://push.example/x", False),
        ("https://evil-push.example/x", False),
        ("https://fcm.example.evil.example/x", False),
        ("https://fcm.example:8443/x", False),
        ("http://fcm.example/x", False),
        ("https://fcm.example@127.0.0.1/x", False),
        ("https://127.0.0.1#fcm.example/", False),
        ("https://127.0.0.1\\.push.example/x", False),
        ("https://FCM.example/x", True),
    ],
)
def test_only_whole_hosts_count(endpoint: str, allowed: bool) -> None:  # noqa: FBT001
    known = ("https://fcm.example", "https://*.push.example")
    assert may_push(endpoint, known) is allowed


def test_the_key_is_made_once_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    file = make_key(tmp_path / "vapid.pem")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    first = public_key(file)
    assert len(first) == 87
    assert public_key(make_key(file)) == first


def test_a_file_that_is_no_key_is_named(tmp_path: Path) -> None:
    file = tmp_path / "none.pem"
    for content in (None, "hello"):
        if content is not None:
            file.write_text(content)
        with pytest.raises(KeyUnusable, match=r"none\.pem"):
            public_key(file)
