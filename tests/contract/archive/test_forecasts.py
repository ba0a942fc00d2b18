"""What was told of the wait, what came of it, and what the next forecast is worked out from."""

from __future__ import annotations

import pytest

from signaling.archive import Archive
from tests.contract.archive.making import (
    T0,
    AnyArchive,
    accept,
    get,
    happen,
    offered,
    open_waiting,
    opening,
)
from tests.contract.archive.test_replay import NUMBER, OUTCOME
from video_advice.events import (
    CallbackChosen,
    Dropped,
    HungUp,
    OfferDeclined,
    OutcomeSigned,
    PatientLeft,
    Returned,
)
from video_advice.forecast import Forecast, Witness
from video_advice.ids import ContactId, Instant, Language, RegionCode
from video_advice.line import Group
from video_advice.people import Channel, Role
from video_advice.policy import HOUR, MINUTE
from video_advice.ports import Told
from video_advice.quality.calibration import Case, How

SKANE, STOCKHOLM = RegionCode("12"), RegionCode("01")
SV = Group(SKANE, Channel.CHAT, Language("sv"))
NOW = T0 + 2 * HOUR


def told(contact: ContactId, at: Instant, high: int = 20, group: Group = SV) -> Told:
    return Told(contact, at, Forecast(5, high), 12 * MINUTE, 3, group)


async def take(archive: AnyArchive, contact: ContactId, nurse: str, at: int) -> None:
    stored = await offered(archive, contact, nurse, at=at)
    await happen(archive, contact, accept(stored.contact), at=at + 1_000)


async def finish(archive: AnyArchive, contact: ContactId, nurse: str, start: int, end: int) -> None:
    """The whole life: offered at `start`, signed at `end`."""
    await take(archive, contact, nurse, start)
    stored = await get(archive, contact)
    stored = await happen(
        archive, contact, HungUp(Role.NURSE, stored.contact.epoch), at=end - 1_000
    )
    assert stored.contact.nurse is not None
    signed = OutcomeSigned(OUTCOME, stored.contact.nurse, stored.contact.epoch)
    await happen(archive, contact, signed, at=end)


async def test_service_times_newest_first_and_only_of_those_a_nurse_saw(
    archive: AnyArchive,
) -> None:
    start = T0 + MINUTE
    for number, length in enumerate((5, 7, 9)):
        contact = await open_waiting(archive)
        await finish(archive, contact, f"n{number}", start, start + length * MINUTE)
    left = await open_waiting(archive)
    await happen(archive, left, PatientLeft())
    sent_back = await open_waiting(archive)
    stored = await offered(archive, sent_back, "n9")
    stored = await happen(archive, sent_back, accept(stored.contact))
    await happen(archive, sent_back, Returned(stored.contact.epoch, None, "språk"), PatientLeft())
    await open_waiting(archive)
    elsewhere = await open_waiting(archive, opening(region=STOCKHOLM))
    await finish(archive, elsewhere, "n5", start, start + 30 * MINUTE)
    recent = await archive.forecasts.recent(SKANE, NOW)
    assert recent.service == (9 * MINUTE, 7 * MINUTE, 5 * MINUTE)


async def test_the_service_time_counts_from_the_last_offer(archive: AnyArchive) -> None:
    contact = await open_waiting(archive)
    stored = await offered(archive, contact, "n1", at=T0 + MINUTE)
    stored = await happen(archive, contact, accept(stored.contact), at=T0 + MINUTE + 20_000)
    back = Returned(stored.contact.epoch, None, "språk")
    await happen(archive, contact, back, at=T0 + 3 * MINUTE)
    await finish(archive, contact, "n2", T0 + 10 * MINUTE, T0 + 14 * MINUTE)
    assert (await archive.forecasts.recent(SKANE, NOW)).service == (4 * MINUTE,)


async def test_who_gave_up_in_the_last_hour_of_all_the_time_waited(archive: AnyArchive) -> None:
    early = await open_waiting(archive)
    await happen(archive, early, PatientLeft(), at=T0 + 30 * MINUTE)
    late = await open_waiting(archive, at=T0 + HOUR)
    await happen(archive, late, PatientLeft(), at=NOW - 10 * MINUTE)
    served = await open_waiting(archive, at=T0 + HOUR)
    await finish(archive, served, "n1", T0 + HOUR + 8 * MINUTE, NOW - MINUTE)
    await open_waiting(archive, at=NOW - 5 * MINUTE)
    away = await open_waiting(archive, at=NOW - 30 * MINUTE)
    await happen(archive, away, Dropped(Role.PATIENT), at=NOW - 29 * MINUTE)
    recent = await archive.forecasts.recent(SKANE, NOW)
    assert (recent.left, recent.waited) == (1, (50 + 8 + 5) * MINUTE)
    assert recent.arrivals == ((45 * MINUTE, 2),), "who came in the last hour, by head start"
    quiet = await archive.forecasts.recent(STOCKHOLM, NOW)
    assert (quiet.left, quiet.waited, quiet.service, quiet.witnesses) == (0, 0, (), ())


async def test_those_who_just_left_bear_witness(archive: AnyArchive) -> None:
    one, untold = [await open_waiting(archive) for _ in range(2)]
    await archive.forecasts.keep([told(one, T0 + MINUTE), told(one, T0 + 4 * MINUTE)])
    await finish(archive, one, "n1", T0 + 16 * MINUTE, T0 + 30 * MINUTE)
    await finish(archive, untold, "n2", T0 + 16 * MINUTE, T0 + 31 * MINUTE)
    recent = await archive.forecasts.recent(SKANE, NOW)
    assert recent.witnesses == (Witness(15 * MINUTE, 12 * MINUTE),), "from the first that was told"


async def test_who_waits_is_counted_by_who_can_serve_them(archive: AnyArchive) -> None:
    for event in (
        opening(),
        opening(),
        opening(channel=Channel.VIDEO),
        opening(language=Language("ar")),
        opening(language=Language("ar"), interpreter=True),
        opening(language=Language("so"), interpreter=True),
        opening(region=STOCKHOLM),
    ):
        await open_waiting(archive, event)
    gone = await open_waiting(archive)
    await happen(archive, gone, Dropped(Role.PATIENT))
    assert await archive.forecasts.waiting() == {
        SV: 2,
        Group(SKANE, Channel.VIDEO, Language("sv"), whole=True): 1,
        Group(SKANE, Channel.CHAT, Language("ar")): 1,
        Group(SKANE, Channel.CHAT, None): 2,
        Group(STOCKHOLM, Channel.CHAT, Language("sv")): 1,
    }


async def test_what_came_of_what_was_told(archive: AnyArchive) -> None:
    at = T0 + MINUTE
    taken, twice, left, called, waits, elsewhere = [await open_waiting(archive) for _ in range(6)]
    abroad = Group(STOCKHOLM, Channel.CHAT, None)
    rows = [told(one, at + n) for n, one in enumerate((taken, twice, left, called, waits))]
    await archive.forecasts.keep([*rows, told(elsewhere, at, group=abroad)])
    await archive.forecasts.keep([told(taken, at + 3 * MINUTE, 7), told(twice, at + MINUTE)])
    await take(archive, taken, "n1", T0 + 10 * MINUTE)
    stored = await offered(archive, twice, "n2", at=T0 + 5 * MINUTE)
    assert stored.contact.nurse is not None
    declined = OfferDeclined(stored.contact.nurse, stored.contact.epoch)
    await happen(archive, twice, declined, at=T0 + 6 * MINUTE)
    await take(archive, twice, "n3", T0 + 20 * MINUTE)
    await happen(archive, left, PatientLeft(), at=T0 + 8 * MINUTE)
    later = CallbackChosen(T0 + 5 * HOUR, NUMBER)
    await happen(archive, called, later, at=T0 + 9 * MINUTE)
    found = await archive.forecasts.cases(SKANE, T0, NOW, NOW)

    def case(number: int, how: How, until: Instant) -> Case:
        return Case(at + number, 5, 20, how, until - at - number)

    assert found == [
        case(0, How.TAKEN, T0 + 10 * MINUTE + 1_000),
        case(1, How.TAKEN, T0 + 20 * MINUTE + 1_000),
        case(2, How.LEFT, T0 + 8 * MINUTE),
        case(3, How.LEFT, T0 + 9 * MINUTE),
        case(4, How.WAITING, NOW),
    ]
    assert await archive.forecasts.cases(SKANE, T0, at, NOW) == []
    assert len(await archive.forecasts.cases(SKANE, at + 3, NOW, NOW)) == 4
    assert [c.how for c in await archive.forecasts.cases(STOCKHOLM, T0, NOW, NOW)] == [How.WAITING]


async def test_the_same_told_twice_is_one_row(archive: AnyArchive) -> None:
    contact = await open_waiting(archive)
    for high in (20, 30):
        await archive.forecasts.keep([told(contact, T0 + 1, high), told(contact, T0 + 1, high)])
    await archive.forecasts.keep([])
    [case] = await archive.forecasts.cases(SKANE, T0, NOW, NOW)
    assert case.high == 20, "what was kept first is not changed"


async def test_many_rows_are_kept_at_once(sql: Archive) -> None:
    contact = await open_waiting(sql)
    await sql.forecasts.keep([told(contact, T0 + n) for n in range(5_000)])
    assert len(await sql.forecasts.cases(SKANE, T0, NOW, NOW)) == 1


@pytest.mark.parametrize("table", ["contact", "forecast"])
async def test_what_is_asked_often_is_found_by_an_index(sql: Archive, table: str) -> None:
    """No whole table is read for one region: with rows in it, the planner has what it needs."""
    from sqlalchemy import Connection, text

    asked = {
        "contact": "SELECT count(*) FROM contact WHERE region = '12' AND opened_at > 5",
        "forecast": "SELECT count(*) FROM forecast WHERE region = '12' AND told_at > 5",
    }[table]

    def plan(connection: Connection) -> str:
        if connection.dialect.name == "sqlite":
            return str(list(connection.execute(text(f"EXPLAIN QUERY PLAN {asked}"))))
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        return str(list(connection.execute(text(f"EXPLAIN {asked}"))))

    said = await sql.database.write(plan)
    assert {"contact": "ix_contact_opened", "forecast": "ix_forecast_region_told_at"}[table] in said
