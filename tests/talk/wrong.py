"""Every way in which a message can be filled in wrongly, made from the messages' own types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import inspect

from signaling.protocol.wire import info

Path = tuple[str | int, ...]

TOO_BIG = 2**31
_YES = True


def wrong(struct: type[msgspec.Struct], right: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield what was done to the message `right`, and the message with that done to it."""
    for path, said, value in _in_struct(info(struct), right):
        yield f"{_name(path)} {said}", _changed(right, path, value)


_ABSENT = object()


def _in_struct(kind: inspect.StructType, right: dict[str, Any]) -> Iterator[tuple[Path, str, Any]]:
    yield ("nobody_knows_this",), "is one too many", 1
    yield ("__proto__",), "is one too many", {}
    for field in kind.fields:
        name = field.encode_name
        if field.required:
            yield (name,), "is missing", _ABSENT
        for path, said, value in _in_value(field.type, right.get(name)):
            yield (name, *path), said, value


def _in_value(kind: inspect.Type, right: Any) -> Iterator[tuple[Path, str, Any]]:
    match kind:
        case inspect.Metadata(type=inner):
            yield from _in_value(inner, right)
        case inspect.UnionType(types=types):
            [one] = [each for each in types if not isinstance(each, inspect.NoneType)]
            yield from (found for found in _in_value(one, right) if found[1] != "is null")
        case inspect.StructType():
            yield from _of_another_kind("x", 7, [])
            yield from _in_struct(kind, right)
        case inspect.VarTupleType():
            yield from _of_another_kind("x", 7, {}, ["x"])
            yield from _in_items(kind, right)
        case _:
            yield from _in_word(kind, right)


def _in_items(kind: inspect.VarTupleType, right: list[Any]) -> Iterator[tuple[Path, str, Any]]:
    if kind.max_length is not None:
        yield (), "is too long", right[:1] * (kind.max_length + 1)
    for path, said, value in _in_value(kind.item_type, right[0]):
        yield (0, *path), said, value


def _in_word(kind: inspect.Type, right: Any) -> Iterator[tuple[Path, str, Any]]:
    """Do wrong to a value that has no parts."""
    match kind:
        case inspect.StrType():
            yield from _of_another_kind(7, _YES, [], {"a": 1})
            yield from _of_text(kind, right)
        case inspect.IntType():
            yield from _of_another_kind("7", _YES, [], 7.5)
            yield (), "is too small", -1 if kind.ge is None else kind.ge - 1
            yield (), "is too big", TOO_BIG if kind.le is None else kind.le + 1
            yield (), "is enormous", 10**40
        case inspect.BoolType():
            yield from _of_another_kind("true", 1, [])
        case inspect.EnumType() | inspect.LiteralType():
            yield from _of_another_kind(7, [], _YES)
            yield (), "is none of those known", "nobody-knows-this"
            yield (), "is written otherwise", str(right).swapcase()
            yield (), "ends with a line feed", f"{right}\n"
        case _:
            raise TypeError(type(kind).__name__)


def _of_text(kind: inspect.StrType, right: Any) -> Iterator[tuple[Path, str, Any]]:
    if kind.max_length is not None:
        yield (), "is too long", "x" * (kind.max_length + 1)
    if kind.pattern is not None:
        yield (), "is empty", ""
        yield (), "ends with a line feed", f"{right}\n"
        yield (), "begins with a blank", f" {right}"
        yield (), "has a sign that none may have", f"{right}"[:-1] + "é"
        yield (), "is much too long", "a" * 3_000


def _of_another_kind(*values: Any) -> Iterator[tuple[Path, str, Any]]:
    for value in (None, *values):
        kind = "null" if value is None else f"a {type(value).__name__}"
        yield (), f"is {kind}", value


def _name(path: Path) -> str:
    return ".".join(str(part) for part in path)


def _changed(right: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    copy: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(right))
    inner: Any = copy
    for part in path[:-1]:
        inner = inner[part]
    if value is _ABSENT:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return copy
