"""What a page is owed is sent in order, what it says is done in order, and nothing piles up."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from signaling.background import Background
from signaling.lean.face import COST, Ear
from signaling.pages import Pages
from signaling.protocol import close_codes as cc
from signaling.protocol import messages as m
from signaling.sockets import dispatch, page
from signaling.sockets.connection import Connection
from signaling.sockets.page import Page
from signaling.sockets.rate import Rate
from tests.fakes.clock import Hands
from tests.unit.lives import T0
from tests.unit.people import FakePage, nurse_of
from video_advice.ids import ConnectionId, Language, PersonId, ProcessId
from video_advice.people import Role
from video_advice.ports import ArchiveDown, Session


class Wire:
    """A link that keeps what is written."""

    ear: Ear

    def __init__(self) -> None:
        """Nothing waits unless `stuck`."""
        self.sent: list[dict[str, Any]] = []
        self.closed: tuple[int, str, bool] | None = None
        self.reading: list[str] = []
        self.stuck = False
        self.waiting = 0

    def write(self, text: bytes) -> int:
        self.sent.append(json.loads(text))
        self.waiting += self.stuck * (COST + len(text))
        return self.waiting

    def close(self, code: int, reason: str, *, drop: bool = False) -> None:
        assert self.closed is None
        self.closed = (code, reason, drop)

    def silent(self) -> int:
        return 0

    def pause(self) -> None:
        self.reading.append("pause")

    def resume(self) -> None:
        self.reading.append("resume")

    def pongs(self) -> list[int]:
        return [message["n"] for message in self.sent if message["type"] == "pong"]


SESSION = Session("", Role.NURSE, None, nurse_of(), T0)


def connection(wire: Wire) -> Connection:
    return Connection(wire, ConnectionId("c"), SESSION, Language("sv"), ProcessId("p"))


# What it is told ----------------------------------------------------------------------------


def test_what_is_sent_goes_out_in_order_and_then_the_close() -> None:
    wire = Wire()
    one = connection(wire)
    for number in range(5):
        one.send(m.Pong(number))
    one.close(cc.MALFORMED)
    one.send(m.Pong(99))
    assert wire.pongs() == [0, 1, 2, 3, 4]
    assert wire.closed == (4004, "malformed", False)
    assert one.closing


def test_the_first_reason_to_close_is_the_one_that_is_told() -> None:
    wire = Wire()
    one = connection(wire)
    one.close(cc.LEASE_LOST)
    one.close(cc.GOING_AWAY)
    assert wire.closed == (4007, "lease_lost", False)


@pytest.mark.parametrize(("size", "least", "most"), [(1, 1_000, 2_100), (4_000, 380, 530)])
def test_a_page_that_does_not_read_is_closed_with_come_back_now(
    size: int, least: int, most: int
) -> None:
    wire = Wire()
    wire.stuck = True
    one = connection(wire)
    sent = 0
    while not one.closing:
        one.send(m.RefusedMessage(ref=None, code="x.y", text="x" * size))
        sent += 1
    assert least < sent < most
    assert wire.closed == (cc.SLOW_READER.code, cc.SLOW_READER.name, True)


# What it says -------------------------------------------------------------------------------


class Asked:
    """A service whose slow answers come when they are let go."""

    def __init__(self) -> None:
        self.process = ProcessId("p")
        self.clock = Hands()
        self.background = Background()
        self.pages = Pages()
        self.left: list[Page] = []
        self.gate = asyncio.Event()
        self.began: list[int] = []

    def now(self) -> int:
        return self.clock.now()

    async def slow(self, message: m.DutySet, *_: object) -> m.ServerMessage:
        self.began.append(message.ref)
        if message.ref == 666:
            raise KeyError
        if message.ref == 503:
            raise ArchiveDown
        await self.gate.wait()
        return m.Pong(message.ref)


async def leave(one: Page, silent: int, services: Asked) -> None:
    del silent
    services.left.append(one)


@pytest.fixture
async def asked(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Asked]:
    services = Asked()
    monkeypatch.setattr(page, "leave", leave)
    table: dict[Any, Any] = {
        m.DutySet: (frozenset(Role), services.slow),
        m.Ping: (frozenset(Role), lambda message, *_: m.Pong(message.n)),
    }
    monkeypatch.setattr(dispatch, "TABLE", table)
    yield services
    services.gate.set()
    await services.background.stop()


async def open_page(wire: Wire, services: Asked) -> Page:
    one = Page(wire, ConnectionId("c"), SESSION, Language("sv"), services)  # type: ignore[arg-type]
    services.pages.add(one)
    await one.begin(asyncio.sleep(0))
    return one


def ping(number: int) -> str:
    return json.dumps({"type": "ping", "n": number})


def slow(ref: int) -> str:
    return json.dumps({"type": "duty.set", "ref": ref, "on": True})


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - nothing rings when it comes true
            await asyncio.sleep(0)


async def test_what_passes_through_is_answered_at_once_and_needs_no_task(asked: Asked) -> None:
    wire = Wire()
    one = await open_page(wire, asked)
    tasks = len(asyncio.all_tasks())
    for number in range(3):
        one.heard(ping(number))
        assert wire.pongs() == list(range(number + 1))
    assert len(asyncio.all_tasks()) == tasks


async def test_a_slow_message_lets_no_later_one_pass(asked: Asked) -> None:
    wire = Wire()
    one = await open_page(wire, asked)
    for message in (ping(1), slow(2), ping(3), slow(4), ping(5)):
        one.heard(message)
    await settle()
    assert wire.pongs() == [1]
    assert asked.began == [2]
    asked.gate.set()
    await until(lambda: wire.pongs() == [1, 2, 3, 4, 5])
    one.heard(ping(6))
    assert wire.pongs()[-1] == 6


async def test_what_comes_while_the_page_is_let_in_waits(asked: Asked) -> None:
    wire = Wire()
    one = Page(wire, ConnectionId("c"), SESSION, Language("sv"), asked)  # type: ignore[arg-type]
    one.heard(ping(1))
    assert wire.sent == []

    async def enter() -> None:
        one.send(m.Pong(0))

    await one.begin(enter())
    assert wire.pongs() == [0, 1]


async def test_a_page_that_asks_faster_than_it_is_answered_is_read_no_further(asked: Asked) -> None:
    wire = Wire()
    one = await open_page(wire, asked)
    one.heard(slow(0))
    for number in range(1, 40):
        one.heard(ping(number))
    assert wire.reading == ["pause"]
    asked.gate.set()
    await until(lambda: len(wire.pongs()) == 40)
    assert wire.pongs() == list(range(40))
    assert wire.reading == ["pause", "resume"]


async def test_a_page_that_goes_is_left_once_and_only_after_what_it_asked_for(
    asked: Asked,
) -> None:
    wire = Wire()
    one = await open_page(wire, asked)
    one.heard(slow(1))
    one.heard(slow(2))
    one.gone(1006)
    await settle()
    assert asked.left == []
    assert len(asked.pages) == 1
    asked.gate.set()
    await until(lambda: len(asked.pages) == 0)
    assert asked.left == [one]
    assert asked.began == [1], "what had not begun is not begun for somebody who is gone"
    one.heard(ping(3))
    assert wire.sent == []


async def test_an_idle_page_that_goes_is_left_at_once(asked: Asked) -> None:
    one = await open_page(Wire(), asked)
    one.gone(1001)
    await until(lambda: len(asked.pages) == 0)
    assert asked.left == [one]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (slow(666), cc.INTERNAL),
        (slow(503), cc.UNAVAILABLE),
        (b"\x00", cc.NOT_TEXT),
    ],
)
async def test_a_page_is_told_why_it_is_closed(
    asked: Asked, said: str | bytes, code: cc.CloseCode
) -> None:
    wire = Wire()
    one = await open_page(wire, asked)
    one.heard(said)
    await until(lambda: wire.closed is not None)
    assert wire.closed == (code.code, code.name, False)
    sent = list(wire.sent)
    one.heard(ping(1))
    assert wire.sent == sent


async def test_a_flood_is_stopped_though_its_answers_are_slow(asked: Asked) -> None:
    wire = Wire()
    one = await open_page(wire, asked)
    one.heard(slow(0))
    for number in range(400):
        one.heard(ping(number))
    assert wire.closed == (cc.TOO_FAST.code, cc.TOO_FAST.name, False)


# How fast it may talk -----------------------------------------------------------------------


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


# Whose it is --------------------------------------------------------------------------------


def test_the_pages_of_one_person_are_found_without_looking_at_the_others() -> None:
    pages = Pages()
    mine = [FakePage(f"p{n}", person=PersonId("a")) for n in range(3)]
    other = FakePage("q", person=PersonId("b"))
    nurse = FakePage("n", nurse=nurse_of())
    for one in (*mine, other, nurse):
        pages.add(one)
    assert pages.beside(mine[0]) == tuple(mine)
    assert pages.beside(FakePage("x", nurse=nurse_of())) == (nurse,)
    assert set(pages) == {*mine, other, nurse}
    assert len(pages) == 5
    pages.discard(mine[1])
    pages.discard(mine[1])
    assert pages.beside(other) == (other,)
    assert pages.beside(mine[1]) == (mine[0], mine[2])
    for one in (*mine, other, nurse):
        pages.discard(one)
    assert (len(pages), list(pages)) == (0, [])
