"""What demo patients tell and how they answer."""

from __future__ import annotations

import itertools

import msgspec
import pytest

from signaling.demo.dice import Dice
from signaling.demo.run import stories_of
from signaling.demo.stories import PHRASES, STORIES
from signaling.demo.stories.story import Story, Topic
from signaling.demo.talk import Conversation
from signaling.protocol.http import OpenContact
from video_advice.people import Channel, Concerns
from video_advice.regions.catalogue import REGIONS

BY_KEY = {story.key: story for story in STORIES}
RASH = BY_KEY["sv-utslag"]
QUIET = BY_KEY["sv-lakemedel"]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: str(story.key))
def test_every_story_can_be_sent_as_a_form(story: Story) -> None:
    form = OpenContact(
        key="a-key-of-some-length",
        region=story.region,
        concerns=story.concerns,
        called=story.called,
        age=story.age,
        language=story.language,
        interpreter=story.interpreter,
        channel=story.channel,
        story=story.story,
        consent="any",
    )
    assert msgspec.json.decode(msgspec.json.encode(form), type=OpenContact) == form
    assert story.region in REGIONS
    assert 1 <= story.score <= 5


def test_the_stories_are_of_every_kind() -> None:
    assert len(STORIES) == len(BY_KEY) >= 12
    assert {story.language for story in STORIES} == {"sv", "en", "ar"}
    assert {story.concerns for story in STORIES} == set(Concerns)
    assert {story.channel for story in STORIES} == set(Channel)
    assert {story.agrees_to_video for story in STORIES} == {True, False}
    assert any(story.interpreter for story in STORIES)
    assert any(story.spots for story in STORIES)


def test_any_five_in_a_row_are_a_mixed_line() -> None:
    for seed in range(len(STORIES)):
        five = [next(stories_of(number, 5, seed)) for number in range(5)]
        assert len({story.key for story in five}) == 5
        assert {story.channel for story in five} == set(Channel)
        assert len({story.language for story in five}) >= 2


def test_one_patient_comes_back_with_other_stories() -> None:
    keys = [story.key for story in itertools.islice(stories_of(1, 5), 6)]
    assert len(set(keys)) == 6


@pytest.mark.parametrize(
    ("asked", "topic"),
    [
        ("Hur länge har du haft det?", Topic.SINCE),
        ("När började det?", Topic.SINCE),
        ("How long have you had this?", Topic.SINCE),
        ("منذ متى؟", Topic.SINCE),
        ("Har du feber?", Topic.FEVER),
        ("Do you have a temperature?", Topic.FEVER),
        ("هل عندك حرارة؟", Topic.FEVER),
        ("Gör det ont?", Topic.PAIN),
        ("Does it hurt?", Topic.PAIN),
        ("Har du svårt att andas?", Topic.BREATHING),
        ("Tar du några mediciner?", Topic.MEDICINE),
        ("Are you allergic to anything?", Topic.ALLERGY),
        ("Var på kroppen sitter det?", Topic.WHERE),
        ("Is it getting worse?", Topic.CHANGE),
    ],
)
def test_a_question_is_answered_from_the_story(asked: str, topic: Topic) -> None:
    assert Conversation(RASH).reply(asked).lines == (RASH.answers[topic],)


def test_a_word_inside_another_is_not_a_question_about_it() -> None:
    said = Conversation(RASH).reply("Jag tar kontakt med en kollega.")
    assert said.lines == (PHRASES[RASH.language].understood[0],)


def test_two_things_asked_at_once_are_both_answered() -> None:
    said = Conversation(RASH).reply("Har du feber, och gör det ont?")
    assert said.lines == (RASH.answers[Topic.FEVER], RASH.answers[Topic.PAIN])


def test_unforeseen_questions_get_what_is_left_to_tell_then_do_not_know() -> None:
    conversation = Conversation(RASH)
    heard = [conversation.reply("Vad tänker du själv?").lines for _ in range(4)]
    unknown = (PHRASES[RASH.language].do_not_know,)
    assert heard == [*((line,) for line in RASH.more), unknown, unknown]


def test_photo_is_sent_when_there_is_something_to_see() -> None:
    assert Conversation(RASH).reply("Kan du skicka en bild?").photo
    refused = Conversation(QUIET).reply("Kan du skicka en bild?")
    assert not refused.photo
    assert refused.lines == (PHRASES[QUIET.language].no_photo,)


def test_not_every_sentence_is_confirmed() -> None:
    conversation = Conversation(RASH)
    said = [conversation.reply("Då gör vi så.").lines for _ in range(6)]
    assert [bool(lines) for lines in said] == [True, False] * 3


def test_goodbye_is_said_once() -> None:
    conversation = Conversation(RASH)
    assert conversation.reply("Krya på dig!").lines == (PHRASES[RASH.language].goodbye,)
    assert conversation.reply("Hej då!").lines == ()


def test_dice_fall_the_same_for_the_same_seed() -> None:
    one, same, other = Dice("a", 1), Dice("a", 1), Dice("a", 2)
    thrown = [one.between(2, 5) for _ in range(200)]
    assert thrown == [same.between(2, 5) for _ in range(200)]
    assert thrown != [other.between(2, 5) for _ in range(200)]
    assert all(2 <= number < 5 for number in thrown)
    assert max(thrown) - min(thrown) > 2
