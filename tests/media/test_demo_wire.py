"""The demo patient's socket against a service that does what it is told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from websockets.asyncio.server import Server, ServerConnection, serve

from signaling.demo import wire as wire_module
from signaling.demo.dice import Dice
from signaling.demo.wire import Refused, Wire
from signaling.protocol import close_codes as cc
from signaling.protocol import messages as m
from tests.real import PATIENCE
from tests.waiting import eventually
from video_advice.ids import ContactId, Language
from video_advice.people import Role

CONTACT = ContactId("0123456789abcdef0123456789abcdef")
WELCOME = {
    "type": "welcome",
    "protocol": 1,
    "role": "patient",
    "now": 1,
    "contact": CONTACT,
    "nurse": None,
}


class Service:
    """Welcomes who says hello, keeps what it hears, answers by hand."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.headers: list[dict[str, str | None]] = []
        self.pages: list[ServerConnection] = []
        self.answers_pings = True
        self.server: Server | None = None

    async def handle(self, page: ServerConnection) -> None:
        assert page.request is not None
        self.headers.append({name: page.request.headers.get(name) for name in ("Origin", "Cookie")})
        self.pages.append(page)
        async for frame in page:
            message = json.loads(frame)
            self.heard.append(message)
            if message["type"] == "hello":
                await page.send(json.dumps(WELCOME))
            elif message["type"] == "ping" and self.answers_pings:
                await page.send(json.dumps({"type": "pong", "n": message["n"]}))

    @property
    def origin(self) -> str:
        assert self.server is not None
        return f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"

    def kinds(self, kind: str) -> list[dict[str, Any]]:
        return [message for message in self.heard if message["type"] == kind]

    async def say(self, **message: object) -> None:
        await self.pages[-1].send(json.dumps(message))


class Client:
    def __init__(self, service: Service) -> None:
        self.heard: list[m.ServerMessage] = []
        self.known = 3
        self.wire = Wire(
            service.origin,
            "session=abc",
            Language("ar"),
            Dice("client"),
            receive=self.heard.append,
            resume=lambda: (m.Resume(CONTACT, self.known),),
        )
        self.task = asyncio.create_task(self.wire.run())

    async def welcomed(self, times: int = 1) -> None:
        await eventually(lambda: self.wire.welcomes == times)


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    made = Service()
    async with serve(made.handle, "127.0.0.1", 0) as made.server:
        yield made


@pytest.fixture
async def client(service: Service) -> AsyncIterator[Client]:
    made = Client(service)
    yield made
    made.task.cancel()
    await asyncio.gather(made.task, return_exceptions=True)


def leave(ref: int) -> m.ContactLeave:
    return m.ContactLeave(ref=ref, contact=CONTACT)


async def test_hello_says_who_comes_and_what_is_known(service: Service, client: Client) -> None:
    await client.welcomed()
    assert service.headers == [{"Origin": service.origin, "Cookie": "session=abc"}]
    (hello,) = service.heard
    assert (hello["protocol"], hello["language"], hello["role"]) == (1, "ar", "patient")
    assert hello["resume"] == [{"contact": CONTACT, "version": 3}]


async def test_request_is_answered(service: Service, client: Client) -> None:
    await client.welcomed()
    asked = asyncio.create_task(client.wire.ask(leave))
    await eventually(lambda: len(service.kinds("contact.leave")) == 1)
    ref = service.heard[-1]["ref"]
    await service.say(type="done", ref=ref + 1)
    await service.say(type="done", ref=ref, contact=CONTACT, version=9)
    assert (await asked).version == 9


async def test_refusal_is_told_by_its_code(service: Service, client: Client) -> None:
    await client.welcomed()
    asked = asyncio.create_task(client.wire.ask(leave))
    await eventually(lambda: len(service.kinds("contact.leave")) == 1)
    await service.say(type="refused", ref=None, code="request.malformed", text="")
    ref = service.heard[-1]["ref"]
    await service.say(type="refused", ref=ref, code="contact.not_found", text="")
    with pytest.raises(Refused) as refused:
        await asked
    assert refused.value.code == "contact.not_found"


async def test_unanswered_request_is_sent_again_and_a_told_message_is_not(
    service: Service, client: Client
) -> None:
    await client.welcomed()
    asked = asyncio.create_task(client.wire.ask(leave))
    client.wire.tell(m.ChatTyping(contact=CONTACT))
    await eventually(lambda: len(service.kinds("chat.typing")) == 1)
    client.known = 7
    client.wire.cut()
    await client.welcomed(2)
    await eventually(lambda: len(service.kinds("contact.leave")) == 2)
    first, second = service.kinds("contact.leave")
    assert first == second
    assert service.kinds("hello")[1]["resume"][0]["version"] == 7
    await service.say(type="done", ref=second["ref"])
    await asked
    client.wire.cut()
    await client.welcomed(3)
    assert len(service.kinds("contact.leave")) == 2
    assert len(service.kinds("chat.typing")) == 1


async def test_request_made_while_it_is_away_is_sent_when_it_is_back(
    service: Service, client: Client
) -> None:
    asked = asyncio.create_task(client.wire.ask(leave))
    await eventually(lambda: len(service.kinds("contact.leave")) == 1)
    assert [message["type"] for message in service.heard[:2]] == ["hello", "contact.leave"]
    await service.say(type="done", ref=service.heard[-1]["ref"])
    await asked


@pytest.mark.parametrize("code", cc.CLOSE_CODES, ids=lambda code: str(code.name))
async def test_close_codes_are_obeyed(service: Service, client: Client, code: cc.CloseCode) -> None:
    await client.welcomed()
    await service.pages[-1].close(code.code, code.name)
    if code.come_back is cc.ComeBack.NEVER:
        async with asyncio.timeout(PATIENCE):
            assert await client.task == code
        assert client.wire.welcomes == 1
    else:
        await client.welcomed(2)


async def test_what_it_does_not_know_is_left_alone(service: Service, client: Client) -> None:
    await client.welcomed()
    await service.pages[-1].send("not json")
    await service.say(type="from.the.future", x=1)
    await service.say(type="line.place", place=3)
    await service.say(type="chat.typing_now", contact=CONTACT, by="nurse", more="later")
    await eventually(lambda: len(client.heard) == 2)
    assert client.heard[1] == m.ChatTypingNow(contact=CONTACT, by=Role.NURSE)
    assert client.wire.welcomes == 1


async def test_service_that_falls_silent_is_left_for_a_new_connection(
    service: Service, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    await client.welcomed()
    monkeypatch.setattr(wire_module, "_HEARTBEAT", 0.02)
    monkeypatch.setattr(wire_module, "_DEAD_AFTER", 0.1)
    service.answers_pings = False
    client.wire.cut()
    await eventually(lambda: client.wire.welcomes >= 3)
    assert len(service.kinds("ping")) > 0


async def test_service_that_is_away_is_tried_again(service: Service) -> None:
    assert service.server is not None
    port = service.server.sockets[0].getsockname()[1]
    client = Client(service)
    try:
        await client.welcomed()
        service.server.close()
        await service.server.wait_closed()
        await eventually(lambda: client.wire._failures > 0)
        async with serve(service.handle, "127.0.0.1", port):
            await client.welcomed(2)
    finally:
        client.task.cancel()
        await asyncio.gather(client.task, return_exceptions=True)
