"""Nurses who take, talk, give back and sign, while parts of the service break."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

from tests.chaos.history import Operation, Outcome, Vanished
from tests.chaos.servers import now
from tests.chaos.wire import Lost, Message, Town, Wire
from tests.house import outcome
from video_advice.people import Nurse as Person

_PATIENCE: Final = 2_500
"""Milliseconds that she waits for a patient who does not come."""
SignIn = Callable[[Person], Awaitable[str]]
_URGENCIES: Final = (None, None, None, "P1", "P2", "P4")
COMPETENCES: Final = ("general", "child", "skin")


class Nurse:
    """One nurse at one page, with a video or some chats, and notes still to be signed."""

    def __init__(
        self, person: Person, town: Town, sign_in: SignIn, *, steady: bool = False
    ) -> None:
        """`steady`: she gives nobody back who comes, and never vanishes."""
        self.person = person
        self.town = town
        self.steady = steady
        self.gone = False
        self._offers = town.dice.random() < 0.4
        self._duty = (False, False)
        self._sign_in = sign_in
        self._cards: dict[str, tuple[Message, int]] = {}
        self._rows: list[Message] = []
        self._able: list[str] = []
        self._kept: dict[str, set[str]] = {}
        self._goal: dict[str, int] = {}
        self._epochs: dict[str, int] = {}
        self.wire = Wire(person.id, "nurse", town, self._hear, "")

    async def live(self) -> None:
        """Work until cancelled, or until she vanishes."""
        try:
            self.wire.cookie = await self._sign_in(self.person)
            while not self.gone:
                await self._act()
        finally:
            await self.wire.hang()

    @property
    def free(self) -> bool:
        """Whether she has nothing to do, as far as her page knows."""
        return not self._cards

    @property
    def _may_take_another(self) -> bool:
        views = [view for view, _ in self._cards.values()]
        chats = all(view["channel"] == "chat" and view["phase"] != "calling" for view in views)
        return self.town.serving and chats and len(views) < self.person.chats

    def _hear(self, message: Message) -> None:
        match message["type"]:
            case "contact.card":
                view = message["view"]
                contact = view["contact"]
                before = self._cards.get(contact)
                since = before[1] if before and before[0]["phase"] == view["phase"] else now()
                self._cards[contact] = (view, since)
                if view["handover"] and view["epoch"] != self._epochs.get(contact):
                    self._kept.pop(contact, None)  # she is given the note of who handed it over
                self._epochs[contact] = view["epoch"]
            case "contact.gone":
                self._cards.pop(message["contact"], None)
                self._goal.pop(message["contact"], None)
            case "line.state":
                self._rows = message["rows"]
            case "colleagues.able":
                self._able = [one["nurse"] for one in message["colleagues"]]
            case "duty.state":
                # Who let two offers lapse is not available before she goes on duty anew.
                self._duty = (message["on"] and message["available"], message["offers"])
            case "note.kept":
                contact, said = message["contact"], message["draft"]["advice"]
                known = self._kept.get(contact)
                if known is not None and said not in known:
                    self.town.history.stuck.append(f"{self.person.id} was shown a lost note again")

    async def _act(self) -> None:
        wire, town = self.wire, self.town
        if not wire.open:
            self._cards.clear()
            await wire.connect()
            await asyncio.sleep(0.05)
        wanted = (True, self._offers and town.serving)
        if self._duty != wanted:
            await self._go_on_duty(*wanted)
            return
        chance = town.dice.random()
        if chance < 0.01:
            self._cards.clear()
            await wire.reload()
        elif chance < 0.02:
            await wire.drop()
        elif chance < 0.0225 and not self.steady and town.open_for_business:
            self.gone = True
            wire.abort()
            town.history.vanished.append(Vanished(self.person.id, "nurse", now()))
        elif self._cards:
            for view, since in list(self._cards.values()):
                await self._attend(view, since)
            if self._may_take_another and chance < 0.2:
                await self._take()
        elif town.serving and (not self._offers or chance < 0.1):
            await self._take()
        else:
            await town.rest(0.3)

    async def _go_on_duty(self, on: bool, offers: bool) -> None:  # noqa: FBT001 - what is wanted
        try:
            reply = await self.wire.once("duty.set", on=on, offers=offers)
        except Lost:
            return
        if reply["type"] == "done":
            self._duty = (on, offers)
        else:
            await self.town.rest(0.5)

    async def _take(self) -> None:
        what = Operation(self.person.id, "take")
        fields: dict[str, Any] = {}
        there = [row["contact"] for row in self._rows if row["mine"] and not row["away"]]
        if there and self.town.dice.random() < 0.15:
            fields["contact"] = what.contact = self.town.dice.choice(there)
        await self.wire.ask(what, "line.take", again=False, **fields)
        if what.code == "duty.off":
            self._duty = (False, False)
        if what.outcome is not Outcome.OK:
            await self.town.rest(0.4)
        else:
            await asyncio.sleep(0.02)

    async def _attend(self, view: Message, since: int) -> None:
        """Do the next thing about one of her contacts."""
        contact, phase = view["contact"], view["phase"]
        late = now() - since > _PATIENCE * (4 if self.steady else 1)
        match phase:
            case "offered":
                declines = not self.steady and self.town.dice.random() < 0.15
                await self._ask(view, *_ANSWERS[declines])
            case "talking":
                await self._talk(view)
            case "calling":
                await self._call(view)
            case "joining" | "interrupted" if late:
                await self._give_back(view)
            case "wrapping_up":
                await self._sign(view)
            case "joining" | "interrupted":
                await self.town.rest(0.2)
            case _:
                self._cards.pop(contact, None)

    async def _talk(self, view: Message) -> None:
        contact, dice = view["contact"], self.town.dice
        left = self._goal.setdefault(contact, dice.randint(5, 40))
        left = left if self.town.open_for_business else min(left, 2)
        self._goal[contact] = left - 1
        if left <= 0:
            chance = dice.random()
            if chance < 0.15 and not self.steady:
                await self._give_back(view)
            elif chance < 0.35 and not self.steady and self.town.open_for_business:
                await self._hand_over(view)
            else:
                await self._ask(view, "hang_up", "contact.hang_up")
            return
        mark = self.town.mark()
        what = Operation(self.person.id, "chat", contact, mark)
        await self.wire.ask(what, "chat.send", again=True, contact=contact, key=mark, text=mark)
        if dice.random() < 0.1:
            await self._note(contact)
        await self.town.rest(0.03)

    async def _note(self, contact: str) -> None:
        """Save the note; from then on it must be shown again with these words, or newer ones."""
        mark = self.town.mark()
        earlier = self._kept.setdefault(contact, {""})
        earlier.add(mark)
        try:
            reply = await self.wire.once("note.save", contact=contact, draft={"advice": mark})
        except Lost:
            return
        if reply["type"] == "done":
            self._kept[contact] = {mark}

    async def _give_back(self, view: Message) -> None:
        urgency = self.town.dice.choice(_URGENCIES)
        self._kept.pop(view["contact"], None)
        await self._ask(view, "return", "contact.return", urgency=urgency, reason="chaos")

    async def _hand_over(self, view: Message) -> None:
        """To a colleague who can take it, or to another line; if that is refused, talk on."""
        dice, to = self.town.dice, {"competence": self.town.dice.choice(COMPETENCES)}
        if dice.random() < 0.5:
            try:
                await self.wire.once("colleagues.ask", contact=view["contact"])
            except Lost:
                return
            if self._able:
                to = {"nurse": dice.choice(self._able)}
        urgency = dice.choice(_URGENCIES)
        self._kept.pop(view["contact"], None)
        self._goal[view["contact"]] = 5
        more = {"urgency": urgency, "reason": "chaos", "summary": self.town.mark()}
        await self._ask(view, "transfer", "contact.transfer", to=to, **more)

    async def _call(self, view: Message) -> None:
        """Call the number: nobody answers, or the talk is soon over."""
        if self.town.dice.random() < 0.3 and not self.steady:
            await self._ask(view, "unanswered", "call.unanswered")
        else:
            await self._ask(view, "hang_up", "contact.hang_up")

    async def _sign(self, view: Message) -> None:
        self._kept.pop(view["contact"], None)
        await self._ask(view, "sign", "outcome.sign", outcome=outcome())

    async def _ask(self, view: Message, name: str, kind: str, **fields: Any) -> None:
        mine = {"contact": view["contact"], "epoch": view["epoch"]}
        what = Operation(self.person.id, name, mine["contact"], epoch=mine["epoch"])
        await self.wire.ask(what, kind, again=False, **mine, **fields)
        if what.outcome is not Outcome.OK:
            await self.town.rest(0.2)
        else:
            await asyncio.sleep(0.01)


_ANSWERS: Final = {True: ("decline", "offer.decline"), False: ("accept", "offer.accept")}
