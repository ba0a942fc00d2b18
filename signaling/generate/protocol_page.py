"""The page of the protocol: every message in words, for a person who writes a client."""

from __future__ import annotations

from enum import Enum
from typing import Final

import msgspec

from signaling.generate.markdown import GENERATED, table
from signaling.generate.schema import is_request
from signaling.generate.typescript import sent, type_text
from signaling.protocol import wire
from signaling.protocol.close_codes import CLOSE_CODES, ComeBack
from signaling.protocol.messages import MAX_FRAME, PROTOCOL_VERSION
from video_advice.chat import MAX_TEXT
from video_advice.photos import MAX_BYTES, MAX_PER_CONTACT

_PAGE: Final = """\
{generated}
# The protocol

Version {version}. A page opens one WebSocket at `/socket`. The session is a cookie, never a part
of the address. A frame is one message: JSON text of at most {frame} bytes, an object whose `type`
names the message. The rest goes over HTTP, described by OpenAPI at `/api/openapi.json`.

The same as files for programs: [JSON Schema](protocol/schema.json) of all types,
[AsyncAPI](protocol/asyncapi.json) of the socket. The TypeScript types are in `web/src/protocol/`.

## Rules

- The first message is `hello`. The service answers `welcome`, or closes the socket.
- A message with `ref` is a request. It is answered by `done` or `refused` with the same `ref`;
  `done` means that what was asked for is kept. The codes of `refused` are in
  [Refusals](refusals.md).
- The service refuses a message with an unknown field. A page ignores unknown fields and unknown
  types.
- Every moment is in milliseconds since 1970-01-01 UTC. A whole number is from 0 to {largest}
  where no other limit is said.
- `contact` is the contact that the message is about. `epoch` counts the meetings of a contact; a
  request with an older one comes from a page that has not seen what happened, and is refused.
- A message without `ref` is not answered. When it is not allowed, `refused` comes with `ref` null.
- A field marked *optional* may be left out; every other one is always there. Types that go both
  ways are written whole.
- A chat message has at most {chat_text} characters. A photo has at most {photo_bytes} bytes, and a
  contact at most {photos} photos.
- `media.*` and typing marks are passed on to the other side and never stored.

## Coming back

Every change of a contact makes a new version of it: 1, 2, 3 and so on. After a lost connection a
page opens a new socket and says in `hello` under `resume` which version it has of each contact.
After `welcome` it is sent, for each contact that it may see, `chat.added` for every chat message
above that version, in order, then `contact.state` (patient) or `contact.card` (nurse) with the
contact as it now is. A nurse is also sent `duty.state`, `line.state`, and `note.kept` for the
contacts that she holds.

A view is whole: it replaces the one before, and one with an older version than that shown is
ignored. The sender's own chat message comes back as `chat.added` with its `key`. A request whose
answer was lost may be sent again: the same `key` never makes two messages, and a repeated request
that no longer fits is refused without harm. Media is negotiated anew between two `session`s; a
connection that is healthy is kept although the socket was lost.

`ping` is answered by `pong`. A page that gets no answer in time drops the socket and comes back.

## From the browser

{client}

## To the browser

{server}

## Parts of messages

{shared}

## Over HTTP

A request that is refused is answered by `Problem` with a status of 4xx or 5xx. Requests other
than GET carry the header `X-Video-Advice: 1`. `Accept-Language` chooses the language of the
sentences.

{http}

## Words with fixed values

{enums}

## Why a socket is closed

What to do with a code that is not here: come back later. *Now* is at once, the first time;
*later* is after a growing, randomly spread delay; *never* is until a person does something.

{codes}
"""

_ANSWERS: Final = {"hello": "`welcome`, or the socket is closed", "ping": "`pong`"}
_PASSED_ON: Final = {
    "chat.typing": "chat.typing_now",
    "media.ready": "media.ready_now",
    "media.description": "media.described",
    "media.candidate": "media.candidate_found",
}
_SIDES: Final = {"Patient": "the patient", "Nurse": "the nurse", "Either": "both sides"}
_COME_BACK: Final = {ComeBack.NOW: "now", ComeBack.LATER: "later", ComeBack.NEVER: "never"}

Struct = type[msgspec.Struct]


def page() -> str:
    """Return `protocol.md`."""
    codes = [(str(c.code), f"`{c.name}`", _COME_BACK[c.come_back], c.meaning) for c in CLOSE_CODES]
    return _PAGE.format(
        generated=GENERATED,
        version=PROTOCOL_VERSION,
        frame=MAX_FRAME,
        largest=wire.LARGEST,
        chat_text=MAX_TEXT,
        photo_bytes=MAX_BYTES,
        photos=MAX_PER_CONTACT,
        client="\n\n".join(_from_client(s) for s in wire.CLIENT),
        server="\n\n".join(_to_client(s) for s in wire.SERVER),
        shared="\n\n".join(_part(s) for s in wire.SHARED),
        http="\n\n".join(_part(s) for s in wire.HTTP),
        enums="\n\n".join(_enum(e) for e in wire.ENUMS),
        codes=table(("Code", "Name", "Come back", "Meaning"), codes),
    )


def _said(struct: Struct) -> tuple[str, str]:
    """Return whose message it is and what it says: the docstring may begin `Nurse: ...`."""
    whose, colon, said = wire.summary(struct).partition(": ")
    if colon and whose in _SIDES:
        return _SIDES[whose], said[0].upper() + said[1:]
    return "both sides", wire.summary(struct)


def _from_client(struct: Struct) -> str:
    tag = wire.tag(struct)
    whose, said = _said(struct)
    answer = "`done` or `refused`" if is_request(struct) else _ANSWERS.get(tag, "none")
    facts = [f"Sent by: {whose}", f"Answer: {answer}"]
    if tag in _PASSED_ON:
        facts.append(f"The other side gets: `{_PASSED_ON[tag]}`")
    return f"### `{tag}`\n\n{said}\n\n{'. '.join(facts)}.\n\n{_fields(struct)}"


def _to_client(struct: Struct) -> str:
    whose, said = _said(struct)
    return f"### `{wire.tag(struct)}`\n\n{said}\n\nSent to: {whose}.\n\n{_fields(struct)}"


def _part(struct: Struct) -> str:
    return f"### {struct.__name__}\n\n{wire.summary(struct)}\n\n{_fields(struct)}"


def _enum(cls: type[Enum]) -> str:
    values = ", ".join(f"`{member.value}`" for member in cls)
    return f"### {cls.__name__}\n\n{wire.summary(cls)}\n\n{values}"


def _fields(struct: Struct) -> str:
    rows = []
    for field in wire.info(struct).fields:
        optional = ["optional"] if wire.may_be_omitted(struct, field) else []
        limits = [
            f"matches `{said[8:]}`" if said.startswith("matches ") else said
            for said in wire.limits(field.type)
        ]
        kind = type_text(sent(struct, field)).replace("readonly ", "")
        rows.append((f"`{field.encode_name}`", f"`{kind}`", "; ".join([*optional, *limits])))
    return table(("Field", "Type", "Limits"), rows)
