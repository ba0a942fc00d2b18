"""Text messages. The only provider so far sends none, and logs that one would have been sent."""

from __future__ import annotations

import logging
from collections import OrderedDict
from typing import Final

from video_advice.callback import PhoneNumber

_log = logging.getLogger(__name__)

_KEPT: Final = 10_000


class TextLog:
    """Writes to the log that a message was sent: neither to whom nor what it said."""

    def __init__(self) -> None:
        """Start with nothing sent."""
        self._sent: OrderedDict[str, None] = OrderedDict()

    async def send(self, number: PhoneNumber, text: str, key: str) -> None:
        """Log one; the same `key` is never sent twice."""
        del number, text
        if key in self._sent:
            return
        self._sent[key] = None
        if len(self._sent) > _KEPT:
            self._sent.popitem(last=False)
        _log.info("text_sent")
