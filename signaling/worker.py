"""The process that lets time pass and carries out what was committed: deadlines, photos, offers."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Coroutine, Iterable
from contextlib import suppress
from typing import Any, Final

from signaling.background import repeat
from signaling.lookout import EVERY, Lookout
from signaling.offers import Offers
from signaling.services import Services
from signaling.telling import Telling
from signaling.watch import meters
from signaling.watch.national import EVERY as FIGURES
from signaling.watch.national import National
from signaling.watch.spans import following, span
from video_advice import line
from video_advice.capacity import Staff
from video_advice.effects import AnyEffect, CleanPhoto, DropPhoto, SyncTicket, TellPatient
from video_advice.events import ColleagueGone, PhotoCleaned, PhotoRejected
from video_advice.ids import NurseId, PhotoId, RegionCode
from video_advice.line import Group
from video_advice.photos import CleanerDown, PhotoCleaner, PhotoMissing, PhotoRefused
from video_advice.policy import HOUR, SECOND
from video_advice.ports import ArchiveDown, Delivery, Gone, SenderDown
from video_advice.refusals import Refused
from video_advice.regions.catalogue import REGIONS

_log = logging.getLogger(__name__)

_DEADLINES: Final = 0.5
_WORK: Final = 1.0
_OFFERS: Final = 1.0
_REAP: Final = 1.0
_SOON: Final = 2.0
_SWEEP: Final = 600.0
_BATCH: Final = 50
_GOODBYE: Final = 10.0
"""Seconds for what has been claimed to be carried out at the end."""
_DUE: Final = 500
_HOLD: Final = 30 * SECOND
"""How long others keep from a delivery that one worker has claimed."""


class Worker:
    """Runs beside the web processes; several may run at once."""

    def __init__(self, services: Services, cleaner: PhotoCleaner, telling: Telling) -> None:
        """`cleaner` does the decoding, in processes of its own; `telling` sends notices."""
        self._services = services
        self._cleaner = cleaner
        self._lookout = Lookout(
            services.index,
            services.archive.alarms,
            self._unserved,
            services.live_ping,
            services.now,
            services.replica,
        )
        self._offers = Offers(services)
        self._telling = telling
        self.national = National(services.clock)
        self._away: set[NurseId] = set()
        self._delivering = asyncio.Lock()
        self._leaving = False

    async def run(self) -> None:
        """Work until cancelled. What was under way when the lease lapsed is dropped at once."""
        under_way: list[asyncio.Task[None]] = []

        def drop() -> None:
            for task in under_way:
                task.cancel()

        self._services.lease.lost.append(drop)
        while True:
            under_way[:] = [
                asyncio.create_task(work)
                for work in (
                    repeat(self.deadlines, _DEADLINES),
                    repeat(self.deliver, _WORK, self._services.work),
                    repeat(self.reap, _REAP),
                    repeat(self.offer, _OFFERS),
                    repeat(self.relieve, self._services.settings.nurse_grace),
                    repeat(self.release, EVERY),
                    repeat(self.check_lines, EVERY),
                    repeat(self.sweep, _SWEEP),
                    repeat(self._telling.look, _SOON),
                    repeat(self.count, FIGURES),
                )
            ]
            await asyncio.gather(*under_way, return_exceptions=True)

    async def deadlines(self) -> None:
        """Let time pass for every contact whose deadline has come."""
        services = self._services
        due = await services.archive.contacts.due(_DUE)
        await _each(services.engine.tick(contact) for contact in due)

    async def reap(self) -> None:
        """Find processes that have died, and note who was connected through them."""
        while found := await self._services.archive.presence.reap():
            await _each(self._gone(one) for one in found)

    async def _gone(self, one: Gone) -> None:
        services = self._services
        await services.engine.gone(one.contact, one.role, one.since)
        await services.archive.presence.leave(one.connection, one.contact)

    async def deliver(self) -> None:
        """Carry out what is in the outbox."""
        services = self._services
        async with self._delivering:
            while not self._leaving:
                claimed = await services.archive.outbox.claim(services.now(), _BATCH, _HOLD)
                if not claimed:
                    return
                done = await asyncio.gather(*(self._carry_out(d) for d in claimed))
                await services.archive.outbox.done([n for n in done if n is not None])

    async def finish(self) -> None:
        """Claim nothing more, and carry out what has been claimed: others would wait for it."""
        self._leaving = True
        with suppress(TimeoutError):
            async with asyncio.timeout(_GOODBYE), self._delivering:
                pass

    async def offer(self) -> None:
        """Offer the next contact to the free nurses who are to be offered it."""
        await self._offers.look()

    async def relieve(self) -> None:
        """Take off duty every nurse who in two looks running had no page open."""
        services = self._services
        away = set()
        here = {one.duty.nurse.id for one in await services.archive.duties.at_desk()}
        for duty in await services.archive.duties.all():
            nurse = duty.nurse.id
            if nurse in here:
                continue
            if nurse not in self._away:
                away.add(nurse)
                continue
            await services.archive.duties.clear(nurse)
            _log.info("nurse_relieved")
            await services.ring("duty", "")
        self._away = away

    async def release(self) -> None:
        """Let everybody take those who wait for one colleague who has gone off duty."""
        archive = self._services.archive
        waiting = await archive.contacts.particular()
        on_duty = {duty.nurse.id for duty in await archive.duties.all()}
        for one in waiting:
            if one.named is not None and one.named not in on_duty:
                with suppress(Refused):
                    await self._services.engine.happen(one.contact, ColleagueGone(one.named))

    async def check_lines(self) -> None:
        """Mend a live line that differs from the archive, and sound alarms."""
        await self._lookout.look(REGIONS)

    async def count(self) -> None:
        """Look up the figures of the whole service, for whoever reads them here."""
        services = self._services
        on_duty: Counter[RegionCode] = Counter()
        for duty in await services.archive.duties.all():
            on_duty.update(duty.nurse.regions)
        scores = services.forecaster.scores
        for region in REGIONS:
            await scores.cases(region)
        self.national.learn(await services.archive.counts.take(), on_duty, scores.shares())

    async def _unserved(self) -> frozenset[Group]:
        archive = self._services.archive
        staff = Staff(line.wants(duty.nurse) for duty in await archive.duties.all())
        return staff.unserved(
            await archive.forecasts.waiting(), await archive.contacts.particular()
        )

    async def sweep(self) -> None:
        """Remove what a crash left unfinished in the photo store."""
        await self._services.photos.sweep(self._services.now() - HOUR)

    async def _carry_out(self, delivery: Delivery) -> int | None:
        """Return the delivery's number once it has been carried out."""
        effect = type(delivery.effect).__name__
        try:
            name = f"deliver {effect}"
            with following(delivery.trace, name) if delivery.trace else span(name):
                done = await self._do(delivery.effect)
        except (ArchiveDown, OSError, CleanerDown, SenderDown) as error:
            _log.warning("delivery_failed", extra={"error": type(error).__name__})
            done = False
        meters.DELIVERIES.labels(effect, "done" if done else "later").inc()
        return delivery.number if done else None

    async def _do(self, effect: AnyEffect) -> bool:
        match effect:
            case SyncTicket(contact=contact):
                return await self._services.index.sync(contact)
            case CleanPhoto():
                return await self._clean(effect)
            case TellPatient():
                return await self._telling.tell(effect)
            case DropPhoto(photo=photo):
                await self._services.photos.remove(photo)
                return True

    async def _clean(self, effect: CleanPhoto) -> bool:
        store = self._services.photos
        try:
            with meters.PHOTO_SECONDS.time():
                cleaned = await self._cleaner.clean(await self._source(effect.photo))
            await store.put_cleaned(effect.photo, cleaned.view, cleaned.thumbnail)
            size = cleaned.measures
            news: PhotoCleaned | PhotoRejected = PhotoCleaned(effect.photo, size.width, size.height)
        except PhotoRefused as refused:
            await store.remove(effect.photo)
            news = PhotoRejected(effect.photo, refused.fault)
        except PhotoMissing:
            return True
        meters.PHOTOS.labels(
            news.fault.value if isinstance(news, PhotoRejected) else "cleaned"
        ).inc()
        try:
            await self._services.engine.happen(effect.contact, news)
        except Refused:
            await store.remove(effect.photo)
        return True

    async def _source(self, photo: PhotoId) -> bytes:
        """Return what was sent; after a crash between keeping and telling, what was kept."""
        try:
            return await self._services.photos.read_source(photo)
        except PhotoMissing:
            return await self._services.photos.open_view(photo)


async def _each(works: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Do all at once, to the end of each; then fail as the first that failed."""
    outcomes = await asyncio.gather(*works, return_exceptions=True)
    for outcome in outcomes:
        if outcome is not None:
            raise outcome
