"""Whatever is in the server, the line is either right or says that it must be rebuilt."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, cast

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from signaling.live import keys
from signaling.live import line as line_module
from signaling.live.connect import Live
from tests.contract.live.conftest import Opener, all_keys
from tests.contract.live.tickets import NOON, SKANE, WEST, contact, nurse, ticket
from video_advice.ids import ContactId
from video_advice.line import Ticket
from video_advice.ports import Line, LineDown, Unbuilt

LINE, TICKET, BUILT = keys.region(SKANE)
WAITING = [ticket(number, score=NOON - number // 2) for number in range(150)]
Command = Callable[[Line], Awaitable[object]]

COMMANDS: dict[str, Command] = {
    "put": lambda line: line.put(ticket(1)),
    "remove": lambda line: line.remove(contact(1), SKANE),
    "lift": lambda line: line.lift(nurse()),
    "lift from several": lambda line: line.lift(nurse(SKANE, WEST)),
    "tickets": lambda line: line.tickets(SKANE),
    "number": lambda line: line.number(SKANE),
}


def in_order(tickets: list[Ticket]) -> list[Ticket]:
    return sorted(tickets, key=lambda one: (one.score, one.contact))


async def right_or_unbuilt(command: Command, line: Line) -> None:
    """Give a command to a line in which Skåne alone is spoiled."""
    try:
        await command(line)
    except Unbuilt as unbuilt:
        region = unbuilt.region
    else:
        region = SKANE
    assert region == SKANE


def body(number: int, **changes: Any) -> bytes:
    """The JSON of a ticket with some fields changed."""
    return json.dumps({**msgspec.to_builtins(ticket(number)), **changes}).encode()


def group(**changes: Any) -> dict[str, Any]:
    """The group of those tickets with some fields changed."""
    return {**msgspec.to_builtins(ticket(1).group), **changes}


@pytest.mark.parametrize("command", COMMANDS)
async def test_a_region_nobody_built_is_unbuilt(live: Live, command: str) -> None:
    await live.line.rebuild(WEST, [])
    with pytest.raises(Unbuilt) as caught:
        await COMMANDS[command](live.line)
    assert caught.value.region == SKANE


@pytest.mark.parametrize("command", COMMANDS)
async def test_a_wiped_server_is_rebuilt_in_the_old_order(
    live: Live, admin: Redis, command: str
) -> None:
    await live.line.rebuild(WEST, [])
    await live.line.rebuild(SKANE, WAITING)
    await admin.flushall()
    with pytest.raises(Unbuilt):
        await COMMANDS[command](live.line)
    assert await admin.dbsize() == 0, "a refused command left something behind"
    await live.line.rebuild(SKANE, reversed(WAITING))
    assert await live.line.tickets(SKANE) == in_order(WAITING)
    taken: list[ContactId] = []
    while (one := await live.line.lift(nurse())) is not None:
        taken.append(one)
    assert taken == [one.contact for one in in_order(WAITING)]


async def test_the_first_unbuilt_of_several_regions_is_named(live: Live) -> None:
    await live.line.rebuild(SKANE, [ticket(1)])
    with pytest.raises(Unbuilt) as caught:
        await live.line.lift(nurse(SKANE, WEST))
    assert caught.value.region == WEST
    assert await live.line.tickets(SKANE) == [ticket(1)]


async def test_a_rebuild_of_forty_thousand_is_whole(live: Live, admin: Redis) -> None:
    await live.line.rebuild(SKANE, [ticket(1)])
    await live.line.rebuild(SKANE, [ticket(number) for number in range(40_000)])
    assert [one.contact for one in await live.line.tickets(SKANE)] == [
        contact(number) for number in range(40_000)
    ]
    assert sorted(await all_keys(admin)) == sorted(key.encode() for key in keys.region(SKANE))
    assert [await admin.ttl(key) for key in keys.region(SKANE)] == [-1, -1, -1]


async def test_the_old_line_stands_until_the_new_one_is_ready(
    live: Live, admin: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    await live.line.rebuild(SKANE, [ticket(1)])
    seen: list[list[Ticket]] = []
    send = live._scripts.pipeline

    async def watched(commands: Any) -> None:
        await send(commands)
        seen.append(await live.line.tickets(SKANE))

    monkeypatch.setattr(live._scripts, "pipeline", watched)
    await live.line.rebuild(SKANE, [ticket(number) for number in range(2, 1_002)])
    assert len(seen) > 1
    assert all(known == [ticket(1)] for known in seen)
    assert len(await live.line.tickets(SKANE)) == 1_000


async def test_a_rebuild_whose_preparation_is_lost_changes_nothing(
    live: Live, admin: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    await live.line.rebuild(SKANE, [ticket(1)])
    send = live._scripts.pipeline

    async def forgotten(commands: Any) -> None:
        commands = list(commands)
        await send(commands)
        await admin.delete(commands[0][1])

    monkeypatch.setattr(live._scripts, "pipeline", forgotten)
    with pytest.raises(LineDown):
        await live.line.rebuild(SKANE, [ticket(2)])
    assert await live.line.tickets(SKANE) == [ticket(1)]


async def test_a_rebuild_that_was_given_up_leaves_nothing_for_long(
    live: Live, admin: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_: object) -> None:
        raise LineDown

    monkeypatch.setattr(live._scripts, "run", never)
    with pytest.raises(LineDown):
        await live.line.rebuild(SKANE, [ticket(1)])
    left = await all_keys(admin)
    assert len(left) == 2
    assert all([0 < await admin.ttl(key) <= 60 for key in left])


async def test_rebuilds_at_once_do_not_mix(another: Opener) -> None:
    ours, theirs = another().line, another().line
    mine = [ticket(number) for number in range(0, 3_000, 2)]
    yours = [ticket(number) for number in range(1, 3_000, 2)]
    await asyncio.gather(ours.rebuild(SKANE, mine), theirs.rebuild(SKANE, yours))
    assert await ours.tickets(SKANE) in (mine, yours)


async def test_a_ticket_of_another_region_does_not_belong_in_a_rebuild(live: Live) -> None:
    with pytest.raises(ValueError, match="another region"):
        await live.line.rebuild(SKANE, [ticket(1, region=WEST)])


async def test_scripts_that_the_server_forgot_are_sent_again(live: Live, admin: Redis) -> None:
    regions = (SKANE, WEST)
    for region in regions:
        await live.line.rebuild(region, [])
    for command in COMMANDS.values():
        await admin.script_flush()
        await command(live.line)
    await admin.script_flush()
    await live.line.rebuild(SKANE, [ticket(1)])
    await admin.script_flush()
    assert await live.line.lift(nurse(*regions)) == contact(1)


def spot(number: int, rank: str = "") -> str:
    """Where the ticket of that number stands."""
    one = line_module._spot(ticket(number))
    return one.split("|")[0] + f"|{rank}{contact(number)}" if rank else one


def elsewhere(where: str | bytes) -> list[tuple[object, ...]]:
    """The first of the line stands somewhere else than its ticket says."""
    return [("ZREM", LINE, spot(1)), ("ZADD", LINE, "0", where)]


SPOILED: dict[str, list[tuple[object, ...]]] = {
    "line of another type": [("DEL", LINE), ("SET", LINE, "x")],
    "tickets of another type": [("DEL", TICKET), ("RPUSH", TICKET, "x", "y")],
    "count of another type": [("DEL", BUILT), ("SADD", BUILT, "x")],
    "count that is no number": [("HSET", BUILT, "count", "many")],
    "count that is infinite": [("HSET", BUILT, "count", "inf")],
    "count that is nan": [("HSET", BUILT, "count", "nan")],
    "count too high": [("HSET", BUILT, "count", "4")],
    "no count": [("HDEL", BUILT, "count")],
    "nothing built": [("DEL", BUILT)],
    "no last change": [("HDEL", BUILT, "told")],
    "a last change that is no number": [("HSET", BUILT, "told", "last")],
    "a last change that is negative": [("HSET", BUILT, "told", "-1")],
    "a last change that is no whole number": [("HSET", BUILT, "told", "1e3")],
    "a last change beyond all numbers": [("HSET", BUILT, "told", "9" * 400)],
    "no line": [("DEL", LINE)],
    "no tickets": [("DEL", TICKET)],
    "line and tickets evicted": [("DEL", LINE, TICKET)],
    "one in line without a ticket": [("ZADD", LINE, "0", "x")],
    "a ticket without a place": [("HSET", TICKET, "x", body(1))],
    "another in line than has a ticket": elsewhere(spot(9)),
    "what is no spot": elsewhere("12/"),
    "a spot without a rank": elsewhere(spot(1).split("|")[0] + "|"),
    "a spot whose rank is no number": elsewhere(spot(1, "first")),
    "a spot whose rank is another's": elsewhere(spot(1, "1" * 19)),
    "a spot whose rank is short": elsewhere(spot(1, "1")),
    "a spot in a part that is none": elsewhere("12/|" + "0" * 19 + contact(1)),
    "a spot in another part": elsewhere("12/chat/sv/general//|" + spot(1).split("|")[1]),
    "a spot among those away": elsewhere("-|" + spot(1).split("|")[1]),
    "a spot that is no text": elsewhere(b"12/\xff\xfe|" + b"0" * 19 + b"\xff"),
    "a contact that is no text": [
        *elsewhere(spot(1).split("|")[0].encode() + b"|" + b"0" * 19 + b"\xff\xfe"),
        ("HDEL", TICKET, contact(1)),
        ("HSET", TICKET, b"\xff\xfe", body(1)),
    ],
}
BODIES: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"{",
    "null": b"null",
    "a number": b"1e999",
    "a list": b"[]",
    "deep": b"[" * 5_000 + b"]" * 5_000,
    "no text": b"\xff\xfe\x00",
    "an empty object": b"{}",
    "another's ticket": body(2),
    "no such channel": body(1, group=group(channel="fax")),
    "null as channel": body(1, group=group(channel=None)),
    "null as competence": body(1, group=group(competence=None)),
    "null as protected": body(1, group=group(protected=None)),
    "a number as whole": body(1, group=group(whole=1)),
    "no group": body(1, group=None),
    "a number as away": body(1, away=0),
    "text as version": body(1, version="1"),
    "text as declined_by": body(1, declined_by="karin"),
    "numbers in declined_by": body(1, declined_by=[float("nan"), 1, None]),
    "another region": body(1, group=group(region="14")),
}


async def spoil(admin: Redis, commands: list[tuple[object, ...]]) -> None:
    for command in commands:
        await cast("Any", admin).execute_command(*command)


@pytest.mark.parametrize("how", SPOILED)
async def test_a_spoiled_line_never_crashes_and_is_mended_by_a_rebuild(
    live: Live, admin: Redis, how: str
) -> None:
    waiting = [ticket(1), ticket(2), ticket(3)]
    await live.line.rebuild(WEST, [])
    for command in COMMANDS.values():
        await live.line.rebuild(SKANE, waiting)
        await spoil(admin, SPOILED[how])
        with pytest.raises(Unbuilt):
            await live.line.tickets(SKANE)
        await right_or_unbuilt(command, live.line)
        await live.line.rebuild(SKANE, waiting)
        assert await live.line.tickets(SKANE) == waiting
        assert await live.line.lift(nurse()) == contact(1)


@pytest.mark.parametrize("what", BODIES)
async def test_what_is_no_ticket_never_crashes_and_is_mended_by_a_rebuild(
    live: Live, admin: Redis, what: str
) -> None:
    waiting = [ticket(1), ticket(2), ticket(3)]
    await live.line.rebuild(WEST, [])
    for command in COMMANDS.values():
        await live.line.rebuild(SKANE, waiting)
        await spoil(admin, [("HSET", TICKET, contact(1), spot(1).encode() + b"\n" + BODIES[what])])
        with pytest.raises(Unbuilt):
            await live.line.tickets(SKANE)
        await right_or_unbuilt(command, live.line)
        await live.line.rebuild(SKANE, waiting)
        assert await live.line.tickets(SKANE) == waiting


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)
FIELDS = list(msgspec.to_builtins(ticket(1)))


@settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    stored=st.binary(max_size=40)
    | st.builds(lambda f, v: body(1, **{f: v}), st.sampled_from(FIELDS), JSON)
)
async def test_no_stored_bytes_make_it_crash(live: Live, admin: Redis, stored: bytes) -> None:
    for region in (SKANE, WEST):
        await live.line.rebuild(region, [ticket(1, region=region)])
    for kept in (stored, spot(1).encode() + b"\n" + stored):
        await spoil(admin, [("HSET", TICKET, contact(1), kept)])
        for command in COMMANDS.values():
            await right_or_unbuilt(command, live.line)
