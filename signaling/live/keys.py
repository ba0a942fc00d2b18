"""How every key and channel is spelled. A region's keys share a hash tag, hence a cluster slot."""

from __future__ import annotations

import hashlib
from typing import Final, NamedTuple

from video_advice.ids import ProcessId, RegionCode

BELLS: Final = "va:bells"
"""The channel on which processes ring for all others."""

LINES: Final = "va:lines"
"""The channel on which the scripts tell each change of a line, in the same atomic step."""


class RegionKeys(NamedTuple):
    """The keys of a region in the order in which the scripts take them."""

    line: str
    ticket: str
    built: str


def bell_of(process: ProcessId) -> str:
    """Return the channel on which the others ring for one process."""
    return f"{BELLS}:{process}"


def region(code: RegionCode) -> RegionKeys:
    """Return the keys of a region: the order, the tickets, and how many there are."""
    return RegionKeys(f"va:{{{code}}}:line", f"va:{{{code}}}:ticket", f"va:{{{code}}}:built")


def prepared(code: RegionCode, token: str) -> tuple[str, str]:
    """Return the keys in which one rebuild prepares the line and the tickets, apart from others."""
    known = region(code)
    return f"{known.line}:{token}", f"{known.ticket}:{token}"


def bucket(name: str) -> str:
    """Return the key of a rate's bucket, hashed: Redis need not know whom it is about."""
    return f"va:rate:{hashlib.blake2b(name.encode(), digest_size=16).hexdigest()}"
