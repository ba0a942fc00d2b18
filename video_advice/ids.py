"""The names things go by. Identifiers are opaque strings; their form is checked at the doors."""

from __future__ import annotations

import hashlib
import re
from typing import Final, NewType

ContactId = NewType("ContactId", str)
PhotoId = NewType("PhotoId", str)
NurseId = NewType("NurseId", str)
PersonId = NewType("PersonId", str)
ConnectionId = NewType("ConnectionId", str)
ProcessId = NewType("ProcessId", str)
RegionCode = NewType("RegionCode", str)
Language = NewType("Language", str)

Instant = int
"""Milliseconds since 1970-01-01 UTC."""

# `$` alone would let a line feed follow, in Python though not in JavaScript.
ID_PATTERN: Final = r"^[0-9a-f]{32}$(?!\n)"
REGION_PATTERN: Final = r"^[0-9]{2}$(?!\n)"
LANGUAGE_PATTERN: Final = r"^[a-z]{2,3}$(?!\n)"
KEY_PATTERN: Final = r"^[0-9A-Za-z_-]{8,64}$(?!\n)"
PEER_PATTERN: Final = r"^[0-9a-f]{16}$(?!\n)"

_ID = re.compile(ID_PATTERN)


def desk_of(nurse: NurseId) -> ContactId:
    """Return the room where a nurse on duty is present when she is in no contact: her desk."""
    return ContactId(hashlib.sha256(f"desk:{nurse}".encode()).hexdigest()[:32])


def echo_of(contact: ContactId) -> ContactId:
    """Return the name under which a contact's network test uses the relay, apart from its call."""
    return ContactId(hashlib.sha256(f"echo:{contact}".encode()).hexdigest()[:32])


def is_id(text: str) -> bool:
    """Say whether `text` has the form of an identifier: 32 lower-case hexadecimal digits."""
    return _ID.fullmatch(text) is not None
