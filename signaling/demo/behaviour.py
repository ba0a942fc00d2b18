"""What a demo patient does by itself: writes, shows, agrees, and says how it was."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from signaling.demo.dice import Dice
from signaling.demo.talk import Conversation, Reply
from signaling.demo.web import SaidNo, Unreachable, Web
from signaling.demo.wire import Refused
from signaling.media.rash import photo
from signaling.protocol import messages as m
from signaling.protocol.views import PatientView
from video_advice.people import Channel, Role
from video_advice.ports import Ids
from video_advice.quality.survey import Survey
from video_advice.state import EndedWhy, Phase

if TYPE_CHECKING:
    from signaling.demo.visit import Visit

_log = logging.getLogger(__name__)

_SURVEY_WITHIN: Final = 15.0
_TRIES: Final = 5
_TYPING: Final = 0.04
"""Seconds a character."""
_LOOKS: Final = 8
"""The next photo of the same spots: `photo` repeats its skins well within this."""
_MET: Final = frozenset({Phase.JOINING, Phase.TALKING, Phase.INTERRUPTED})


class Behaviour:
    """Does one thing after the other, as a person does, with pauses scaled by `pace`."""

    def __init__(self, visit: Visit, web: Web, ids: Ids, dice: Dice, pace: float) -> None:
        """`visit` is what it knows and acts through."""
        self._visit = visit
        self._web = web
        self._ids = ids
        self._dice = dice
        self._pace = pace
        self._conversation = Conversation(visit.story)
        self._to_do: asyncio.Queue[Callable[[], Awaitable[None]]] = asyncio.Queue()
        self._greeted = False
        self._proposal: Channel | None = None
        if visit.story.spots:
            self._to_do.put_nowait(self._send_first_photo)

    async def run(self) -> None:
        """Act until cancelled. What the service refuses is let go."""
        while True:
            act = await self._to_do.get()
            try:
                await act()
            except Refused as refused:
                _log.info("demo_patient_refused", extra={"code": refused.code})

    def hear(self, message: m.ChatAdded) -> None:
        """Answer the nurse, in time."""
        if message.by is Role.NURSE:
            self._to_do.put_nowait(lambda: self._reply_to(message))

    def see(self, view: PatientView) -> None:
        """Greet a nurse who has come, and answer what she proposes."""
        if view.nurse is None:
            self._greeted = False
        if view.phase in _MET and view.channel is Channel.CHAT and not self._greeted:
            self._greeted = True
            self._to_do.put_nowait(lambda: self._say(self._conversation.greeting()))
        if view.proposal is not None and view.proposal is not self._proposal:
            self._to_do.put_nowait(self._answer_proposal)
        self._proposal = view.proposal

    async def answer_survey(self) -> None:
        """Say how it was, if a nurse has ended the contact."""
        view = self._visit.view
        if view.ended is not EndedWhy.SIGNED or view.surveyed:
            return
        await self._rest(3, 8)
        story, contact = self._visit.story, self._visit.contact
        survey = Survey(story.score, story.words)
        try:
            async with asyncio.timeout(_SURVEY_WITHIN):
                await self._visit.wire.ask(
                    lambda ref: m.SurveyAnswer(ref=ref, contact=contact, survey=survey)
                )
        except (Refused, TimeoutError) as error:
            _log.info("demo_survey_lost", extra={"error": type(error).__name__})

    async def _reply_to(self, message: m.ChatAdded) -> None:
        await self._rest(1, 3)
        self._visit.wire.tell(m.ChatSeen(contact=message.contact, upto=message.version))
        await self._say(self._conversation.reply(message.text))

    async def _say(self, reply: Reply) -> None:
        if reply.photo:
            await self._send_photo()
        for line in reply.lines:
            await self._write(line)

    async def _write(self, line: str) -> None:
        wire, contact, key = self._visit.wire, self._visit.contact, self._ids.new()
        await self._rest(0.5, 1.5)
        wire.tell(m.ChatTyping(contact=contact))
        await asyncio.sleep(len(line) * _TYPING * self._pace)
        await wire.ask(lambda ref: m.ChatSend(ref=ref, contact=contact, key=key, text=line))

    async def _answer_proposal(self) -> None:
        await self._rest(2, 5)
        visit = self._visit
        if visit.view.proposal is None:
            return
        can_film = visit.story.agrees_to_video and visit.call is not None
        yes = visit.view.proposal is Channel.CHAT or can_film
        await visit.wire.ask(
            lambda ref: m.ChannelAnswer(ref=ref, contact=visit.contact, accepted=yes)
        )
        if not yes:
            await self._say(self._conversation.decline_video())

    async def _send_first_photo(self) -> None:
        await self._rest(4, 12)
        await self._send_photo()

    async def _send_photo(self) -> None:
        """Send a photo; another one each time it is asked for."""
        story, view = self._visit.story, self._visit.view
        look = story.look + _LOOKS * len(view.photos)
        jpeg = await asyncio.to_thread(photo, look, story.spots)
        key = self._ids.new()
        for attempt in range(_TRIES):
            try:
                await self._web.send_photo(self._visit.contact, key, jpeg)
            except (Unreachable, SaidNo) as no:
                if isinstance(no, SaidNo) and not no.passing:
                    _log.info("demo_photo_refused", extra={"code": no.code})
                    return
                await asyncio.sleep(2**attempt * self._dice.fraction())
            else:
                return

    async def _rest(self, low: float, high: float) -> None:
        await asyncio.sleep(self._dice.between(low, high) * self._pace)
