"""Many who ask the same kind of question at once share the answering of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final, Generic, TypeVar

from sqlalchemy import Connection

from signaling.archive.database import CHUNK, Database
from video_advice.ids import Instant

V = TypeVar("V")

_AT_ONCE: Final = 2
"""Questions under way at a time; whoever asks meanwhile is in the next."""

Body = Callable[[Connection, Sequence[str], Instant], dict[str, V]]
"""Answers for many keys, as of an instant; leaves out those it knows nothing of."""


class Together(Generic[V]):
    """One question for all who ask while others are being answered.

    Somebody who comes alone is answered at once; the more come, the more share a question.
    """

    def __init__(self, database: Database, body: Body[V]) -> None:
        """Ask `body` of `database`."""
        self._database = database
        self._body = body
        self._waiting: dict[str, list[asyncio.Future[V | None]]] = {}
        self._now: Instant = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._asking = 0

    async def ask(self, key: str, now: Instant = 0) -> V | None:
        """Return the answer for `key`, None when there is none. Raises: ArchiveDown."""
        answer: asyncio.Future[V | None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(key, []).append(answer)
        self._now = now
        # Not the number of tasks: one that has just given its last answer would still count.
        if self._asking < _AT_ONCE:
            self._asking += 1
            task = asyncio.create_task(self._answer())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await answer

    async def _answer(self) -> None:
        try:
            while self._waiting:
                await self._answer_some()
        finally:
            self._asking -= 1

    async def _answer_some(self) -> None:
        keys, now = list(self._waiting)[:CHUNK], self._now
        asking = [(key, self._waiting.pop(key)) for key in keys]
        found: dict[str, V] = {}
        fault: Exception | None = None
        try:
            found = await self._database.read(self._body, keys, now)
        except Exception as error:  # noqa: BLE001 - told to those who asked
            fault = error
        for key, answers in asking:
            for answer in answers:
                if answer.done():
                    continue  # whoever asked has gone meanwhile
                if fault is None:
                    answer.set_result(found.get(key))
                else:
                    answer.set_exception(fault)
