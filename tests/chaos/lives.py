"""The stored events folded again, one after the other in the order of their commits."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from tests.chaos.records import Entry, Records
from video_advice import line
from video_advice.contact import step
from video_advice.line import Ticket, Wants
from video_advice.policy import Policy
from video_advice.refusals import Refused
from video_advice.state import Contact


class Moment(msgspec.Struct, frozen=True):
    """An event with the contact before and after it. `before` is None when it was opened."""

    entry: Entry
    before: Contact | None
    after: Contact

    @property
    def ticket(self) -> Ticket | None:
        """The place in the line from then on."""
        return line.ticket(self.after, self.entry.version)


class Lives(msgspec.Struct, frozen=True):
    """All moments in the order of their commits, and those of each contact in order."""

    moments: tuple[Moment, ...]
    of: dict[str, list[Moment]]
    faults: tuple[str, ...]
    """Events that the rules would not have allowed."""


def fold(records: Records, policy: Policy) -> Lives:
    """Return every contact's life as the rules tell it from the events."""
    moments: list[Moment] = []
    of: dict[str, list[Moment]] = {}
    faults = []
    for entry in records.entries:
        known = of.setdefault(entry.contact, [])
        before = known[-1].after if known else None
        name = type(entry.event).__name__
        if entry.version != len(known) + 1:
            faults.append(f"{entry.contact} v{entry.version} {name}: after v{len(known)}")
            continue
        try:
            after, _ = step(before, entry.event, entry.at, policy)
        except Refused as refused:
            faults.append(f"{entry.contact} v{entry.version} {name}: {refused.code}")
            continue
        moments.append(Moment(entry, before, after))
        known.append(moments[-1])
    return Lives(tuple(moments), of, tuple(faults))


def passed_over(offer: Moment, wants: Wants, lives: Lives, margin: float) -> list[str]:
    """Return who stood before the offered one, for such a nurse, all the while it was offered.

    "All the while" is from the making of the event until its commit: somewhere between the
    archive was asked whose turn it was. `margin`: how many milliseconds after its commit an event
    may not be seen by others yet.
    """
    entry = offer.entry
    own = None if offer.before is None else line.ticket(offer.before, 0)
    if own is None:
        return []
    found = []
    for contact, moments in lives.of.items():
        if contact == entry.contact:
            continue
        during = _during(moments, entry, margin)
        before = [
            f"v{m.entry.version} at {m.entry.committed} in {t.group.key}"
            for m in during
            if (t := m.ticket) and line.serves(wants, t) and line.order(t) < line.order(own)
        ]
        if during and len(before) == len(during):
            found.append(f"{contact} {', '.join(before)}")
    return found


def _during(moments: Iterable[Moment], offer: Entry, margin: float) -> list[Moment]:
    """Return what held at the beginning of the offer, and what came about until its commit."""
    seen: list[Moment] = []
    for moment in moments:
        one = moment.entry
        if one.order >= offer.order:
            break
        before = None if offer.committed is None else one.committed
        if one.seen_by(offer) and (before is None or before < offer.at - margin):
            seen = [moment]
        elif seen:
            seen.append(moment)
        else:
            return []  # it was not there yet when the offer was made
    return seen
