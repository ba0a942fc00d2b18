"""Why somebody stands where they stand, as the parts that words are made of."""

from __future__ import annotations

import msgspec

from video_advice.advice.urgency import Urgency
from video_advice.ids import Language
from video_advice.people import Competence


class Need(msgspec.Struct, frozen=True):
    """What besides the time of arrival decided the place, and who could serve it.

    `language` is None where every nurse speaks it or an interpreter will do. `named`: it waits for
    one nurse.
    """

    urgency: Urgency | None
    language: Language | None
    competence: Competence
    protected: bool
    named: bool
