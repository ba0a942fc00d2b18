"""The service with one of its safeguards taken out. The model has to notice each of them.

A mutant names the laws by which it may be caught: at least one of them must be among those broken.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import pytest
from msgspec.structs import replace

import signaling.engine
import video_advice.contact as rules
from signaling.archive import commit, seats, takings
from signaling.archive.contacts import SqlContacts
from signaling.desk import Desk
from signaling.engine import Engine
from signaling.index import Index
from signaling.worker import Worker
from tests.fakes.memory_archive import MemoryContacts
from video_advice import events as ev
from video_advice.effects import SyncTicket
from video_advice.line import MemoryLine
from video_advice.ports import (
    Change,
    Conflict,
    Gone,
    LineDown,
    NobodyBefore,
    NobodyHere,
    Stored,
    Unbuilt,
)
from video_advice.state import Contact, Phase

Patch = pytest.MonkeyPatch


@dataclass(frozen=True)
class Mutant:
    """What is missing, the laws that tell, and how it is taken out. `sql`: seen over SQL only."""

    name: str
    laws: frozenset[str]
    patch: Callable[[Patch], None]
    sql: bool = False


MUTANTS: Final[list[Mutant]] = []


def mutant(
    *laws: str, sql: bool = False
) -> Callable[[Callable[[Patch], None]], Callable[[Patch], None]]:
    def enter(patch: Callable[[Patch], None]) -> Callable[[Patch], None]:
        MUTANTS.append(Mutant(patch.__name__, frozenset(laws), patch, sql))
        return patch

    return enter


# The rules ------------------------------------------------------------------------------------


@mutant("I4")
def an_old_epoch_is_as_good(patch: Patch) -> None:
    patch.setattr(rules, "_check_epoch", lambda *_: None)


@mutant("I4")
def anybody_may_answer_for_the_nurse(patch: Patch) -> None:
    patch.setattr(
        rules, "_check_nurse", lambda contact, _, epoch: rules._check_epoch(contact.epoch, epoch)
    )


def _returns(patch: Patch, change: Callable[[Contact, Contact], Contact]) -> None:
    back = rules._back_in_line

    def mutated(contact: Contact, why: ev.WhyReturned, now: int) -> Contact:
        return change(contact, back(contact, why, now))

    patch.setattr(rules, "_back_in_line", mutated)


@mutant("I6")
def who_comes_back_stands_last(patch: Patch) -> None:
    _returns(patch, lambda _, after: replace(after, arrived_at=after.phase_at))


@mutant("I4")
def no_new_epoch_in_the_line(patch: Patch) -> None:
    _returns(patch, lambda before, after: replace(after, epoch=before.epoch))


@mutant("I9")
def who_lost_her_nurse_is_not_ahead(patch: Patch) -> None:
    _returns(patch, lambda before, after: replace(after, ahead=before.ahead))


@mutant("I5")
def the_ended_are_offered(patch: Patch) -> None:
    rows: dict[Phase, Any] = dict(rules.ALLOWED)
    rows[Phase.ENDED] = {**rows[Phase.ENDED], ev.NurseOffered: frozenset({Phase.OFFERED})}
    patch.setattr(rules, "ALLOWED", rows)


@mutant("I8")
def an_offer_has_no_deadline(patch: Patch) -> None:
    def dropped(contact: Contact, now: int, policy: Any) -> int | None:
        due = rules.deadline(contact, now, policy)
        return None if contact.phase is Phase.OFFERED else due

    patch.setattr(signaling.engine, "deadline", dropped)


# The engine -----------------------------------------------------------------------------------


def _commits(patch: Patch, change: Callable[[Change], Change]) -> None:
    """Have every change committed in another form than the engine meant."""

    def made(**fields: Any) -> Change:
        return change(Change(**fields))

    patch.setattr(signaling.engine, "Change", made)


@mutant("I2")
def no_key_is_kept(patch: Patch) -> None:
    _commits(patch, lambda change: replace(change, key=None))


@mutant("I10")
def the_line_is_not_told(patch: Patch) -> None:
    steps = signaling.engine._steps
    patch.setattr(signaling.engine, "_steps", lambda *given: (steps(*given)[0], ()))


@mutant("I9")
def whoever_has_another_page_is_counted_out(patch: Patch) -> None:
    def unguarded(change: Change) -> Change:
        return replace(change, guard=None) if isinstance(change.guard, NobodyHere) else change

    _commits(patch, unguarded)


@mutant("I1")
def done_is_said_before_it_is(patch: Patch) -> None:
    async def write(
        self: Engine, before: Stored | None, made: Any, *rest: Any, **given: Any
    ) -> Stored:
        events = made if isinstance(made, tuple) else (made,)
        old = None if before is None else before.contact
        after, _ = signaling.engine._steps(old, events, self._clock.now(), self.policy)

        async def commit_later() -> None:
            await real(self, before, made, *rest, **given)

        self._heard._background.start(commit_later())  # type: ignore[attr-defined]
        return Stored((0 if before is None else before.version) + len(events), after)

    real = Engine._write
    patch.setattr(Engine, "_write", write)


# Desk, index, aftermath, worker ---------------------------------------------------------------


@mutant("I6")
def the_line_has_the_last_word(patch: Patch) -> None:
    offer = Desk._offer

    async def unguarded(self: Desk, nurse: Any, contact: Any, guard: Any, arrival: Any) -> Stored:
        happen = self._engine.happen

        async def happens(*args: Any, **given: Any) -> Stored:
            return await happen(*args, **{**given, "guard": None})

        with pytest.MonkeyPatch.context() as inner:
            inner.setattr(self._engine, "happen", happens)
            return await offer(self, nurse, contact, guard, arrival)

    patch.setattr(Desk, "_offer", unguarded)


@mutant("I8")
def with_the_line_empty_nobody_waits(patch: Patch) -> None:
    async def lift(self: Index, wants: Any) -> Any:
        try:
            return await self._live.lift(wants)
        except (Unbuilt, LineDown):
            return None

    patch.setattr(Index, "lift", lift)


@mutant("I10")
def the_line_is_rebuilt_without_those_ahead(patch: Patch) -> None:
    rebuild = MemoryLine.rebuild

    async def some(self: MemoryLine, region: Any, tickets: Any) -> None:
        await rebuild(self, region, [one for one in tickets if not one.ahead])

    patch.setattr(MemoryLine, "rebuild", some)


@mutant("I10")
def a_line_that_was_down_is_not_told_later(patch: Patch) -> None:
    sync = Index.sync

    async def done_with(self: Index, contact: Any) -> bool:
        await sync(self, contact)
        return True

    patch.setattr(Index, "sync", done_with)


@mutant("I10")
def what_a_crash_left_is_not_delivered(patch: Patch) -> None:
    do = Worker._do

    async def deliver(self: Worker, effect: Any) -> bool:
        return True if isinstance(effect, SyncTicket) else await do(self, effect)

    patch.setattr(Worker, "_do", deliver)


@mutant("I9")
def the_dead_are_forgotten_before_anybody_is_told(patch: Patch) -> None:
    async def reap(self: Worker) -> None:
        presence = self._services.archive.presence
        for one in await presence.reap():
            await presence.leave(one.connection, one.contact)

    patch.setattr(Worker, "reap", reap)


@mutant("I8")
def nobody_is_offered_while_redis_is_down(patch: Patch) -> None:
    offer = Worker.offer

    async def only_with_redis(self: Worker) -> None:
        if await self._services.live_ping():
            await offer(self)

    patch.setattr(Worker, "offer", only_with_redis)


# What SQL holds to ----------------------------------------------------------------------------


@mutant("I11", "I4", sql=True)
def the_last_writer_wins(patch: Patch) -> None:
    real = SqlContacts.commit

    async def anyhow(self: SqlContacts, change: Change) -> list[int]:
        try:
            return await real(self, change)
        except Conflict:
            newest = await self.load(change.contact.id)
            assert newest is not None
            return await real(self, replace(change, expected=newest.version))

    patch.setattr(SqlContacts, "commit", anyhow)


@mutant("I3", sql=True)
def a_nurse_has_any_number_of_seats(patch: Patch) -> None:
    patch.setattr(seats, "free_for", lambda _, some: [[int(one.id[-8:], 16)] for one in some])


@mutant("I2", sql=True)
def a_person_has_any_number_of_contacts(patch: Patch) -> None:
    row = commit.row
    patch.setattr(commit, "row", lambda change: row(change) | {"live_person": None})


@mutant("I8")
def a_late_look_moves_the_deadline(patch: Patch) -> None:
    touch = MemoryContacts.touch

    async def anyhow(self: MemoryContacts, one: Any, version: int, due: int) -> None:
        stored = await self.load(one)
        assert stored is not None
        await touch(self, one, max(version, stored.version), due)

    patch.setattr(MemoryContacts, "touch", anyhow)


@mutant("I6", sql=True)
def who_stands_before_is_not_asked(patch: Patch) -> None:
    check = commit._check

    def unguarded(connection: Any, change: Change) -> None:
        if not isinstance(change.guard, NobodyBefore):
            check(connection, change)

    patch.setattr(commit, "_check", unguarded)
    patch.setattr(takings, "_in_turn", lambda _, able, __: list(able))


@mutant("I9", sql=True)
def a_nurse_who_gave_back_still_counts(patch: Patch) -> None:
    patch.setattr(commit, "_GIVES_BACK", ())


@mutant("I9", sql=True)
def an_acceptance_brings_nobody(patch: Patch) -> None:
    for module in (commit, takings):
        patch.setattr(module, "arrive", lambda *_: None)


@mutant("I4", sql=True)
def who_slept_beyond_the_lease_may_write(patch: Patch) -> None:
    update = commit._update
    patch.setattr(
        commit, "_update", lambda text, **given: update(text, **given | {"fenced": False})
    )
    patch.setattr(commit, "living", lambda _, some: some)


@mutant("I9")
def the_dead_are_gone_only_since_they_were_found(patch: Patch) -> None:
    async def gone(self: Worker, one: Gone) -> None:
        await self._services.engine.gone(one.contact, one.role)
        await self._services.archive.presence.leave(one.connection, one.contact)

    patch.setattr(Worker, "_gone", gone)
