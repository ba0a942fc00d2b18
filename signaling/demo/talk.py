"""What a demo patient writes: pure, from the story and what the nurse has written so far."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from signaling.demo.stories import PHRASES
from signaling.demo.stories.story import Story, Topic

_WORDS: Final[dict[Topic, str]] = {
    Topic.PHOTO: r"\b(bild|foto|photo|picture)|صور",
    Topic.SINCE: r"hur länge|när (började|kom|fick|märkte)|sedan när|how long|when did|since when"
    r"|متى|منذ",
    Topic.FEVER: r"\b(feber|tempen|temperatur|fever|temperature)|حمى|حرار",
    Topic.PAIN: r"\b(ont|smärt\w*|svid\w*|kliar|hurt\w*|pain\w*|itch\w*|sting\w*)\b|ألم|يؤلم|حكة",
    Topic.BREATHING: r"\b(andas|andning|andfådd|breath\w*)|تنفس",
    Topic.EATING: r"\b(äter|äta|dricker|dricka|druckit|kissa\w*|eat\w*|drink\w*)\b|تأكل|تشرب|طعام",
    Topic.MEDICINE: r"\b(medicin\w*|läkemed\w*|tablett\w*|medicine|medication|tablet\w*|taken any"
    r"|tagit något)|دواء|أدوية",
    Topic.ALLERGY: r"\b(allerg|överkänslig)|حساسي",
    Topic.WHERE: r"\b(var (på|sitter|gör|finns|är)|vilken sida|where|which side)\b|أين",
    Topic.CHANGE: r"\b(bättre|sämre|värre|förändra\w*|better|worse|chang\w*|spread\w*)\b|أفضل|أسوأ",
    Topic.GOODBYE: r"\b(hej då|krya på|lycka till|ha det (bra|gott)|take care|goodbye|get well)"
    r"|سلامتك|مع السلامة",
}
_PATTERNS: Final = {topic: re.compile(words, re.IGNORECASE) for topic, words in _WORDS.items()}
_QUESTION: Final = re.compile(r"[?؟]")
_MOST_AT_ONCE: Final = 2


class Reply(msgspec.Struct, frozen=True):
    """What to write, one line a message, and whether a photo goes with it."""

    lines: tuple[str, ...]
    photo: bool = False


class Conversation:
    """One talk. It remembers what has been said, so that nothing is told twice in a row."""

    def __init__(self, story: Story) -> None:
        """Begin with nothing said."""
        self._story = story
        self._phrases = PHRASES[story.language]
        self._more = list(story.more)
        self._understood = 0
        self._said_goodbye = False

    def greeting(self) -> Reply:
        """Return the first thing to write."""
        return Reply((self._phrases.greeting,))

    def reply(self, text: str) -> Reply:
        """Return what to answer to one message of the nurse's; perhaps nothing."""
        asked = [topic for topic, pattern in _PATTERNS.items() if pattern.search(text)]
        if Topic.GOODBYE in asked:
            return self._goodbye()
        if Topic.PHOTO in asked:
            return self._photo()
        known = [self._story.answers[topic] for topic in asked if topic in self._story.answers]
        if known:
            return Reply(tuple(known[:_MOST_AT_ONCE]))
        if _QUESTION.search(text):
            return self._anything_else()
        return self._acknowledge()

    def decline_video(self) -> Reply:
        """Return why the talk goes on in writing."""
        return Reply((self._phrases.rather_not_film,))

    def _goodbye(self) -> Reply:
        if self._said_goodbye:
            return Reply(())
        self._said_goodbye = True
        return Reply((self._phrases.goodbye,))

    def _photo(self) -> Reply:
        if not self._story.spots:
            return Reply((self._phrases.no_photo,))
        return Reply((self._phrases.here_is_the_photo,), photo=True)

    def _anything_else(self) -> Reply:
        if self._more:
            return Reply((self._more.pop(0),))
        return Reply((self._phrases.do_not_know,))

    def _acknowledge(self) -> Reply:
        """Answer every other statement: people do not confirm each sentence they read."""
        self._understood += 1
        if self._understood % 2 == 0:
            return Reply(())
        lines = self._phrases.understood
        return Reply((lines[self._understood // 2 % len(lines)],))
