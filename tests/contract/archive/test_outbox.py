"""Work is delivered at least once, later and later, until it is done."""

from __future__ import annotations

from msgspec.structs import replace

from tests.contract.archive.making import T0, AnyArchive, open_change, opening
from video_advice.effects import SyncTicket

HOLD = 1_000


async def post(archive: AnyArchive, number: int, at: int = T0) -> list[int]:
    numbers: list[int] = []
    for _ in range(number):
        numbers += await archive.contacts.commit(open_change(opening(), at))
    return numbers


async def test_claimed_work_comes_back_until_it_is_done(archive: AnyArchive) -> None:
    [number] = await post(archive, 1)
    assert await archive.outbox.claim(T0 - 1, 10, HOLD) == []
    [first] = await archive.outbox.claim(T0, 10, HOLD)
    assert (first.number, first.attempts) == (number, 0)
    assert isinstance(first.effect, SyncTicket)
    assert await archive.outbox.claim(T0 + HOLD - 1, 10, HOLD) == []
    [second] = await archive.outbox.claim(T0 + HOLD, 10, HOLD)
    assert (second.number, second.attempts, second.effect) == (number, 1, first.effect)
    await archive.outbox.done([number])
    assert await archive.outbox.claim(T0 * 2, 10, HOLD) == []


async def test_work_names_the_trace_it_was_asked_for_in(archive: AnyArchive) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    await archive.contacts.commit(replace(open_change(opening()), trace=trace))
    await post(archive, 1)
    claimed = await archive.outbox.claim(T0, 10, HOLD)
    assert [one.trace for one in claimed] == [trace, ""]


async def test_the_pause_doubles_up_to_64_times(archive: AnyArchive) -> None:
    await post(archive, 1)
    now, pauses = T0, []
    for attempt in range(9):
        [one] = await archive.outbox.claim(now, 10, HOLD)
        assert one.attempts == attempt
        for factor in (1, 2, 4, 8, 16, 32, 64):
            if await archive.outbox.claim(now + factor * HOLD - 1, 10, HOLD):
                raise AssertionError("claimed while it was held")
            if factor == 2 ** min(attempt, 6):
                break
        pauses.append(factor)
        now += factor * HOLD
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 64, 64]


async def test_the_longest_due_are_taken_first_and_no_more_than_asked(archive: AnyArchive) -> None:
    late = await post(archive, 2, T0 + 5)
    early = await post(archive, 2, T0)
    first = await archive.outbox.claim(T0 + 5, 3, HOLD)
    assert [one.number for one in first] == sorted([*early, late[0]])
    second = await archive.outbox.claim(T0 + 5, 3, HOLD)
    assert [one.number for one in second] == [late[1]]


async def test_a_number_is_never_given_again(archive: AnyArchive) -> None:
    first = await post(archive, 2)
    await archive.outbox.done(first)
    second = await post(archive, 2)
    assert min(second) > max(first)
    # A late report about the first leaves the second alone.
    await archive.outbox.done(first)
    assert len(await archive.outbox.claim(T0, 10, HOLD)) == 2


async def test_doing_nothing_is_fine(archive: AnyArchive) -> None:
    await archive.outbox.done([])
    await archive.outbox.done([1, 2, 3])
    assert await archive.outbox.claim(T0, 10, HOLD) == []
