"""Every type on the wire, which way it goes, its limits, and its JSON Schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Any, Final, get_args

import msgspec
from msgspec import inspect

from signaling.protocol import http, messages

Json = dict[str, Any]

LARGEST: Final = 2**31 - 1
"""The largest whole number a page may send where no other limit is said; the smallest is 0."""


def _http_structs() -> tuple[type[msgspec.Struct], ...]:
    return tuple(
        found
        for found in vars(http).values()
        if isinstance(found, type)
        and issubclass(found, msgspec.Struct)
        and found.__module__ == http.__name__
    )


CLIENT: Final[tuple[type[msgspec.Struct], ...]] = get_args(messages.ClientMessage)
SERVER: Final[tuple[type[msgspec.Struct], ...]] = get_args(messages.ServerMessage)
HTTP: Final = _http_structs()
REQUESTS: Final = tuple(s for s in HTTP if s.__struct_config__.forbid_unknown_fields)
ANSWERS: Final = tuple(s for s in HTTP if s not in REQUESTS)


def info(struct: type[msgspec.Struct]) -> inspect.StructType:
    """Return what msgspec knows of `struct`."""
    found = inspect.type_info(struct)
    if not isinstance(found, inspect.StructType):
        raise TypeError(struct.__name__)
    return found


def walk(*roots: type) -> Iterator[type]:
    """Yield every Struct and Enum under `roots`, each once, the deepest first."""
    seen: set[type] = set()

    def visit(kind: Any) -> Iterator[type]:
        match kind:
            case inspect.Metadata(type=inner):
                yield from visit(inner)
            case inspect.EnumType(cls=cls):
                if cls not in seen:
                    seen.add(cls)
                    yield cls
            case inspect.StructType(cls=cls, fields=fields):
                if cls not in seen:
                    seen.add(cls)
                    for field in fields:
                        yield from visit(field.type)
                    yield cls
            case inspect.UnionType(types=types):
                for each in types:
                    yield from visit(each)
            case _:
                for each in items(kind):
                    yield from visit(each)

    for root in roots:
        yield from visit(inspect.type_info(root))


def items(kind: inspect.Type) -> tuple[inspect.Type, ...]:
    """Return the item type of a list, set or open tuple; nothing for anything else."""
    match kind:
        case (
            inspect.VarTupleType(item_type=item)
            | inspect.FrozenSetType(item_type=item)
            | inspect.SetType(item_type=item)
            | inspect.ListType(item_type=item)
        ):
            return (item,)
    return ()


ENUMS: Final[tuple[type[Enum], ...]] = tuple(
    t for t in walk(*CLIENT, *SERVER, *HTTP) if issubclass(t, Enum)
)
STRUCTS: Final[tuple[type[msgspec.Struct], ...]] = tuple(
    t for t in walk(*CLIENT, *SERVER, *HTTP) if issubclass(t, msgspec.Struct)
)
SHARED: Final[tuple[type[msgspec.Struct], ...]] = tuple(
    s for s in STRUCTS if s not in {*CLIENT, *SERVER, *HTTP}
)
_RECEIVED: Final = frozenset(walk(*SERVER, *ANSWERS))


def may_be_omitted(struct: type[msgspec.Struct], field: inspect.Field) -> bool:
    """Say whether `field` may be absent on the wire.

    The service leaves a field out only where the type says `omit_defaults`. A page may leave out
    what has a default; a type that goes both ways is always written whole.
    """
    if field.required:
        return False
    return struct.__struct_config__.omit_defaults or struct not in _RECEIVED


def components(types: Iterable[Any], ref_template: str) -> tuple[tuple[Json, ...], dict[str, Json]]:
    """Return the JSON Schemas of `types`, and the named schemas that they refer to.

    A field that is always written is `required`, also where a default makes it easy to read.
    """
    schemas, named = msgspec.json.schema_components(types, ref_template=ref_template)
    for struct in STRUCTS:
        if (schema := named.get(struct.__name__)) is None:
            continue
        always = [f.encode_name for f in info(struct).fields if not may_be_omitted(struct, f)]
        schema["required"] = ["type", *always] if tag(struct) else always
    return schemas, dict(sorted(named.items()))


def tag(struct: type[msgspec.Struct]) -> str:
    """Return the value of `type` for a message; empty for other types."""
    return str(info(struct).tag or "")


def summary(cls: type) -> str:
    """Return the docstring on one line."""
    return " ".join((cls.__doc__ or "").split())


def limits(kind: inspect.Type) -> tuple[str, ...]:
    """Return the limits of a value in words, such as `at most 60 characters`."""
    match kind:
        case inspect.UnionType(types=types):
            return tuple(said for each in types for said in limits(each))
        case inspect.StrType(max_length=most, pattern=pattern):
            return tuple(_said(("at most {} characters", most), ("matches {}", pattern)))
        case inspect.IntType(ge=0, le=most) if most == LARGEST:
            return ()
        case inspect.IntType(ge=least, le=most):
            return tuple(_said(("at least {}", least), ("at most {}", most)))
        case inspect.VarTupleType(max_length=most):
            return (*_said(("at most {} items", most)), *_of_items(kind))
        case inspect.Metadata(type=inner):
            return limits(inner)
    return _of_items(kind)


def _of_items(kind: inspect.Type) -> tuple[str, ...]:
    return tuple(f"each {said}" for item in items(kind) for said in limits(item))


def _said(*pairs: tuple[str, object]) -> Iterable[str]:
    return (text.format(value) for text, value in pairs if value is not None)
