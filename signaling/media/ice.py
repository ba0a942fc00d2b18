"""Which servers help two browsers find each other, and the short-lived right to be relayed.

Source of the credentials: draft-uberti-behave-turn-rest-00, as coturn does it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from video_advice.ids import ContactId, Instant
from video_advice.policy import MINUTE, SECOND

LIFETIME: Final = 10 * MINUTE
"""Milliseconds in which a credential opens a relay. One that is open stays open after it."""


class IceServer(msgspec.Struct, frozen=True):
    """One entry of a browser's `iceServers`."""

    urls: tuple[str, ...]
    username: str | None = None
    credential: str | None = None

    def __repr__(self) -> str:
        """Leave the credential out."""
        return f"IceServer({len(self.urls)} urls)"


def ice_servers(
    urls: Sequence[str],
    secret: str,
    contact_id: ContactId,
    now: Instant,
    stun_urls: Sequence[str] = (),
    policy: Literal["all", "relay"] = "all",
) -> tuple[tuple[IceServer, ...], Instant]:
    """Return the servers for one contact, and until when (milliseconds) they may be used.

    `urls` are those of the relay, which shares `secret`. STUN servers are left out where `policy`
    sends everything through the relay: nobody asks them there.
    """
    seconds = (now + LIFETIME) // SECOND
    servers = [IceServer((url,)) for url in stun_urls if policy == "all"]
    if urls:
        name, password = credentials(secret, contact_id, seconds)
        servers.append(IceServer(tuple(urls), name, password))
    return tuple(servers), seconds * SECOND


def credentials(secret: str, contact_id: ContactId, expires: int) -> tuple[str, str]:
    """Return user name and password valid until `expires` (Unix seconds).

    The contact stands after the colon, because coturn counts its quota by that part.
    """
    name = f"{expires}:{contact_id}"
    digest = hmac.new(secret.encode(), name.encode(), hashlib.sha1).digest()
    return name, base64.b64encode(digest).decode()


def relay_urls(host: str, port: int) -> tuple[str, ...]:
    """Return the addresses of a relay that listens over UDP and TCP on one port."""
    return (f"turn:{host}:{port}?transport=udp", f"turn:{host}:{port}?transport=tcp")
