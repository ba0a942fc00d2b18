"""Who is on duty and what is wrong, as plain dictionaries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from video_advice.events import OfferAccepted, OfferDeclined, TimePassed
from video_advice.ids import Instant, NurseId, desk_of
from video_advice.people import MOST_CHATS
from video_advice.ports import Alarm, AtDesk, Change, Duty
from video_advice.state import HELD, Phase

if TYPE_CHECKING:
    from tests.fakes.memory_archive import MemoryContacts, MemoryPresence


class MemoryDuties:
    """Which nurses are on duty."""

    def __init__(self, contacts: MemoryContacts, presence: MemoryPresence) -> None:
        self._contacts = contacts
        self._presence = presence
        self._duties: dict[NurseId, Duty] = {}

    async def set(self, duty: Duty) -> None:
        self._duties[duty.nurse.id] = duty

    async def clear(self, nurse: NurseId) -> None:
        self._duties.pop(nurse, None)

    async def find(self, nurse: NurseId) -> Duty | None:
        return self._duties.get(nurse)

    async def all(self) -> list[Duty]:
        return sorted(self._duties.values(), key=lambda duty: (duty.since, duty.nurse.id))

    async def at_desk(self) -> list[AtDesk]:
        found = []
        for duty in await self.all():
            if not self._presence.here(desk_of(duty.nurse.id)):
                continue
            held = [one.contact for one in await self._contacts.of_nurse(duty.nurse.id)]
            seated = [one for one in held if one.phase in HELD]
            taken = sum(MOST_CHATS if one.whole() else 1 for one in seated)
            asked = any(one.phase is Phase.OFFERED for one in seated)
            found.append(AtDesk(duty, taken, asked))
        return found

    def note_answer(self, change: Change) -> None:
        before, after = change.before, change.contact
        if before is None or before.phase is not Phase.OFFERED or before.nurse is None:
            return
        duty = self._duties.get(before.nurse.id)
        if duty is None:
            return
        if after.phase is Phase.WAITING and isinstance(change.event, TimePassed):
            self._duties[duty.nurse.id] = replace(duty, silent=duty.silent + 1)
        elif isinstance(change.event, OfferAccepted | OfferDeclined):
            self._duties[duty.nurse.id] = replace(duty, silent=0)


class MemoryAlarms:
    """What is wrong now."""

    def __init__(self) -> None:
        self._since: dict[tuple[str, str], Instant] = {}

    async def sound(self, kind: str, subject: str, now: Instant) -> bool:
        if (kind, subject) in self._since:
            return False
        self._since[kind, subject] = now
        return True

    async def settle(self, kind: str, subject: str, now: Instant) -> bool:
        del now
        return self._since.pop((kind, subject), None) is not None

    async def open(self) -> list[Alarm]:
        found = [Alarm(*what, since, None) for what, since in self._since.items()]
        return sorted(found, key=lambda alarm: alarm.since)
