"""How the nurses on duty bring the line forward, seen from each part of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from video_advice.ids import Language, RegionCode
from video_advice.line import Ticket, Wants
from video_advice.people import Channel
from video_advice.state import Contact

_ROUNDS: Final = 12

_Kind = tuple[frozenset[RegionCode], frozenset[Language], frozenset[Channel]]


class Group(msgspec.Struct, frozen=True):
    """Those whom the same nurses can serve. `language` is None where an interpreter will do."""

    region: RegionCode
    channel: Channel
    language: Language | None


class Share(msgspec.Struct, frozen=True):
    """`nurses` (parts of one count) bring the region's line forward, seen from one group of it.

    `eligible` is how many on duty could take somebody of the group.
    """

    nurses: float
    eligible: int


def group_of(contact: Contact | Ticket) -> Group:
    """Return the group that somebody waits in."""
    language = None if contact.interpreter else contact.language
    return Group(contact.region, contact.channel, language)


class Staffing:
    """The nurses on duty, shared by those who wait: an answer for each group, worked out once."""

    def __init__(self, waiting: Mapping[Group, int], nurses: Iterable[Wants]) -> None:
        """`waiting` counts who is there in each group, in all regions these nurses serve."""
        self._kinds = Counter((n.regions, n.languages, n.channels) for n in nurses)
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
        split: dict[_Kind, dict[Group, float]] = {}
        eligible: Counter[Group] = Counter()
        for kind, count in self._kinds.items():
            groups = [group for group in self._waiting if _fits(kind, group)]
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

    def _sum(self, split: Mapping[_Kind, Mapping[Group, float]]) -> dict[Group, float]:
        working = dict.fromkeys(self._waiting, 0.0)
        for kind, parts in split.items():
            for group, part in parts.items():
                working[group] += part * self._kinds[kind]
        return working


def _fits(kind: _Kind, group: Group) -> bool:
    regions, languages, channels = kind
    return (
        group.region in regions
        and group.channel in channels
        and (group.language is None or group.language in languages)
    )
