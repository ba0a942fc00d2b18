"""The description of one HTTP resource, from which the route and the OpenAPI page are made."""

from __future__ import annotations

import msgspec

from video_advice.people import Role
from video_advice.refusals import Refusal


class Resource(msgspec.Struct, frozen=True, kw_only=True):
    """One method on one path. `roles` empty means that no session is needed.

    `request` and `response` are msgspec Struct types; `upload` and `download` name the media types
    of a raw body instead. The fields of the Struct `query` are the parameters after `?`. What is
    `squeezed` travels compressed: only what is the same for everybody, for its length tells of it.
    """

    method: str
    path: str
    name: str
    summary: str
    roles: frozenset[Role] = frozenset()
    query: type[msgspec.Struct] | None = None
    request: type[msgspec.Struct] | None = None
    response: type[msgspec.Struct] | None = None
    status: int = 200
    refusals: tuple[Refusal, ...] = ()
    upload: tuple[str, ...] = ()
    download: tuple[str, ...] = ()
    squeezed: bool = False
