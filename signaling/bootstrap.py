"""Puts one process's parts together, keeps them going, and takes them apart again."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from signaling.admission import Admission
from signaling.aftermath import Aftermath
from signaling.archive.migrate import SchemaMissing
from signaling.archive.open import Archive, open_archive
from signaling.background import Background, repeat
from signaling.board import Board
from signaling.config import BadSetting, Settings
from signaling.desk import Desk
from signaling.engine import Engine, Events
from signaling.forecasting import Forecaster
from signaling.index import Index
from signaling.lease import ArchiveClock, Lease
from signaling.leaving import give_up_lease, send_away
from signaling.live.bells import MOVED, RECONNECTED, RULES
from signaling.live.bells import Ring as Rung
from signaling.live.connect import Live, open_live
from signaling.live.line import moved
from signaling.media import ice
from signaling.media.echo_link import EchoLink
from signaling.media.ice import ice_servers
from signaling.notify.vapid import KeyUnusable, public_key
from signaling.photos.store import PhotoDirectory
from signaling.protocol import close_codes as cc
from signaling.protocol.http import IceServer, IceServers
from signaling.replica import CHECKED, Replica
from signaling.rooms import Rooms
from signaling.rows import Rows
from signaling.rules import KEPT, Rules
from signaling.services import Echo, IceFor, Services
from signaling.sockets.passing import greet, receive
from signaling.system import SystemIds
from signaling.watch.meters import LEASES_LOST
from signaling.watch.process import follow, lag
from signaling.watch.spans import carried, following
from signaling.watch.stores import watch
from video_advice.ids import ContactId, NurseId, ProcessId
from video_advice.policy import SECOND
from video_advice.ports import Clock, Delivery, Stored

_log = logging.getLogger(__name__)

_POLL: Final = 2.0
"""Seconds between looks into the archive while no doorbell can be heard."""
_SWEEPS: Final = 8
"""While bells are heard, only each so manyth look is taken: what a lost bell costs at most."""


async def check(settings: Settings) -> None:
    """Return when the records can be used.

    Raises:
        ArchiveDown, BadSetting: they cannot; the text says what to do.
    """
    archive = open_archive(settings.database_url)
    try:
        await _check(archive)
    finally:
        await archive.close()


async def _check(archive: Archive) -> None:
    try:
        await archive.check()
    except SchemaMissing as error:
        raise BadSetting(f"VIDEO_ADVICE_DATABASE_URL: {error}") from None


def _open_live(settings: Settings, process: ProcessId) -> Live:
    try:
        return open_live(settings.redis_url, process, watch)
    except ValueError as error:
        raise BadSetting(f"VIDEO_ADVICE_REDIS_URL: {error}") from None


@asynccontextmanager
async def started(settings: Settings) -> AsyncIterator[Services]:
    """Yield this process's parts, going.

    Raises:
        ArchiveDown, BadSetting: the records cannot be used; the service must not start.
    """
    clock, ids, background = ArchiveClock(), SystemIds(), Background()
    archive = open_archive(settings.database_url, watch=watch)
    lease = Lease(archive.presence, ids, settings.lease * SECOND, clock)
    live = _open_live(settings, lease.process)
    link = EchoLink(settings.echo_url, settings.echo_secret) if settings.echo_url else None
    try:
        await _check(archive)
        rooms = Rooms(archive.contacts, settings.policy, background)
        index = Index(live.line, archive.contacts)
        forecaster = Forecaster(archive.forecasts, clock)
        replica = Replica(index, lambda: live.bells.up)
        rows = Rows(archive.contacts, replica)
        rules = Rules(archive.rules)
        await rules.look()
        board = Board(rooms, replica, rows, archive.duties, clock, forecaster, rules)
        rules.changed = board.poke
        after = _Later()
        engine = Engine(
            archive.contacts,
            archive.presence,
            clock,
            settings.policy,
            after,
            lambda: lease.process,
        )

        async def ring(
            kind: str, subject: str, payload: bytes = b"", to: ProcessId | None = None
        ) -> None:
            await live.bells.ring(kind, subject, payload, to, carried())

        async def allow(bucket: str, per_second: float, burst: int) -> bool:
            return await live.rates.allow(bucket, 1, per_second, burst, clock.now())

        after.to = Aftermath(rooms, board, index, archive.outbox, ring, background)
        services = Services(
            settings=settings,
            lease=lease,
            clock=clock,
            ids=ids,
            archive=archive,
            photos=PhotoDirectory(settings.photo_dir),
            engine=engine,
            index=index,
            desk=Desk(engine, index, rules.time_to_answer),
            rooms=rooms,
            replica=replica,
            board=board,
            forecaster=forecaster,
            rules=rules,
            background=background,
            ring=ring,
            allow=allow,
            ice_for=_ice_for(settings, clock),
            echo=None if link is None else _echo(link),
            admission=Admission(settings.coming_at_once),
            push_key=_push_key(settings),
            live_ping=live.ping,
            live_figures=live.figures,
        )
        rooms.greet = lambda contact, role, session: greet(
            contact, role, session, services, early=True
        )
        lease.lost.append(lambda: _close_all(services))
        await lease.renew()
        _keep_going(services, live)
        yield services
        await send_away(services, lambda: False)  # a server that has done so has none left
        await background.stop()
        await give_up_lease(services)
    finally:
        await background.stop()
        if link is not None:
            await link.close()
        await live.close()
        await archive.close()


def _push_key(settings: Settings) -> str:
    if not settings.vapid_key:
        return ""
    try:
        return public_key(Path(settings.vapid_key))
    except KeyUnusable as error:
        raise BadSetting(f"VIDEO_ADVICE_VAPID_KEY: {error}") from None


class _Later:
    """Stands in the engine's ear until the aftermath, which needs the engine's rooms, is made."""

    to: Aftermath

    async def __call__(
        self, stored: Stored, events: Events, deliveries: tuple[Delivery, ...]
    ) -> None:
        await self.to(stored, events, deliveries)


def _ice_for(settings: Settings, clock: Clock) -> IceFor:
    def ice_for(contact: ContactId) -> IceServers:
        found, expires = ice_servers(
            urls=settings.turn,
            secret=settings.turn_secret,
            contact_id=contact,
            now=clock.now(),
            stun_urls=settings.stun,
            policy=settings.ice_policy,
        )
        servers = tuple(IceServer(s.urls, s.username, s.credential) for s in found)
        return IceServers(servers, settings.ice_policy, expires)

    return ice_for


def _echo(link: EchoLink) -> Echo:
    async def echo(offer: str, servers: IceServers) -> str:
        given = [ice.IceServer(s.urls, s.username, s.credential) for s in servers.servers]
        return await link.answer(offer, given)

    return echo


def _keep_going(services: Services, live: Live) -> None:
    lease = services.settings.lease
    follow(lambda: len(services.pages), services.live_figures)
    services.background.start(lag())
    services.background.start(services.board.run())
    services.background.start(services.forecaster.run())
    services.background.start(repeat(services.rules.look, KEPT, services.rules.rung))
    services.background.start(repeat(services.lease.renew, lease / 3))
    services.background.start(_listen(services, live))
    services.background.start(repeat(_Poll(services).look, _POLL))
    services.background.start(repeat(lambda: _compare(services), CHECKED))


async def _compare(services: Services) -> None:
    """See whether this process's copy of the line is where the line is."""
    if not await services.replica.check():
        _log.warning("line_changes_lost")
        services.board.wake()


def _close_all(services: Services) -> None:
    """Once the lease has lapsed all pages here count as gone: make them so."""
    _log.warning("lease_lost", extra={"pages": len(services.pages)})
    LEASES_LOST.inc()
    for page in tuple(services.pages):
        page.close(cc.LEASE_LOST)


async def _listen(services: Services, live: Live) -> None:
    async for rung in live.bells.listen():
        try:
            with following(rung.trace, f"doorbell {rung.kind}"):
                _heard(rung, services)
        except (ValueError, UnicodeError):
            _log.warning("bell_unreadable")


def _heard(rung: Rung, services: Services) -> None:
    match rung.kind:
        case "contact":
            nurse = NurseId(rung.payload.decode()) or None
            services.rooms.poke(ContactId(rung.subject), nurse)
            services.board.poke(ContactId(rung.subject))
        case "relay":
            receive(ContactId(rung.subject), rung.payload, rung.sender, services)
        case "duty":
            services.board.poke()
        case "work":
            services.work.set()
        case kind if kind == RULES:
            services.rules.rung.set()
        case kind if kind == MOVED:
            services.replica.hear(moved(rung.payload))
            services.board.wake()
        case kind if kind == RECONNECTED:
            services.work.set()
            services.rules.rung.set()
            services.replica.forget()
            services.board.poke()
            services.background.start(_catch_up(services))


async def _catch_up(services: Services) -> None:
    """Look into the archive for what no bell told."""
    known = services.rooms.contacts()
    newest = await services.archive.contacts.versions(known)
    for contact in known:
        stored = services.rooms.stored(contact)
        if stored is not None and newest.get(contact, 0) > stored.version:
            services.rooms.poke(contact)
    for nurse in {p.nurse.id for p in services.rooms.nurses() if p.nurse is not None}:
        for stored in await services.archive.contacts.of_nurse(nurse):
            if services.rooms.stored(stored.contact.id) is None:
                services.rooms.poke(stored.contact.id, nurse)


class _Poll:
    """The archive asked now and then: often while Redis is down, seldom otherwise."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._round = 0

    async def look(self) -> None:
        self._round += 1
        down = not await self._services.live_ping()
        if down or self._round % _SWEEPS == 0:
            await _catch_up(self._services)
        if down:
            self._services.board.poke()
            self._services.work.set()
