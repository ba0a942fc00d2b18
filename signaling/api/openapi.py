"""The HTTP door described as OpenAPI 3.1, from the same table that makes the routes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any, Final

import msgspec

from signaling.api.statuses import STATUS
from signaling.protocol import wire
from signaling.protocol.http import Problem
from signaling.protocol.messages import PROTOCOL_VERSION
from signaling.protocol.resource import Resource
from signaling.protocol.wire import Json
from video_advice.ids import ID_PATTERN
from video_advice.people import Role
from video_advice.refusals import Refusal

COOKIE: Final = "__Host-session"

_ABOUT: Final = (
    "The service refuses with a `Problem`: `code` is stable and for programs, `text` is a sentence"
    " for the person in the language that `Accept-Language` asks for. What happens while a page is"
    " open goes over a WebSocket at `/socket`, described in the documentation."
)
_SAFE: Final = frozenset({"GET", "HEAD"})
_PARAMETER: Final = re.compile(r"\{(\w+)(?::\w+)?\}")
_IDENTIFIERS: Final = frozenset({"id", "contact", "photo"})
_REF: Final = "#/components/schemas/{name}"


def document(resources: Sequence[Resource], *, cookie: str = COOKIE) -> Json:
    """Return the OpenAPI document of `resources`. `cookie` is the name of the session's cookie.

    To the refusals that a resource names are added those that every resource of its kind can give:
    of the session where a role is needed, of the origin where something is changed, of the body
    where one is read.
    """
    structs = [s for r in resources for s in (r.request, r.response) if s is not None]
    _, schemas = wire.components([Problem, *structs], _REF)
    paths: dict[str, Json] = {}
    for one in resources:
        path = _PARAMETER.sub(r"{\1}", one.path)
        paths.setdefault(path, {})[one.method.lower()] = _operation(one)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Video advice",
            "version": str(PROTOCOL_VERSION),
            "description": _ABOUT,
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "parameters": _shared_parameters(),
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": cookie},
            },
        },
    }


def refusals(one: Resource) -> tuple[Refusal, ...]:
    """Return every way in which a resource may say no, each once."""
    found = list(one.refusals)
    if one.roles:
        found.append(Refusal.SIGN_IN)
    if one.roles and one.roles != frozenset(Role):
        found.append(Refusal.WRONG_ROLE)
    if one.method not in _SAFE:
        found.append(Refusal.WRONG_ORIGIN)
    if one.request is not None or one.query is not None:
        found.append(Refusal.MALFORMED)
    if one.request is not None:
        found.append(Refusal.TOO_LARGE)
    return tuple(dict.fromkeys(found))


def _operation(one: Resource) -> Json:
    said: Json = {"operationId": one.name, "summary": one.summary}
    if one.roles:
        said["description"] = f"For: {', '.join(role for role in Role if role in one.roles)}."
    said["parameters"] = _parameters(one)
    if (body := _request(one)) is not None:
        said["requestBody"] = {"required": True, "content": body}
    said["responses"] = {str(one.status): _response(one), **_problems(refusals(one))}
    said["security"] = [{"session": []}] if one.roles else []
    return said


def _parameters(one: Resource) -> list[Json]:
    found: list[Json] = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {
                "type": "string",
                **({"pattern": ID_PATTERN} if name in _IDENTIFIERS else {}),
            },
        }
        for name in _PARAMETER.findall(one.path)
    ]
    if one.query is not None:
        found += _query(one.query)
    if one.method not in _SAFE:
        found.append({"$ref": "#/components/parameters/Page"})
    found.append({"$ref": "#/components/parameters/Language"})
    return found


def _query(struct: type[msgspec.Struct]) -> list[Json]:
    schema = _inline(struct)
    return [
        {"name": name, "in": "query", "required": name in schema["required"], "schema": kind}
        for name, kind in schema["properties"].items()
    ]


def _inline(struct: type[msgspec.Struct]) -> Json:
    """Return the schema of `struct` with its own parts in place: a parameter is never shared."""
    _, named = msgspec.json.schema_components([struct], ref_template="{name}")

    def put(value: Any) -> Any:
        match value:
            case {"$ref": str(name)}:
                return put(named[name])
            case dict():
                return {key: put(inner) for key, inner in value.items()}
            case list():
                return [put(inner) for inner in value]
        return value

    inlined: Json = put(named[struct.__name__])
    return inlined


def _request(one: Resource) -> Json | None:
    if one.request is not None:
        return _json(one.request)
    if one.upload:
        return {media: {"schema": {}} for media in one.upload}
    return None


def _response(one: Resource) -> Json:
    said: Json = {"description": HTTPStatus(one.status).phrase}
    if one.response is not None:
        said["content"] = _json(one.response)
    elif one.download:
        said["content"] = {media: {"schema": {}} for media in one.download}
    return said


def _problems(codes: Iterable[Refusal]) -> dict[str, Json]:
    by_status: dict[int, list[Refusal]] = {}
    for code in codes:
        by_status.setdefault(STATUS[code], []).append(code)
    return {str(status): _problem(status, by_status[status]) for status in sorted(by_status)}


def _problem(status: int, codes: list[Refusal]) -> Json:
    only = {"properties": {"code": {"enum": [str(code) for code in codes]}}}
    return {
        "description": f"{HTTPStatus(status).phrase}: {', '.join(f'`{code}`' for code in codes)}",
        "content": {
            "application/json": {
                "schema": {"allOf": [{"$ref": _REF.format(name=Problem.__name__)}, only]}
            }
        },
    }


def _json(struct: type[msgspec.Struct]) -> Json:
    return {"application/json": {"schema": {"$ref": _REF.format(name=struct.__name__)}}}


def _shared_parameters() -> Json:
    return {
        "Page": {
            "name": "X-Video-Advice",
            "in": "header",
            "required": True,
            "description": "Says that a page of ours asks: no form of another site can send it.",
            "schema": {"type": "string", "enum": ["1"]},
        },
        "Language": {
            "name": "Accept-Language",
            "in": "header",
            "required": False,
            "description": "The language of the sentences.",
            "schema": {"type": "string"},
        },
    }
