from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from signaling.generate import FILES, generate
from signaling.generate.typescript import messages_ts
from signaling.protocol import wire
from signaling.protocol.http import IceServer
from signaling.protocol.messages import Done, NoteKept
from video_advice.contact import ALLOWED
from video_advice.ids import ContactId
from video_advice.refusals import Refusal
from video_advice.state import Phase

ROOT = Path(__file__).resolve().parents[2]


def interface(name: str) -> dict[str, bool]:
    """The fields of a TypeScript interface, and whether each may be left out."""
    body = messages_ts().split(f"export interface {name} {{\n")[1].split("\n}\n")[0]
    heads = [line.split(":")[0] for line in body.splitlines() if line.startswith("  readonly ")]
    names = [head.removeprefix("  readonly ") for head in heads]
    return {name.removesuffix("?"): name.endswith("?") for name in names}


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def resolve(document: Any, reference: str) -> Any:
    found = document
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


def test_nothing_committed_is_stale() -> None:
    assert generate(ROOT, check=True) == [], "run `make generate` and commit what it writes"


def test_looking_writes_nothing_and_names_everything_missing(tmp_path: Path) -> None:
    assert generate(tmp_path, check=True) == list(FILES)
    assert list(tmp_path.iterdir()) == []


def test_writing_mends_just_what_was_changed(tmp_path: Path) -> None:
    generate(tmp_path, check=False)
    assert generate(tmp_path, check=True) == []

    changed = tmp_path / "docs/refusals.md"
    changed.write_text(changed.read_text(encoding="utf-8") + "\n", encoding="utf-8")

    assert generate(tmp_path, check=True) == ["docs/refusals.md"]
    assert generate(tmp_path, check=False) == ["docs/refusals.md"]
    assert generate(tmp_path, check=True) == []


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_order_of_sets_does_not_show(tmp_path: Path, seed: str) -> None:
    write = "import sys, pathlib; from signaling.generate import generate; "
    write += "generate(pathlib.Path(sys.argv[1]), check=False)"
    subprocess.run(
        [sys.executable, "-c", write, str(tmp_path)],
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed},
    )
    assert generate(tmp_path, check=True) == []


@pytest.mark.parametrize("name", ["docs/protocol/schema.json", "docs/protocol/asyncapi.json"])
def test_every_reference_leads_somewhere(name: str) -> None:
    document = json.loads(FILES[name]())
    found = set(references(document))
    assert found
    for reference in found:
        assert resolve(document, reference)


def test_what_the_service_always_writes_is_never_optional_for_the_page() -> None:
    done = json.loads(msgspec.json.encode(Done(ref=1)))
    assert interface("Done") == dict.fromkeys(done, False)


def test_what_the_service_leaves_out_is_optional_for_the_page() -> None:
    server = json.loads(msgspec.json.encode(IceServer(urls=("stun:192.0.2.1",))))
    fields = interface("IceServer")
    assert {name for name, optional in fields.items() if not optional} == set(server)


def test_what_the_page_may_leave_out_is_optional() -> None:
    assert interface("LineTake") == {"type": False, "ref": False, "contact": True, "media": True}


def test_what_goes_both_ways_is_written_whole() -> None:
    draft = msgspec.json.decode(b"{}", type=dict(wire_fields("NoteSave"))["draft"])
    kept = json.loads(msgspec.json.encode(NoteKept(contact=ContactId("0" * 32), draft=draft)))
    assert interface("NoteDraft") == dict.fromkeys(kept["draft"], False)


def wire_fields(name: str) -> list[tuple[str, Any]]:
    struct = next(s for s in wire.CLIENT if s.__name__ == name)
    return [(field.name, field.type) for field in msgspec.structs.fields(struct)]


def test_every_message_has_its_type_and_its_section() -> None:
    typescript, page = messages_ts(), FILES["docs/protocol.md"]()
    for struct in (*wire.CLIENT, *wire.SERVER):
        assert f'readonly type: "{wire.tag(struct)}";' in typescript
        assert f"### `{wire.tag(struct)}`\n" in page


def test_every_way_from_phase_to_phase_is_drawn_once() -> None:
    diagram = FILES["docs/states.md"]().split("```")[1]
    drawn = [
        tuple(line.split(" : ")[0].split(" --> ")) for line in diagram.splitlines() if ">" in line
    ]
    ways = {
        (f"    {phase}", str(to))
        for phase in Phase
        for reach in ALLOWED[phase].values()
        for to in reach - {phase}
    }
    ends = {("    [*]", "waiting"), ("    ended", "[*]")}
    assert set(drawn) == ways | ends
    assert len(drawn) == len(set(drawn))


def test_every_refusal_is_listed() -> None:
    page = FILES["docs/refusals.md"]()
    for code in Refusal:
        assert f"| `{code}` |" in page
