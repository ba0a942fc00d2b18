"""What a page is owed is sent in order, and a page that does not read is let go."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from signaling.protocol import close_codes as cc
from signaling.protocol import messages as m
from signaling.sockets.connection import Connection
from signaling.sockets.rate import Rate
from tests.unit.lives import T0
from tests.unit.people import nurse_of
from video_advice.ids import ConnectionId, Language
from video_advice.people import Role
from video_advice.ports import Session


class Wire:
    """The network side of a page."""

    def __init__(self) -> None:
        """Take everything at once until `full` is set."""
        self.sent: list[int] = []
        self.closed: tuple[int, str] | None = None
        self.full: asyncio.Event | None = None

    async def send(self, message: dict[str, Any]) -> None:
        if self.full is not None:
            await self.full.wait()
        self.sent.append(json.loads(message["text"])["n"])

    async def close(self, code: int, reason: str) -> None:
        self.closed = (code, reason)


def page(wire: Wire) -> Connection:
    session = Session("", Role.NURSE, None, nurse_of(), T0)
    return Connection(wire, ConnectionId("c"), session, Language("sv"))  # type: ignore[arg-type]


async def test_what_is_queued_goes_out_in_order_and_then_the_close() -> None:
    wire = Wire()
    connection = page(wire)
    for number in range(5):
        connection.send(m.Pong(number))
    connection.close(cc.MALFORMED)
    connection.send(m.Pong(99))
    await connection.write()
    assert wire.sent == [0, 1, 2, 3, 4]
    assert wire.closed == (4004, "malformed")
    assert connection.closing


async def test_the_first_reason_to_close_is_the_one_that_is_told() -> None:
    wire = Wire()
    connection = page(wire)
    connection.close(cc.LEASE_LOST)
    connection.close(cc.GOING_AWAY)
    await connection.write()
    assert wire.closed == (4007, "lease_lost")


async def test_a_page_that_does_not_read_is_closed_with_come_back_now() -> None:
    wire = Wire()
    wire.full = asyncio.Event()
    connection = page(wire)
    writing = asyncio.create_task(connection.write())
    sent = 0
    while not connection.closing:
        connection.send(m.Pong(sent))
        sent += 1
        await asyncio.sleep(0)
    assert 1_000 < sent < 10_000
    wire.full.set()
    await writing
    assert wire.closed == (cc.SLOW_READER.code, cc.SLOW_READER.name)
    assert len(wire.sent) <= 1, "what piled up is dropped; the page catches up from the archive"


async def test_large_messages_are_counted_by_their_size() -> None:
    connection = page(Wire())
    sent = 0
    while not connection.closing:
        text = "x" * 4_000
        connection.send(m.RefusedMessage(ref=None, code="x.y", text=text))
        sent += 1
    assert 2 * 1024 * 1024 / 4_200 < sent < 2 * 1024 * 1024 / 4_000 + 2


def test_a_page_may_say_much_at_once_but_not_for_long() -> None:
    rate = Rate(T0)
    assert [rate.allows(T0) for _ in range(301)] == [True] * 300 + [False]
    assert rate.allows(T0 + 20)
    assert not rate.allows(T0 + 20)


def test_whoever_keeps_to_the_pace_is_never_stopped() -> None:
    rate = Rate(T0)
    assert all(rate.allows(T0 + 20 * n) for n in range(5_000))


def test_a_clock_that_jumps_back_gives_nothing_away() -> None:
    rate = Rate(T0)
    assert sum(rate.allows(T0 - n * 1_000) for n in range(1_000)) == 300
