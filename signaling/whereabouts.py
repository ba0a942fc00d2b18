"""In which process a page sits: what is meant for it alone is told to no other process."""

from __future__ import annotations

from typing import Final

from video_advice.ids import ContactId, ProcessId

_REMEMBERED: Final = 20_000
"""Pages; the longest known are forgotten first, and then everybody is told."""


class Whereabouts:
    """Learnt from what passes. A page's session is new with each connection, so it never moves.

    Sessions are what pages claim, so they count within their contact only.
    """

    def __init__(self) -> None:
        """Know nobody."""
        self._known: dict[tuple[ContactId, str], ProcessId] = {}

    def learn(self, contact: ContactId, session: str, process: ProcessId) -> None:
        """Note that a page has spoken in a process."""
        self._known[contact, session] = process
        if len(self._known) > _REMEMBERED:
            del self._known[next(iter(self._known))]

    def find(self, contact: ContactId, session: str) -> ProcessId | None:
        """Return the process, or None when it is not known."""
        return self._known.get((contact, session))
