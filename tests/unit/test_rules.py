"""Pauses of a line: whom they keep out, and what they say."""

from __future__ import annotations

from video_advice.people import Channel, Competence
from video_advice.refusals import Refusal, Refused, sentence
from video_advice.regions.rules import LANGUAGES, Pause, PauseWhy, Rule, without

ALL = Pause(PauseWhy.CLOSED)
VIDEO = Pause(PauseWhy.FULL, channel=Channel.VIDEO)
SKIN = Pause(PauseWhy.FULL, competence=Competence.SKIN, texts={"sv": "Ring hudmottagningen."})
RULE = Rule(pauses=(SKIN, VIDEO))


def test_a_pause_keeps_out_its_part_of_the_line() -> None:
    assert RULE.pause(Channel.VIDEO, Competence.GENERAL) == VIDEO
    assert RULE.pause(Channel.CHAT, Competence.SKIN) == SKIN
    assert RULE.pause(Channel.CHAT, Competence.GENERAL) is None
    assert Rule(pauses=(VIDEO, ALL)).pause(Channel.VIDEO, Competence.GENERAL) == ALL
    assert Rule().pause(Channel.VIDEO, Competence.SKIN) is None


def test_one_part_is_opened_again() -> None:
    assert without(RULE.pauses, Channel.VIDEO, None) == (SKIN,)
    assert without(RULE.pauses, None, None) == RULE.pauses
    assert without((*RULE.pauses, ALL), None, None) == RULE.pauses


def test_it_says_where_to_turn_in_every_language() -> None:
    for why in PauseWhy:
        said = [Pause(why).text(language) for language in LANGUAGES]
        assert all("112" in text and "1177" not in text for text in said)
        assert len(set(said)) == len(LANGUAGES)
    assert SKIN.text("sv") == "Ring hudmottagningen."
    assert SKIN.text("fi") == SKIN.text("en")


def test_a_refusal_may_have_words_of_its_own() -> None:
    refused = Refused(Refusal.LINE_PAUSED, words=SKIN.text)
    assert refused.sentence("sv") == "Ring hudmottagningen."
    usual = Refused(Refusal.LINE_PAUSED)
    assert usual.sentence("sv") == sentence(Refusal.LINE_PAUSED, "sv")
