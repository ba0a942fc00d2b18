"""The wire as JSON Schema, and its socket as AsyncAPI."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

import msgspec

from signaling.protocol import wire
from signaling.protocol.messages import MAX_FRAME, PROTOCOL_VERSION, ClientMessage, ServerMessage

_ABOUT: Final = (
    "What browsers and the service say to each other. Made from the types in signaling/protocol;"
    " the page docs/protocol.md tells the same in words."
)
_QUIET: Final = frozenset({"hello", "ping"})


def json_schema() -> str:
    """Return `schema.json`: both unions and every HTTP body."""
    (client, server, *_), named = wire.components(
        [ClientMessage, ServerMessage, *wire.HTTP], "#/$defs/{name}"
    )
    return _text(
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "Video advice: the wire",
            "description": _ABOUT,
            "$defs": {
                "ClientMessage": {"description": "Everything the browser may send.", **client},
                "ServerMessage": {"description": "Everything the service may send.", **server},
                **named,
            },
        }
    )


def asyncapi() -> str:
    """Return `asyncapi.json`: the socket in AsyncAPI 3.0, seen from the service."""
    _, named = wire.components([*wire.CLIENT, *wire.SERVER], "#/components/schemas/{name}")
    messages = {wire.tag(s): _message(s) for s in (*wire.CLIENT, *wire.SERVER)}
    return _text(
        {
            "asyncapi": "3.0.0",
            "info": {
                "title": "Video advice: the socket",
                "version": str(PROTOCOL_VERSION),
                "description": f"{_ABOUT} A frame is JSON text of at most {MAX_FRAME} bytes.",
            },
            "defaultContentType": "application/json",
            "channels": {
                "socket": {
                    "address": "/socket",
                    "description": "One WebSocket a page. The session is a cookie.",
                    "messages": {t: {"$ref": f"#/components/messages/{t}"} for t in messages},
                    "bindings": {"ws": {"method": "GET", "bindingVersion": "0.1.0"}},
                }
            },
            "operations": _operations(),
            "components": {"messages": messages, "schemas": named},
        }
    )


def is_request(struct: type[msgspec.Struct]) -> bool:
    """Say whether a message carries `ref`, and so is answered by `done` or `refused`."""
    return any(f.encode_name == "ref" for f in wire.info(struct).fields)


def _operations() -> wire.Json:
    requests = [wire.tag(s) for s in wire.CLIENT if is_request(s)]
    notes = [wire.tag(s) for s in wire.CLIENT if not is_request(s) and wire.tag(s) not in _QUIET]
    return {
        "hello": _receive("The first message on a socket.", ["hello"], ["welcome"]),
        "ping": _receive("Whether the other end is there.", ["ping"], ["pong"]),
        "request": _receive("Asks for something to be done.", requests, ["done", "refused"]),
        "note": _receive("Tells something; not answered when it is taken.", notes, ["refused"]),
        "news": {
            "action": "send",
            "channel": {"$ref": "#/channels/socket"},
            "summary": "What has happened.",
            "messages": _on_socket(wire.tag(s) for s in wire.SERVER),
        },
    }


def _receive(summary: str, tags: Iterable[str], answers: Iterable[str]) -> wire.Json:
    channel = {"$ref": "#/channels/socket"}
    return {
        "action": "receive",
        "channel": channel,
        "summary": summary,
        "messages": _on_socket(tags),
        "reply": {"channel": channel, "messages": _on_socket(answers)},
    }


def _on_socket(tags: Iterable[str]) -> list[wire.Json]:
    return [{"$ref": f"#/channels/socket/messages/{tag}"} for tag in tags]


def _message(struct: type[msgspec.Struct]) -> wire.Json:
    return {
        "name": wire.tag(struct),
        "title": struct.__name__,
        "summary": wire.summary(struct),
        "payload": {"$ref": f"#/components/schemas/{struct.__name__}"},
    }


def _text(document: wire.Json) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
