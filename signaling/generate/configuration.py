"""The page of settings: what can be chosen without changing the code."""

from __future__ import annotations

from typing import Final

from msgspec import inspect

from signaling.config import PREFIX, Settings
from signaling.generate.markdown import GENERATED, table
from signaling.protocol import wire

_PAGE: Final = """\
{generated}
# Configuration

Every setting is an environment variable, and every one has a default with which the service runs
on one's own machine. A value that cannot be used stops the program at once, and the name of the
variable is told.

{table}
"""


def page() -> str:
    """Return `configuration.md`: each setting with its default, limits and meaning."""
    rows = [
        (
            f"`{PREFIX}{field.encode_name.upper()}`",
            "; ".join((_kind(field.type), *wire.limits(field.type))),
            _default(field.default),
            _description(field.type),
        )
        for field in wire.info(Settings).fields
    ]
    head = ("Variable", "Value", "Default", "Meaning")
    return _PAGE.format(generated=GENERATED, table=table(head, rows))


def _description(kind: inspect.Type) -> str:
    match kind:
        case inspect.Metadata(extra_json_schema=dict(said)):
            return str(said.get("description", ""))
        case inspect.UnionType(types=types):
            return next(filter(None, map(_description, types)), "")
    return ""


def _default(value: object) -> str:
    match value:
        case bool():
            return f"`{str(value).lower()}`"
        case None | "" | ():
            return "empty"
    return f"`{value}`"


def _kind(kind: inspect.Type) -> str:
    match kind:
        case inspect.Metadata(type=inner):
            return _kind(inner)
        case inspect.UnionType(types=types):
            return " or ".join(_kind(t) for t in types)
        case inspect.LiteralType(values=values):
            return ", ".join(f"`{v}`" for v in values)
        case inspect.EnumType(cls=cls):
            return ", ".join(f"`{member.value}`" for member in cls)
        case inspect.BoolType():
            return "`true` or `false`"
        case inspect.IntType():
            return "whole number"
        case inspect.FloatType():
            return "number"
        case inspect.NoneType():
            return "empty"
    return "text"
