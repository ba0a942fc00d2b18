"""`page`: what the patient's phone has to fetch before the page can be used, and how it is judged.

The built page over the real service. Lighthouse runs with its mobile preset: a slow phone on a slow
network, simulated.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import CDPSession, Page, sync_playwright

from bench.report import median, progress, tell
from bench.serving import service
from tests.real import CHROMIUM_FLAGS, chromium_path, program

_RUNS: Final = 3
_KILOBYTE: Final = 1_000
_PHONE: Final = {"width": 360, "height": 780}
_CATEGORIES: Final = ("performance", "accessibility", "best-practices", "seo")
_LIGHTHOUSE: Final = Path(__file__).parent / "node_modules" / "lighthouse" / "cli" / "index.js"
_FLAGS: Final = tuple(flag for flag in CHROMIUM_FLAGS if "fake" not in flag and "peer" not in flag)


def run() -> None:
    """Measure the page that is in web/dist."""
    with service() as house:
        url = house.url() + "/"
        tell("page", "kb_compressed", _fetched(url) / _KILOBYTE, "kB")
        reports = []
        for number in range(_RUNS):
            progress(f"page: lighthouse, {number + 1} of {_RUNS}")
            reports.append(_judge(url))
    for category in _CATEGORIES:
        scores = [100 * report[category]["score"] for report in reports]
        figure = f"lighthouse_{category.replace('-', '_')}"
        tell("page", figure, median(scores), "%", runs=_RUNS)


def _fetched(url: str) -> int:
    """Return the bytes that came over the network, headers too, until the page can be used."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(), args=list(CHROMIUM_FLAGS)
        )
        page = browser.new_context(viewport=_PHONE, locale="sv-SE").new_page()  # type: ignore[arg-type]
        total = _Counter(page.context.new_cdp_session(page))
        page.goto(url)
        _usable(page)
        browser.close()
    for path, size in total.sizes():
        progress(f"  {size / _KILOBYTE:7.1f} kB {path}")
    return total.bytes


def _usable(page: Page) -> None:
    """Return when the first question can be answered and nothing more is fetched."""
    page.locator("select option:nth-child(2)").first.wait_for(state="attached")
    page.locator("select").first.wait_for(state="visible")
    page.wait_for_load_state("networkidle")


class _Counter:
    """Adds up what the browser says it received."""

    def __init__(self, session: CDPSession) -> None:
        self._paths: dict[str, str] = {}
        self._sizes: dict[str, int] = {}
        session.on("Network.responseReceived", self._received)
        session.on("Network.loadingFinished", self._finished)
        session.send("Network.enable")

    @property
    def bytes(self) -> int:
        return sum(self._sizes.values())

    def sizes(self) -> list[tuple[str, int]]:
        """Path and bytes, the largest first."""
        found = [(self._paths.get(key, "?"), size) for key, size in self._sizes.items()]
        return sorted(found, key=lambda one: -one[1])

    def _received(self, event: dict[str, Any]) -> None:
        self._paths[event["requestId"]] = event["response"]["url"].split("/", 3)[-1]

    def _finished(self, event: dict[str, Any]) -> None:
        self._sizes[event["requestId"]] = int(event["encodedDataLength"])


def _judge(url: str) -> dict[str, Any]:
    """Return Lighthouse's categories, each with a score from 0 to 1."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        output = Path(folder) / "report.json"
        subprocess.run(
            [
                program("node", package="nodejs"),
                _LIGHTHOUSE,
                url,
                "--quiet",
                "--output=json",
                f"--output-path={output}",
                f"--only-categories={','.join(_CATEGORIES)}",
                f"--chrome-flags={' '.join(_FLAGS)}",
                "--no-enable-error-reporting",
            ],
            env={**os.environ, "CHROME_PATH": str(chromium_path())},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        report: dict[str, Any] = json.loads(output.read_text("utf-8"))
    _explain(report)
    categories: dict[str, Any] = report["categories"]
    return categories


def _explain(report: dict[str, Any]) -> None:
    """Say which audits cost points."""
    for category in report["categories"].values():
        for one in category["auditRefs"]:
            audit = report["audits"][one["id"]]
            score = audit.get("score")
            if one["weight"] and score is not None and score < 0.9:
                told = audit.get("displayValue", "")
                progress(f"  {category['id']}: {audit['title']} {score:.2f} {told}")
