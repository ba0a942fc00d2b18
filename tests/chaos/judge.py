"""Judges what people did and were told against what is stored. Pure, so that it is tested itself.

The laws are those of the guarantees: I1 durability, I2 idempotence, I3 exclusivity, I4 fencing,
I5 no resurrection, I6 order, I8 progress, I9 bounded orphanhood, I11 replay, I18 honest refusals.
"""

from __future__ import annotations

import msgspec

from tests.chaos import laws_answered as answered
from tests.chaos import laws_stored as stored
from tests.chaos.history import History
from tests.chaos.laws_stored import World
from tests.chaos.lives import fold
from tests.chaos.records import Records


class Verdict(msgspec.Struct, frozen=True):
    """What was found. `lost`, `doubled`: acknowledged operations; `broken`: every broken law."""

    acknowledged: int
    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    broken: tuple[str, ...]

    @property
    def good(self) -> bool:
        """Whether every law held."""
        return not (self.lost or self.doubled or self.broken)

    def __str__(self) -> str:
        """Say what was found, a line each."""
        named = (("lost", self.lost), ("doubled", self.doubled), ("broken", self.broken))
        return "\n".join(f"{name}: {what}" for name, found in named for what in found)


def judge(history: History, records: Records, world: World) -> Verdict:
    """Return every breach of the laws."""
    lives = fold(records, world.policy)
    by_version = {(e.contact, e.version): e for e in records.entries}
    marks = answered.marks_of(records)
    broken = [
        *(f"I8 {what}" for what in history.stuck),
        *(f"I11 {what}" for what in lives.faults),
        *stored.agrees(records, lives),
        *stored.one_open(lives),
        *stored.exclusive(lives, world),
        *stored.fenced(lives),
        *stored.over(lives),
        *stored.in_turn(lives, world),
        *stored.no_orphans(history, lives, world),
        *answered.never_happened(history.operations, marks),
        *answered.in_time(history.operations, by_version),
        *answered.told(history, by_version),
    ]
    return Verdict(
        acknowledged=history.acknowledged,
        lost=tuple(answered.lost(history.operations, by_version, marks)),
        doubled=tuple(answered.doubled(history.operations, marks)),
        broken=tuple(broken),
    )
