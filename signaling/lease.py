"""This process's life: its name, and how long it may act in that name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from signaling.system import uptime
from video_advice.ids import Instant, ProcessId
from video_advice.ports import Ids, Presence

_DRIFT: Final = 2_000
"""Our ticks and the archive's clock drift apart by at most one in so many."""
_FINE: Final = 50
"""Milliseconds by which the time may be wrong..."""
_LOOKS: Final = 5
"""...or else it is asked for again, but not more often than that in a row."""


class ArchiveClock:
    """The archive's time as this process knows it: measured now and then, never going back.

    An answer shows only that the archive's clock was so at some moment between asking and being
    answered. All answers together tell more, so a slow one does not put the clock wrong.
    """

    def __init__(self, ticks: Callable[[], Instant] = uptime) -> None:
        """`ticks` counts milliseconds from anywhere, also while the host sleeps."""
        self._ticks = ticks
        self._ahead: tuple[int, int] | None = None
        """The least and the most that the archive's clock is ahead of our ticks."""
        self._followed: Instant = 0
        self._latest: Instant = 0

    def follow(self, theirs: Instant, asked: Instant, answered: Instant) -> None:
        """Take what the archive's clock showed between two of our own ticks."""
        least, most = theirs - answered, theirs - asked
        if self._ahead is not None:
            drift = 1 + (answered - self._followed) // _DRIFT
            known = max(least, self._ahead[0] - drift), min(most, self._ahead[1] + drift)
            if known[0] <= known[1]:  # else the archive's clock was set
                least, most = known
        self._ahead, self._followed = (least, most), answered

    @property
    def doubt(self) -> int:
        """Return by how many milliseconds it may be wrong; only after the first `follow`."""
        return 0 if self._ahead is None else (self._ahead[1] - self._ahead[0]) // 2

    def now(self) -> Instant:
        """Return milliseconds since 1970 UTC. Raises: RuntimeError before the first `follow`."""
        if self._ahead is None:
            raise RuntimeError("the archive has not been asked for the time")
        self._latest = max(self._latest, self._ticks() + sum(self._ahead) // 2)
        return self._latest


class Lease:
    """Kept alive by `renew`. Whoever acts on what was known before asks whether it is `live`."""

    def __init__(
        self,
        presence: Presence,
        ids: Ids,
        length: int,
        clock: ArchiveClock,
        ticks: Callable[[], Instant] = uptime,
    ) -> None:
        """`length` in milliseconds; `ticks` as those of `clock`."""
        self.process: ProcessId = ProcessId(ids.new())
        self.lost: Final[list[Callable[[], None]]] = []
        """Called at once when the lease is found to have lapsed."""
        self._presence = presence
        self._ids = ids
        self._length = length
        self._clock = clock
        self._ticks = ticks
        self._until: Instant = 0

    def live(self) -> bool:
        """Say whether nobody can have thought this process dead until now.

        Counted from before the last renewal was asked for, so it ends before the lease does.
        """
        return self._ticks() < self._until

    async def renew(self) -> None:
        """Extend the lease, or begin anew under another name. Raises: ArchiveDown."""
        if await self._extend():
            return
        self.process = ProcessId(self._ids.new())
        for tell in self.lost:
            tell()
        await self._extend()

    async def _extend(self) -> bool:
        asked = self._ticks()
        theirs = await self._presence.renew(self.process, self._length)
        if theirs is None:
            return False
        self._until = asked + self._length
        self._clock.follow(theirs, asked, self._ticks())
        await self._look_closer()
        return True

    async def _look_closer(self) -> None:
        """Ask for the time alone: that waits for nobody, and a renewal may for its turn."""
        for _ in range(_LOOKS):
            if self._clock.doubt <= _FINE:
                return
            asked = self._ticks()
            theirs = await self._presence.time()
            self._clock.follow(theirs, asked, self._ticks())
