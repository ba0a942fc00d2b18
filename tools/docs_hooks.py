"""Puts the navigation of the documentation together from the pages that are there.

A page of `ORDER` that does not exist is left out, and one that nobody ordered stands at the end
under its own title, so that a new page needs no edit elsewhere and never breaks the build.
"""

from __future__ import annotations

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig

ORDER: tuple[tuple[str, str], ...] = (
    ("Start", "index.md"),
    ("Tour", "tour.md"),
    ("The line", "line.md"),
    ("While somebody waits", "waiting.md"),
    ("Protocol", "protocol.md"),
    ("Messages", "asyncapi.md"),
    ("Close codes", "close-codes.md"),
    ("States", "states.md"),
    ("Refusals", "refusals.md"),
    ("Configuration", "configuration.md"),
    ("The forecast", "forecast.md"),
    ("Operations", "operations.md"),
    ("Privacy", "privacy.md"),
    ("Performance", "performance.md"),
)


def title(page: Path) -> str:
    """The page's first heading, or its name."""
    heading = re.search(r"^#\s+(.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return heading.group(1).strip() if heading else page.stem.replace("-", " ").capitalize()


def navigation(docs: Path) -> list[dict[str, object]]:
    """MkDocs's `nav`: the ordered pages, those that nobody ordered, then the decisions."""
    nav: list[dict[str, object]] = [{name: path} for name, path in ORDER if (docs / path).is_file()]
    known = {path for _, path in ORDER}
    nav += [
        {title(page): page.name} for page in sorted(docs.glob("*.md")) if page.name not in known
    ]
    for folder in sorted(path for path in docs.iterdir() if path.is_dir()):
        pages = sorted(folder.glob("*.md"), key=lambda page: (page.name != "index.md", page.name))
        if pages:
            name = "Decisions" if folder.name == "adr" else folder.name.capitalize()
            nav.append({name: [{title(page): f"{folder.name}/{page.name}"} for page in pages]})
    return nav


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Called by MkDocs once it has read mkdocs.yml."""
    config.nav = navigation(Path(config.docs_dir))
    return config
