"""What the demo patients seek help for. Invented: nobody has told any of this."""

from __future__ import annotations

from typing import Final

from signaling.demo.stories import arabic, english, swedish
from signaling.demo.stories.story import Phrases, Story
from video_advice.ids import Language

STORIES: Final[tuple[Story, ...]] = tuple(
    story
    for turn in zip(
        swedish.STORIES[:4], english.STORIES, swedish.STORIES[4:], arabic.STORIES, strict=True
    )
    for story in turn
)
"""In the order in which demo patients take them: any few in a row are a mixed line."""

PHRASES: Final[dict[Language, Phrases]] = {
    Language("sv"): swedish.PHRASES,
    Language("en"): english.PHRASES,
    Language("ar"): arabic.PHRASES,
}
"""What is said in each language, whatever the matter."""
