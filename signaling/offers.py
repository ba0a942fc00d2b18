"""Contacts that come to nurses by themselves: where a region offers them, or a nurse asked."""

from __future__ import annotations

import logging

from msgspec.structs import replace

from signaling.services import Services
from video_advice import line
from video_advice.capacity import Takeable
from video_advice.line import Wants
from video_advice.ports import AtDesk
from video_advice.refusals import Refusal, Refused

_log = logging.getLogger(__name__)

_BESIDES = frozenset({Refusal.NOBODY_WAITING, Refusal.AT_CAPACITY})
"""Another worker, or the nurse herself, was faster."""


class Offers:
    """Several workers may do this at once: the archive lets one offer a nurse stand."""

    def __init__(self, services: Services) -> None:
        """`services` are those of this process."""
        self._services = services

    async def look(self) -> None:
        """Look once who is free and who waits, then offer to each for whom somebody waits."""
        archive, desk = self._services.archive, self._services.desk
        here = await archive.duties.at_desk()
        free = [(one, wants) for one in here if (wants := self._wants(one)) is not None]
        if not free:
            return
        waiting = Takeable(await archive.forecasts.waiting(), await archive.contacts.particular())
        for one, wants in sorted(free, key=lambda each: each[0].taken):
            if not waiting.any_for(wants):
                continue
            try:
                offered = await desk.offer_next(one.duty.nurse, wants)
            except Refused as refused:
                if refused.code not in _BESIDES:
                    _log.warning("offer_failed", extra={"code": refused.code.value})
            else:
                waiting.take(offered.contact)

    def _wants(self, one: AtDesk) -> Wants | None:
        """Return what she may be offered now; None when it is nothing."""
        duty = one.duty
        if not one.free() or not duty.available():
            return None
        regions = duty.nurse.regions
        if not duty.offers:
            regions = self._services.rules.offering(regions)
        whole = one.taken == 0
        return replace(line.wants(duty.nurse, whole=whole), regions=regions) if regions else None
