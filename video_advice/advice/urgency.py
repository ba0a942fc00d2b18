"""The five levels of urgency (brådskegrad), P1 the most urgent."""

from __future__ import annotations

from enum import StrEnum


class Urgency(StrEnum):
    """How soon the person needs care. Source: the scale in use in Region Jönköpings län."""

    IMMEDIATE = "P1"
    PROMPT = "P2"
    WITHIN_A_DAY = "P3"
    WITHIN_A_WEEK = "P4"
    WATCHFUL_WAITING = "P5"
