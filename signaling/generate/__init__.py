"""What is made from the code and committed: types, schemas and pages of documentation.

Python types are the one source; `generate` writes the rest, and a test fails when any is stale.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from signaling.generate import configuration, protocol_page, refusals, schema, states, typescript

FILES: Final[dict[str, Callable[[], str]]] = {
    "web/src/protocol/messages.ts": typescript.messages_ts,
    "web/src/protocol/closeCodes.ts": typescript.close_codes_ts,
    "docs/protocol/schema.json": schema.json_schema,
    "docs/protocol/asyncapi.json": schema.asyncapi,
    "docs/protocol.md": protocol_page.page,
    "docs/states.md": states.page,
    "docs/refusals.md": refusals.page,
    "docs/configuration.md": configuration.page,
}
"""Every generated file, relative to the root of the tree, and what makes it."""


def generate(root: Path, check: bool) -> list[str]:  # noqa: FBT001 - the command's own flag
    """Write what is stale under `root`, or only look when `check`. Return the stale files."""
    stale = []
    for name, make in FILES.items():
        path, wanted = root / name, make()
        if path.is_file() and path.read_text(encoding="utf-8") == wanted:
            continue
        stale.append(name)
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted, encoding="utf-8", newline="\n")
    return stale
