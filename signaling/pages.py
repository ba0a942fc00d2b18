"""The pages that are open in this process, found by whose they are."""

from __future__ import annotations

from collections.abc import Iterator

from signaling.rooms import Member
from video_advice.ids import NurseId, PersonId

Owner = PersonId | NurseId


class Pages:
    """Open pages. Most people have one, so nothing bigger than a tuple is kept for them."""

    def __init__(self) -> None:
        """Start with none."""
        self._by_owner: dict[Owner | None, tuple[Member, ...]] = {}
        self._count = 0

    def add(self, page: Member) -> None:
        """Remember a page."""
        owner = _owner(page)
        self._by_owner[owner] = (*self._by_owner.get(owner, ()), page)
        self._count += 1

    def discard(self, page: Member) -> None:
        """Forget a page."""
        owner = _owner(page)
        pages = self._by_owner.get(owner, ())
        left = tuple(one for one in pages if one is not page)
        self._count -= len(pages) - len(left)
        if left:
            self._by_owner[owner] = left
        else:
            self._by_owner.pop(owner, None)

    def beside(self, page: Member) -> tuple[Member, ...]:
        """Return all pages of the person whose page this is."""
        return self._by_owner.get(_owner(page), ())

    def __iter__(self) -> Iterator[Member]:
        return (page for pages in self._by_owner.values() for page in pages)

    def __len__(self) -> int:
        return self._count


def _owner(page: Member) -> Owner | None:
    return page.person if page.nurse is None else page.nurse.id
