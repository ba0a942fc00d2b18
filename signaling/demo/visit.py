"""One matter of a demo patient, as its page has it: what is known, the socket, the call."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final

import msgspec

from signaling.demo.behaviour import Behaviour
from signaling.demo.call import Call
from signaling.demo.dice import Dice
from signaling.demo.stories.story import Story
from signaling.demo.web import SaidNo, Unreachable, Web
from signaling.demo.wire import Refused, Wire
from signaling.media.ice import IceServer
from signaling.media.peer import Peer
from signaling.media.picture import MovingPicture
from signaling.media.sound import Voice, speech
from signaling.protocol import http
from signaling.protocol import messages as m
from signaling.protocol.views import PatientView, PlaceView
from video_advice.ports import Ids
from video_advice.state import Phase

_log = logging.getLogger(__name__)

_GOODBYE: Final = 2.0
_FRESH: Final = 240.0
"""Seconds for which ICE servers are used again: well within the life of their credentials."""


class Manner(msgspec.Struct, frozen=True):
    """How a patient behaves. Without `media` it joins no call; a `silent` one writes nothing.

    A silent patient sends no photo and answers no question either. `pace` scales all pauses; 0
    leaves them out.
    """

    media: bool = True
    silent: bool = False
    pace: float = 1.0


class Visit:
    """A contact from its opening to its end. `until` waits for what `view` and `chat` say."""

    def __init__(
        self,
        opened: http.ContactOpened,
        story: Story,
        web: Web,
        *,
        manner: Manner,
        ids: Ids,
        dice: Dice,
    ) -> None:
        """`web` holds the cookie with which the contact was opened."""
        self.contact = opened.contact
        self.story = story
        self.view: PatientView = opened.view
        self.place: PlaceView | None = None
        self.chat: list[m.ChatAdded] = []
        self.wire = Wire(
            web.origin,
            web.cookie,
            story.language,
            dice,
            receive=self._receive,
            resume=lambda: (m.Resume(self.contact, self._heard),),
            tls=web.tls,
        )
        self.call: Call | None = None
        self._web = web
        self._ice: tuple[float, http.IceServers] | None = None
        self._heard = 0
        self._sent_away = False
        self._waiting: list[tuple[Callable[[Visit], bool], asyncio.Future[None]]] = []
        if manner.media:
            self.call = Call(
                self.contact,
                tell=self.wire.tell,
                servers=self._servers,
                make_peer=self._make_peer,
                new_id=ids.new,
            )
        self._behaviour = None
        if not manner.silent:
            self._behaviour = Behaviour(self, web, ids, dice, manner.pace)

    @property
    def over(self) -> bool:
        """Whether nothing more is to come."""
        return self.view.phase is Phase.ENDED or self._sent_away

    async def run(self, stop: asyncio.Event) -> None:
        """Stay until the contact has ended, or leave it when `stop` is set."""
        jobs: list[Coroutine[Any, Any, None]] = [self._stay()]
        if self.call is not None:
            jobs.append(self.call.run())
        if self._behaviour is not None:
            jobs.append(self._behaviour.run())
        running = [asyncio.create_task(job) for job in jobs]
        ends = [
            asyncio.create_task(self.until(lambda visit: visit.over)),
            asyncio.create_task(_set(stop)),
        ]
        warming = asyncio.create_task(self._warm_up())
        try:
            await asyncio.wait([*running, *ends], return_when=asyncio.FIRST_COMPLETED)
            for job in running:
                if job.done():
                    job.result()
            if stop.is_set():
                await self._leave()
            elif self._behaviour is not None:
                await self._behaviour.answer_survey()
        finally:
            everything = (*running, *ends, warming)
            for task in everything:
                task.cancel()
            await asyncio.gather(*everything, return_exceptions=True)

    async def until(self, holds: Callable[[Visit], bool]) -> None:
        """Return when something is so; it is looked at after each message."""
        if holds(self):
            return
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry = (holds, waiting)
        self._waiting.append(entry)
        try:
            await waiting
        finally:
            self._waiting.remove(entry)

    def _receive(self, message: m.ServerMessage) -> None:
        match message:
            case m.Welcome() if self.call is not None and self.wire.welcomes > 1:
                self.call.rejoined()
            case m.ContactState(view=view) if view.version >= self.view.version:
                self._see(view)
            case m.LinePlace(place=place):
                self.place = place
            case m.ChatAdded() if message.version > self._heard:
                self._heard = message.version
                self.chat.append(message)
                if self._behaviour is not None:
                    self._behaviour.hear(message)
        if self.call is not None:
            self.call.receive(message)
        self._notice()

    def _see(self, view: PatientView) -> None:
        self.view = view
        if self.call is not None:
            self.call.follow(view)
        if self._behaviour is not None:
            self._behaviour.see(view)

    def _notice(self) -> None:
        for holds, waiting in self._waiting:
            if not waiting.done() and holds(self):
                waiting.set_result(None)

    async def _stay(self) -> None:
        code = await self.wire.run()
        _log.warning("demo_patient_sent_away", extra={"code": code.name})
        self._sent_away = True
        self._notice()
        await asyncio.Event().wait()

    async def _leave(self) -> None:
        """Leave no empty place in the line, and no nurse who waits for somebody gone."""
        phase, contact, epoch = self.view.phase, self.contact, self.view.epoch
        try:
            async with asyncio.timeout(_GOODBYE):
                if phase in {Phase.TALKING, Phase.INTERRUPTED}:
                    await self.wire.ask(
                        lambda ref: m.ContactHangUp(ref=ref, contact=contact, epoch=epoch)
                    )
                elif phase not in {Phase.WRAPPING_UP, Phase.ENDED}:
                    await self.wire.ask(lambda ref: m.ContactLeave(ref=ref, contact=contact))
        except (Refused, TimeoutError):
            _log.info("demo_patient_left_without_a_word")

    async def _warm_up(self) -> None:
        """Do while waiting what would keep a nurse waiting."""
        if self.call is not None:
            await asyncio.to_thread(speech, self.story.pitch)
            await self._servers()

    async def _servers(self) -> http.IceServers | None:
        now = asyncio.get_running_loop().time()
        if self._ice is not None and now - self._ice[0] < _FRESH:
            return self._ice[1]
        try:
            servers = await self._web.ice(self.contact)
        except (Unreachable, SaidNo):
            return None
        self._ice = (now, servers)
        return servers

    def _make_peer(self, session: str, servers: Sequence[IceServer], *, relay_only: bool) -> Peer:
        tracks = (MovingPicture(self.story.key, self.story.look), Voice(self.story.pitch))
        return Peer(session, servers, tracks, relay_only=relay_only)


async def _set(event: asyncio.Event) -> None:
    await event.wait()
