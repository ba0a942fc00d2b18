"""The short question after a contact."""

from __future__ import annotations

from typing import Annotated

import msgspec


class Survey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How it was: 1 (very bad) to 5 (very good), and a few words if the person wishes."""

    score: Annotated[int, msgspec.Meta(ge=1, le=5)]
    words: Annotated[str, msgspec.Meta(max_length=1000)] = ""

    def __repr__(self) -> str:
        """Leave the words out; they may tell who somebody is."""
        return f"Survey({self.score}, …)"
