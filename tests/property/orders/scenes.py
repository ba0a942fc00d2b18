"""What is said in a meeting, to be put in every order."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final, Literal

from signaling.protocol import messages as m
from tests.property.orders.meeting import CONTACT, SESSIONS, Meeting
from tests.unit import lives
from tests.unit.lives import KARIN, YUSUF
from video_advice import events as ev
from video_advice.people import Channel

Do = Callable[[Meeting], Awaitable[None]]
Name = str


@dataclass(frozen=True)
class Step:
    """Something that happens once, not before `after`."""

    name: str
    do: Do
    after: str = ""
    comes: bool = False
    """Whether it is a page's coming. With two processes all pages have come before."""
    alone: bool = False
    """Whether it is left out with two processes, where each doorbell is heard at any later moment
    and there are many more orders.
    """


@dataclass(frozen=True)
class Scene:
    """What was before, the pages, and what then happens in any order."""

    name: str
    before: tuple[ev.AnyEvent, ...]
    steps: tuple[Step, ...]
    carries: frozenset[str]
    """The kinds of descriptions that come through in some order."""


def _said(name: Name, what: str, message: m.ClientMessage, after: str | None = None) -> Step:
    """A page says something, once it has said hello."""

    async def do(meeting: Meeting) -> None:
        await meeting.say(name, message)

    return Step(f"{name} {what}", do, f"{name} hello" if after is None else after)


def _hello(name: Name) -> Step:
    async def do(meeting: Meeting) -> None:
        await meeting.hello(name)

    return Step(f"{name} hello", do, comes=True)


def _happens(what: str, event: ev.AnyEvent, after: str) -> Step:
    async def do(meeting: Meeting) -> None:
        await meeting.happen(event)

    return Step(what, do, after)


def _ready(name: Name, epoch: int) -> Step:
    ready = m.MediaReady(contact=CONTACT, epoch=epoch, session=SESSIONS[name])
    return _said(name, f"ready {epoch}", ready)


def _describes(name: Name, to: Name, epoch: int, kind: Literal["offer", "answer"]) -> Step:
    message = m.MediaDescription(
        contact=CONTACT,
        epoch=epoch,
        session=SESSIONS[name],
        to=SESSIONS[to],
        kind=kind,
        sdp="v=0",
    )
    return _said(name, f"{kind} {epoch}", message)


def _candidate(name: Name, to: Name, epoch: int) -> Step:
    message = m.MediaCandidate(
        contact=CONTACT, epoch=epoch, session=SESSIONS[name], to=SESSIONS[to], candidate="c"
    )
    return _said(name, f"candidate {epoch}", message)


def _accepts(name: Name, epoch: int, after: str | None = None) -> Step:
    media = m.FirstOffer(session=SESSIONS[name], sdp="v=0")
    message = m.OfferAccept(ref=1, contact=CONTACT, epoch=epoch, media=media)
    return _said(name, f"accepts {epoch}", message, after)


_LEAVES: Final = _said("phone", "leaves", m.ContactLeave(ref=1, contact=CONTACT))
_DECLINES: Final = _said("karin", "declines", m.OfferDecline(ref=1, contact=CONTACT, epoch=1))
_RETURNS: Final = _said("karin", "returns", m.ContactReturn(ref=1, contact=CONTACT, epoch=1))
_LOWERS: Final = _said("karin", "lowers", m.ChannelLower(ref=1, contact=CONTACT))
_PROPOSES: Final = _said(
    "karin", "proposes", m.ChannelPropose(ref=1, contact=CONTACT, channel=Channel.VIDEO, epoch=1)
)
_OFFERED: Final = (lives.opened(channel=Channel.VIDEO), ev.NurseOffered(KARIN, 1, "turn"))
_CHATTING: Final = (
    lives.opened(),
    ev.NurseOffered(KARIN, 1, "turn"),
    ev.OfferAccepted(KARIN, 1),
)


def _first_meeting(*ends: Step) -> tuple[Step, ...]:
    return (
        _hello("phone"),
        _hello("karin"),
        _accepts("karin", 1),
        _ready("phone", 1),
        replace(_describes("phone", "karin", 1, "answer"), alone=True),
        _candidate("karin", "phone", 1),
        *ends,
    )


SCENES: Final = (
    Scene(
        "the patient leaves",
        _OFFERED,
        _first_meeting(_candidate("phone", "karin", 0), _LEAVES),
        frozenset({"offer", "other"}),
    ),
    Scene(
        "the nurse declines",
        _OFFERED,
        _first_meeting(_candidate("phone", "karin", 2), _DECLINES),
        frozenset({"offer", "other"}),
    ),
    Scene(
        "video is asked for in the chat",
        _CHATTING,
        (
            _hello("phone"),
            _hello("karin"),
            _PROPOSES,
            _said("phone", "says yes", m.ChannelAnswer(ref=1, contact=CONTACT, accepted=True)),
            replace(_ready("karin", 1), alone=True),
            _describes("karin", "phone", 1, "offer"),
            _describes("phone", "karin", 1, "answer"),
            _LOWERS,
        ),
        frozenset({"offer", "answer"}),
    ),
    Scene(
        "another nurse takes over",
        (*_OFFERED, ev.OfferAccepted(KARIN, 1)),
        (
            _hello("phone"),
            _hello("karin"),
            _hello("yusuf"),
            _RETURNS,
            _happens("offered to yusuf", ev.NurseOffered(YUSUF, 3, "turn"), "karin returns"),
            _accepts("yusuf", 3, "offered to yusuf"),
            _describes("karin", "phone", 1, "offer"),
            _candidate("phone", "yusuf", 3),
        ),
        frozenset({"offer", "other"}),
    ),
    Scene(
        "others listen and speak",
        _OFFERED,
        (
            _hello("phone"),
            _hello("karin"),
            _hello("yusuf"),
            _hello("stranger"),
            _accepts("karin", 1),
            _describes("stranger", "karin", 1, "answer"),
            _describes("yusuf", "phone", 1, "offer"),
            _candidate("phone", "yusuf", 1),
        ),
        frozenset({"other"}),
    ),
)
