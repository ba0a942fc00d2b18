"""Who takes part in a contact, and what a nurse can serve."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec

from video_advice.ids import Language, NurseId, RegionCode


class Role(StrEnum):
    """The part a person plays in a contact."""

    PATIENT = "patient"
    NURSE = "nurse"


class Channel(StrEnum):
    """How a contact is held. It may change inside one contact."""

    VIDEO = "video"
    CHAT = "chat"


class Competence(StrEnum):
    """What a nurse should know more about than every nurse does. Everybody serves `GENERAL`."""

    GENERAL = "general"
    CHILD = "child"
    MENTAL_HEALTH = "mental_health"
    SKIN = "skin"
    PREGNANCY = "pregnancy"


MOST_CHATS: Final = 5
"""How many chats a nurse may hold at most. Each fills a seat; a video or a call fills them all."""


class Concerns(StrEnum):
    """Whom the contact is about, seen from the person who writes."""

    ME = "me"
    MY_CHILD = "my_child"
    SOMEONE_ELSE = "someone_else"


class Nurse(msgspec.Struct, frozen=True):
    """An advice nurse and what she serves: codes of regions, languages and channels.

    `protected`: she may be offered people with protected identity. `chats`: how many chats she
    holds at once (1 to `MOST_CHATS`); a video or a call is always the only one.
    """

    id: NurseId
    name: str
    title: str
    region: RegionCode
    regions: frozenset[RegionCode]
    languages: frozenset[Language]
    channels: frozenset[Channel]
    competences: frozenset[Competence] = frozenset()
    protected: bool = False
    chats: int = 1


class NurseCard(msgspec.Struct, frozen=True):
    """What the patient may know of the nurse."""

    id: NurseId
    name: str
    title: str
    region: RegionCode


def card(nurse: Nurse) -> NurseCard:
    """Return the part of `nurse` that is shown to the patient."""
    return NurseCard(id=nurse.id, name=nurse.name, title=nurse.title, region=nurse.region)
