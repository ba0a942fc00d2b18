"""`first_frame`: from the nurse's click to the first picture, on both sides.

The real pages in two browser processes over the real service, beside a bare call between two pages
in which everything is ready and nothing is asked of any server.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, Page, Playwright, async_playwright

from bench.report import median, progress, tell
from bench.serving import service
from tests.house import House, Nurse, outcome
from tests.real import CHROMIUM_FLAGS, PATIENCE, chromium_path

_CALLS: Final = 20
_NURSE: Final = "demo-karin"
_NURSE_NAME: Final = "Karin Demo"
_REGION: Final = "12"
_HERE: Final = Path(__file__).parent
_WAIT: Final = PATIENCE * 1000
_STEPS: Final = (
    ("nurse", "sent line.take"),
    ("nurse", "got contact.card"),
    ("patient", "got contact.state"),
    ("nurse", "sent media.ready"),
    ("patient", "sent media.ready"),
    ("nurse", "got media.ready_now"),
    ("nurse", "asked for relays"),
    ("nurse", "got relays"),
    ("nurse", "sent media.description"),
    ("patient", "got media.described"),
    ("patient", "sent media.description"),
    ("nurse", "got media.described"),
    ("nurse", "pc connected"),
    ("patient", "pc connected"),
    ("nurse", "drawn"),
    ("patient", "drawn"),
    ("nurse", "frame"),
    ("patient", "frame"),
)
"""What is told on standard error, in the order in which it happens."""

Marks = dict[str, float]
Call = Callable[[], Awaitable[tuple[Marks, Marks]]]
"""Make one call; return what the nurse's and what the patient's page noted."""


def run() -> None:
    """Make the calls, ours and bare."""
    with service() as house:
        asyncio.run(_run(house))


async def _run(house: House) -> None:
    async with async_playwright() as playwright:
        nurses, patients = await _browser(playwright), await _browser(playwright)
        ours = await _calls("ours", await _ours(house, nurses, patients))
        await nurses.close()
        await patients.close()
        nurses, patients = await _browser(playwright), await _browser(playwright)
        bare = await _calls("bare", await _bare(house, nurses, patients))
        await nurses.close()
        await patients.close()
    _tell("nurse_ms_median", ours, bare, lambda calls: median(nurse for nurse, _ in calls))
    _tell("nurse_ms_worst", ours, bare, lambda calls: max(nurse for nurse, _ in calls))
    _tell("patient_ms_median", ours, bare, lambda calls: median(patient for _, patient in calls))


Times = Sequence[tuple[float, float]]
"""For each call, milliseconds from the click to the nurse's and to the patient's first frame."""


def _tell(figure: str, ours: Times, bare: Times, pick: Callable[[Times], float]) -> None:
    tell("first_frame", figure, pick(ours), "ms", beside={"bare": pick(bare)}, runs=_CALLS)


async def _calls(name: str, call: Call) -> Times:
    await call()  # the first one loads code that every later one has
    made = [await call() for _ in range(_CALLS)]
    for who, what in _STEPS:
        side = 0 if who == "nurse" else 1
        times = [both[side][what] - both[0]["click"] for both in made if what in both[side]]
        if times:
            progress(f"  {name}: {who} {what}: {median(times):.0f} ms, worst {max(times):.0f}")
    return [(n["frame"] - n["click"], p["frame"] - n["click"]) for n, p in made]


async def _browser(playwright: Playwright) -> Browser:
    return await playwright.chromium.launch(
        executable_path=chromium_path(), args=list(CHROMIUM_FLAGS)
    )


async def _page(browser: Browser, width: int, height: int) -> Page:
    context = await browser.new_context(
        locale="sv-SE",
        viewport={"width": width, "height": height},
        permissions=["camera", "microphone"],
    )
    context.set_default_timeout(_WAIT)
    await context.add_init_script(path=_HERE / "watch.js")
    return await context.new_page()


async def _marks(nurse: Page, patient: Page) -> tuple[Marks, Marks]:
    """Wait for the first frame on both sides; return what both have noted."""
    both = asyncio.gather(nurse.evaluate("benchFrame()"), patient.evaluate("benchFrame()"))
    async with asyncio.timeout(PATIENCE):
        found = await both
    return found[0], found[1]


async def _ours(house: House, nurses: Browser, patients: Browser) -> Call:
    nurse = await _page(nurses, 1440, 900)
    await nurse.goto(house.url() + "/nurse")
    await nurse.get_by_role("button", name=_NURSE_NAME).click()
    await nurse.get_by_role("switch", name="I tjänst").click()
    await nurse.get_by_test_id("self-video").wait_for()
    cookies = await nurse.context.cookies()
    secret = next(one["value"] for one in cookies if one["name"] == "nurse")

    async def call() -> tuple[Marks, Marks]:
        patient = await _page(patients, 390, 844)
        contact = await _wait_in_line(patient, house)
        take = nurse.get_by_role("button", name="Ta nästa")
        await nurse.locator("main[data-phase=line]").wait_for()
        await nurse.get_by_role("list", name="Väntande").get_by_role("listitem").wait_for()
        await nurse.evaluate("benchForget()")
        await patient.evaluate("benchForget()")
        await take.click()
        marks = await _marks(nurse, patient)
        await _sign(house, secret, contact)
        await patient.context.close()
        return marks

    return call


async def _wait_in_line(patient: Page, house: House) -> str:
    """Ask for help by video; return the contact once its patient waits with camera ready."""
    await patient.goto(house.url() + "/")
    await patient.get_by_label("Var är du just nu?").select_option(_REGION)
    await patient.get_by_role("radio", name="Mig själv").check(force=True)
    await patient.get_by_label("Vad behöver du hjälp med?").fill("Ont i halsen sedan i går.")
    await patient.get_by_role("radio", name="Video Ni ser").check(force=True)
    await patient.get_by_role("button", name="Fortsätt").click()
    await patient.get_by_role("checkbox", name="Jag har läst").check(force=True)
    await patient.get_by_role("button", name="Ställ mig i kö").click()
    await patient.locator("main[data-phase=waiting]").wait_for()
    await patient.get_by_test_id("self-video").wait_for()
    await patient.get_by_test_id("place").wait_for()
    contact: str = await patient.evaluate(
        "fetch('/api/me').then((r) => r.json()).then((m) => m.contact)"
    )
    return contact


async def _sign(house: House, secret: str, contact: str) -> None:
    """End the talk and sign, from another page of the nurse's, so that she is free again."""
    async with Nurse(house) as desk:
        desk.http.cookies.set("nurse", secret)
        await desk.dial()
        card = await desk.hear("contact.card", that=lambda m: m["view"]["contact"] == contact)
        epoch = card["view"]["epoch"]
        await desk.must("contact.hang_up", contact=contact, epoch=epoch)
        await desk.must("outcome.sign", contact=contact, epoch=epoch, outcome=outcome())


async def _bare(house: House, nurses: Browser, patients: Browser) -> Call:
    caller, callee = [await _bare_page(house, one) for one in (nurses, patients)]
    await caller.expose_function(
        "bareSay", lambda said: callee.evaluate("(d) => bareHear(d)", said)
    )
    await callee.expose_function(
        "bareSay", lambda said: caller.evaluate("(d) => bareHear(d)", said)
    )

    async def call() -> tuple[Marks, Marks]:
        await callee.evaluate("bareReady(false)")
        await caller.evaluate("bareReady(true)")
        await caller.evaluate("benchForget()")
        await callee.evaluate("benchForget()")
        await caller.get_by_role("button", name="Call").click()
        return await _marks(caller, callee)

    return call


async def _bare_page(house: House, browser: Browser) -> Page:
    """Return an empty page of our own origin, where a camera may be asked for."""
    page = await _page(browser, 1440, 900)
    url = house.url() + "/bare"
    await page.route(
        url, lambda route: route.fulfill(content_type="text/html", body="<!doctype html>")
    )
    await page.goto(url)
    await page.add_script_tag(path=_HERE / "bare.js")
    return page
