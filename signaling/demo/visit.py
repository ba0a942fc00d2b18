"""One matter of a demo patient, from the form to the survey."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final

import msgspec

from signaling.demo.call import Call
from signaling.demo.dice import Dice
from signaling.demo.stories.story import Story
from signaling.demo.talk import Conversation, Reply
from signaling.demo.web import SaidNo, Unreachable, Web
from signaling.demo.wire import Refused, Wire
from signaling.media.ice import IceServer
from signaling.media.peer import Peer
from signaling.media.picture import MovingPicture
from signaling.media.rash import photo
from signaling.media.sound import Voice, speech
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
_TYPING: Final = 0.04
"""Seconds a character."""
_MET: Final = frozenset({Phase.JOINING, Phase.TALKING, Phase.INTERRUPTED})


class Manner(msgspec.Struct, frozen=True):
    """How a patient behaves. Without `media` it joins no call; a `silent` one writes nothing,
    sends no photo and answers no question. `pace` scales all pauses; 0 leaves them out."""

    media: bool = True
    silent: bool = False
    pace: float = 1.0


class Visit:
    """A contact as its patient's page has it: `view`, `place` and `chat`, and the `call`."""

    def __init__(
        self,
        contact: ContactId,
        story: Story,
        web: Web,
        wire: Callable[[Visit], Wire],
        *,
        manner: Manner,
        dice: Dice,
        ids: Ids,
    ) -> None:
        """`wire` makes the socket, which is not opened before `run`."""
        self.contact = contact
        self.story = story
        self.view: views.PatientView | None = None
        self.place: views.PlaceView | None = None
        self.chat: list[m.ChatAdded] = []
        self.wire = wire(self)
        self.call: Call | None = None
        self._web = web
        self._manner = manner
        self._dice = dice
        self._ids = ids
        self._conversation = Conversation(story)
        self._to_do: asyncio.Queue[Callable[[], Awaitable[None]]] = asyncio.Queue()
        self._waiting: list[tuple[Callable[[Visit], bool], asyncio.Future[None]]] = []
        self._greeted = False
        self._proposal: Channel | None = None
        self._sent_away = False
        if manner.media:
            self.call = Call(
                contact,
                tell=self.wire.tell,
                servers=self._servers,
                make_peer=self._make_peer,
                new_id=ids.new,
            )

    @property
    def version(self) -> int:
        """The newest version of the contact that is known."""
        chat = (message.version for message in self.chat)
        return max((0 if self.view is None else self.view.version, *chat))

    @property
    def over(self) -> bool:
        """Whether nothing more is to come."""
        ended = self.view is not None and self.view.phase is Phase.ENDED
        return ended or self._sent_away

    async def run(self, stop: asyncio.Event) -> None:
        """Stay until the contact has ended, or leave it when `stop` is set."""
        jobs: list[Coroutine[Any, Any, None]] = [self._stay()]
        if self.call is not None:
            jobs.append(self.call.run())
        if not self._manner.silent:
            jobs.append(self._behave())
        running = [asyncio.create_task(job) for job in jobs]
        ended = asyncio.create_task(self.until(lambda visit: visit.over))
        stopped = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({*running, ended, stopped}, return_when=asyncio.FIRST_COMPLETED)
            for job in running:
                if job.done():
                    job.result()
            if stop.is_set():
                await self._leave()
            elif not self._manner.silent:
                await self._answer_survey()
        finally:
            everything = [*running, ended, stopped]
            for job in everything:
                job.cancel()
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

    def receive(self, message: m.ServerMessage) -> None:
        """Take in one message of the service's."""
        match message:
            case m.Welcome() if self.call is not None and self.wire.welcomes > 1:
                self.call.rejoined()
            case m.ContactState(view=view):
                self._see(view)
            case m.LinePlace(place=place):
                self.place = place
            case m.ChatAdded() if all(known.version != message.version for known in self.chat):
                self.chat.append(message)
                if message.by is Role.NURSE:
                    self._to_do.put_nowait(lambda: self._reply_to(message))
        if self.call is not None:
            self.call.receive(message)
        self._notice()

    def _notice(self) -> None:
        for holds, waiting in self._waiting:
            if not waiting.done() and holds(self):
                waiting.set_result(None)

    def _see(self, view: views.PatientView) -> None:
        if self.view is not None and view.version < self.view.version:
            return
        self.view = view
        if self.call is not None:
            self.call.follow(view)
        if view.phase in _MET and view.channel is Channel.CHAT and not self._greeted:
            self._greeted = True
            self._to_do.put_nowait(lambda: self._say(self._conversation.greeting()))
        if view.proposal is not None and view.proposal is not self._proposal:
            self._to_do.put_nowait(self._answer_proposal)
        self._proposal = view.proposal
        if view.nurse is None:
            self._greeted = False

    # What it does by itself -----------------------------------------------------------------

    async def _stay(self) -> None:
        code = await self.wire.run()
        _log.warning("demo_patient_sent_away", extra={"code": code.name})
        self._sent_away = True
        self._notice()
        await asyncio.Event().wait()

    async def _behave(self) -> None:
        """Do one thing after the other, as a person does."""
        if self.story.spots:
            await self._pause(4, 12)
            await self._send_photo()
        while True:
            act = await self._to_do.get()
            try:
                await act()
            except Refused as refused:
                _log.info("demo_patient_refused", extra={"code": refused.code})

    async def _reply_to(self, message: m.ChatAdded) -> None:
        await self._pause(1, 3)
        self.wire.tell(m.ChatSeen(contact=self.contact, upto=message.version))
        await self._say(self._conversation.reply(message.text))

    async def _say(self, reply: Reply) -> None:
        if reply.photo:
            await self._send_photo()
        for line in reply.lines:
            await self._write(line)

    async def _write(self, line: str) -> None:
        await self._pause(0.5, 1.5)
        self.wire.tell(m.ChatTyping(contact=self.contact))
        await asyncio.sleep(len(line) * _TYPING * self._manner.pace)
        key = self._ids.new()
        await self.wire.ask(lambda ref: m.ChatSend(ref=ref, contact=self.contact, key=key, text=line))

    async def _answer_proposal(self) -> None:
        await self._pause(2, 5)
        if self.view is None or self.view.proposal is None:
            return
        yes = self.view.proposal is Channel.CHAT or (
            self.story.agrees_to_video and self._manner.media
        )
        await self.wire.ask(
            lambda ref: m.ChannelAnswer(ref=ref, contact=self.contact, accepted=yes)
        )
        if not yes:
            await self._say(self._conversation.decline_video())

    async def _send_photo(self) -> None:
        """Send a photo; a fresh one each time it is asked for."""
        sent = 0 if self.view is None else len(self.view.photos)
        jpeg = await asyncio.to_thread(photo, self.story.look + 8 * sent, self.story.spots)
        key = self._ids.new()
        for attempt in range(_TRIES):
            try:
                await self._web.send_photo(self.contact, key, jpeg)
            except (Unreachable, SaidNo) as no:
                if isinstance(no, SaidNo) and not no.passing:
                    _log.info("demo_photo_refused", extra={"code": no.code})
                    return
                await asyncio.sleep(2**attempt * self._dice.fraction())
            else:
                return

    async def _answer_survey(self) -> None:
        if self.view is None or self.view.ended is not EndedWhy.SIGNED or self.view.surveyed:
            return
        await self._pause(3, 8)
        survey = Survey(self.story.score, self.story.words)
        try:
            async with asyncio.timeout(_LONGEST_PAUSE):
                await self.wire.ask(
                    lambda ref: m.SurveyAnswer(ref=ref, contact=self.contact, survey=survey)
                )
        except (Refused, TimeoutError) as error:
            _log.info("demo_survey_lost", extra={"error": type(error).__name__})

    async def _leave(self) -> None:
        """Leave no empty place in the line, and no nurse who waits for somebody gone."""
        view = self.view
        if view is None or self.over:
            return
        try:
            async with asyncio.timeout(_GOODBYE):
                if view.phase in {Phase.TALKING, Phase.INTERRUPTED}:
                    await self.wire.ask(
                        lambda ref: m.ContactHangUp(
                            ref=ref, contact=self.contact, epoch=view.epoch
                        )
                    )
                elif view.phase is not Phase.WRAPPING_UP:
                    await self.wire.ask(lambda ref: m.ContactLeave(ref=ref, contact=self.contact))
        except (Refused, TimeoutError):
            _log.info("demo_patient_left_without_a_word")

    async def _pause(self, low: float, high: float) -> None:
        await asyncio.sleep(self._dice.between(low, high) * self._manner.pace)

    # Picture and sound ----------------------------------------------------------------------

    async def _servers(self) -> http.IceServers | None:
        # A voice takes a moment to be made, and is kept.
        await asyncio.to_thread(speech, self.story.pitch)
        try:
            return await self._web.ice(self.contact)
        except (Unreachable, SaidNo):
            return None

    def _make_peer(self, session: str, servers: tuple[IceServer, ...], relay_only: bool) -> Peer:
        tracks = (MovingPicture(self.story.key, self.story.look), Voice(self.story.pitch))
        return Peer(session, servers, tracks, relay_only=relay_only)
