"""What the doors are handed: everything that was put together at the start."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from signaling.admission import Admission
from signaling.background import Background
from signaling.board import Board
from signaling.config import Settings
from signaling.desk import Desk
from signaling.engine import Engine
from signaling.forecasting import Forecaster
from signaling.index import Index
from signaling.lease import Lease
from signaling.pages import Pages
from signaling.protocol.http import IceServers
from signaling.replica import Replica
from signaling.rooms import Rooms
from signaling.rules import Rules
from signaling.whereabouts import Whereabouts
from video_advice.ids import ContactId, Instant, ProcessId
from video_advice.photos import PhotoStore
from video_advice.ports import (
    Alarms,
    Clock,
    Contacts,
    Counts,
    Drafts,
    Duties,
    Forecasts,
    Ids,
    Outbox,
    Presence,
    RegionRules,
    Sessions,
)


class Ring(Protocol):
    """Tells the other processes that something has changed. Best effort."""

    async def __call__(
        self, kind: str, subject: str, payload: bytes = b"", to: ProcessId | None = None
    ) -> None:
        """Ring for `subject`; `payload` may carry a frame to pass on. `to` one process, or all."""
        ...


class Allow(Protocol):
    """Says whether something may happen once more, by a token bucket."""

    async def __call__(self, bucket: str, per_second: float, burst: int) -> bool:
        """Take one token from `bucket`."""
        ...


class Echo(Protocol):
    """Connects a page to the echo with which it measures its network."""

    async def __call__(self, offer: str, servers: IceServers) -> str:
        """Return the SDP answer. Raises: Refused, `network.not_measured`."""
        ...


IceFor = Callable[[ContactId], IceServers]
"""Makes the ICE servers, with short-lived credentials, for one contact."""


class Archive(Protocol):
    """The parts of the archive that the doors use."""

    @property
    def contacts(self) -> Contacts:
        """The truth about contacts."""
        ...

    @property
    def outbox(self) -> Outbox:
        """Work that follows from what happened."""
        ...

    @property
    def presence(self) -> Presence:
        """Who is connected."""
        ...

    @property
    def sessions(self) -> Sessions:
        """Who is signed in."""
        ...

    @property
    def duties(self) -> Duties:
        """Who is on duty."""
        ...

    @property
    def drafts(self) -> Drafts:
        """Unsigned notes."""
        ...

    @property
    def forecasts(self) -> Forecasts:
        """What people were told of the wait."""
        ...

    @property
    def alarms(self) -> Alarms:
        """What is wrong."""
        ...

    @property
    def counts(self) -> Counts:
        """The whole service in numbers."""
        ...

    @property
    def rules(self) -> RegionRules:
        """What the regions have decided."""
        ...

    async def ping(self) -> None:
        """Return when the database answers. Raises: ArchiveDown."""
        ...

    async def close(self) -> None:
        """Close every connection."""
        ...


@dataclass
class Services:
    """One process's parts. `pages` are the sockets now open; `work` rings when work has come.

    `push_key` is the public key of Web Push, empty without it. `echo`: None without the network
    test. `draining`: about to stop;
    `leaving`: nobody is let in any more, and whoever is here is sent to another process.
    """

    settings: Settings
    lease: Lease
    clock: Clock
    ids: Ids
    archive: Archive
    photos: PhotoStore
    engine: Engine
    index: Index
    desk: Desk
    rooms: Rooms
    replica: Replica
    board: Board
    forecaster: Forecaster
    rules: Rules
    background: Background
    ring: Ring
    allow: Allow
    ice_for: IceFor
    echo: Echo | None
    admission: Admission
    push_key: str
    live_ping: Callable[[], Awaitable[bool]]
    live_figures: Callable[[], dict[str, float]]
    draining: asyncio.Event = field(default_factory=asyncio.Event)
    leaving: bool = False
    work: asyncio.Event = field(default_factory=asyncio.Event)
    whereabouts: Whereabouts = field(default_factory=Whereabouts)
    pages: Pages = field(default_factory=Pages)

    @property
    def process(self) -> ProcessId:
        """Return the name under which this process now lives."""
        return self.lease.process

    def now(self) -> Instant:
        """Return the time in milliseconds."""
        return self.clock.now()


def bucket(kind: str, subject: str) -> str:
    """Return the name of a rate-limit bucket, in which nobody can be recognised."""
    return f"{kind}:{hashlib.sha256(subject.encode()).hexdigest()[:24]}"
