"""The way in: one address, and all that is kept there."""

from __future__ import annotations

from typing import Final

from signaling.live.address import parse
from signaling.live.bells import Bells
from signaling.live.cluster import Cluster
from signaling.live.line import LiveLine
from signaling.live.rates import Rates
from signaling.live.routes import OneServer, Route
from signaling.live.scripts import Scripts
from video_advice.ids import ProcessId
from video_advice.ports import Watch, unwatched

NAME: Final = "video-advice-"
"""What `CLIENT LIST` calls our connections, before the name of the process."""


class Live:
    """What is happening now, as one process sees it."""

    def __init__(self, route: Route, process: ProcessId, watch: Watch = unwatched) -> None:
        """Take over `route`; `close` closes it."""
        self._route = route
        self._scripts = Scripts(route, watch)
        self.line = LiveLine(self._scripts, process)
        self.bells = Bells(route, process)
        self.rates = Rates(self._scripts)

    async def ping(self) -> bool:
        """Say whether Redis answers and the doorbells are connected, within a second."""
        return await self._scripts.ping() and self.bells.up

    def figures(self) -> dict[str, float]:
        """Return what is worth watching: is Redis heard, doorbells lost and missed so far."""
        bells = self.bells
        return {"redis_up": bells.up, "rings_lost": bells.lost, "ring_gaps": bells.gaps}

    async def close(self) -> None:
        """End listening and close every connection."""
        await self.bells.close()
        await self._route.close()


def open_live(url: str, process: ProcessId, watch: Watch = unwatched) -> Live:
    """Return what is kept at `url` (see `address.parse`); connects when first used.

    `process` is this process's own identifier, new at each start; `watch` is told of each use.
    Raises: ValueError for a URL of another scheme or with a wrong option.
    """
    address = parse(url)
    name = f"{NAME}{process}"
    route = Cluster(address, name) if address.kind == "cluster" else OneServer(address, name)
    return Live(route, process, watch)
