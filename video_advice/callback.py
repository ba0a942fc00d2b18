"""Being called instead of waiting: the number, the time, and how often it is tried."""

from __future__ import annotations

import re
from typing import Final, NewType

import msgspec

from video_advice.ids import Instant
from video_advice.policy import Policy
from video_advice.refusals import Refusal, Refused

PhoneNumber = NewType("PhoneNumber", str)
"""In international form: a plus sign and 8 to 15 digits (ITU-T E.164)."""

MOST_CHARACTERS: Final = 32

_INTERNATIONAL: Final = re.compile(r"\+[1-9][0-9]{7,14}")
_WRITTEN: Final = re.compile(r"[0-9 ()+./\-\u00a0\u2011\u2013]+")
_COUNTRY: Final = "+46"
_COSTLY: Final = ("+46900", "+46939", "+46944", "+4699")
"""Swedish series for calls that cost the caller extra: nobody is reached there."""


class Callback(msgspec.Struct, frozen=True):
    """The patient is to be called at `number`. `tries` counts the calls that nobody answered."""

    number: PhoneNumber
    tries: int = 0

    def __repr__(self) -> str:
        """Show no number."""
        return f"Callback(tries={self.tries})"

    @property
    def ends(self) -> str:
        """Return the last two digits: enough to know one's own number again."""
        return self.number[-2:]


def phone_number(written: str) -> PhoneNumber:
    """Return a number as people write it in its international form; without one it is Swedish.

    Raises:
        Refused: `callback.number`.
    """
    text = written.strip()
    if not _WRITTEN.fullmatch(text):
        raise Refused(Refusal.CALLBACK_NUMBER)
    plus = "+" if text.startswith("+") else ""
    number = plus + re.sub(r"[^0-9]", "", text.replace("(0)", ""))
    if number.startswith("00"):
        number = "+" + number[2:]
    elif number.startswith("0"):
        number = _COUNTRY + number[1:]
    if not _INTERNATIONAL.fullmatch(number) or number.startswith(_COSTLY):
        raise Refused(Refusal.CALLBACK_NUMBER)
    return PhoneNumber(number)


def check_time(at: Instant | None, now: Instant, policy: Policy) -> None:
    """Check that somebody may be called from `at` on; None is when it is their turn.

    Raises:
        Refused: `callback.time`.
    """
    if at is None:
        return
    if not now + policy.callback_earliest <= at <= now + policy.callback_latest:
        raise Refused(Refusal.CALLBACK_TIME)
