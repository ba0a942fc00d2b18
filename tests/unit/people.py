"""Pages and clocks for tests of the server's inside, without a network."""

from __future__ import annotations

from typing import Any

from signaling.protocol import messages as m
from signaling.protocol.close_codes import CloseCode
from signaling.rooms import Shown
from tests.unit.lives import KARIN
from video_advice.ids import ConnectionId, ContactId, Language, PersonId, ProcessId, RegionCode
from video_advice.people import Channel, Nurse, NurseCard, Role

REGION = RegionCode("12")


class FakePage:
    """A member of a room that keeps what it is sent."""

    def __init__(
        self, name: str, *, person: PersonId | None = None, nurse: Nurse | None = None
    ) -> None:
        """A nurse's page when `nurse` is given, else a patient's."""
        self.id = ConnectionId(name)
        self.role = Role.PATIENT if nurse is None else Role.NURSE
        self.person = person
        self.nurse = nurse
        self.process = ProcessId("here")
        self.rooms: tuple[ContactId, ...] = ()
        self.shown: Shown | None = None
        self.duty_shown: m.DutyState | None = None
        self.sent: list[m.ServerMessage] = []
        self.closed: CloseCode | None = None

    def send(self, message: m.ServerMessage) -> None:
        self.sent.append(message)

    def close(self, code: CloseCode) -> None:
        self.closed = code

    def of(self, kind: type[Any]) -> list[Any]:
        """What was sent of one kind, in order."""
        return [message for message in self.sent if isinstance(message, kind)]

    def chat(self) -> list[str]:
        """The texts it has been shown, in order."""
        return [message.text for message in self.of(m.ChatAdded)]

    def versions(self) -> list[int]:
        """The versions of the contact it has been shown, in order."""
        return [message.view.version for message in self.of(m.ContactState | m.ContactCard)]  # type: ignore[arg-type]


def nurse_of(card: NurseCard = KARIN, *languages: str) -> Nurse:
    """The nurse with this card, who serves the tests' region."""
    return Nurse(
        id=card.id,
        name=card.name,
        title=card.title,
        region=card.region,
        regions=frozenset({REGION}),
        languages=frozenset(Language(code) for code in languages or ("sv",)),
        channels=frozenset(Channel),
    )
