"""A patient's page and a nurse's page, used as people use them: by what stands on them."""

from __future__ import annotations

import asyncio
import base64
import re
from pathlib import Path
from typing import Final

from playwright.async_api import FilePayload, Locator, Page, expect

from tests.browser.camera import read
from tests.browser.watch import Watch
from tests.real import PATIENCE
from tests.waiting import eventually

STORY: Final = "Rött runt ett bett på benet. Det blir större."
ADVICE: Final = "Tvätta med tvål och vatten och håll benet högt."

_PICTURE = """
video => {
  if (!video.videoWidth) return "";
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d").drawImage(video, 0, 0);
  return canvas.toDataURL("image/png").split(",")[1];
}
"""

# The loudest of what comes until something does: the fake microphone beeps once a second.
_HEARD = """
async video => {
  const context = new AudioContext();
  await context.resume();
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(video.srcObject).connect(analyser);
  const wave = new Float32Array(analyser.fftSize);
  for (;;) {
    analyser.getFloatTimeDomainData(wave);
    const loudest = Math.max(...wave.map(Math.abs));
    if (loudest > 0.01) return loudest;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
"""


class Person:
    """What both pages have."""

    def __init__(self, page: Page, watch: Watch, origin: str) -> None:
        """`origin` is where this person finds the service."""
        self.page = page
        self.watch = watch
        self.origin = origin

    @property
    def main(self) -> Locator:
        """The main part of the page."""
        return self.page.get_by_role("main")

    @property
    def chat(self) -> Locator:
        """The list of messages."""
        return self.page.get_by_test_id("chat-log").and_(self.page.locator(":visible"))

    @property
    def message(self) -> Locator:
        """The field for a chat message."""
        return self.page.get_by_role("textbox", name=re.compile("^Skriv (till|ett meddelande)"))

    @property
    def remote(self) -> Locator:
        """The picture of the other one."""
        return self.page.get_by_test_id("remote-video")

    def button(self, name: str | re.Pattern[str], *, exact: bool = False) -> Locator:
        """A button by its accessible name."""
        return self.page.get_by_role("button", name=name, exact=exact)

    def says(self, text: str | re.Pattern[str]) -> Locator:
        """Something that stands on the page and is not in the chat."""
        return self.page.get_by_text(text).first

    async def phase(self, *names: str) -> None:
        """Return once the page shows one of these phases."""
        await expect(self.main).to_have_attribute(
            "data-phase", re.compile(f"^({'|'.join(names)})$")
        )

    async def sees(self, name: str) -> set[str]:
        """Return once the film `name` has been read in two different moments of the picture."""
        seen: set[str] = set()

        async def moved() -> bool:
            picture = await self.remote.evaluate(_PICTURE)
            text = read(base64.b64decode(picture)) if picture else ""
            if re.fullmatch(rf"{name} \d+", text):
                seen.add(text)
            return len(seen) > 1

        await eventually(moved, f"the moving picture of the {name}")
        return seen

    async def hears(self) -> float:
        """Return how loud it is once anything is heard of the other one; 1 is the loudest."""
        loudness: float = await asyncio.wait_for(self.remote.evaluate(_HEARD), PATIENCE)
        return loudness

    async def write(self, text: str) -> None:
        """Send a chat message."""
        await self.message.fill(text)
        await self.message.press("Enter")

    async def reads(self, text: str) -> None:
        """Return once the message stands in the chat, once."""
        await expect(self.chat.get_by_text(text, exact=True)).to_have_count(1)

    async def marked(self, text: str, mark: str) -> None:
        """Return once an own message carries this delivery mark."""
        line = self.chat.locator(".line").filter(has_text=text)
        await expect(line).to_contain_text(mark)


class PatientPage(Person):
    """Asks for help."""

    async def open(self) -> None:
        """Open the start page."""
        await self.page.goto(f"{self.origin}/")
        await self.phase("form", "consent")

    async def fill(
        self, *, called: str = "", channel: str = "Video", story: str = STORY, talk: str = "sv"
    ) -> None:
        """Fill in the form and go on."""
        page = self.page
        await page.get_by_label("Var är du just nu?").select_option("12")
        await page.get_by_role("radio", name="Mig själv").check()
        await page.get_by_label("Vad vill du kallas?").fill(called)
        await page.get_by_label("Vad behöver du hjälp med?").fill(story)
        await page.get_by_role("radio", name=re.compile(f"^{channel}")).check()
        await page.get_by_label("Vilket språk vill du prata?").select_option(talk)
        await self.button("Fortsätt", exact=True).click()
        await self.phase("consent")

    async def join(self) -> None:
        """Agree and stand in the line."""
        await self.page.get_by_role("checkbox", name=re.compile("^Jag har läst")).check()
        await self.button("Ställ mig i kö").click()
        await self.phase("waiting")

    async def wait(self, *, called: str = "", channel: str = "Video", story: str = STORY) -> None:
        """From the start page into the line."""
        await self.open()
        await self.fill(called=called, channel=channel, story=story)
        await self.join()
        await expect(self.place).to_contain_text(re.compile(r"Din plats\s*\d"))

    @property
    def place(self) -> Locator:
        """Where the place in the line is told."""
        return self.page.get_by_test_id("place")

    async def has_place(self, number: int) -> None:
        """Return once this place is shown."""
        await expect(self.place).to_contain_text(re.compile(rf"Din plats\s*{number}\b"))

    def contact(self) -> str:
        """The contact in the page's address."""
        found = re.search(r"/contact/([0-9a-f]{32})$", self.page.url)
        assert found, self.page.url
        return found[1]

    async def write_in_panel(self, text: str) -> None:
        """Send a chat message in a video call on a small screen, where the chat lies away."""
        await self.button(re.compile("Öppna chatt")).click()
        await self.write(text)
        chat = self.page.get_by_role("region", name="Chatt", exact=True)
        await chat.get_by_role("button", name="Stäng").click()

    async def choose(self, *files: FilePayload | Path) -> None:
        """Choose photos from the gallery."""
        chooser = self.page.locator("input[type=file][multiple]")
        await chooser.set_input_files(list(files))  # type: ignore[arg-type]


class NursePage(Person):
    """Gives advice."""

    async def sign_in(self, name: str = "Karin") -> None:
        """Sign in as a demo nurse."""
        await self.page.goto(f"{self.origin}/nurse")
        await self.button(name).click()
        await self.phase("off-duty", "line")

    async def on_duty(self, name: str = "Karin") -> None:
        """Sign in and go on duty."""
        await self.sign_in(name)
        await self.button("Gå i tjänst").click()
        await self.phase("line")

    async def takes(self) -> None:
        """Take the next one, once somebody waits."""
        await self.take_next.click()
        await self.phase("joining", "talking")

    @property
    def take_next(self) -> Locator:
        """The button for whoever is next; playwright waits until it can be pressed."""
        return self.button("Ta nästa")

    async def writes_note(self) -> None:
        """Fill in all that an outcome needs."""
        page = self.page
        for label in ("Situation", "Aktuell bedömning", "Rekommendation"):
            await page.get_by_role("textbox", name=re.compile(label)).fill("Rodnad kring ett bett.")
        await page.get_by_role("radio", name="Avvakta").check(force=True)
        await page.get_by_label("Vårdnivå").select_option("SELF_CARE")
        await page.get_by_role("textbox", name=re.compile("^Råd till patienten")).fill(ADVICE)

    async def hangs_up(self) -> None:
        """End the talk."""
        await self.button(re.compile("^(Lägg på|Avsluta samtalet)$")).click()
        await self.page.get_by_role("dialog").get_by_role("button", name="Avsluta samtalet").click()
        await self.phase("wrapping_up")

    async def signs(self) -> None:
        """Sign what has been written, after the talk."""
        await self.button("Signera och avsluta").click()
        await expect(self.says(re.compile("^Signerat"))).to_be_visible()
