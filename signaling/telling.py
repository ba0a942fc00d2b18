"""Calls patients back to the page: finds whose turn it soon is, and carries out `TellPatient`."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from typing import Final

import msgspec

from signaling.services import Services
from video_advice.effects import TellPatient
from video_advice.events import PushGone, SoonNext
from video_advice.ids import ContactId, RegionCode
from video_advice.line import Ticket
from video_advice.notices import Notice, PushAddress, soon, text
from video_advice.people import Role
from video_advice.ports import Duty, PushSender, TextSender
from video_advice.refusals import Refused
from video_advice.regions.catalogue import REGIONS
from video_advice.state import Contact, Phase

_log = logging.getLogger(__name__)

_NOT_SOON: Final = 20
"""So many in a row whose turn is not near, and that of those behind them is not either."""
_LASTS: Final[dict[Notice, int]] = {Notice.SOON: 900, Notice.NURSE: 180, Notice.CALLED: 3600}
"""Seconds for which each is worth showing."""


class Telling:
    """Sends notices. Each is said only while it is still true."""

    def __init__(
        self, services: Services, push: PushSender | None, texts: TextSender | None
    ) -> None:
        """`push` and `texts` are None where the installation has none."""
        self._services = services
        self._push = push
        self._texts = texts
        self._looked: dict[ContactId, int] = {}

    async def look(self) -> None:
        """Note `SoonNext` for everybody near the front who has asked to be told."""
        duties = await self._services.archive.duties.all()
        front = [one for region in REGIONS for one in await self._front(region, duties)]
        # A ticket that has not changed was looked at: told already, or nobody asked.
        new = [one for one in front if self._looked.get(one.contact) != one.version]
        for one in new:
            await self._say_soon(one.contact)
        self._looked = {one.contact: one.version for one in front}

    async def _front(self, region: RegionCode, duties: list[Duty]) -> list[Ticket]:
        await self._services.replica.follow([region])
        places = self._services.replica.places(region)
        if not places:
            return []
        policy, forecaster = self._services.settings.policy, self._services.forecaster
        await forecaster.look([region])
        front: list[Ticket] = []
        behind = 0
        for one in places:
            standing = places.standing(one.contact)
            if standing is None:
                continue
            if soon(standing.place, forecaster.likely(standing, one, duties), policy):
                front.append(one)
                behind = 0
            elif (behind := behind + 1) >= _NOT_SOON:
                break
        return front

    async def _say_soon(self, contact: ContactId) -> None:
        try:
            await self._services.engine.happen(contact, SoonNext())
        except Refused:
            return

    async def tell(self, effect: TellPatient) -> bool:
        """Send a notice everywhere it was asked for. Saying it again does no harm.

        Raises:
            SenderDown: somewhere it could not be sent; to be tried again.
        """
        stored = await self._services.archive.contacts.load(effect.contact)
        if stored is None or not _still_true(effect.notice, stored.contact):
            return True
        contact, notice = stored.contact, effect.notice
        sends = [self._to_browser(contact.id, address, notice) for address in contact.pushes]
        if self._texts is not None and contact.text_to is not None:
            words = text(notice, contact.language)
            key = _key(notice, contact)
            sends.append(self._texts.send(contact.text_to, words, key))
        failed = [e for e in await asyncio.gather(*sends, return_exceptions=True) if e]
        if failed:
            raise failed[0]
        return True

    async def _to_browser(self, contact: ContactId, address: PushAddress, notice: Notice) -> None:
        if self._push is None:
            return
        payload = msgspec.json.encode({"notice": notice})
        if await self._push.push(address, payload, notice.value, _LASTS[notice]):
            _log.info("push_sent", extra={"notice": notice.value})
            return
        _log.info("push_gone")
        try:
            await self._services.engine.happen(contact, PushGone(address.endpoint))
        except Refused:
            return


def _still_true(notice: Notice, contact: Contact) -> bool:
    match notice:
        case Notice.SOON:
            return contact.phase in {Phase.WAITING, Phase.OFFERED}
        case Notice.NURSE:
            return contact.phase is Phase.JOINING and Role.PATIENT in contact.absent()
        case Notice.CALLED:
            return contact.callback is not None and contact.phase is not Phase.CALLING


def _key(notice: Notice, contact: Contact) -> str:
    """Return what makes this message one: the same each time it is tried, and nobody's name."""
    said = f"{contact.id}:{notice.value}:{contact.epoch}"
    return hashlib.sha256(said.encode()).hexdigest()[:32]
