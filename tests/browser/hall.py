"""The place where people come and go: browsers, a service, and order afterwards."""

from __future__ import annotations

import asyncio
from typing import Any

from playwright.async_api import Browser, BrowserContext

from tests import house as wire
from tests.browser.people import NursePage, PatientPage, Person
from tests.browser.watch import SIGNED_OUT, SPY, Watch
from tests.house import House

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1440, "height": 900}
_LEAVES = {"waiting", "scheduled", "offered", "joining"}
_TALKS = {"calling", "talking", "interrupted"}


class Hall:
    """Lets people in, each into a fresh context, and leaves the service as it was found."""

    def __init__(self, house: House, patients: Browser, nurses: Browser) -> None:
        """`patients` and `nurses` are two processes with two cameras."""
        self.house = house
        self._patients = patients
        self._nurses = nurses
        self._people: list[Person] = []

    async def patient(
        self, *, origin: str | None = None, browser: Browser | None = None, **options: Any
    ) -> PatientPage:
        """A patient with a phone, who has opened nothing yet."""
        context = await self._context(browser or self._patients, {"viewport": PHONE, **options})
        return await self.patient_in(context, origin)

    async def patient_in(self, context: BrowserContext, origin: str | None = None) -> PatientPage:
        """One more page of a browser that is there already."""
        watch = self._watch(context)
        person = PatientPage(await context.new_page(), watch, origin or self.house.origin)
        self._people.append(person)
        return person

    async def nurse(
        self, *, origin: str | None = None, browser: Browser | None = None, **options: Any
    ) -> NursePage:
        """A nurse at a desk, who has not signed in."""
        context = await self._context(browser or self._nurses, {"viewport": DESK, **options})
        watch = self._watch(context)
        person = NursePage(await context.new_page(), watch, origin or self.house.origin)
        self._people.append(person)
        return person

    async def meeting(
        self, channel: str, *, origin: str | None = None, nurses: Browser | None = None
    ) -> tuple[PatientPage, NursePage]:
        """Ada, who came by `origin`, and Karin, who talk with each other."""
        patient, nurse = await self.patient(origin=origin), await self.nurse(browser=nurses)
        await nurse.on_duty()
        await patient.wait(called="Ada", channel=channel)
        await nurse.takes()
        await patient.phase("talking")
        return patient, nurse

    async def leave(self) -> list[str]:
        """Close every context, end every contact, and return what went wrong in the pages."""
        troubles = [trouble for person in self._people for trouble in person.watch.found()]
        contexts = {id(one.page.context): one.page.context for one in self._people}
        cookies = []
        for context in contexts.values():
            browser = context.browser
            if browser is None or browser.is_connected():
                cookies.append({one["name"]: one["value"] for one in await context.cookies()})
                await context.close()
        await asyncio.gather(*(self._end(jar) for jar in cookies))
        return troubles

    async def _context(self, browser: Browser, options: dict[str, Any]) -> BrowserContext:
        context = await browser.new_context(
            **{"locale": "sv-SE", "permissions": ["camera", "microphone"], **options}
        )
        context.set_default_timeout(30_000)
        await context.add_init_script(SPY)
        return context

    def _watch(self, context: BrowserContext) -> Watch:
        for person in self._people:
            if person.page.context == context:
                return person.watch
        watch = Watch([SIGNED_OUT])
        watch.over(context)
        return watch

    async def _end(self, jar: dict[str, str]) -> None:
        """Let the person with these cookies leave, by the wire."""
        async with wire.Patient(self.house) as person:
            person.http.cookies.update(jar)
            await person.http.delete("/api/session", params={"role": "nurse"})
            contact = (await person.http.get("/api/me")).json()["contact"]
            if contact is not None:
                await self._end_contact(person, contact)

    async def _end_contact(self, patient: wire.Patient, contact: str) -> None:
        path = f"/api/contacts/{contact}"
        view = (await patient.http.get(path)).json()
        if view["phase"] == "ended":
            return
        await patient.dial()
        if view["phase"] in _LEAVES:
            await patient.ask("contact.leave", contact=contact)
        elif view["phase"] in _TALKS:
            await patient.ask("contact.hang_up", contact=contact, epoch=view["epoch"])
        view = (await patient.http.get(path)).json()
        if view["phase"] == "ended":
            return
        name = view["nurse"]["name"].split(" ")[0].lower()
        async with wire.Nurse(self.house, f"demo-{name}") as nurse:
            await nurse.http.post("/api/demo/session", json={"nurse": nurse.name})
            await nurse.dial()
            fields = {"contact": contact, "epoch": view["epoch"]}
            await nurse.ask("outcome.sign", outcome=wire.outcome(), **fields)
