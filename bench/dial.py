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
    keeps: str = ""
    """Of the texts that begin with this the last is kept: what the page shows."""


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


class Leave(msgspec.Struct, frozen=True, tag="leave"):
    """Let the socket called `name` say `send`, and see when the others are told (`counts`).

    `{contact}` in `send` is the contact that the socket shows.
    """

    name: str
    send: str
    counts: str


class Takes(msgspec.Struct, frozen=True, tag="takes"):
    """Let these nurses say `send`, so many a second; see when she and her patient are both told.

    A nurse is told by `card`, a patient by `state`.
    """

    names: tuple[str, ...]
    send: str
    card: str
    state: str
    per_second: float


class Cut(msgspec.Struct, frozen=True, tag="cut"):
    """Cut every socket at once; let each come back as a page does, and see when it is in its place.

    In seconds: the first wait is spread over `first`, later ones over `step` doubled for each that
    failed, at most `longest`; over `longest` at once after a close with one of the codes `later`.
    """

    first: float
    step: float
    longest: float
    later: tuple[int, ...]
    seed: int


Order = Leave | Takes | Cut | Open | Flat | Paced | Sample | Close


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an order. Times in seconds; `lost` are sockets closed against our will.

    `size`: bytes of the messages; `last`: when the last socket was told; `worse`: who was put back.
    """

    seconds: float = 0.0
    messages: int = 0
    p50: float = 0.0
    p99: float = 0.0
    sockets: int = 0
    lost: int = 0
    size: int = 0
    last: float = 0.0
    worse: int = 0
    text: str = ""
    error: str = ""
