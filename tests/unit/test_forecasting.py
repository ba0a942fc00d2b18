"""Facts fetched beside, answers given at once, and what was told kept once."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from signaling.forecasting import Forecaster
from tests.fakes.clock import Hands
from tests.unit import lives
from tests.unit.lives import KARIN, T0, YUSUF
from tests.unit.people import REGION, nurse_of
from video_advice.forecast import Expected, Forecast, Recent
from video_advice.ids import ContactId, Instant, Language, NurseId, RegionCode
from video_advice.line import Group, Standing, Ticket, group_of
from video_advice.policy import MINUTE
from video_advice.ports import ArchiveDown, Duty, Told
from video_advice.quality.calibration import Case, How
from video_advice.state import Contact

SECOND_PLACE = Standing(2, 0)
DUTIES = [Duty(nurse_of(KARIN), offers=False, since=T0)]


class Archive:
    """An archive that can be down, and that says what it was asked."""

    def __init__(self) -> None:
        """Have three waiting and nothing told."""
        self.down = False
        self.asked: list[str] = []
        self.kept: list[Told] = []
        self.facts = Recent(service=(9 * MINUTE,) * 50)
        self.line: dict[Group, int] = {group_of(waiting()): 3}
        self.past: list[Case] = []

    def _ask(self, what: str) -> None:
        if self.down:
            raise ArchiveDown
        self.asked.append(what)

    async def keep(self, told: Sequence[Told]) -> None:
        self._ask("keep")
        self.kept += told

    async def waiting(self) -> dict[Group, int]:
        self._ask("waiting")
        return self.line

    async def recent(self, region: RegionCode, now: Instant) -> Recent:
        assert now > 0
        self._ask(f"recent {region}")
        return self.facts

    async def cases(
        self, region: RegionCode, since: Instant, until: Instant, now: Instant
    ) -> list[Case]:
        assert since < until <= now
        self._ask(f"cases {region}")
        return self.past


def waiting(number: int = 1) -> Contact:
    contact = lives.waiting().contact
    return replace(contact, id=ContactId(f"{number:032x}"))


class Counter:
    """A forecaster with its archive and clock."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self.archive = Archive()
        self.clock = Hands(T0 + MINUTE)
        self.forecaster = Forecaster(self.archive, self.clock)

    def told(
        self,
        contact: Contact | None = None,
        standing: Standing = SECOND_PLACE,
        duties: Sequence[Duty] = DUTIES,
    ) -> Forecast | None:
        return self.forecaster.for_place(standing, contact or waiting(), duties).forecast


@pytest.fixture
def counter() -> Counter:
    return Counter()


async def test_nothing_is_said_of_a_region_before_it_has_been_looked_at(counter: Counter) -> None:
    assert counter.told() is None
    await counter.forecaster.refresh()
    assert counter.told() == Forecast(5, 40)


async def test_a_look_is_taken_once_and_then_only_beside(counter: Counter) -> None:
    for _ in range(3):
        await counter.forecaster.look([REGION])
        counter.told()
    assert counter.archive.asked.count(f"recent {REGION}") == 1


async def test_more_nurses_more_of_them_on_duty_a_shorter_wait(counter: Counter) -> None:
    await counter.forecaster.look([REGION])
    alone = counter.told(waiting(1))
    both = counter.told(waiting(2), duties=[*DUTIES, Duty(nurse_of(YUSUF), offers=True, since=T0)])
    assert alone is not None
    assert both is not None
    assert both.high < alone.high
    stranger = [Duty(nurse_of(YUSUF, "fi"), offers=True, since=T0)]
    assert counter.told(waiting(3), duties=stranger) is None
    assert counter.told(waiting(4), duties=[]) is None


async def test_what_was_told_is_kept_once_and_not_again_while_it_stands(counter: Counter) -> None:
    await counter.forecaster.look([REGION])
    for _ in range(5):
        counter.told()
        counter.clock.at += 1_000
    await counter.forecaster.refresh()
    await counter.forecaster.refresh()
    [row] = counter.archive.kept
    assert row.contact == waiting().id
    assert (row.told_at, row.place, row.forecast) == (T0 + MINUTE, 2, Forecast(5, 40))
    assert row.group == Group(REGION, waiting().channel, Language("sv"))
    assert row.expected > 0


async def test_when_it_was_told_stays_until_the_words_change(counter: Counter) -> None:
    await counter.forecaster.look([REGION])
    first = counter.forecaster.for_place(SECOND_PLACE, waiting(), DUTIES)
    counter.clock.at += MINUTE
    assert counter.forecaster.for_place(SECOND_PLACE, waiting(), DUTIES) == first
    counter.clock.at += MINUTE
    nearer = counter.forecaster.for_place(Standing(1, 0), waiting(), DUTIES)
    assert nearer.told_at == counter.clock.at
    assert nearer.forecast != first.forecast


async def test_who_is_told_nothing_and_then_something_is_told_anew(counter: Counter) -> None:
    await counter.forecaster.look([REGION])
    assert counter.told() is not None
    assert counter.told(duties=[]) is None
    counter.clock.at += 1
    counter.told()
    await counter.forecaster.refresh()
    assert [row.told_at - T0 for row in counter.archive.kept] == [MINUTE, MINUTE + 1]


async def test_with_the_archive_down_the_old_facts_stand_and_nothing_told_is_lost(
    counter: Counter,
) -> None:
    await counter.forecaster.look([REGION])
    counter.archive.down = True
    before = counter.told()
    with pytest.raises(ArchiveDown):
        await counter.forecaster.refresh()
    await counter.forecaster.look([RegionCode("01")])
    assert counter.told() == before is not None
    counter.archive.down = False
    await counter.forecaster.refresh()
    assert len(counter.archive.kept) == 1


async def test_one_place_in_a_long_line_is_not_worked_out_again(counter: Counter) -> None:
    """A departure moves thousands by one place; each is looked at again with the next facts."""
    counter.archive.line = {group_of(waiting()): 200}
    duties = [
        Duty(nurse_of(replace(KARIN, id=NurseId(f"n{n}"))), offers=True, since=T0)
        for n in range(40)
    ]
    await counter.forecaster.look([REGION])
    worked_out: list[int] = []
    expect = counter.forecaster._expect

    def counted(standing: Standing, contact: Contact | Ticket, now: Instant) -> Expected | None:
        worked_out.append(standing.place)
        return expect(standing, contact, now)

    counter.forecaster._expect = counted  # type: ignore[method-assign]
    for place in range(200, 180, -1):
        counter.told(standing=Standing(place, 0), duties=duties)
    assert worked_out == [200, 193, 186]
    await counter.forecaster.refresh()
    counter.told(standing=Standing(181, 0), duties=duties)
    assert worked_out[3:] == [181]


async def test_how_often_it_held_is_told_beside_it(counter: Counter) -> None:
    inside = Case(T0, 5, 20, How.TAKEN, 10 * MINUTE)
    counter.archive.past = [inside] * 8 + [replace(inside, waited=30 * MINUTE)] * 2
    await counter.forecaster.look([REGION])
    assert counter.forecaster.for_place(SECOND_PLACE, waiting(), DUTIES).held == 80
    assert counter.forecaster.scores.held(RegionCode("01")) is None


async def test_the_score_is_worked_out_now_and_then(counter: Counter) -> None:
    for _ in range(3):
        await counter.forecaster.scores.cases(REGION)
    counter.clock.at += 11 * MINUTE
    await counter.forecaster.scores.cases(REGION)
    assert counter.archive.asked == [f"cases {REGION}"] * 2


async def test_who_is_gone_is_forgotten(counter: Counter) -> None:
    await counter.forecaster.look([REGION])
    counter.told()
    counter.clock.at += 11 * MINUTE
    await counter.forecaster.refresh()
    assert counter.forecaster._known == {}
    assert counter.told() is None, "its region is no longer looked at"
    await counter.forecaster.refresh()
    assert counter.told() is not None
