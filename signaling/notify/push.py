"""Web Push: one request to a browser's push service, sealed so that only the browser can read it.

Sources: RFC 8030 (the request), RFC 8188 and 8291 (the seal), RFC 8292 (who sends it).
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

import requests
from py_vapid import Vapid02
from pywebpush import WebPusher

from signaling.notify.vapid import read_key
from video_advice.ids import Instant
from video_advice.notices import PushAddress, may_push
from video_advice.ports import Clock, SenderDown

_WITHIN: Final = (5.0, 10.0)
"""Seconds to connect, and to answer."""
_GONE: Final = frozenset({404, 410})
"""Answers that say that the browser has let go (RFC 8030, 7.3)."""
_SIGNED_FOR: Final = 12 * 60 * 60


class WebPush:
    """Sends through the push services that are allowed, and no other address."""

    def __init__(self, key: Path, contact: str, services: tuple[str, ...], clock: Clock) -> None:
        """`contact`: whom a push service turns to. Raises: KeyUnusable."""
        self._vapid = Vapid02(private_key=read_key(key))
        self._contact = contact
        self._services = services
        self._clock = clock

    async def push(self, address: PushAddress, payload: bytes, topic: str, ttl: int) -> bool:
        """Send one; False when the browser is gone for good. Raises: SenderDown."""
        if not may_push(address.endpoint, self._services):
            return False
        return await asyncio.to_thread(
            self._send, address, payload, topic, ttl, self._clock.now() // 1000
        )

    def _send(
        self, address: PushAddress, payload: bytes, topic: str, ttl: int, now: Instant
    ) -> bool:
        claims = {"sub": self._contact, "aud": _origin(address), "exp": now + _SIGNED_FOR}
        headers = {**self._vapid.sign(claims), "topic": topic, "urgency": "high"}
        info = {
            "endpoint": address.endpoint,
            "keys": {"p256dh": address.p256dh, "auth": address.auth},
        }
        try:
            with _Straight() as session:
                sealed = WebPusher(info, requests_session=session)
                answer = sealed.send(payload, headers, ttl=ttl, timeout=_WITHIN)
        except ValueError:
            return False  # the browser gave keys that are none
        except requests.RequestException:
            raise SenderDown("the push service does not answer") from None
        if isinstance(answer, str) or answer.status_code in _GONE:
            return False
        if answer.status_code not in {200, 201, 202, 204}:
            raise SenderDown(f"the push service answers {answer.status_code}")
        return True


class _Straight(requests.Session):
    """Follows no redirect: where it leads has not been allowed."""

    def __init__(self) -> None:
        super().__init__()
        self.max_redirects = 0

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Never go where an answer points."""
        del resp


def _origin(address: PushAddress) -> str:
    scheme, _, rest = address.endpoint.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"
