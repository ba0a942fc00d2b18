"""The shape of a story, and what a patient can be asked about."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from video_advice.ids import Language, RegionCode
from video_advice.people import Channel, Concerns


class Topic(StrEnum):
    """What a nurse asks for."""

    PHOTO = "photo"
    SINCE = "since"
    FEVER = "fever"
    PAIN = "pain"
    BREATHING = "breathing"
    EATING = "eating"
    MEDICINE = "medicine"
    ALLERGY = "allergy"
    WHERE = "where"
    CHANGE = "change"
    GOODBYE = "goodbye"


class Phrases(msgspec.Struct, frozen=True, kw_only=True):
    """What anybody says, whatever the matter."""

    greeting: str
    here_is_the_photo: str
    no_photo: str
    do_not_know: str
    understood: tuple[str, ...]
    goodbye: str
    rather_not_film: str


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """One matter, and the person who has it.

    `spots` is how many the photo shows, 0 for no photo. `look` and `pitch` (Hz) are how the person
    appears on video; `score` and `words` are the answer to the survey.
    """

    key: str
    language: Language
    region: RegionCode
    concerns: Concerns
    called: str
    age: int
    channel: Channel
    story: str
    answers: dict[Topic, str]
    more: tuple[str, ...]
    interpreter: bool = False
    spots: int = 0
    agrees_to_video: bool = True
    look: int = 0
    pitch: int = 140
    score: int = 5
    words: str = ""
