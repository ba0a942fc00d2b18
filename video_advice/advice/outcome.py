"""The signed outcome: without it no contact that reached a nurse is closed."""

from __future__ import annotations

from typing import Annotated

import msgspec

from video_advice.advice.care_levels import CareLevel
from video_advice.advice.urgency import Urgency
from video_advice.ids import LANGUAGE_PATTERN, Language

NoteText = Annotated[str, msgspec.Meta(max_length=4000)]
AdviceText = Annotated[str, msgspec.Meta(max_length=4000)]


class Sbar(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The nurse's note: situation, background, assessment, recommendation."""

    situation: NoteText = ""
    background: NoteText = ""
    assessment: NoteText = ""
    recommendation: NoteText = ""

    def __repr__(self) -> str:
        """Name the type only; a note is patient data."""
        return "Sbar(…)"


class Outcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the nurse signs. `advice` and `seek_again` are written in `advice_language`."""

    urgency: Urgency
    care_level: CareLevel
    note: Sbar
    advice: AdviceText
    advice_language: Annotated[Language, msgspec.Meta(pattern=LANGUAGE_PATTERN)]
    seek_again: AdviceText = ""

    def __repr__(self) -> str:
        """Show the two codes only; the rest is patient data."""
        return f"Outcome({self.urgency}, {self.care_level}, …)"


def missing(outcome: Outcome) -> tuple[str, ...]:
    """Return the names of what must be filled in before `outcome` can be signed, in form order."""
    note = outcome.note
    required = {
        "note.situation": note.situation,
        "note.assessment": note.assessment,
        "note.recommendation": note.recommendation,
        "advice": outcome.advice,
    }
    return tuple(name for name, text in required.items() if not text.strip())
