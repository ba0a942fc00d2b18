"""Who takes part in a contact, and what a nurse can serve."""

from __future__ import annotations

from enum import StrEnum

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


class Concerns(StrEnum):
    """Whom the contact is about, seen from the person who writes."""

    ME = "me"
    MY_CHILD = "my_child"
    SOMEONE_ELSE = "someone_else"


class Nurse(msgspec.Struct, frozen=True):
    """An advice nurse and what she serves: codes of regions, languages and channels."""

    id: NurseId
    name: str
    title: str
    region: RegionCode
    regions: frozenset[RegionCode]
    languages: frozenset[Language]
    channels: frozenset[Channel]


class NurseCard(msgspec.Struct, frozen=True):
    """What the patient may know of the nurse."""

    id: NurseId
    name: str
    title: str
    region: RegionCode


def card(nurse: Nurse) -> NurseCard:
    """Return the part of `nurse` that is shown to the patient."""
    return NurseCard(id=nurse.id, name=nurse.name, title=nurse.title, region=nurse.region)
