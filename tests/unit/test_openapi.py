from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any

import msgspec

from signaling.api.openapi import document, refusals
from signaling.api.statuses import STATUS
from signaling.protocol.http import ContactOpened, OpenContact, PhotoAccepted
from signaling.protocol.resource import Resource
from video_advice.events import HowPhoto
from video_advice.ids import KEY_PATTERN
from video_advice.people import Role
from video_advice.refusals import Refusal


class HowAndKey(msgspec.Struct):
    how: HowPhoto
    key: Annotated[str, msgspec.Meta(pattern=KEY_PATTERN)]
    again: bool = False


OPEN = Resource(
    method="POST",
    path="/api/contacts",
    name="openContact",
    summary="Ask for help.",
    request=OpenContact,
    response=ContactOpened,
    status=201,
    refusals=(Refusal.UNKNOWN_REGION, Refusal.STORY_EMPTY),
)
UPLOAD = Resource(
    method="POST",
    path="/api/contacts/{id}/photos",
    name="sendPhoto",
    summary="Send a photo.",
    roles=frozenset({Role.PATIENT}),
    query=HowAndKey,
    upload=("image/jpeg", "image/png"),
    response=PhotoAccepted,
    status=202,
    refusals=(Refusal.PHOTO_TOO_LARGE, Refusal.NOT_FOUND),
)
VIEW = Resource(
    method="GET",
    path="/api/contacts/{id:str}/photos/{photo}/view",
    name="viewPhoto",
    summary="Look at a photo.",
    roles=frozenset(Role),
    download=("image/jpeg",),
    refusals=(Refusal.NOT_FOUND,),
)
LEAVE = Resource(
    method="DELETE",
    path="/api/session",
    name="signOut",
    summary="Sign out.",
    roles=frozenset(Role),
    status=204,
)
ALL = (OPEN, UPLOAD, VIEW, LEAVE)


def operations(made: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in made["paths"].items():
        for operation in methods.values():
            yield path, operation


def parameters(operation: dict[str, Any], where: str) -> dict[str, dict[str, Any]]:
    return {p["name"]: p for p in operation["parameters"] if p.get("in") == where}


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_every_resource_is_there_once_under_its_own_name() -> None:
    made = document(ALL)
    assert made["openapi"] == "3.1.0"
    names = [operation["operationId"] for _, operation in operations(made)]
    assert sorted(names) == sorted(one.name for one in ALL)
    assert "/api/contacts/{id}/photos/{photo}/view" in made["paths"]


def test_two_methods_share_a_path() -> None:
    look = Resource(method="GET", path=LEAVE.path, name="lookAtSession", summary="Look.")
    made = document((LEAVE, look))
    assert set(made["paths"]["/api/session"]) == {"get", "delete"}


def test_every_reference_leads_somewhere() -> None:
    made = document(ALL)
    found = set(references(made))
    assert "#/components/schemas/PatientView" in found
    for reference in found:
        place: Any = made
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]
        assert place


def test_every_parameter_of_a_path_is_declared() -> None:
    for path, operation in operations(document(ALL)):
        declared = parameters(operation, "path")
        assert set(declared) == set(re.findall(r"\{(\w+)\}", path))
        assert all(p["required"] for p in declared.values())


def test_a_query_is_told_with_its_limits_and_what_may_be_left_out() -> None:
    upload = document(ALL)["paths"]["/api/contacts/{id}/photos"]["post"]
    query = parameters(upload, "query")
    assert {name: p["required"] for name, p in query.items()} == {
        "how": True,
        "key": True,
        "again": False,
    }
    assert set(query["how"]["schema"]["enum"]) == {"camera", "gallery"}
    assert query["key"]["schema"]["pattern"] == KEY_PATTERN


def test_raw_bodies_name_their_media_types() -> None:
    made = document(ALL)["paths"]
    upload = made["/api/contacts/{id}/photos"]["post"]["requestBody"]
    assert set(upload["content"]) == {"image/jpeg", "image/png"}
    view = made["/api/contacts/{id}/photos/{photo}/view"]["get"]["responses"]["200"]
    assert set(view["content"]) == {"image/jpeg"}


def test_an_answer_without_a_body_has_none() -> None:
    answers = document(ALL)["paths"]["/api/session"]["delete"]["responses"]
    assert "content" not in answers["204"]


def test_a_role_needs_the_cookie_and_its_absence_needs_none() -> None:
    made = document(ALL, cookie="session-of-ours")
    scheme = made["components"]["securitySchemes"]["session"]
    assert (scheme["in"], scheme["name"]) == ("cookie", "session-of-ours")
    assert made["paths"]["/api/session"]["delete"]["security"] == [{"session": []}]
    assert made["paths"]["/api/contacts"]["post"]["security"] == []


def test_only_what_changes_something_carries_the_header_of_the_page() -> None:
    page = {"$ref": "#/components/parameters/Page"}
    for path, methods in document(ALL)["paths"].items():
        for method, operation in methods.items():
            assert (page in operation["parameters"]) == (method != "get"), path


def test_each_refusal_is_told_under_its_status() -> None:
    for one in ALL:
        path = re.sub(r":\w+", "", one.path)
        answers = document([one])["paths"][path][one.method.lower()]["responses"]
        told = {
            code: int(status)
            for status, answer in answers.items()
            if int(status) >= 400
            for code in answer["content"]["application/json"]["schema"]["allOf"][1]["properties"][
                "code"
            ]["enum"]
        }
        assert told == {str(code): STATUS[code] for code in refusals(one)}
        assert set(one.refusals) <= set(refusals(one))


def test_what_every_resource_of_a_kind_refuses_is_added() -> None:
    assert set(refusals(OPEN)) - set(OPEN.refusals) == {
        Refusal.WRONG_ORIGIN,
        Refusal.MALFORMED,
        Refusal.TOO_LARGE,
    }
    assert set(refusals(UPLOAD)) >= {Refusal.SIGN_IN, Refusal.WRONG_ROLE}
    assert set(refusals(VIEW)) == {Refusal.NOT_FOUND, Refusal.SIGN_IN}


def test_what_is_answered_has_every_field_and_what_is_asked_may_leave_out_defaults() -> None:
    schemas = document(ALL)["components"]["schemas"]
    assert "detail" in schemas["Problem"]["required"]
    assert "called" not in schemas["OpenContact"]["required"]


def test_every_refusal_has_a_status_that_says_no() -> None:
    assert set(STATUS) == set(Refusal)
    assert all(400 <= status < 600 for status in STATUS.values())
