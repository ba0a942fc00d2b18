"""What a region decides about its line. It may change at any time; everybody follows the newest."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final, TypeAlias

import msgspec
from msgspec import Meta

from video_advice.people import Channel, Competence

SHORTEST_OFFER: Final = 5
LONGEST_OFFER: Final = 600
"""Seconds that a nurse may have to answer an offer, at least and at most."""

LONGEST_TEXT: Final = 500
"""Characters of a text that says where to turn."""


class Giving(StrEnum):
    """How contacts come to nurses: each presses for the next, or is offered it when she is free."""

    PULL = "pull"
    OFFER = "offer"


class PauseWhy(StrEnum):
    """Why a line takes nobody new."""

    CLOSED = "closed"
    FULL = "full"


Texts: TypeAlias = dict[str, Annotated[str, Meta(min_length=1, max_length=LONGEST_TEXT)]]
"""By language, what a region says in its own words."""


class Pause(msgspec.Struct, frozen=True):
    """A line that takes nobody new, all of it or only one channel or competence.

    `texts`: by language, where to turn instead; else the usual words are said.
    """

    why: PauseWhy
    channel: Channel | None = None
    competence: Competence | None = None
    texts: Texts = {}

    def holds(self, channel: Channel, competence: Competence) -> bool:
        """Say whether somebody with this channel and competence is not taken."""
        return self.channel in {None, channel} and self.competence in {None, competence}

    def of(self, channel: Channel | None, competence: Competence | None) -> bool:
        """Say whether it was made for just this part of the line."""
        return (self.channel, self.competence) == (channel, competence)

    def text(self, language: str) -> str:
        """Return where to turn, in `language`, else in the usual words."""
        own = self.texts.get(language)
        return _WORDS[self.why].get(language, _WORDS[self.why]["en"]) if own is None else own


class Rule(msgspec.Struct, frozen=True):
    """The rules of one region. `offer_seconds`: to answer an offer; None for the service's own.

    `pauses`: one at most for each part of the line. `elsewhere`: where to turn when nobody on duty
    can take somebody; in a language without a text, the page's usual words are said.
    """

    giving: Giving = Giving.PULL
    offer_seconds: Annotated[int, Meta(ge=SHORTEST_OFFER, le=LONGEST_OFFER)] | None = None
    pauses: tuple[Pause, ...] = ()
    elsewhere: Texts = {}

    def pause(self, channel: Channel, competence: Competence) -> Pause | None:
        """Return what keeps somebody with this channel and competence out, the widest first."""
        found = (one for one in self.pauses if one.holds(channel, competence))
        return min(
            found, key=lambda p: (p.channel is not None) + (p.competence is not None), default=None
        )


def without(
    pauses: tuple[Pause, ...], channel: Channel | None, competence: Competence | None
) -> tuple[Pause, ...]:
    """Return the pauses but for that of just this part of the line."""
    return tuple(one for one in pauses if not one.of(channel, competence))


USUAL: Final = Rule()
"""What holds in a region that has decided nothing."""


_WORDS: Final = {
    PauseWhy.CLOSED: {
        "sv": "Kön är stängd just nu. Ring sjukvårdsrådgivningen eller din vårdcentral. "
        "Ring 112 om det är akut.",
        "en": "The line is closed right now. Call the advice line by phone or your health centre. "
        "Call 112 in an emergency.",
        "ar": "الخط مغلق الآن. اتصل بخط المشورة الطبية هاتفيًا أو بمركزك الصحي. "
        "اتصل بالرقم 112 في الطوارئ.",
    },
    PauseWhy.FULL: {
        "sv": "Kön är full just nu. Försök igen senare, eller ring sjukvårdsrådgivningen. "
        "Ring 112 om det är akut.",
        "en": "The line is full right now. Try again later, or call the advice line by phone. "
        "Call 112 in an emergency.",
        "ar": "الخط ممتلئ الآن. حاول لاحقًا، أو اتصل بخط المشورة الطبية هاتفيًا. "
        "اتصل بالرقم 112 في الطوارئ.",
    },
}
"""What is said where the region has no text of its own."""

LANGUAGES: Final = tuple(_WORDS[PauseWhy.CLOSED])
"""The languages of patients' pages."""
