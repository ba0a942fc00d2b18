"""The line of one region, kept so that a place is found in few steps however many wait."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import islice
from typing import Final

from video_advice.ids import ContactId
from video_advice.line import Standing, Ticket, order

_Order = tuple[int, str]
_AWAY: Final = None


class Places:
    """What `line.standings` says of the same tickets, one at a time, while they come and go.

    Those present are listed by head start (score less arrival). Within a list the order of the line
    is the order of arrival, so each tells by two searches who is before and who of them came later.
    """

    def __init__(self, tickets: Iterable[Ticket] = ()) -> None:
        """Begin with `tickets`, in any order, all of one region."""
        self._tickets: dict[ContactId, Ticket] = {}
        self._lists: dict[int | None, list[_Order]] = {}
        for one in sorted(tickets, key=order):
            self._tickets[one.contact] = one
            self._lists.setdefault(_list(one), []).append(order(one))

    def __len__(self) -> int:
        return len(self._tickets)

    def __iter__(self) -> Iterator[Ticket]:
        """Go through the tickets in order; the first few cost little."""
        return (self._tickets[ContactId(one)] for _, one in merge(*self._lists.values()))

    def get(self, contact: ContactId) -> Ticket | None:
        """Return the ticket of a contact."""
        return self._tickets.get(contact)

    @property
    def present(self) -> int:
        """Return how many are not away."""
        return len(self._tickets) - len(self._lists.get(_AWAY, ()))

    def put(self, one: Ticket) -> None:
        """Enter a ticket, or move it."""
        self.remove(one.contact)
        self._tickets[one.contact] = one
        insort(self._lists.setdefault(_list(one), []), order(one))

    def remove(self, contact: ContactId) -> None:
        """Take a ticket out. Taking out an absent one is fine."""
        one = self._tickets.pop(contact, None)
        if one is None:
            return
        listed = self._lists[_list(one)]
        del listed[bisect_left(listed, order(one))]
        if not listed:
            del self._lists[_list(one)]

    def standing(self, contact: ContactId) -> Standing | None:
        """Return where a ticket stands, None when it is unknown."""
        mine = self._tickets.get(contact)
        if mine is None:
            return None
        before = passed = 0
        for head_start, present in self._lists.items():
            if head_start is _AWAY:
                continue
            count = bisect_left(present, order(mine))
            before += count
            if head_start < mine.score - mine.arrived_at:  # else nobody before came later
                earlier = bisect_left(present, (mine.arrived_at + head_start + 1,))
                passed += max(count - earlier, 0)
        return Standing(before + 1, passed)

    def front(self, count: int) -> list[ContactId]:
        """Return the first `count` who are not away, in order."""
        lists = [present for start, present in self._lists.items() if start is not _AWAY]
        return [ContactId(one) for _, one in islice(merge(*lists), count)]


def _list(one: Ticket) -> int | None:
    return _AWAY if one.away else one.score - one.arrived_at
