"""What people did and were told while parts of the service were being broken, as they saw it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec


class Outcome(StrEnum):
    """What somebody knows of a thing asked for. UNKNOWN: it may have happened, or may yet."""

    OK = "ok"
    FAIL = "fail"
    UNKNOWN = "unknown"


class Operation(msgspec.Struct):
    """One thing somebody asked for, from the first try to the answer. Times in milliseconds.

    `mark` is unique and is found again in what is stored: the key and text of a chat message, in
    the story of a new contact, the identifier of a photo.
    """

    who: str
    kind: str
    contact: str = ""
    mark: str = ""
    epoch: int | None = None
    start: int = 0
    end: int = 0
    outcome: Outcome = Outcome.UNKNOWN
    version: int | None = None
    code: str = ""
    tries: int = 0


class Heard(msgspec.Struct):
    """One chat message as a page was shown it."""

    contact: str
    version: int
    mark: str


class PageLog(msgspec.Struct):
    """What one page was shown, over all its sockets, in order. A reload begins a new page.

    `ended` holds the version at which the page was told that a contact had ended.
    """

    who: str
    role: str
    heard: list[Heard] = msgspec.field(default_factory=list)
    ended: dict[str, int] = msgspec.field(default_factory=dict)
    states: dict[str, list[tuple[int, int]]] = msgspec.field(default_factory=dict)
    """Version and epoch of every state shown, by contact."""


class Vanished(msgspec.Struct):
    """Somebody whose page was gone from `at` on and never came back."""

    who: str
    role: str
    at: int


class History(msgspec.Struct):
    """Everything everybody did and was told in one schedule."""

    operations: list[Operation] = msgspec.field(default_factory=list)
    pages: list[PageLog] = msgspec.field(default_factory=list)
    vanished: list[Vanished] = msgspec.field(default_factory=list)
    stuck: list[str] = msgspec.field(default_factory=list)
    """What did not come about though every part had been whole for long."""

    @property
    def acknowledged(self) -> int:
        """How many operations were answered `done`."""
        return sum(one.outcome is Outcome.OK for one in self.operations)

    @property
    def moved(self) -> int:
        """How many operations other than chat were answered `done`: what moves contacts on."""
        return sum(one.outcome is Outcome.OK and one.kind != "chat" for one in self.operations)

    def dump(self) -> bytes:
        """One line of JSON for each operation, page and fact."""
        rows: list[Any] = [*self.operations, *self.pages, *self.vanished, *self.stuck]
        return b"\n".join(msgspec.json.encode(row) for row in rows) + b"\n"
