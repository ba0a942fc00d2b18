"""Which ICE servers a contact is given."""

from __future__ import annotations

import base64
import hashlib
import hmac

from signaling.media.ice import LIFETIME, credentials, ice_servers, relay_urls
from video_advice.ids import ContactId

CONTACT = ContactId("0123456789abcdef0123456789abcdef")
NOW = 1_800_000_000_500
URLS = relay_urls("relay.test.invalid", 3478)


def test_relay_is_listed_over_udp_before_tcp_with_one_credential() -> None:
    (relay,), _ = ice_servers(URLS, "a-secret", CONTACT, NOW)
    assert relay.urls == (
        "turn:relay.test.invalid:3478?transport=udp",
        "turn:relay.test.invalid:3478?transport=tcp",
    )


def test_credential_is_the_hmac_of_a_name_that_ends_with_the_contact() -> None:
    (relay,), expires = ice_servers(URLS, "a-secret", CONTACT, NOW)
    name = f"{expires // 1000}:{CONTACT}"
    assert relay.username == name
    digest = hmac.new(b"a-secret", name.encode(), hashlib.sha1).digest()
    assert relay.credential == base64.b64encode(digest).decode()


def test_credential_lives_ten_minutes_and_never_longer() -> None:
    _, expires = ice_servers(URLS, "a-secret", CONTACT, NOW)
    assert LIFETIME == 600_000
    assert NOW + LIFETIME - 1000 < expires <= NOW + LIFETIME
    assert expires % 1000 == 0


def test_another_contact_another_secret_and_another_time_give_another_password() -> None:
    passwords = {
        credentials("a-secret", CONTACT, 1)[1],
        credentials("b-secret", CONTACT, 1)[1],
        credentials("a-secret", ContactId("f" * 32), 1)[1],
        credentials("a-secret", CONTACT, 2)[1],
    }
    assert len(passwords) == 4


def test_nothing_is_listed_unless_it_is_configured() -> None:
    servers, expires = ice_servers((), "", CONTACT, NOW)
    assert servers == ()
    assert expires > NOW


def test_own_stun_server_is_listed_without_credentials() -> None:
    stun, relay = ice_servers(URLS, "s", CONTACT, NOW, ("stun:stun.test.invalid",))[0]
    assert stun.urls == ("stun:stun.test.invalid",)
    assert stun.username is None
    assert stun.credential is None
    assert relay.urls == URLS


def test_relay_only_lists_the_relay_only() -> None:
    servers, _ = ice_servers(URLS, "s", CONTACT, NOW, ("stun:stun.test.invalid",), "relay")
    assert [server.urls for server in servers] == [URLS]


def test_credential_is_not_shown() -> None:
    (relay,), _ = ice_servers(URLS, "a-secret", CONTACT, NOW)
    assert str(relay.credential) not in repr(relay)
    assert CONTACT not in repr(relay)
