"""Every order in which up to eight messages of a meeting can come: I12, and what is shown."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Hashable, Iterator
from dataclasses import dataclass, field

import msgspec
import pytest

from signaling.rooms import Rooms
from signaling.sockets import media, passing, rights
from tests.property.orders.meeting import SESSIONS, Meeting
from tests.property.orders.scenes import SCENES, Scene, Step
from video_advice.refusals import Refusal, Refused
from video_advice.rights import may_exchange_media
from video_advice.state import Contact

ONE = dict.fromkeys(SESSIONS, 0)
TWO = {name: int(name != "phone") for name in SESSIONS}


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Log nothing: most of what is said in a wrong order is refused."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@dataclass
class Explored:
    """What came of all orders."""

    relayed: set[str] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)


async def explore(scene: Scene, places: dict[str, int]) -> Explored:
    """Put the steps of `scene` in every order, until a law is broken.

    Of prefixes that hold the same steps and leave everything as it is after the other, one is
    gone on with.
    """
    found, known = Explored(), set[Hashable]()
    two = max(places.values()) > 0
    steps = [step for step in scene.steps if not (two and (step.alone or step.comes))]
    prefixes = [tuple(step for step in scene.steps if two and step.comes)]
    while prefixes and not found.broken:
        prefix = prefixes.pop()
        meeting = Meeting(places)
        await meeting.begin(*scene.before)
        for step in prefix:
            await step.do(meeting)
            await meeting.settle()
        await meeting.look()
        found.relayed |= meeting.relayed
        if meeting.broken:
            order = ", ".join(step.name for step in prefix)
            found.broken = [f"{order}: {what}" for what in meeting.broken]
        names = frozenset(step.name for step in prefix) & {step.name for step in scene.steps}
        state = (names, await meeting.print())
        if state not in known:
            known.add(state)
            prefixes += [(*prefix, step) for step in _next(steps, names, meeting)]
    return found


def _next(steps: list[Step], names: frozenset[str], meeting: Meeting) -> Iterator[Step]:
    for step in steps:
        if step.name not in names and (not step.after or step.after in names):
            yield step
    for number, process in enumerate(meeting.processes):
        if process.bells:
            yield Step(f"bell {number}", _hears(number))


def _hears(number: int) -> Callable[[Meeting], Awaitable[None]]:
    async def do(meeting: Meeting) -> None:
        meeting.processes[number].hear()

    return do


@pytest.mark.parametrize("places", [ONE, TWO], ids=["one process", "two processes"])
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_nothing_is_relayed_before_both_accepted_and_both_are_shown_the_truth(
    scene: Scene, places: dict[str, int]
) -> None:
    found = asyncio.run(explore(scene, places))
    assert not found.broken
    assert scene.carries <= found.relayed, "what is permitted comes through"


def _nobody_asks_whether_both_accepted(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(media, "may_exchange_media", lambda _: True)


def _nobody_asks_for_the_epoch(patch: pytest.MonkeyPatch) -> None:
    def check(now: Contact, _: int) -> None:
        if not may_exchange_media(now):
            raise Refused(Refusal.CONSENT_TO_VIDEO_MISSING)

    patch.setattr(media, "_check_accepted", check)


def _anybody_takes_part(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rights, "takes_part", lambda *_: True)


def _what_comes_late_is_passed_on(patch: pytest.MonkeyPatch) -> None:
    decode = passing._decoder.decode

    class Decoder:
        def decode(self, payload: bytes) -> passing.Passed:
            return msgspec.structs.replace(decode(payload), epoch=2**31)

    patch.setattr(passing, "_decoder", Decoder())


def _no_doorbell_is_heeded(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Rooms, "poke", lambda *_: None)


@pytest.mark.parametrize(
    ("mutant", "scene", "places"),
    [
        (_nobody_asks_whether_both_accepted, "the patient leaves", ONE),
        (_nobody_asks_for_the_epoch, "the patient leaves", ONE),
        (_anybody_takes_part, "others listen and speak", ONE),
        (_what_comes_late_is_passed_on, "another nurse takes over", TWO),
        (_no_doorbell_is_heeded, "the patient leaves", TWO),
    ],
)
def test_without_a_safeguard_some_order_is_noticed(
    mutant: Callable[[pytest.MonkeyPatch], None],
    scene: str,
    places: dict[str, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mutant(monkeypatch)
    told = next(one for one in SCENES if one.name == scene)
    assert asyncio.run(explore(told, places)).broken
