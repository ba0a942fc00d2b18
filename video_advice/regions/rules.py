"""What a region decides about its line. It may change at any time; everybody follows the newest."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

SHORTEST_OFFER: Final = 5
LONGEST_OFFER: Final = 600
"""Seconds that a nurse may have to answer an offer, at least and at most."""


class Giving(StrEnum):
    """How contacts come to nurses: each presses for the next, or is offered it when she is free."""

    PULL = "pull"
    OFFER = "offer"


class Rule(msgspec.Struct, frozen=True):
    """The rules of one region. `offer_seconds`: to answer an offer; None for the service's own."""

    giving: Giving = Giving.PULL
    offer_seconds: Annotated[int, Meta(ge=SHORTEST_OFFER, le=LONGEST_OFFER)] | None = None


USUAL: Final = Rule()
"""What holds in a region that has decided nothing."""
