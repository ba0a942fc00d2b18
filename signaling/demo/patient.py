"""A demo patient: asks for help, waits, talks, shows a photo and a picture, and says thank you."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import Final

from signaling.demo.call import Call
from signaling.demo.dice import Dice
from signaling.demo.stories.story import Story
from signaling.demo.studio import make_peer, take_photo
from signaling.demo.talk import Conversation, Reply
from signaling.demo.web import SaidNo, Unreachable, Web, tls_for
from signaling.demo.wire import Wire
from signaling.protocol import http, views
from signaling.protocol import messages as m
from video_advice.ids import ContactId
from video_advice.people import Channel, Role
from video_advice.ports import Ids
from video_advice.quality.survey import Survey
from video_advice.state import EndedWhy, Phase

_log = logging.getLogger(__name__)

_LONGEST_PAUSE: Final = 15.0
_GOODBYE: Final = 2.0
_TRIES: Final = 5


class DemoPatient:
    """A client like a browser's page, without the page.

    `view`, `place` and `chat` are what a page would show; `until` waits for them. With `media`
    False no call is joined, with `silent` True nothing is written, photographed or answered: a
    load client. `pace` scales how long everything takes; 0 is as fast as it goes.
    """

    def __init__(
        self,
        url: str,
        ids: Ids,
        *,
        media: bool = True,
        silent: bool = False,
        pace: float = 1.0,
        insecure_tls: bool = False,
        seed: int | str = 0,
    ) -> None:
        """`url` is that of the service. The same `seed` gives the same pauses."""
        self.view: views.PatientView | None = None
        self.place: views.PlaceView | None = None
        self.chat: list[m.ChatAdded] = []
        self.call: Call | None = None
        self.wire: Wire | None = None
        self._url = url.rstrip("/")
        self._ids = ids
        self._media = media
        self._silent = silent
        self._pace = pace
        self._tls = tls_for(url, insecure=insecure_tls)
        self._dice = Dice("patient", seed)
        self._changed = asyncio.Condition()
        self._begin()

    def _begin(self) -> None:
        """Forget the last contact."""
        self.view = self.place = self.call = self.wire = None
        self.chat = []
        self._heard: asyncio.Queue[str | None] = asyncio.Queue()
        self._known = 0
        self._welcomes = 0
        self._greeted = False
        self._asked_for: views.Channel | None = None
        self._jobs: set[asyncio.Task[None]] = set()

    async def run(self, stories: Iterable[Story], stop: asyncio.Event) -> None:
        """Have one matter after another until `stop` is set."""
        for story in stories:
            await self.visit(story, stop)
            if await self._waits_for(stop, 20, 60):
                return

    async def visit(self, story: Story, stop: asyncio.Event) -> None:
        """Have one matter, from the form to the survey, or until `stop` is set."""
        self._begin()
        web = Web(self._url, story.language, self._tls)
        opening = asyncio.create_task(self._open(web, story))
        await _first(opening, stop)
        if stop.is_set() or (opened := opening.result()) is None:
            return
        self.view = opened.view
        contact = opened.contact
        self.wire = wire = self._make_wire(web, story)
        if self._media:
            self.call = self._make_call(web, story, contact, wire)
        jobs = [self._stay(wire)]
        if self.call is not None:
            jobs.append(self.call.run())
        if not self._silent:
            jobs.append(self._converse(web, story, contact, wire))
        self._jobs = {asyncio.create_task(job) for job in jobs}
        try:
            await self._live_through(stop)
            await (self._leave() if stop.is_set() else self._answer_survey(story))
        finally:
            for job in self._jobs:
                job.cancel()
            await asyncio.gather(*self._jobs, return_exceptions=True)

    async def until(self, holds: Callable[[DemoPatient], bool]) -> None:
        """Return when something is so; it is looked at after each message."""
        async with self._changed:
            await self._changed.wait_for(lambda: holds(self))
