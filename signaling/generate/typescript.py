"""The wire as TypeScript, for the browser."""

from __future__ import annotations

import json
from enum import Enum
from typing import Final

import msgspec
from msgspec import inspect

from signaling.protocol import http, messages, wire
from signaling.protocol.close_codes import CLOSE_CODES
from video_advice import chat, photos
from video_advice.advice.outcome import Outcome, Sbar
from video_advice.quality.survey import Survey
from video_advice.refusals import Refusal

HEADER: Final = (
    "// Generated from signaling/protocol by `python -m signaling generate`. Do not edit.\n"
)
_WIDTH: Final = 100

_LIMITS: Final[tuple[tuple[str, type[msgspec.Struct], str, str], ...]] = (
    ("called", http.OpenContact, "called", "Characters in what the person wants to be called."),
    ("story", http.OpenContact, "story", "Characters in the story."),
    ("age", http.OpenContact, "age", "Years."),
    ("noteText", Sbar, "situation", "Characters in each part of the note."),
    ("adviceText", Outcome, "advice", "Characters in the advice, and in when to seek again."),
    ("returnReason", messages.ContactReturn, "reason", "Characters in why a contact is sent back."),
    ("transferReason", messages.ContactTransfer, "reason", "Characters in why it is handed over."),
    (
        "transferSummary",
        messages.ContactTransfer,
        "summary",
        "Characters in the summary with it.",
    ),
    ("surveyScore", Survey, "score", "The best score; 1 is the worst."),
    ("surveyWords", Survey, "words", "Characters in the words of the survey."),
    ("sdp", messages.MediaDescription, "sdp", "Characters in an SDP description."),
    ("candidate", messages.MediaCandidate, "candidate", "Characters in an ICE candidate."),
    ("resume", messages.Hello, "resume", "Contacts in `hello`."),
)
_CONSTANTS: Final = (
    ("chatText", chat.MAX_TEXT, "Characters in a chat message."),
    ("photoBytes", photos.MAX_BYTES, "Bytes in one photo as it is sent."),
    ("photosPerContact", photos.MAX_PER_CONTACT, "Photos in one contact."),
)


def messages_ts() -> str:
    """Return `messages.ts`: constants, limits, enumerations and every type on the wire."""
    parts = [HEADER, _constants(), _limits(), _heading("Words with fixed values")]
    parts += [*(_enum(e) for e in wire.ENUMS), _enum(Refusal)]
    parts.append(_values())
    sections = (
        ("Parts of messages", wire.SHARED),
        ("From the browser", wire.CLIENT),
        ("To the browser", wire.SERVER),
        ("Over HTTP", wire.HTTP),
    )
    for title, structs in sections:
        parts.append(_heading(title))
        parts += [_struct(s) for s in structs]
        if structs is wire.CLIENT:
            parts.append(_union("ClientMessage", "Everything the browser may send.", structs))
        if structs is wire.SERVER:
            parts.append(_union("ServerMessage", "Everything the service may send.", structs))
    return "\n".join(parts)


def close_codes_ts() -> str:
    """Return `closeCodes.ts`: the table that tells why a socket was closed."""
    rows = "".join(
        f"  {c.code}: {{\n    name: {_text(c.name)},\n    comeBack: {_text(c.come_back)},\n"
        f"    meaning: {_text(c.meaning)},\n  }},\n"
        for c in CLOSE_CODES
    )
    return (
        f"{HEADER}\n"
        "/** What the browser does after the close. */\n"
        'export type ComeBack = "now" | "later" | "never";\n\n'
        "/** Why a socket was closed, and whether to come back. */\n"
        "export interface CloseCode {\n"
        "  readonly name: string;\n"
        "  readonly comeBack: ComeBack;\n"
        "  readonly meaning: string;\n"
        "}\n\n"
        "/** By the code of the CloseEvent; a code that is not here means: come back later. */\n"
        f"export const CLOSE_CODES: Readonly<Record<number, CloseCode>> = {{\n{rows}}};\n"
    )


def _text(value: object) -> str:
    return json.dumps(str(value), ensure_ascii=False)


def _doc(text: str, indent: str = "") -> str:
    one = f"{indent}/** {text} */\n"
    if len(one) <= _WIDTH + 1:
        return one
    lines, line = [], ""
    for word in text.split():
        if line and len(indent) + 4 + len(line) + len(word) > _WIDTH:
            lines.append(line)
            line = ""
        line = f"{line} {word}" if line else word
    body = "".join(f"{indent} * {each}\n" for each in (*lines, line))
    return f"{indent}/**\n{body}{indent} */\n"


def _heading(title: str) -> str:
    return f"// {title} {'-' * (_WIDTH - len(title) - 4)}\n"


def _constants() -> str:
    return (
        f"export const PROTOCOL_VERSION = {messages.PROTOCOL_VERSION};\n\n"
        f"{_doc('Bytes in one frame, both ways.')}"
        f"export const MAX_FRAME = {messages.MAX_FRAME};\n"
    )


def _most(struct: type[msgspec.Struct], name: str) -> int:
    field = next(f for f in wire.info(struct).fields if f.encode_name == name)
    kinds = field.type.types if isinstance(field.type, inspect.UnionType) else (field.type,)
    for kind in kinds:
        for limit in ("max_length", "le"):
            if (most := getattr(kind, limit, None)) is not None:
                return int(most)
    raise LookupError(f"{struct.__name__}.{name} has no limit")


def _limits() -> str:
    rows = [*_CONSTANTS, *((key, _most(s, field), said) for key, s, field, said in _LIMITS)]
    body = "".join(f"{_doc(said, '  ')}  {key}: {most},\n" for key, most, said in rows)
    return f"{_doc('The most that is taken.')}export const LIMITS = {{\n{body}}} as const;\n"


def _alternatives(head: str, names: list[str]) -> str:
    line = f"{head} {' | '.join(names)};\n"
    if len(line) <= _WIDTH + 1:
        return line
    return head + "".join(f"\n  | {name}" for name in names) + ";\n"


def _enum(cls: type[Enum]) -> str:
    values = [_text(v.value) for v in cls]
    return _doc(wire.summary(cls)) + _alternatives(f"export type {cls.__name__} =", values)


def _values() -> str:
    body = ""
    for cls in wire.ENUMS:
        values = [_text(v.value) for v in cls]
        line = f"  {cls.__name__}: [{', '.join(values)}],\n"
        if len(line) > _WIDTH + 1:
            line = f"  {cls.__name__}: [\n" + "".join(f"    {v},\n" for v in values) + "  ],\n"
        body += line
    said = _doc("The same words as lists, in order.")
    return f"{said}export const VALUES = {{\n{body}}} as const;\n"


def _union(name: str, said: str, structs: tuple[type[msgspec.Struct], ...]) -> str:
    return _doc(said) + _alternatives(f"export type {name} =", [s.__name__ for s in structs])


def _struct(cls: type[msgspec.Struct]) -> str:
    fields = f"  readonly type: {_text(wire.tag(cls))};\n" if wire.tag(cls) else ""
    for field in wire.info(cls).fields:
        mark = "?" if wire.may_be_omitted(cls, field) else ""
        if said := "; ".join(wire.limits(field.type)):
            fields += _doc(f"{said[0].upper()}{said[1:]}.", "  ")
        head = f"  readonly {field.encode_name}{mark}:"
        fields += f"{head} {type_text(sent(cls, field))};\n"
    return f"{_doc(wire.summary(cls))}export interface {cls.__name__} {{\n{fields}}}\n"


def sent(cls: type[msgspec.Struct], field: inspect.Field) -> inspect.Type:
    """Return the type without null where null is left out instead of written."""
    kind = field.type
    if not (cls.__struct_config__.omit_defaults and isinstance(kind, inspect.UnionType)):
        return kind
    left = tuple(t for t in kind.types if not isinstance(t, inspect.NoneType))
    return left[0] if len(left) == 1 else inspect.UnionType(left)


def type_text(kind: inspect.Type) -> str:
    """Return `kind` in the words of TypeScript.

    Raises:
        TypeError: the wire holds a kind of value that has no TypeScript here.
    """
    match kind:
        case inspect.Metadata(type=inner):
            return type_text(inner)
        case inspect.EnumType(cls=cls) | inspect.StructType(cls=cls):
            return cls.__name__
        case inspect.UnionType(types=types):
            return " | ".join(sorted((type_text(t) for t in types), key=lambda t: t == "null"))
        case inspect.LiteralType(values=values):
            return " | ".join(_text(v) for v in values)
        case inspect.StrType():
            return "string"
        case inspect.IntType() | inspect.FloatType():
            return "number"
        case inspect.BoolType():
            return "boolean"
        case inspect.NoneType():
            return "null"
    for item in wire.items(kind):
        text = type_text(item)
        return f"readonly ({text})[]" if " " in text else f"readonly {text}[]"
    raise TypeError(f"no TypeScript for {kind}")
