"""How a patient's network is for a video call, as their page has measured it while waiting."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta


class Verdict(StrEnum):
    """What is told in words; the last two: a chat goes better.

    `good`: sound and picture are good. `unsteady`: the picture may freeze. `slow`: not enough for
    sound. `blocked`: nothing of a call gets through.
    """

    GOOD = "good"
    UNSTEADY = "unsteady"
    SLOW = "slow"
    BLOCKED = "blocked"


class Way(StrEnum):
    """How the relay was reached."""

    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"


class Network(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One measurement. `round_trip` in ms, `loss` in percent, `rate` in kbit/s each way.

    They are None where nothing came through. `relays` are the ways that work.
    """

    verdict: Verdict
    round_trip: Annotated[int, Meta(ge=0, le=60_000)] | None
    loss: Annotated[int, Meta(ge=0, le=100)] | None
    rate: Annotated[int, Meta(ge=0, le=1_000_000)] | None
    relays: Annotated[tuple[Way, ...], Meta(max_length=3)]
