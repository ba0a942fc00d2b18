"""Calling somebody back to the page: when, and in which words. Never a word about care."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from video_advice.forecast import Forecast
from video_advice.policy import Policy


class Notice(StrEnum):
    """What is said to somebody whose page may be closed."""

    SOON = "soon"
    NURSE = "nurse"
    CALLED = "called"


MOST_DEVICES: Final = 5
"""Devices of one contact that are sent notices; a further one takes the place of the oldest."""


class PushAddress(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where one browser is reached (RFC 8030), and the keys that only it can open (RFC 8291)."""

    endpoint: Annotated[str, Meta(pattern=r"^https?://[!-~]+$(?!\n)", max_length=1000)]
    p256dh: Annotated[str, Meta(pattern=r"^[0-9A-Za-z_-]{80,100}={0,2}$(?!\n)")]
    auth: Annotated[str, Meta(pattern=r"^[0-9A-Za-z_-]{16,40}={0,2}$(?!\n)")]

    def __repr__(self) -> str:
        """Show nothing: whoever has the endpoint can disturb the person."""
        return "PushAddress(…)"


_ORIGIN: Final = re.compile(r"(https?://)([0-9A-Za-z.-]+(?::[0-9]{1,5})?)(?:/[!-~]*)?")


def may_push(endpoint: str, services: Iterable[str]) -> bool:
    """Say whether `endpoint` lies at one of the push services: the server must call no other.

    `services` are origins; `https://*.example` means any host below `example`.
    """
    found = _ORIGIN.fullmatch(endpoint)
    if found is None:
        return False
    scheme, host = found[1], found[2].lower()
    for service in services:
        if service.startswith(scheme + "*."):
            if host.endswith(service.removeprefix(scheme + "*")):
                return True
        elif service == scheme + host:
            return True
    return False


def soon(place: int, forecast: Forecast | None, policy: Policy) -> bool:
    """Say whether somebody at `place` should come back to the page now."""
    if place <= policy.soon_place:
        return True
    return forecast is not None and forecast.low * 60_000 <= policy.soon_wait


TEXTS: Final[dict[Notice, dict[str, str]]] = {
    Notice.SOON: {
        "sv": "Video Advice: det är snart din tur.",
        "en": "Video Advice: it is soon your turn.",
        "ar": "Video Advice: سيحين دورك قريبًا.",
    },
    Notice.NURSE: {
        "sv": "Video Advice: det är din tur nu. Öppna sidan.",
        "en": "Video Advice: it is your turn now. Open the page.",
        "ar": "Video Advice: حان دورك الآن. افتح الصفحة.",
    },
    Notice.CALLED: {
        "sv": "Video Advice: vi har ringt. Öppna sidan och se när vi ringer igen.",
        "en": "Video Advice: we have called. Open the page to see when we call again.",
        "ar": "Video Advice: لقد اتصلنا بك. افتح الصفحة لمعرفة موعد اتصالنا التالي.",
    },
}
"""What a text message says. A pushed notice carries the code; the browser has the same words."""


def text(notice: Notice, language: str) -> str:
    """Return the words of `notice` in `language`, else in Swedish."""
    words = TEXTS[notice]
    return words.get(language, words["sv"])
