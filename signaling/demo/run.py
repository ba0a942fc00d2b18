"""Several demo patients at once, until told to stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from typing import Final

from signaling.demo.dice import Dice
from signaling.demo.patient import DemoPatient
from signaling.demo.stories import STORIES
from signaling.demo.stories.story import Story
from signaling.demo.visit import Manner
from video_advice.ports import Ids

_log = logging.getLogger(__name__)

_APART: Final = 2.0
"""Seconds between arrivals, at most."""


async def run_demo(
    url: str,
    patients: int,
    *,
    ids: Ids,
    stop: asyncio.Event,
    insecure_tls: bool = False,
    story_seed: int = 0,
    manner: Manner | None = None,
) -> None:
    """Let `patients` people ask for help at `url`, again and again, until `stop` is set.

    `story_seed` says with which story the first begins. Who waits when it stops leaves the line.
    """
    _log.info("demo_patients_come", extra={"patients": patients})
    async with asyncio.TaskGroup() as group:
        for number in range(patients):
            patient = DemoPatient(url, ids, manner, insecure_tls=insecure_tls, seed=number)
            stories = stories_of(number, patients, story_seed)
            group.create_task(_come(patient, stories, Dice("arrival", number), number, stop))


def stories_of(number: int, patients: int, seed: int = 0) -> Iterator[Story]:
    """Yield the stories of one of several patients, who all have different ones at a time."""
    place = seed + number
    while True:
        yield STORIES[place % len(STORIES)]
        place += patients


async def _come(
    patient: DemoPatient, stories: Iterator[Story], dice: Dice, number: int, stop: asyncio.Event
) -> None:
    """One after the other; one who fails does not take the others along."""
    await asyncio.sleep(_APART * (number + dice.fraction()) / 2)
    while not stop.is_set():
        try:
            await patient.run(stories, stop)
        except Exception:  # noqa: BLE001 - it is logged, and the next one comes
            _log.exception("demo_patient_failed")
            await asyncio.sleep(_APART)
