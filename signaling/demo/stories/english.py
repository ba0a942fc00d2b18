"""Stories told in English."""

from __future__ import annotations

from typing import Final

from signaling.demo.stories.story import Phrases, Story, Topic
from video_advice.ids import Language, RegionCode
from video_advice.people import Channel, Concerns

_EN: Final = Language("en")

PHRASES: Final = Phrases(
    greeting="Hello! Thank you for taking my case.",
    here_is_the_photo="Here is a photo. I put a coin next to it.",
    no_photo="There is nothing to see in a photo, I am afraid.",
    do_not_know="I am not sure about that.",
    understood=("All right.", "I see.", "Yes, I can do that."),
    goodbye="Thank you very much, goodbye!",
    rather_not_film="I would rather write, I am at work.",
)

STORIES: Final = (
    Story(
        key="en-burn",
        language=_EN,
        region=RegionCode("01"),
        concerns=Concerns.ME,
        called="Priya",
        age=29,
        channel=Channel.CHAT,
        story="I spilled hot tea on my hand an hour ago. It is red with one small blister. "
        "I held it under water for twenty minutes.",
        answers={
            Topic.SINCE: "About an hour ago.",
            Topic.FEVER: "No fever.",
            Topic.PAIN: "It stings, maybe four out of ten.",
            Topic.MEDICINE: "Nothing yet. I have paracetamol at home.",
            Topic.ALLERGY: "None that I know of.",
            Topic.WHERE: "On the back of my left hand, smaller than my palm.",
            Topic.CHANGE: "A little better since the water.",
        },
        more=("I can move all my fingers.", "My last tetanus shot was three years ago."),
        spots=3,
        look=6,
        pitch=200,
        words="Quick and friendly.",
    ),
    Story(
        key="en-stomach",
        language=_EN,
        region=RegionCode("03"),
        concerns=Concerns.ME,
        called="James",
        age=41,
        channel=Channel.VIDEO,
        story="Stomach cramps and diarrhoea since last night after eating out. No blood. "
        "I keep water down.",
        answers={
            Topic.SINCE: "Since about ten last night.",
            Topic.FEVER: "37.9 this morning.",
            Topic.PAIN: "It comes in waves around the navel, then it is gone.",
            Topic.EATING: "I drink water and had half a banana.",
            Topic.MEDICINE: "Nothing so far.",
            Topic.ALLERGY: "No allergies.",
            Topic.WHERE: "Around the navel.",
            Topic.CHANGE: "It is slowly getting better, I think.",
        },
        more=("My colleague who ate the same has it too.", "I have been to the toilet six times."),
        look=0,
        pitch=105,
        score=4,
    ),
    Story(
        key="en-worry",
        language=_EN,
        region=RegionCode("05"),
        concerns=Concerns.ME,
        called="Grace",
        age=20,
        channel=Channel.CHAT,
        story="I have not been sleeping well for three weeks and worry a lot about my exams. "
        "I wonder where I can turn.",
        answers={
            Topic.SINCE: "For about three weeks.",
            Topic.FEVER: "No.",
            Topic.PAIN: "No pain, but a tight feeling in the evenings.",
            Topic.BREATHING: "Normal. When I worry it gets fast, then it calms down.",
            Topic.EATING: "I eat, but less than usual.",
            Topic.MEDICINE: "No medicine.",
            Topic.CHANGE: "About the same every week.",
        },
        more=("I live with two friends and we talk.", "I still go to my classes."),
        agrees_to_video=False,
        words="I felt listened to.",
    ),
    Story(
        key="en-rash-child",
        language=_EN,
        region=RegionCode("13"),
        concerns=Concerns.MY_CHILD,
        called="Oliver",
        age=4,
        channel=Channel.VIDEO,
        story="My son has small itchy spots on his tummy and back since yesterday. Some have tiny "
        "blisters. He plays as usual.",
        answers={
            Topic.SINCE: "Since yesterday morning.",
            Topic.FEVER: "38.1 last night, none now.",
            Topic.PAIN: "It itches a lot, he does not say that it hurts.",
            Topic.BREATHING: "He breathes normally.",
            Topic.EATING: "He eats and drinks as usual.",
            Topic.MEDICINE: "No medicine, only a cool bath.",
            Topic.ALLERGY: "No allergies.",
            Topic.WHERE: "Tummy and back, a few behind the ears.",
            Topic.CHANGE: "There are more today.",
        },
        more=("Two children in his preschool have had chickenpox.",),
        spots=22,
        look=3,
        pitch=185,
    ),
)
