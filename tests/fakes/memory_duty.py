"""Who is on duty and what is wrong, as plain dictionaries."""

from __future__ import annotations

from video_advice.ids import Instant, NurseId
from video_advice.ports import Alarm, Duty


class MemoryDuties:
    """Which nurses are on duty."""

    def __init__(self) -> None:
        self._duties: dict[NurseId, Duty] = {}

    async def set(self, duty: Duty) -> None:
        self._duties[duty.nurse.id] = duty

    async def clear(self, nurse: NurseId) -> None:
        self._duties.pop(nurse, None)

    async def find(self, nurse: NurseId) -> Duty | None:
        return self._duties.get(nurse)

    async def all(self) -> list[Duty]:
        return sorted(self._duties.values(), key=lambda duty: (duty.since, duty.nurse.id))


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
