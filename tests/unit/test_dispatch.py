"""The table of messages is whole, and nothing passed between processes lives in the past."""

from __future__ import annotations

from types import SimpleNamespace

import msgspec
import pytest

from signaling.protocol import messages as m
from signaling.protocol.wire import CLIENT, tag
from signaling.sockets.dispatch import TABLE
from signaling.sockets.passing import Passed, receive
from tests.unit import lives
from tests.unit.lives import NURSE, PATIENT
from video_advice.people import Role
from video_advice.ports import Stored

ONLY_NURSE = {
    "duty.set",
    "line.take",
    "offer.accept",
    "offer.decline",
    "contact.return",
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
    "notice.push",
    "notice.push_stop",
    "notice.text",
}


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

    def relay(_: object, sender: Role, message: m.ServerMessage, *, but: object) -> int:
        assert but is None
        passed.append((sender, message))
        return 1

    def stored(_: object) -> Stored | None:
        if known is None:
            return None
        whole = {f: getattr(life.contact, f) for f in life.contact.__struct_fields__}
        return Stored(4, type(life.contact)(**whole | {"epoch": known}))

    services = SimpleNamespace(rooms=SimpleNamespace(relay=relay, stored=stored))
    message = m.ChatTypingNow(contact=contact, by=NURSE)
    frame = Passed(PATIENT, sent, msgspec.Raw(msgspec.json.encode(message)))
    receive(contact, msgspec.json.encode(frame), services)  # type: ignore[arg-type]
    assert passed == ([(PATIENT, message)] if passes else [])
