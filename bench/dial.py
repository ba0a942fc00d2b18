"""What is said to the generator, and what it answers. It knows no product's own protocol."""

from __future__ import annotations

import msgspec


class Step(msgspec.Struct, frozen=True):
    """Say `send` (nothing when empty), then wait for a text that begins with `until`."""

    send: str
    until: str


class Dial(msgspec.Struct, frozen=True, kw_only=True):
    """One socket: where to, what it says until it is ready, and what it is there for.

    `message` is what it relays to the socket called `partner`, which counts the texts that begin
    with `counts`; `first` is said once, before the first of them. `replies` are answers it owes at
    once, by the beginning of the question.
    """

    name: str
    port: int
    path: str
    source: str = "127.0.0.1"
    headers: dict[str, str] = {}
    steps: tuple[Step, ...] = ()
    partner: str = ""
    first: str = ""
    message: str = ""
    counts: str = ""
    replies: dict[str, str] = {}


class Open(msgspec.Struct, frozen=True, tag="open"):
    """Open these sockets, `at_once` at a time, and keep them."""

    dials: tuple[Dial, ...]
    at_once: int = 50


class Flat(msgspec.Struct, frozen=True, tag="flat"):
    """Relay as fast as can be with `at_once` messages on their way, each socket in its turn."""

    messages: int
    seconds: float
    at_once: int


class Paced(msgspec.Struct, frozen=True, tag="paced"):
    """Relay so many messages a second altogether, whatever the answers do."""

    per_second: int
    seconds: float


class Sample(msgspec.Struct, frozen=True, tag="sample"):
    """Relay one message from each socket; return what the first one's partner got."""


class Close(msgspec.Struct, frozen=True, tag="close"):
    """Close every socket."""


Order = Open | Flat | Paced | Sample | Close


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an order. Times in seconds; `lost` are sockets closed against our will."""

    seconds: float = 0.0
    messages: int = 0
    p50: float = 0.0
    p99: float = 0.0
    sockets: int = 0
    lost: int = 0
    text: str = ""
    error: str = ""
