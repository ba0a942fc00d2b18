"""The credentials that browsers are given, against a real coturn."""

from __future__ import annotations

import time

import pytest

from signaling.media.ice import LIFETIME, IceServer, ice_servers
from tests.media.turn import allocated, refusal
from tests.real import Turn
from video_advice.ids import ContactId

CONTACT = ContactId("0123456789abcdef0123456789abcdef")


def relay(turn: Turn, *, secret: str | None = None, age: int = 0) -> IceServer:
    now = time.time_ns() // 1_000_000 - age
    servers, _ = ice_servers(turn.urls, secret or turn.secret, CONTACT, now)
    return servers[0]


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_fresh_credential_opens_a_relay(turn_server: Turn, transport: str) -> None:
    async with allocated(relay(turn_server), transport) as relayed:
        assert relayed.address[0] == "127.0.0.1"
        assert await relayed.permit("127.0.0.1") == 200


async def test_wrong_secret_is_refused(turn_server: Turn) -> None:
    assert await refusal(relay(turn_server, secret="another-secret")) == 401


async def test_expired_credential_is_refused(turn_server: Turn) -> None:
    assert await refusal(relay(turn_server, age=LIFETIME + 5_000)) == 401


async def test_credential_for_one_contact_does_not_open_for_another(turn_server: Turn) -> None:
    given = relay(turn_server)
    other = str(given.username).replace(CONTACT, "f" * 32)
    assert await refusal(IceServer(given.urls, other, given.credential)) == 401


async def test_longer_life_cannot_be_written_into_the_name(turn_server: Turn) -> None:
    given = relay(turn_server)
    later = f"{int(time.time()) + 86_400}:{CONTACT}"
    assert await refusal(IceServer(given.urls, later, given.credential)) == 401
