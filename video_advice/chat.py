"""The rules of a chat message."""

from __future__ import annotations

import unicodedata
from typing import Final

from video_advice.refusals import Refusal, Refused

MAX_TEXT: Final = 2000
"""Characters in one message."""

_KEPT_CONTROLS: Final = "\n\t"


def tidy(text: str) -> str:
    """Return `text` normalised (NFC), without control characters, trimmed.

    Raises:
        Refused: `chat.empty` when nothing is left, `chat.too_long` above `MAX_TEXT` characters.
    """
    normal = unicodedata.normalize("NFC", text)
    kept = "".join(c for c in normal if c in _KEPT_CONTROLS or unicodedata.category(c) != "Cc")
    trimmed = kept.strip()
    if not trimmed:
        raise Refused(Refusal.CHAT_EMPTY)
    if len(trimmed) > MAX_TEXT:
        raise Refused(Refusal.CHAT_TOO_LONG)
    return trimmed
