"""Looks at a page as it stands: by the rules of accessibility, by Tab, by width, by picture."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Page, ViewportSize

from tests.browser.people import Person
from tests.house import ROOT
from tests.real import missing

_AXE: Final = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
_RULES: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
PHONE_WIDTHS: Final = (320, 360)
WIDE: Final = 1440

_RUN = """
async tags => {
  const found = await axe.run(document, {
    runOnly: { type: "tag", values: tags },
    resultTypes: ["violations"],
  });
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}
"""

# What moves for a while only (a dialog that rises) has its colours when it has come to rest.
_AT_REST = """
() => document.getAnimations().every(one =>
  one.playState !== "running" || one.effect.getComputedTiming().iterations === Infinity)
"""

_TOO_WIDE = """
() => {
  const room = document.documentElement.clientWidth;
  const wide = [...document.querySelectorAll("body *")].filter(one => {
    const box = one.getBoundingClientRect();
    if (box.width < 2 || (box.right <= room + 1 && box.left >= -1)) return false;
    for (let up = one.parentElement; up && up !== document.body; up = up.parentElement)
      if (["auto", "scroll"].includes(getComputedStyle(up).overflowX)) return false;
    return true;
  });
  const scrolls = document.scrollingElement.scrollWidth > room;
  return { scrolls, wide: wide.map(one => one.outerHTML.slice(0, 120)) };
}
"""

# As after a click beside everything: the next Tab goes to the first stop.
_FROM_THE_TOP = """
() => {
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
}
"""
_STOP = "() => document.activeElement?.getAttribute('href') ?? document.activeElement?.outerHTML"


async def look(
    person: Person, name: str, *, widths: tuple[int, ...] = (), first: str | None = "tel:112"
) -> None:
    """Judge the page as it stands. `name` is that of the pictures, when they are wanted.

    `widths` are those at which nothing may be wider than the page; the last one stays the page's.
    `first` is where the first Tab must lead; None where a dialog has the page.
    """
    page = person.page
    await _accessible(page, name)
    for width in widths:
        await _resize(page, width)
        await _fits(page, name, width)
    await _pictures(page, name, whole=first is not None)
    if first is not None:
        await page.evaluate(_FROM_THE_TOP)
        await page.keyboard.press("Tab")
        stop = await page.evaluate(_STOP)
        assert stop == first, f"{name}: the first Tab leads to {stop}"


async def look_wide(person: Person, name: str) -> None:
    """Judge a phone's page as it is on a desk, and leave it as it was."""
    size = _size(person.page)
    await _resize(person.page, WIDE)
    await _accessible(person.page, f"{name} wide")
    await person.page.set_viewport_size(size)


async def fits(person: Person, name: str) -> None:
    """Nothing stands outside the width of the page as it is."""
    await _fits(person.page, name, _size(person.page)["width"])


async def _accessible(page: Page, name: str) -> None:
    if not _AXE.exists():
        missing("axe-core is not installed (make page)")
    if not await page.evaluate("() => 'axe' in window"):
        # By the debugger: the page itself allows no foreign script.
        await page.evaluate(f"{_AXE.read_text('utf-8')}; 0")
    await page.wait_for_function(_AT_REST)
    found: list[str] = await page.evaluate(_RUN, list(_RULES))
    assert found == [], f"{name}:\n" + "\n".join(found)


async def _fits(page: Page, name: str, width: int) -> None:
    found: dict[str, Any] = await page.evaluate(_TOO_WIDE)
    assert found == {"scrolls": False, "wide": []}, f"{name} at {width} px: {found}"


async def _resize(page: Page, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": _size(page)["height"]})


def _size(page: Page) -> ViewportSize:
    size = page.viewport_size
    assert size is not None
    return size


async def _pictures(page: Page, name: str, *, whole: bool) -> None:
    folder = os.environ.get("BROWSER_SHOTS")
    if not folder:
        return
    size = _size(page)
    for width, height in ((360, 740), (1440, 900)):
        await page.set_viewport_size({"width": width, "height": height})
        await page.wait_for_function(_AT_REST)
        path = Path(folder) / f"{name.replace(' ', '-')}-{width}.png"
        await page.screenshot(path=path, full_page=whole)
    await page.set_viewport_size(size)
