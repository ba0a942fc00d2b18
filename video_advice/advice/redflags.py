"""Red flags asked about while somebody waits: demonstration content, not a medical instrument.

A closed list. The words of each question stand beside the page's other texts, one for each flag.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

import msgspec


class RedFlag(StrEnum):
    """A sign that help must come at once. The order is that of the questions."""

    BREATHING = "breathing"
    CHEST = "chest"
    STROKE = "stroke"
    AWAKE = "awake"
    BLEEDING = "bleeding"
    RASH = "rash"


class Answer(StrEnum):
    """Who does not know has not said no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Answered(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One question and its answer."""

    flag: RedFlag
    answer: Answer

    def __repr__(self) -> str:
        """Show no content."""
        return "Answered(…)"


MOST: Final = len(RedFlag)


def raised(answers: Iterable[Answered]) -> tuple[RedFlag, ...]:
    """Return the flags that the answers raise, in the order of the questions.

    "Don't know" counts as yes, and so does a question answered in two ways. Another answer more
    never takes a flag away.
    """
    seen = {one.flag for one in answers if one.answer is not Answer.NO}
    return tuple(flag for flag in RedFlag if flag in seen)


def complete(answers: Iterable[Answered]) -> bool:
    """Say whether enough was answered: every question, or one that raises a flag."""
    given = tuple(answers)
    return bool(raised(given)) or {one.flag for one in given} == set(RedFlag)
