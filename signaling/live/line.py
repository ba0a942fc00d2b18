"""The line as it is now, one per region. See `video_advice.ports.Line` for what it promises.

Races, and who mends them. Nothing here remembers a ticket that has been taken out, so a `put` that
was slow to arrive brings back one that was removed or lifted meanwhile; and a `rebuild` puts what
the archive said when it was asked in the place of what has been put since. A lost reply to `lift`
leaves a ticket taken out that nobody was offered. A ticket that moved to another region stays in
the old one until it is removed there. All are a wrong hint for a moment: the archive refuses a
contact that is not waiting, and the line is made to agree with it again.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from signaling.live import keys
from signaling.live.scripts import Call, Script, Scripts, WrongType, script
from video_advice.ids import ContactId, ProcessId, RegionCode
from video_advice.line import Group, Moved, Ticket, Wants, order
from video_advice.ports import LineDown, Unbuilt

ATTEMPTS: Final = 16
"""How often a nurse of several regions looks again when others were quicker, before she takes
whatever is first in the region that looked best."""

CHUNK: Final = 500
"""Tickets sent at a time when a region is rebuilt: neither end is busy for long."""

_PREPARED_FOR: Final = 60
"""Seconds after which a rebuild that was given up leaves nothing behind."""

_PUT: Final = script("shared", "put")
_REMOVE: Final = script("shared", "remove")
_FIRST: Final = script("shared", "choice", "first")
_LIFT: Final = script("shared", "choice", "lift")
_TICKETS: Final = script("shared", "tickets")
_NUMBER: Final = script("shared", "number")
_decode: Final = msgspec.json.Decoder(Ticket).decode
_SWAP: Final = script("shared", "swap")

_RANK: Final = 10**18
"""Added to a score, so that all have as many digits and none a sign."""

_Place = tuple[int, ContactId]
"""A score and a contact: the order of the line, as in `video_advice.line.order`."""


class LiveLine:
    """The port `Line` over Redis."""

    def __init__(self, scripts: Scripts, process: ProcessId) -> None:
        """`process` keeps the rebuilds of different processes apart."""
        self._scripts = scripts
        self._process = process
        self._rebuilds = itertools.count(1)

    async def put(self, one: Ticket) -> None:
        """Enter or move a ticket; an older version than the known one changes nothing."""
        body = msgspec.json.encode(one)
        await self._run(_PUT, one.region, one.contact, one.version, _spot(one), body)

    async def remove(self, contact: ContactId, region: RegionCode) -> None:
        """Take a ticket out. Taking out an absent one is fine."""
        await self._run(_REMOVE, region, contact)

    async def lift(self, nurse: Wants) -> ContactId | None:
        """Take out and return the first ticket that `nurse` may be offered.

        Atomic within a region. Of several, the region whose first stands before the others' gives
        its first, provided that it still is.
        """
        wanted = msgspec.json.encode(nurse)
        regions = sorted(nurse.regions)
        if len(regions) == 1:
            return (await self._lift(regions[0], wanted, ""))[0]
        firsts = await self._firsts(regions, wanted)
        for attempt in itertools.count(1):
            if not firsts:
                break
            region = min(firsts, key=lambda code: firsts[code])
            _, expected = firsts.pop(region)
            contact, other = await self._lift(
                region, wanted, expected if attempt < ATTEMPTS else ""
            )
            if contact is not None:
                return contact
            if other is not None:
                firsts[region] = other
        return None

    async def tickets(self, region: RegionCode) -> list[Ticket]:
        """Return the region's tickets in order."""
        return (await self.numbered(region))[1]

    async def numbered(self, region: RegionCode) -> tuple[int, list[Ticket]]:
        """Return the number of the region's last change, and its tickets then, in order."""
        reply = await self._run(_TICKETS, region)
        try:
            _, number, line, stored = reply
            found = [_ticket(contact, one, region) for contact, one in _pairs(stored)]
        except (ValueError, msgspec.DecodeError):
            raise Unbuilt(region) from None
        if {_spot(one).encode() for one in found} != set(line):
            raise Unbuilt(region)
        return int(number), sorted(found, key=order)

    async def number(self, region: RegionCode) -> int:
        """Return the number of the region's last change."""
        _, number = await self._run(_NUMBER, region)
        return int(number)

    async def rebuild(self, region: RegionCode, tickets: Iterable[Ticket]) -> None:
        """Replace all that is known of a region, in one moment. They must all be of the region.

        They are prepared aside, a chunk at a time, and then put in place by one script.
        """
        known = {one.contact: one for one in tickets}
        if any(one.region != region for one in known.values()):
            raise ValueError("a ticket of another region")
        token = f"{self._process}.{next(self._rebuilds)}"
        line, ticket = keys.prepared(region, token)
        waiting = iter(known.values())
        call = Call(_SWAP, (*keys.region(region), line, ticket), (len(known),))
        try:
            while chunk := tuple(itertools.islice(waiting, CHUNK)):
                await self._scripts.pipeline(_fill(line, ticket, chunk))
            [status, *_] = await self._scripts.run(call)
        except WrongType:
            raise LineDown("what was prepared is of a wrong type") from None
        if status != b"BUILT":
            raise LineDown("what was prepared is gone")

    async def _run(self, what: Script, region: RegionCode, *args: str | bytes | int) -> list[Any]:
        try:
            reply = await self._scripts.run(Call(what, keys.region(region), args))
        except WrongType:
            raise Unbuilt(region) from None
        return _built(reply, region)

    async def _firsts(self, regions: list[RegionCode], wanted: bytes) -> dict[RegionCode, _Place]:
        """Return the first ticket of each region that has one for the nurse."""
        calls = [Call(_FIRST, keys.region(code), (wanted,)) for code in regions]
        firsts: dict[RegionCode, _Place] = {}
        for region, reply in zip(regions, await self._scripts.run_all(calls), strict=True):
            if isinstance(reply, WrongType):
                raise Unbuilt(region)
            status, *rest = _built(reply, region)
            if status == b"FIRST":
                firsts[region] = _of_region(rest, region)
        return firsts

    async def _lift(
        self, region: RegionCode, wanted: bytes, expected: str
    ) -> tuple[ContactId | None, _Place | None]:
        """Return what was lifted; or else what stands first in the place of the expected one."""
        status, *rest = await self._run(_LIFT, region, wanted, expected)
        if status == b"NOBODY":
            return None, None
        place = _of_region(rest, region)
        return (place[1], None) if status == b"LIFTED" else (None, place)


def moved(told: bytes) -> Moved:
    """Return the change that the scripts told in these words. Raises: ValueError."""
    code, number, what, *rest = told.split(b" ", 3)
    region = RegionCode(code.decode())
    match what, rest:
        case b"=", []:
            return Moved(region, int(number))
        case b"-", [contact]:
            return Moved(region, int(number), gone=ContactId(contact.decode()))
        case b"+", [body]:
            return Moved(region, int(number), ticket=_read(body))
        case _:
            raise ValueError("no change of a line")


def _built(reply: list[Any], region: RegionCode) -> list[Any]:
    if reply[0] == b"UNBUILT":
        raise Unbuilt(region)
    return reply


def _pairs(flat: list[bytes]) -> Iterator[tuple[bytes, bytes]]:
    return zip(flat[::2], flat[1::2], strict=True)


def _place(contact: bytes, rank: bytes) -> _Place:
    return int(rank) - _RANK, ContactId(contact.decode())


def _of_region(pair: list[bytes], region: RegionCode) -> _Place:
    try:
        return _place(*pair)
    except ValueError:
        raise Unbuilt(region) from None


def _spot(one: Ticket) -> str:
    """Return where the ticket stands, in words that Redis orders: see `lua/shared.lua`."""
    part = one.group.key
    if one.away:
        part = "-"
    elif one.named is not None:
        part = f"@{one.named}/{part}"
    return f"{part}|{one.score + _RANK:019d}{one.contact}"


def _read(body: bytes) -> Ticket:
    """Return a ticket. Those of one group have one group, not one each."""
    one = _decode(body)
    return replace(one, group=_shared(one.group))


@lru_cache(maxsize=4096)
def _shared(group: Group) -> Group:
    return group


def _ticket(contact: bytes, stored: bytes, region: RegionCode) -> Ticket:
    spot, _, body = stored.partition(b"\n")
    one = _read(body)
    if (one.contact, one.region, _spot(one)) != (contact.decode(), region, spot.decode()):
        raise ValueError("a ticket that is not what it is kept as")
    return one


def _fill(line: str, ticket: str, chunk: Sequence[Ticket]) -> list[tuple[Any, ...]]:
    """Return the commands that add tickets to a line that is being prepared."""
    spots = [_spot(one) for one in chunk]
    bodies = [
        f"{spot}\n".encode() + msgspec.json.encode(one)
        for spot, one in zip(spots, chunk, strict=True)
    ]
    contacts = [one.contact for one in chunk]
    return [
        ("ZADD", line, *itertools.chain.from_iterable((0, spot) for spot in spots)),
        ("HSET", ticket, *itertools.chain.from_iterable(zip(contacts, bodies, strict=True))),
        ("EXPIRE", line, _PREPARED_FOR),
        ("EXPIRE", ticket, _PREPARED_FOR),
    ]
