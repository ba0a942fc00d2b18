"""Real browsers, one process for each role, before one real service."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Playwright, async_playwright, expect

from signaling.notify.vapid import make_key
from tests.browser.camera import film
from tests.browser.hall import Hall
from tests.fakes.proxy import Proxy
from tests.house import ROOT, House, alone_in_its_house
from tests.real import CHROMIUM_FLAGS, PATIENCE, Redis, missing

expect.set_options(timeout=PATIENCE * 1000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests here share one event loop, for the browsers live in it."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(scope="session")
def built_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built page as it is now; one built anew during the run is not mixed with it."""
    built = ROOT / "web" / "dist"
    if not (built / "index.html").exists():
        missing("the page is not built (make page)")
    return shutil.copytree(built, tmp_path_factory.mktemp("page") / "dist")


@pytest.fixture(scope="session")
def own_redis() -> Iterator[Redis]:
    """A Redis that no other test empties."""
    server = Redis()
    try:
        yield server.start()
    finally:
        server.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def proxy() -> AsyncIterator[Proxy]:
    """A way to the service that can be cut."""
    async with Proxy() as proxy:
        yield proxy


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house(
    own_redis: Redis, built_page: Path, proxy: Proxy, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[House]:
    """A web process and a worker over SQLite, for pages that come by the proxy too."""
    folder = tmp_path_factory.mktemp("house")
    made = House(
        folder,
        own_redis.url,
        f"sqlite:///{folder / 'records.sqlite'}",
        page_dir=built_page,
        origins=proxy.origin,
        nurse_grace=20,
        vapid_key=make_key(folder / "vapid.pem"),
        push_contact="mailto:duty@region.example",
        text_messages="log",
        hidden_number_regions="12",
    )
    proxy.target = made.ports[0]
    with alone_in_its_house(made):
        yield made


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def playwright() -> AsyncIterator[Playwright]:
    """What drives the browsers."""
    async with async_playwright() as playwright:
        yield playwright


class Films:
    """Starts browsers whose cameras play a film that says who is seen."""

    def __init__(self, playwright: Playwright, chromium: Path, folder: Path) -> None:
        self._playwright = playwright
        self._chromium = chromium
        self._folder = folder

    async def browser(self, who: str, *, without: str = "") -> Browser:
        """A process of its own, whose camera shows `who`. `without`: a flag it does not get."""
        shown = film(self._folder / f"{who}.mjpeg", who)
        flags = [flag for flag in CHROMIUM_FLAGS if flag != without]
        flags.append(f"--use-file-for-fake-video-capture={shown}")
        return await self._playwright.chromium.launch(
            executable_path=self._chromium, args=flags, timeout=60_000
        )


@pytest.fixture(scope="session")
def films(
    playwright: Playwright, chromium: Path, tmp_path_factory: pytest.TempPathFactory
) -> Films:
    """For a test that needs a browser of its own."""
    return Films(playwright, chromium, tmp_path_factory.mktemp("films"))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def patients(films: Films) -> AsyncIterator[Browser]:
    """The browser of the patients."""
    browser = await films.browser("patient")
    yield browser
    await browser.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def nurses(films: Films) -> AsyncIterator[Browser]:
    """The browser of the nurses."""
    browser = await films.browser("nurse")
    yield browser
    await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def hall(
    house: House, proxy: Proxy, patients: Browser, nurses: Browser
) -> AsyncIterator[Hall]:
    """Lets people in. No page may have thrown or broken its own rules when they have left."""
    hall = Hall(house, patients, nurses)
    yield hall
    proxy.mend()
    troubles = await hall.leave()
    assert troubles == []
