"""A web process's way to the echo of `media`."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final

import aiohttp
import msgspec

from signaling.media.echo_wire import PATH, EchoReply, EchoRequest, authorization
from signaling.media.ice import IceServer
from video_advice.refusals import Refusal, Refused

_log = logging.getLogger(__name__)

_WITHIN: Final = aiohttp.ClientTimeout(total=6.0, connect=1.0)
"""Seconds. Gathering on the relay is part of the answer."""
_MOST: Final = 32
"""Tests that wait for an answer at once, in this process."""
_MOST_REPLY: Final = 64 * 1024


class EchoLink:
    """Asks the echo at `url` (http or https) for answers. Whoever makes one closes it."""

    def __init__(self, url: str, secret: str) -> None:
        """Connect when the first answer is wanted."""
        self._url = url.rstrip("/") + PATH
        self._secret = secret
        self._session: aiohttp.ClientSession | None = None
        self._asking = 0

    async def answer(self, offer: str, servers: Sequence[IceServer]) -> str:
        """Return the SDP answer to `offer`; the echo may use the relays `servers`.

        Raises:
            Refused: `network.not_measured`, with `busy`, `down` or `offer` as the detail.
        """
        if self._asking >= _MOST:
            raise Refused(Refusal.NOT_MEASURED, "busy")
        self._asking += 1
        try:
            return await self._ask(msgspec.json.encode(EchoRequest(offer, tuple(servers))))
        except (aiohttp.ClientError, TimeoutError, msgspec.DecodeError) as error:
            _log.warning("echo_down", extra={"error": type(error).__name__})
            raise Refused(Refusal.NOT_MEASURED, "down") from None
        finally:
            self._asking -= 1

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()

    async def _ask(self, body: bytes) -> str:
        if self._session is None:
            headers = {"Authorization": authorization(self._secret)}
            self._session = aiohttp.ClientSession(timeout=_WITHIN, headers=headers)
        async with self._session.post(self._url, data=body, allow_redirects=False) as response:
            if response.status in {400, 503}:
                why = "busy" if response.status == 503 else "offer"
                raise Refused(Refusal.NOT_MEASURED, why)
            response.raise_for_status()
            reply = await response.content.read(_MOST_REPLY)
        return msgspec.json.decode(reply, type=EchoReply).answer
