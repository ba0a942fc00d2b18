"""The table of messages is whole, and nothing passed between processes lives in the past."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from signaling.protocol import messages as m
from signaling.protocol.wire import CLIENT, tag
from signaling.sockets.dispatch import TABLE
from signaling.sockets.passing import Passed, pass_on, receive
from signaling.whereabouts import Whereabouts
from tests.unit import lives
from tests.unit.lives import NURSE, PATIENT
from tests.unit.people import FakePage
from video_advice.ids import ContactId, ProcessId
from video_advice.people import Role
from video_advice.ports import Stored

ONLY_NURSE = {
    "duty.set",
    "line.take",
    "offer.accept",
    "offer.decline",
    "contact.return",
    "contact.transfer",
    "colleagues.ask",
    "channel.propose",
    "note.save",
    "outcome.sign",
    "call.unanswered",
}
ONLY_PATIENT = {
    "contact.leave",
    "channel.wish",
    "channel.answer",
    "photo.remove",
    "survey.answer",
    "callback.choose",
    "callback.drop",
    "worse.report",
    "check.answer",
    "network.report",
    "notice.push",
    "notice.push_stop",
    "notice.text",
}

AWAKE = SimpleNamespace(live=lambda: True)
"""The lease of a process that was not paused."""


def test_every_message_but_hello_has_its_row() -> None:
    assert set(TABLE) == set(CLIENT) - {m.Hello}


@pytest.mark.parametrize("struct", list(TABLE), ids=tag)
def test_each_may_be_sent_by_whom_it_is_meant_for(struct: type[msgspec.Struct]) -> None:
    roles, _ = TABLE[struct]
    name = tag(struct)
    assert (roles == {Role.NURSE}) is (name in ONLY_NURSE)
    assert (roles == {Role.PATIENT}) is (name in ONLY_PATIENT)


@pytest.mark.parametrize(
    ("known", "sent", "passes"), [(1, 1, True), (1, 3, True), (3, 1, False), (None, 1, True)]
)
def test_a_message_of_an_epoch_that_is_over_is_not_passed_on(
    known: int | None,
    sent: int,
    passes: bool,  # noqa: FBT001 - a table
) -> None:
    """A process that was stopped for a while may still say what was right before."""
    life = lives.talking()
    contact = life.contact.id
    passed: list[tuple[Role, m.ServerMessage]] = []

    def relay(_: object, sender: Role, message: m.ServerMessage) -> None:
        passed.append((sender, message))

    def stored(_: object) -> Stored | None:
        if known is None:
            return None
        whole = {f: getattr(life.contact, f) for f in life.contact.__struct_fields__}
        return Stored(4, type(life.contact)(**whole | {"epoch": known}))

    rooms = SimpleNamespace(relay=relay, stored=stored)
    services: Any = SimpleNamespace(rooms=rooms, whereabouts=Whereabouts(), lease=AWAKE)
    message = m.ChatTypingNow(contact=contact, by=NURSE)
    frame = Passed(PATIENT, sent, msgspec.Raw(msgspec.json.encode(message)))
    receive(contact, msgspec.json.encode(frame), ProcessId("p2"), services)
    assert passed == ([(PATIENT, message)] if passes else [])


async def test_what_is_meant_for_one_page_rings_at_its_process_alone() -> None:
    life = lives.talking()
    contact = life.contact.id
    rung: list[tuple[bytes, ProcessId | None]] = []

    async def ring(_: str, __: str, payload: bytes, to: ProcessId | None) -> None:
        rung.append((payload, to))

    rooms = SimpleNamespace(
        relay=lambda *_: None, stored=lambda _: None, owner=lambda _, session: local.get(session)
    )
    services: Any = SimpleNamespace(rooms=rooms, whereabouts=Whereabouts(), ring=ring, lease=AWAKE)
    local: dict[str, FakePage] = {}

    async def say(session: str, to: str, about: ContactId = contact) -> None:
        found = m.MediaCandidateFound(
            contact=about, epoch=1, session=session, to=to, candidate="", mid="0", line=0
        )
        await pass_on(about, Role.NURSE, found, services, to=to)

    await say("ours", "theirs")
    [(frame, to)] = rung
    assert to is None, "where nobody has been heard of everybody is told"
    receive(contact, frame.replace(b"ours", b"theirs"), ProcessId("p2"), services)
    await say("ours", "theirs")
    assert rung[1][1] == "p2"
    local["near"] = FakePage("near")
    await say("ours", "near")
    assert len(rung) == 2, "a page of this very process"
    assert len(local["near"].sent) == 1
    await say("ours", "theirs", ContactId("f" * 32))
    assert rung[2][1] is None, "what is claimed in one contact counts in no other"
