"""What befalls one piece of work between its calls to the stores."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Self

from video_advice.ports import ArchiveDown, LineDown


class Mishap(StrEnum):
    """What can happen at a call to a store."""

    NONE = "none"
    HOLD = "hold"
    """The process is slow: others go on, and the call is made later, or never."""
    KILL = "kill"
    """The process is killed before the call."""
    DOWN = "down"
    """The store cannot be reached; nothing is done."""
    CUT = "cut"
    """The store does what was asked, and the answer is lost."""


@dataclass(repr=False)
class Fate:
    """`mishap` happens at the call with this number, from 0. All that a piece of work calls counts,
    also in tasks that it starts.
    """

    mishap: Mishap = Mishap.NONE
    at: int = 0
    calls: int = 0
    under_way: int = 0
    was_held: bool = False
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the work is held, and when it has ended."""
    go: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    def of(cls, foretold: tuple[Mishap, int]) -> Self:
        """Return one with this mishap at this call."""
        return cls(*foretold)

    @property
    def fair(self) -> bool:
        """Whether nothing has befallen the work."""
        return self.mishap is Mishap.NONE or self.calls <= self.at

    async def meet(self, call: Callable[[], Awaitable[Any]], down: type[Exception]) -> Any:
        """Make a call to a store, or have it fail with `down`."""
        number = self.calls
        self.calls += 1
        if number == self.at and self.mishap in {Mishap.HOLD, Mishap.KILL}:
            self.was_held = True
        if self.was_held and not self.go.is_set():
            self._stop()
            await self.go.wait()
        if number == self.at and self.mishap is Mishap.DOWN:
            raise down
        result = await self._made(call)
        if number == self.at and self.mishap is Mishap.CUT:
            raise down
        return result

    async def _made(self, call: Callable[[], Awaitable[Any]]) -> Any:
        self.under_way += 1
        try:
            return await call()
        finally:
            self.under_way -= 1
            if self.was_held and not self.go.is_set():
                self._stop()

    def _stop(self) -> None:
        """Be held up once the stores have done what they were asked before."""
        if not self.under_way:
            self.stopped.set()


FATE: Final[ContextVar[Fate]] = ContextVar("fate")
"""That of the work under way."""


class Reached:
    """A store as a process reaches it: each call may be held up, fail, or be the process's last."""

    def __init__(
        self,
        store: Any,
        down: type[Exception] = ArchiveDown,
        after: Callable[[str, tuple[Any, ...]], Awaitable[None]] | None = None,
    ) -> None:
        """`after` is told each call that has been carried out, before anybody else can look."""
        self._store = store
        self._down = down
        self._after = after

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        """Return a method of the store."""
        method = getattr(self._store, name)

        async def reach(*args: Any, **kwargs: Any) -> Any:
            async def call() -> Any:
                result = await method(*args, **kwargs)
                if self._after is not None:
                    await self._after(name, args)
                return result

            return await FATE.get().meet(call, self._down)

        return reach


def line_of(store: Any) -> Any:
    """Return a live line as a process reaches it."""
    return Reached(store, LineDown)
