"""How the nurses on duty bring the line forward, seen from each part of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec
from msgspec.structs import replace

from video_advice.ids import NurseId, RegionCode
from video_advice.line import Group, Ticket, Wants, able, fits, group_of, serves
from video_advice.state import Contact

_ROUNDS: Final = 12


class Share(msgspec.Struct, frozen=True):
    """`nurses` (parts of one count) bring the region's line forward, seen from one group of it.

    `eligible` is how many on duty could take somebody of the group.
    """

    nurses: float
    eligible: int


class Staff:
    """The nurses on duty: how many of them may be offered somebody."""

    def __init__(self, nurses: Iterable[Wants]) -> None:
        """Ask of `nurses`, as if their seats were free."""
        self._nurses = tuple(nurses)
        self._fitting: dict[Group, tuple[Wants, ...]] = {}

    def able(self, one: Ticket) -> int:
        """Return how many of them may be offered the ticket once its patient can be met."""
        return sum(able(nurse, one) for nurse in self._of(one.group))

    def unserved(self, waiting: Iterable[Group], particular: Iterable[Ticket]) -> frozenset[Group]:
        """Return the groups in which somebody waits whom none of them may be offered.

        `particular`: those who are there and whom a nurse has declined, or who wait for one.
        """
        lacking = {group for group in waiting if not self._of(group)}
        return frozenset(lacking | {one.group for one in particular if not self.able(one)})

    def _of(self, group: Group) -> tuple[Wants, ...]:
        found = self._fitting.get(group)
        if found is None:
            found = tuple(nurse for nurse in self._nurses if fits(nurse, group))
            self._fitting[group] = found
        return found


class Takeable:
    """Who waits, counted by group: enough to say of many nurses whether anybody is there for them.

    What it says is as old as the counts; whom a nurse is really given, the archive decides.
    """

    def __init__(self, waiting: Mapping[Group, int], particular: Iterable[Ticket]) -> None:
        """`waiting` counts who is there, with the `particular` ones: declined, or named for one."""
        self._particular = {one.contact: one for one in particular}
        self._others = Counter(waiting)
        self._others.subtract(one.group for one in self._particular.values())

    def any_for(self, nurse: Wants) -> bool:
        """Say whether `nurse` may be offered anybody."""
        return any(n > 0 and fits(nurse, group) for group, n in self._others.items()) or any(
            serves(nurse, one) for one in self._particular.values()
        )

    def take(self, one: Contact) -> None:
        """Leave out a contact that has been given to somebody."""
        if self._particular.pop(one.id, None) is None:
            self._others[group_of(one)] -= 1


class Staffing:
    """The nurses on duty, shared by those who wait: an answer for each group, worked out once."""

    def __init__(self, waiting: Mapping[Group, int], nurses: Iterable[Wants]) -> None:
        """`waiting` counts who is there in each group, in all regions these nurses serve."""
        self._kinds = Counter(replace(nurse, nurse=NurseId("")) for nurse in nurses)
        self._waiting = {group: count for group, count in waiting.items() if count > 0}
        self._shares = self._shared()

    def of(self, group: Group) -> Share:
        """Return what brings the line forward for `group`; counted as one if nobody was."""
        if group not in self._waiting:
            self._waiting[group] = 1
            self._shares = self._shared()
        return self._shares[group]

    def _shared(self) -> dict[Group, Share]:
        """Let groups that have nurses in common come forward side by side.

        A free nurse takes the first of all she can serve. So her time divides until the groups she
        serves wait equally long, as far as can be: the slow ones draw more, a few rounds long.
        """
        split: dict[Wants, dict[Group, float]] = {}
        eligible: Counter[Group] = Counter()
        for kind, count in self._kinds.items():
            groups = [group for group in self._waiting if fits(kind, group)]
            split[kind] = dict.fromkeys(groups, 1 / max(len(groups), 1))
            eligible.update(dict.fromkeys(groups, count))
        working = self._sum(split)
        for _ in range(_ROUNDS):
            for kind, parts in split.items():
                pulls = {g: part * self._waiting[g] / working[g] for g, part in parts.items()}
                total = sum(pulls.values())
                split[kind] = {group: pull / total for group, pull in pulls.items()}
            working = self._sum(split)
        line: Counter[RegionCode] = Counter()
        for group, count in self._waiting.items():
            line[group.region] += count
        return {
            group: Share(working[group] * line[group.region] / count, eligible[group])
            for group, count in self._waiting.items()
        }

    def _sum(self, split: Mapping[Wants, Mapping[Group, float]]) -> dict[Group, float]:
        working = dict.fromkeys(self._waiting, 0.0)
        for kind, parts in split.items():
            for group, part in parts.items():
                working[group] += part * self._kinds[kind]
        return working
