"""A demo patient: one matter after another, each opened over HTTP like anybody's."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from signaling.demo.dice import Dice
from signaling.demo.stories.story import Story
from signaling.demo.visit import Manner, Visit
from signaling.demo.web import SaidNo, Unreachable, Web, tls_for
from signaling.protocol import http
from video_advice.ports import Ids
from video_advice.refusals import Refusal

_log = logging.getLogger(__name__)

_LONGEST_WAIT: Final = 15.0


class DemoPatient:
    """A client that does what the page does. Also the load client: see `Manner`."""

    def __init__(
        self,
        url: str,
        ids: Ids,
        manner: Manner | None = None,
        *,
        insecure_tls: bool = False,
        seed: int | str = 0,
    ) -> None:
        """`url` is that of the service. The same `seed` gives the same pauses."""
        self.visit: Visit | None = None
        self._url = url.rstrip("/")
        self._ids = ids
        self._manner = manner or Manner()
        self._tls = tls_for(url, insecure=insecure_tls)
        self._dice = Dice("patient", seed)

    async def run(self, stories: Iterable[Story], stop: asyncio.Event) -> None:
        """Have one matter after another, as a new person each time, until `stop` is set."""
        for story in stories:
            visit = await self.open(story, stop)
            if visit is not None:
                await visit.run(stop)
            if await self._wait(stop, self._dice.between(20, 60) * self._manner.pace):
                return

    async def open(self, story: Story, stop: asyncio.Event) -> Visit | None:
        """Ask for help until it is heard. None when `stop` was set, or the service will not.

        The visit's `run` then opens the socket.
        """
        web = Web(self._url, story.language, self._tls)
        key = self._ids.new()
        failures = 0
        while not stop.is_set():
            try:
                opened = await web.open(await _form(web, story, key))
            except (Unreachable, SaidNo) as no:
                if isinstance(no, SaidNo) and not _worth_repeating(no):
                    _log.error("demo_patient_refused", extra={"code": no.code})
                    return None
            else:
                self.visit = Visit(
                    opened, story, web, manner=self._manner, ids=self._ids, dice=self._dice
                )
                return self.visit
            failures += 1
            most = min(_LONGEST_WAIT, 2.0**failures)
            await self._wait(stop, self._dice.between(most / 4, most))
        return None

    async def _wait(self, stop: asyncio.Event, seconds: float) -> bool:
        """Wait; say whether `stop` is set."""
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), seconds)
        return stop.is_set()


async def _form(web: Web, story: Story, key: str) -> http.OpenContact:
    """Fill in the form, having read the information text of now."""
    catalogue = await web.catalogue()
    return http.OpenContact(
        key=key,
        region=story.region,
        concerns=story.concerns,
        called=story.called,
        age=story.age,
        language=story.language,
        interpreter=story.interpreter,
        channel=story.channel,
        story=story.story,
        consent=catalogue.consent,
    )


def _worth_repeating(no: SaidNo) -> bool:
    """Say whether it passes. A new information text is read at the next try."""
    return no.passing or no.code == Refusal.CONSENT_OUTDATED
