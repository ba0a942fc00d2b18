"""What is drawn of the line, for whom, and that it is drawn again only when it has changed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from msgspec.structs import replace

from signaling.background import Background
from signaling.board import Board
from signaling.engine import Engine, Events
from signaling.forecasting import Forecaster
from signaling.index import Index
from signaling.protocol import messages as m
from signaling.protocol.views import PlaceView
from signaling.replica import Replica
from signaling.rooms import Rooms
from signaling.rows import Rows
from signaling.rules import Rules
from tests.fakes.clock import Hands
from tests.fakes.memory_archive import MemoryArchive
from tests.unit import lives
from tests.unit.lives import KARIN, PATIENT, T0, YUSUF
from tests.unit.people import REGION, FakePage, nurse_of
from video_advice import events as ev
from video_advice import line
from video_advice.advice.urgency import Urgency
from video_advice.ids import ContactId, NurseId
from video_advice.people import Channel, Competence, Nurse
from video_advice.policy import DEFAULT, MINUTE, SECOND
from video_advice.ports import Duty, LineDown, Stored


class MemoryDuties:
    """Who is on duty."""

    def __init__(self) -> None:
        """Nobody is."""
        self.on: dict[NurseId, Duty] = {}

    async def all(self) -> list[Duty]:
        return list(self.on.values())

    def begin(self, nurse: Nurse, since: int = T0) -> None:
        self.on[nurse.id] = Duty(nurse, offers=False, since=since)


class Hall:
    """Everything that the board looks at, in memory."""

    def __init__(self) -> None:
        """Begin with an empty line and nobody on duty."""
        self.clock = Hands()
        self.archive = MemoryArchive(self.clock)
        self.background = Background()
        self.live = line.MemoryLine()
        self.duties = MemoryDuties()
        self.rooms = Rooms(self.archive.contacts, DEFAULT, self.background)
        self.index = Index(self.live, self.archive.contacts)
        self.heard_well = True
        self.replica = Replica(self.index, lambda: self.heard_well)
        self.live.tell = self.replica.hear
        self.rules = Rules(self.archive.rules)
        self.board = Board(
            self.rooms,
            self.replica,
            Rows(self.archive.contacts, self.replica),
            self.duties,  # type: ignore[arg-type]
            self.clock,
            Forecaster(self.archive.forecasts, self.clock),
            self.rules,
        )
        self.engine = Engine(
            self.archive.contacts, self.archive.presence, self.clock, DEFAULT, self.heard
        )
        self._people = 0

    async def heard(self, stored: Stored, events: Events, _: object) -> None:
        self.rooms.news(stored, *events)
        self.board.poke(stored.contact.id)
        await self.index.sync(stored.contact.id)

    async def patient(self, channel: Channel = Channel.CHAT) -> tuple[ContactId, FakePage]:
        """Somebody comes, a minute after the one before, and keeps the page open."""
        self._people += 1
        self.clock.at += MINUTE
        opened = lives.opened(self._people, channel)
        await self.engine.open(opened, opened.contact, "key-0001")
        stored = await self.engine.happen(opened.contact, ev.Joined(PATIENT))
        page = FakePage(f"phone {self._people}", person=opened.person)
        await self.rooms.enter(page, stored, stored.version)
        self.board.poke(stored.contact.id)
        return opened.contact, page

    async def prompt(self, contact: ContactId) -> None:
        """Let a nurse have looked at it and sent it back as prompt."""
        stored = await self.engine.happen(contact, ev.NurseOffered(YUSUF, 1, "chosen"))
        stored = await self.engine.happen(contact, ev.OfferAccepted(YUSUF, stored.contact.epoch))
        await self.engine.happen(contact, ev.Returned(1, Urgency.PROMPT, ""))


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    hall = Hall()
    yield hall
    await hall.background.stop()


def place(page: FakePage) -> PlaceView:
    view: PlaceView = page.of(m.LinePlace)[-1].place
    return view


async def test_each_who_waits_sees_a_place_and_of_what_it_is_made(hall: Hall) -> None:
    people = [await hall.patient() for _ in range(4)]
    await hall.prompt(people[3][0])
    await hall.board.draw()
    seen = [place(page) for _, page in people]
    assert [one.place for one in seen] == [2, 3, 4, 1]
    assert [(one.before_urgent, one.before_earlier) for one in seen] == [
        (1, 0),
        (1, 1),
        (1, 2),
        (0, 0),
    ]


async def test_who_is_away_is_not_counted(hall: Hall) -> None:
    first, _ = await hall.patient()
    _, page = await hall.patient()
    await hall.engine.happen(first, ev.Dropped(PATIENT))
    await hall.board.draw()
    assert place(page).place == 1
    await hall.engine.happen(first, ev.Joined(PATIENT))
    await hall.board.draw()
    assert place(page).place == 2


async def test_a_picture_that_has_not_changed_is_not_sent_again(hall: Hall) -> None:
    _, page = await hall.patient()
    for _ in range(3):
        await hall.board.draw()
    assert len(page.of(m.LinePlace)) == 1


async def test_who_comes_back_to_the_same_place_is_told_it_again(hall: Hall) -> None:
    """The page forgot the place when the patient met a nurse."""
    contact, page = await hall.patient()
    await hall.board.draw()
    await hall.engine.happen(contact, ev.NurseOffered(KARIN, 1, "turn"))
    hall.clock.at += 1
    await hall.engine.happen(contact, ev.OfferDeclined(KARIN, 1))
    await hall.board.draw()
    assert len(page.of(m.LinePlace)) == 2


async def test_the_forecast_counts_the_nurses_who_could_serve(hall: Hall) -> None:
    _, page = await hall.patient()
    await hall.board.draw()
    assert (place(page).nurses, place(page).forecast) == (0, None)
    hall.duties.begin(nurse_of(KARIN, "fi"))
    hall.board.poke()
    await hall.board.draw()
    assert place(page).nurses == 0
    hall.duties.begin(nurse_of(YUSUF, "sv"))
    hall.board.poke()
    await hall.board.draw()
    told = place(page)
    assert told.nurses == 1
    assert told.forecast is not None


async def test_the_front_sees_each_change_at_once_and_others_at_most_each_five_seconds(
    hall: Hall,
) -> None:
    people = [await hall.patient() for _ in range(23)]
    await hall.board.draw()
    hall.clock.at += 6 * SECOND
    for leaver in (0, 1):
        await hall.engine.happen(people[leaver][0], ev.PatientLeft())
        await hall.board.draw()
    assert [place(page).place for _, page in people[2:]] == [*range(1, 21), 22], "one more is late"
    hall.clock.at += 5 * SECOND
    await hall.board.draw()
    assert place(people[22][1]).place == 21
    assert [len(page.of(m.LinePlace)) for _, page in people[2:]] == [3] * 21


async def test_who_comes_or_moves_is_shown_the_place_at_once(hall: Hall) -> None:
    people = [await hall.patient() for _ in range(30)]
    await hall.board.draw()
    assert place(people[29][1]).place == 30
    _, late = await hall.patient()
    await hall.prompt(people[29][0])
    await hall.board.draw()
    assert (place(late).place, place(people[29][1]).place) == (31, 1)


async def test_a_ticket_that_is_told_before_its_contact_is_shown_when_that_has_come(
    hall: Hall,
) -> None:
    contact, page = await hall.patient()
    await hall.board.draw()
    offered = await hall.engine.happen(contact, ev.NurseOffered(KARIN, 1, "turn"))
    hall.clock.at += 1
    declined = await hall.engine.happen(contact, ev.OfferDeclined(KARIN, 1))
    hall.rooms._rooms[contact].stored = offered
    await hall.board.draw()
    assert len(page.of(m.LinePlace)) == 1
    hall.rooms.news(declined)
    await hall.board.draw()
    assert len(page.of(m.LinePlace)) == 2


async def test_nurses_of_the_same_regions_share_one_look_at_the_line(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact, _ = await hall.patient()
    looks = 0
    waiting = hall.archive.contacts.waiting

    async def counted(*asked: Any) -> Any:
        nonlocal looks
        looks += 1
        return await waiting(*asked)

    monkeypatch.setattr(hall.archive.contacts, "waiting", counted)
    pages = [FakePage(f"desk {n}", nurse=nurse_of(card)) for n, card in enumerate((KARIN, YUSUF))]
    for page in pages:
        assert page.nurse is not None
        hall.duties.begin(page.nurse)
        hall.rooms.sign_in(page)
    hall.board.poke()
    for _ in range(3):
        await hall.board.draw()
    assert looks == 1
    assert pages[0].of(m.LineState) == pages[1].of(m.LineState) != []
    await hall.engine.happen(contact, ev.FeltWorse((), "halsen"))
    await hall.board.draw()
    assert looks == 2
    assert [page.of(m.LineState)[-1].rows[0].worse for page in pages] == [True, True]


async def test_with_the_live_line_down_the_archive_gives_the_same_picture(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [await hall.patient() for _ in range(3)]

    async def down(*_: object) -> None:
        raise LineDown

    hall.heard_well = False
    monkeypatch.setattr(hall.live, "numbered", down)
    await hall.board.draw()
    assert [place(page).place for _, page in people] == [1, 2, 3]


async def test_a_nurse_sees_the_line_from_when_she_comes_on_duty(hall: Hall) -> None:
    contact, _ = await hall.patient()
    nurse = nurse_of(KARIN)
    page = FakePage("desk", nurse=nurse)
    hall.rooms.sign_in(page)
    hall.board.poke()
    await hall.board.draw()
    assert page.of(m.LineState) == []
    assert page.of(m.DutyState)[-1].on is False
    hall.duties.begin(nurse)
    hall.board.poke()
    await hall.board.draw()
    [shown] = page.of(m.LineState)
    assert ([row.contact for row in shown.rows], shown.total) == ([contact], 1)
    await hall.board.draw()
    assert len(page.of(m.LineState)) == 1
    hall.duties.begin(nurse, since=T0 + 1)
    hall.board.poke()
    await hall.board.draw()
    assert len(page.of(m.LineState)) == 2, "again on duty: all of it again"


async def test_a_row_says_what_it_is_about_and_whether_she_can_serve_it(hall: Hall) -> None:
    chat, _ = await hall.patient()
    video, _ = await hall.patient(Channel.VIDEO)
    nurse = nurse_of(KARIN)
    only_chat = lives.KARIN.id
    hall.duties.on[only_chat] = Duty(nurse, offers=True, since=T0)
    hall.board.poke()
    page = FakePage("desk", nurse=nurse)
    hall.rooms.sign_in(page)
    hall.board.poke()
    await hall.board.draw()
    rows = {row.contact: row for row in page.of(m.LineState)[-1].rows}
    assert list(rows) == [chat, video]
    assert rows[chat].story == "ont i halsen"
    assert (rows[video].channel, rows[video].mine) == (Channel.VIDEO, True)
    hall.duties.on[only_chat] = Duty(nurse_of(KARIN, "fi"), offers=True, since=T0)
    hall.board.poke()
    stranger = FakePage("other desk", nurse=nurse_of(KARIN, "fi"))
    hall.rooms.sign_in(stranger)
    hall.board.poke()
    await hall.board.draw()
    assert not any(row.mine for row in stranger.of(m.LineState)[-1].rows)


async def test_of_a_protected_identity_a_row_tells_only_those_who_may_know(hall: Hall) -> None:
    opened = replace(lives.opened(1), protected=True, competence=Competence.SKIN)
    await hall.engine.open(opened, opened.contact, "key-0001")
    for name, trusted in (("desk", False), ("trusted desk", True)):
        nurse = replace(nurse_of(KARIN), protected=trusted)
        hall.duties.begin(nurse)
        page = FakePage(name, nurse=nurse)
        hall.rooms.sign_in(page)
        hall.board.poke()
        await hall.board.draw()
        [row] = page.of(m.LineState)[-1].rows
        assert (row.protected, row.hidden, row.competence) == (True, not trusted, Competence.SKIN)
        told = ("Å", 40, "ont i halsen") if trusted else ("", None, "")
        assert (row.called, row.age, row.story) == told
        assert not row.mine, "the competence is not hers"
        hall.rooms.sign_out(page)


async def test_a_long_line_is_shown_by_its_beginning_and_its_length(hall: Hall) -> None:
    for _ in range(103):
        await hall.patient()
    nurse = nurse_of(KARIN)
    hall.duties.begin(nurse)
    hall.board.poke()
    page = FakePage("desk", nurse=nurse)
    hall.rooms.sign_in(page)
    hall.board.poke()
    await hall.board.draw()
    shown = page.of(m.LineState)[-1]
    assert (len(shown.rows), shown.total) == (100, 103)


async def test_the_start_page_counts_who_waits_and_who_serves(hall: Hall) -> None:
    first, _ = await hall.patient()
    await hall.patient()
    await hall.engine.happen(first, ev.Dropped(PATIENT))
    hall.duties.begin(replace(nurse_of(KARIN), competences=frozenset({Competence.SKIN})))
    hall.board.poke()
    assert (await hall.board.regions())[REGION] == (1, 1, (Competence.SKIN,))


async def test_a_page_that_left_is_shown_nothing(hall: Hall) -> None:
    _, page = await hall.patient()
    await hall.board.draw()
    hall.rooms.sign_out(page)
    await hall.board.draw()
    assert len(page.of(m.LinePlace)) == 1
