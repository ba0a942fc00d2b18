"""A person without a mouse: Tab, Enter, Space, arrows and letters, nothing else."""

from __future__ import annotations

from typing import Final

from playwright.async_api import Locator, Page, expect

_ENOUGH: Final = 120
"""Stops after which a thing counts as out of reach."""

_HERE = "wanted => wanted === document.activeElement"
_SEEN = "wanted => wanted.matches(':focus-visible')"
_STOP = "() => document.activeElement?.outerHTML.slice(0, 80) ?? ''"


class Keys:
    """The keyboard of one page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            await self.page.keyboard.press(key)

    async def type(self, text: str) -> None:
        """Type where the focus is."""
        await self.page.keyboard.type(text)

    async def to(self, wanted: Locator) -> None:
        """Tab until the focus is there, and can be seen to be."""
        await expect(wanted).to_be_attached()
        stops: list[str] = []
        while not await wanted.evaluate(_HERE):
            assert len(stops) < _ENOUGH, f"no Tab leads to {wanted}; the stops were {stops}"
            await self.press("Tab")
            stops.append(await self.page.evaluate(_STOP))
        assert await wanted.evaluate(_SEEN), f"the focus on {wanted} cannot be seen"

    async def use(self, wanted: Locator, key: str = "Enter") -> None:
        """Tab there and press a key."""
        await self.to(wanted)
        await self.press(key)

    async def write(self, field: Locator, text: str) -> None:
        """Tab there and type."""
        await self.to(field)
        await self.type(text)
