"""Patients who ask for help, wait, write, come and go, while parts of the service break."""

from __future__ import annotations

import asyncio
import io
from contextlib import suppress
from functools import cache
from typing import Any, Final

import httpx
from PIL import Image

from tests.chaos.history import Operation, Outcome, Vanished
from tests.chaos.nurses import COMPETENCES
from tests.chaos.plan import REGIONS
from tests.chaos.servers import now
from tests.chaos.wire import ANSWER, UNAVAILABLE, Message, Town, Wire
from tests.house import MARK, wish
from tests.unit.lives import NUMBER
from video_advice.advice.redflags import RedFlag

LANGUAGES: Final = ("sv", "sv", "sv", "ar", "fi")
_REFUSED: Final = range(400, 500)


@cache
def photo() -> bytes:
    """A small photo."""
    file = io.BytesIO()
    Image.new("RGB", (48, 32), (90, 120, 60)).save(file, "jpeg")
    return file.getvalue()


class Patient:
    """One person, from asking for help to the end of the contact."""

    def __init__(self, who: str, town: Town) -> None:
        """A browser that the service does not know yet."""
        self.who = who
        self.town = town
        self.contact = ""
        self.view: Message = {}
        self.place: int | None = None
        self.gone = False
        self._changed = asyncio.Event()
        self._http = httpx.AsyncClient(headers={**MARK, "Origin": town.origin}, timeout=ANSWER)
        self.wire: Wire | None = None
        self._impatient = town.dice.random() < 0.06
        self._vanishes = town.dice.random() < 0.04

    async def live(self) -> None:
        """Open a contact and stay with it to its end."""
        try:
            if not await self._open():
                return
            wire = self.wire = Wire(self.who, "patient", self.town, self._hear, self._cookie)
            await wire.connect()
            while not self.over:
                await self._act(wire)
            await self._afterwards(wire)
        finally:
            if self.wire is not None:
                await self.wire.hang()
            await self._http.aclose()

    @property
    def over(self) -> bool:
        """Whether the patient has been told of the end, or will not hear of it.

        The talk is over, too, with a nurse who is gone for good: it stays listed as unsigned.
        """
        phase = self.view.get("phase")
        unsigned = phase == "wrapping_up" and self.town.is_gone(self.view["nurse"]["id"])
        return self.gone or phase == "ended" or unsigned

    @property
    def waits(self) -> bool:
        """Whether the patient is in the line, with the page open, as far as the page knows."""
        return (
            not self.gone
            and self.view.get("phase") == "waiting"
            and self.wire is not None
            and self.wire.open
        )

    @property
    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self._http.cookies.items())

    def _hear(self, message: Message) -> None:
        if message["type"] == "contact.state" and message["view"]["contact"] == self.contact:
            self.view = message["view"]
            if self.view["phase"] != "waiting":
                self.place = None
            self._changed.set()
        elif message["type"] == "line.place" and message["place"]["contact"] == self.contact:
            self.place = message["place"]["place"]

    async def _open(self) -> bool:
        """Ask for help until it is answered, as somebody does who presses the button again."""
        dice = self.town.dice
        what = Operation(self.who, "open", mark=self.town.mark(), start=now())
        self.town.history.operations.append(what)
        body = wish(
            region=dice.choice(REGIONS),
            language=dice.choice(LANGUAGES),
            competence=dice.choice((*COMPETENCES, "general", "general")),
            interpreter=dice.random() < 0.1,
            channel=dice.choice(("chat", "video")),
            story=what.mark,
        )
        doubt = False
        while self.town.open_for_business or doubt:
            what.tries += 1
            answers = await self._begin(body, twice=dice.random() < 0.1)
            what.end = now()
            for answer in answers:
                if answer is None or answer.status_code >= 500:
                    doubt = True
                elif answer.status_code in {200, 201}:
                    what.outcome = Outcome.OK
                    what.contact = self.contact = answer.json()["contact"]
                elif answer.status_code in _REFUSED:
                    what.code = answer.json()["code"]
            if what.outcome is Outcome.OK:
                return True
            await self.town.rest(0.5)
        return False

    async def _begin(self, body: dict[str, Any], *, twice: bool) -> list[httpx.Response | None]:
        """Become somebody, then ask; `twice` at once, as an impatient finger does."""
        if not self._http.cookies:
            session = await self._post("/api/session", json={})
            if session is None or session.status_code not in {200, 201}:
                return []
        return await asyncio.gather(
            *(self._post("/api/contacts", json=body) for _ in range(2 if twice else 1))
        )

    async def _post(self, path: str, **what: Any) -> httpx.Response | None:
        try:
            return await self._http.post(self.town.dice.choice(self.town.webs) + path, **what)
        except (httpx.HTTPError, OSError):
            return None

    async def _act(self, wire: Wire) -> None:
        """Do one of the things that patients do, then think."""
        town = self.town
        await wire.connect()
        phase = self.view.get("phase")
        chance = town.dice.random()
        if phase == "waiting" and self._impatient and town.open_for_business and chance < 0.3:
            await self._ask("leave", "contact.leave")
        elif phase == "waiting" and 0.1 < chance < 0.12:
            await self._feel_worse()
        elif phase in {"waiting", "scheduled"} and 0.12 < chance < 0.14:
            await self._be_called_or_not()
        elif self._vanishes and chance < 0.05:
            self.gone = True
            wire.abort()
            town.history.vanished.append(Vanished(self.who, "patient", now()))
        elif chance < 0.02:
            await wire.reload()
        elif chance < 0.035:
            await wire.drop()
        elif chance < 0.045:
            await self._second_tab(wire)
        elif chance < 0.05 and phase != "ended":
            await self._send_photo()
        elif chance < 0.055 and phase == "talking":
            await self._ask("hang_up", "contact.hang_up", epoch=self.view["epoch"])
        elif phase in {"talking", "interrupted", "joining"}:
            await self._chat(wire)
            await town.rest(0.03)
        else:
            if chance > 0.7:
                await self._chat(wire)
            self._changed.clear()
            with suppress(TimeoutError):
                # Not wait_for, which in Python 3.11 may lose a cancellation.
                async with asyncio.timeout(0.4):
                    await self._changed.wait()

    async def _chat(self, wire: Wire) -> None:
        mark = self.town.mark()
        what = Operation(self.who, "chat", self.contact, mark)
        message = {"contact": self.contact, "key": mark, "text": mark}
        await wire.ask(what, "chat.send", again=True, **message)
        if what.version is not None and self.town.dice.random() < 0.1:
            await wire.say("chat.seen", contact=self.contact, upto=what.version)

    async def _ask(self, name: str, kind: str, **fields: Any) -> Operation:
        assert self.wire is not None
        what = Operation(self.who, name, self.contact, epoch=fields.get("epoch"))
        return await self.wire.ask(what, kind, again=False, contact=self.contact, **fields)

    async def _feel_worse(self) -> None:
        """Say so, with a red flag or without one."""
        flag = self.town.dice.choice((*RedFlag, None, None, None))
        answers = [{"flag": one, "answer": "yes" if one is flag else "no"} for one in RedFlag]
        await self._ask("worse", "worse.report", answers=answers, words="chaos")

    async def _be_called_or_not(self) -> None:
        """Choose to be called instead of waiting here; who has chosen that waits here after all."""
        if self.view.get("callback"):
            await self._ask("callback_drop", "callback.drop")
        else:
            await self._ask("callback", "callback.choose", number=NUMBER)

    async def _second_tab(self, wire: Wire) -> None:
        """Open the contact in another tab, write there, and close it."""
        other = Wire(self.who, "patient", self.town, lambda _: None, wire.cookie)
        await other.connect()
        try:
            await self._chat(other)
        finally:
            await other.hang()

    async def _send_photo(self) -> None:
        what = Operation(self.who, "photo", self.contact, start=now())
        self.town.history.operations.append(what)
        key = self.town.mark()
        path = f"/api/contacts/{self.contact}/photos?key={key}&how=camera"
        for _ in range(30):
            what.tries += 1
            answer = await self._post(path, content=photo())
            what.end = now()
            if answer is not None and answer.status_code == 202:
                what.outcome, what.mark = Outcome.OK, answer.json()["photo"]
                return
            if answer is not None and answer.status_code < 500:
                what.code = answer.json()["code"]
                if what.tries == 1:
                    what.outcome = Outcome.FAIL
                return
            what.code = UNAVAILABLE
            await self.town.rest(0.5)

    async def _afterwards(self, wire: Wire) -> None:
        if self.view.get("phase") == "ended" and self.town.dice.random() < 0.3 and wire.open:
            await self._ask("survey", "survey.answer", survey={"score": 4, "words": ""})
