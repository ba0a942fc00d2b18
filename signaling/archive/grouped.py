"""One transaction for all who come while another is being written.

Ten thousand people who arrive at once are some tens of transactions, not ten thousand. Somebody
who comes alone is written at once, and everybody is answered after the commit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final, Generic, TypeVar

from sqlalchemy import Connection

from signaling.archive.database import Database

A = TypeVar("A")
R = TypeVar("R")

_MOST: Final = 500
"""How many are written in one transaction, unless said otherwise."""

Body = Callable[[Connection, Sequence[A]], Sequence[R | Exception]]
"""Writes all; what became of each, in order. An exception is that one's own affair."""


class Grouped(Generic[A, R]):
    """Writes what comes meanwhile together, one group after the other."""

    def __init__(self, database: Database, body: Body[A, R], most: int = _MOST) -> None:
        """Write with `body` to `database`, at most so many at a time."""
        self._database = database
        self._body = body
        self._most = most
        self._waiting: list[tuple[A, asyncio.Future[R]]] = []
        self._task: asyncio.Task[None] | None = None

    async def put(self, one: A) -> R:
        """Write one and return what became of it once it is on disk.

        Raises: ArchiveDown; whatever `body` says of this one.
        """
        answer: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((one, answer))
        if self._task is None:
            self._task = asyncio.create_task(self._write())
        return await answer

    async def _write(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                outcomes: Sequence[R | Exception]
                try:
                    outcomes = await self._database.write(self._body, [one for one, _ in group])
                except Exception as error:  # noqa: BLE001 - told to each of those who asked
                    outcomes = [error] * len(group)
                for (_, answer), outcome in zip(group, outcomes, strict=True):
                    if answer.done():
                        continue  # whoever asked has gone meanwhile
                    if isinstance(outcome, Exception):
                        answer.set_exception(outcome)
                    else:
                        answer.set_result(outcome)
        finally:
            self._task = None
