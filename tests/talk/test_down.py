"""Redis or the records are gone: what goes on, what is refused honestly, and what comes back."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    contextmanager,
)
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from signaling.archive import open_archive
from signaling.lookout import LINE_DIFFERS, REDIS_DOWN
from tests.house import ROOT, House, Nurse, Page, Patient, outcome, wish
from tests.real import PATIENCE, Postgres, Redis, free_port, wait_until
from tests.redises import stopped
from tests.waiting import eventually
from video_advice.ids import Instant
from video_advice.ports import Alarm


@pytest.fixture(scope="module")
def house(
    redis_server: Redis, postgres_server: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """Two web processes and a worker over servers that these tests stop."""
    redis_server.empty()
    folder: Path = tmp_path_factory.mktemp("down")
    database = postgres_server.create(f"talk_{folder.name}")
    with House(folder, redis_server.url, database, webs=2) as house:
        yield house


def ready(address: str) -> tuple[int, dict[str, Any]]:
    """What the process says of itself; status 0 when it does not answer."""
    try:
        answer = httpx.get(f"{address}/ready", timeout=PATIENCE)
    except httpx.HTTPError:
        return 0, {"ok": False, "missing": ["process"]}
    return answer.status_code, answer.json()


async def all_say(house: House, *missing: str) -> None:
    """Return when each web process says that just these are missing."""

    async def said() -> bool:
        answers = [await asyncio.to_thread(ready, house.url(n)) for n in range(len(house.ports))]
        return all(body["missing"] == list(missing) for _, body in answers)

    await eventually(said, f"every process to miss {missing}")


async def in_line(nurse: Nurse, *patients: Patient) -> None:
    """Return when the nurse sees all of them in the line, with their pages open."""
    there = {patient.contact for patient in patients}
    await nurse.hear(
        "line.state",
        that=lambda m: there <= {row["contact"] for row in m["rows"] if not row["away"]},
    )


async def end(nurse: Nurse, card: dict[str, Any]) -> None:
    """End the talk and sign."""
    mine = {"contact": card["contact"], "epoch": card["epoch"]}
    await nurse.must("contact.hang_up", **mine)
    await nurse.must("outcome.sign", **mine, outcome=outcome())


def dump(redis_server: Redis) -> bytes:
    """All members of all sorted sets and fields of all hashes."""
    script = (
        "local all={} for _,k in ipairs(redis.call('KEYS','*')) do "
        "local t=redis.call('TYPE',k).ok "
        "if t=='zset' then all[#all+1]=table.concat(redis.call('ZRANGE',k,0,-1),',') end "
        "if t=='hash' then all[#all+1]=table.concat(redis.call('HKEYS',k),',') end end "
        "return table.concat(all,',')"
    )
    return redis_server.say("EVAL", f'"{script}"', "0")


async def place(patient: Patient, number: int) -> None:
    """Return when the patient has been told this place."""
    await patient.hear("line.place", that=lambda m: m["place"]["place"] == number)


async def reply_or_close(page: Page, ref: int) -> dict[str, Any] | int:
    """The answer to a request, or the code with which the page is closed instead."""

    def answer() -> dict[str, Any] | None:
        return next((m for m in page.heard if m.get("ref") == ref), None)

    async def told() -> bool:
        return answer() is not None or page.closed is not None

    await eventually(told, "an answer or a close")
    return answer() or page.closed or 0


async def persist(page: Page, kind: str, /, **fields: Any) -> dict[str, Any]:
    """Ask until it is done, coming back as a browser does; so nothing but the answer counts."""
    reply: dict[str, Any] = {}

    async def done() -> bool:
        nonlocal reply
        try:
            if page.closed is not None:
                await page.hang()
                await page.dial()
            reply = await page.ask(kind, **fields)
        except (AssertionError, ConnectionClosed, OSError):  # closed meanwhile
            return False
        return bool(reply["type"] == "done")

    await eventually(done, f"{kind} to be done")
    return reply


async def test_a_wiped_line_is_built_again_in_the_old_order(
    house: House, redis_server: Redis
) -> None:
    async with (
        Patient(house, 0) as one,
        Patient(house, 1) as two,
        Patient(house, 0) as three,
        Patient(house, 1) as four,
        Nurse(house, web=1) as nurse,
    ):
        await nurse.sign_in()
        for number, patient in enumerate((one, two, three), start=1):
            await patient.wait(region="20")
            await place(patient, number)
        await in_line(nurse, one, two, three)
        for patient in (two, three):
            patient.forget()
        redis_server.empty()
        card = await nurse.take()
        assert card["contact"] == one.contact
        await four.wait(region="20")
        for number, patient in enumerate((two, three, four), start=1):
            await place(patient, number)
        await end(nurse, card)
        redis_server.empty()
        for patient in (two, three, four):
            await in_line(nurse, patient)
            card = await nurse.take()
            assert card["contact"] == patient.contact
            await end(nurse, card)


@contextmanager
def killed(redis_server: Redis) -> Iterator[None]:
    """It is gone, with all that it held."""
    redis_server.stop(kill=True)
    try:
        yield
    finally:
        redis_server.start()


@asynccontextmanager
async def slow(redis_server: Redis) -> AsyncIterator[None]:
    """It answers everybody, but only now and then."""
    ended = threading.Event()

    def hold_back() -> None:
        # Each of these waits itself until the pause before is over.
        while not ended.is_set():
            redis_server.say("CLIENT PAUSE 1500 ALL")

    thread = threading.Thread(target=hold_back)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        await asyncio.to_thread(thread.join)  # for seconds, in which pings are to be answered


def wholly(
    trouble: Callable[[Redis], AbstractContextManager[None]],
) -> Callable[[Redis], AbstractAsyncContextManager[None]]:
    """Let a trouble that begins and ends at once be waited for as one that does not."""

    @asynccontextmanager
    async def waited(redis_server: Redis) -> AsyncIterator[None]:
        with trouble(redis_server):
            yield

    return waited


@pytest.mark.parametrize(
    "trouble", [wholly(killed), wholly(stopped), slow], ids=["killed", "hangs", "slow"]
)
async def test_without_redis_it_goes_on_and_with_it_again(
    house: House,
    redis_server: Redis,
    trouble: Callable[[Redis], AbstractAsyncContextManager[None]],
) -> None:
    async with (
        Patient(house, 0) as before,
        Patient(house, 0) as patient,
        Nurse(house, web=0) as near,
        Nurse(house, "demo-yusuf", web=1) as far,
    ):
        await before.wait(region="21")
        async with trouble(redis_server):
            await all_say(house, "redis")
            if trouble is not slow:  # which is there at times
                assert all(
                    ready(house.url(n)) == (200, {"ok": True, "missing": ["redis"]}) for n in (0, 1)
                )
            await near.sign_in()
            await patient.wait(region="21")
            await place(patient, 2)
            await far.sign_in()  # on the other process, which hears no bell
            await in_line(far, before, patient)

            card = await near.take()
            assert card["contact"] == before.contact
            await before.hear_phase("talking")
            await before.must("chat.send", contact=before.contact, key="no-redis", text="Hi")
            await near.hear("chat.added", that=lambda m: m["text"] == "Hi")
            await place(patient, 1)

            other = await far.take()
            assert other["contact"] == patient.contact
            await patient.hear_phase("talking")
            sent = {"contact": patient.contact, "key": "far-away", "text": "Across"}
            await far.must("chat.send", **sent)
            await patient.hear("chat.added", that=lambda m: m["text"] == "Across")
        await all_say(house)

        async def typing_is_passed_on() -> bool:
            # Between processes only Redis carries it, and nothing repeats what was lost.
            await far.say("chat.typing", contact=patient.contact)
            return any(m["type"] == "chat.typing_now" for m in patient.heard)

        await eventually(typing_is_passed_on, "the bells to ring again")
        await end(near, card)
        await end(far, other)
        await before.open(region="21")
        await before.hang()
        await before.dial()
        await place(before, 1)

        async def ticket_is_there() -> bool:
            return before.contact.encode() in await asyncio.to_thread(dump, redis_server)

        await eventually(ticket_is_there, "the ticket in the live line")
        await before.must("contact.leave", contact=before.contact)


async def alarms(house: House, kind: str) -> list[Alarm]:
    """Every alarm of a kind, settled or not."""
    archive = open_archive(house.database_url)
    try:
        return [one for one in await archive.alarms.all(Instant(0)) if one.kind == kind]
    finally:
        await archive.close()


async def test_a_redis_that_is_gone_is_an_alarm_until_it_is_back(
    house: House, redis_server: Redis
) -> None:
    async def sounding() -> bool:
        return any(one.until is None for one in await alarms(house, REDIS_DOWN))

    async def settled() -> bool:
        return not await sounding()

    await eventually(settled, "what was before to be settled")
    with killed(redis_server):
        await eventually(sounding, "the alarm")
    await eventually(settled, "the alarm to be settled")


async def test_an_old_line_that_comes_back_is_an_alarm_and_mended(
    house: House, redis_server: Redis
) -> None:
    """As when a primary that was away returns with what it knew then."""

    def each(what: str) -> None:
        script = (
            "for _,k in ipairs(redis.call('KEYS','*{23}*')) do "
            "local old=string.sub(k,1,4)=='old:' "
            f"{what} end return 'done'"
        )
        assert redis_server.say("EVAL", f'"{script}"', "0").startswith(b"$4")

    async def kept() -> bool:
        found = await asyncio.to_thread(dump, redis_server)
        return one.contact.encode() in found

    async def sounded() -> bool:
        return any(alarm.subject == "23" for alarm in await alarms(house, LINE_DIFFERS))

    async def settled() -> bool:
        return all(alarm.until is not None for alarm in await alarms(house, LINE_DIFFERS))

    async with Patient(house, 0) as one, Patient(house, 1) as two, Nurse(house, web=1) as nurse:
        await nurse.sign_in()
        await one.wait(region="23")
        await in_line(nurse, one)
        await eventually(kept, "the ticket in the live line")
        each("if not old then redis.call('COPY',k,'old:'..k,'REPLACE') end")
        await two.wait(region="23")
        await in_line(nurse, one, two)
        card = await nurse.take()
        assert card["contact"] == one.contact
        assert not await sounded()
        each("if old then redis.call('COPY',k,string.sub(k,5),'REPLACE') end")
        await eventually(sounded, "the alarm")
        await eventually(settled, "the alarm to be settled")
        each("if old then redis.call('DEL',k) end")
        found = await asyncio.to_thread(dump, redis_server)
        assert one.contact.encode() not in found
        assert two.contact.encode() in found
        await end(nurse, card)
        card = await nurse.take()
        assert card["contact"] == two.contact
        await end(nurse, card)


async def test_a_restart_of_everything_but_the_records_keeps_each_place(
    house: House, redis_server: Redis
) -> None:
    async with (
        Patient(house, 0) as one,
        Patient(house, 1) as two,
        Patient(house, 0) as three,
        Nurse(house, web=1) as nurse,
    ):
        for number, patient in enumerate((one, two, three), start=1):
            await patient.wait(region="24")
            await place(patient, number)
        for web in house.webs:
            web.kill()
            web.wait()
        with killed(redis_server):
            pass
        for number, port in enumerate(house.ports):
            house.start_web(number)
            await asyncio.to_thread(house.wait_ready, port)
        for patient in (three, two, one):  # whoever is first back is not first for that
            await patient.hang()
            patient.forget()
            await patient.dial()
        for number, patient in enumerate((one, two, three), start=1):
            await place(patient, number)
        await nurse.sign_in()
        await in_line(nurse, one, two, three)
        for patient in (one, two, three):
            card = await nurse.take()
            assert card["contact"] == patient.contact
            await end(nurse, card)


async def test_without_the_records_nothing_is_promised(
    house: House, postgres_server: Postgres
) -> None:
    async with (
        Patient(house, 0) as patient,
        Patient(house, 1) as newcomer,
        Nurse(house, web=0) as nurse,
    ):
        await nurse.sign_in()
        await patient.wait(region="22")
        await nurse.take(patient.contact)
        await patient.hear_phase("talking")
        message = {"contact": patient.contact, "key": "in-the-dark", "text": "Do you hear me?"}
        postgres_server.stop()
        try:
            for who, path in ((newcomer, "/api/session"), (patient, "/api/contacts")):
                answer = await who.http.post(path, json=wish(region="22"))
                assert answer.status_code == 503
                assert answer.json()["code"] == "service.unavailable"
                assert "112" in answer.json()["text"]
            assert not newcomer.http.cookies

            await patient.say("chat.send", ref=800, **message)
            reply = await reply_or_close(patient, 800)
            if isinstance(reply, dict):
                assert reply["type"] == "refused"
                assert reply["code"] == "service.unavailable"
                assert "112" in reply["text"]
            assert await patient.hear_close() == 1013
            await all_say(house, "records")
            assert ready(house.url(0))[0] == 503
        finally:
            postgres_server.start()
        await all_say(house)

        sent = await persist(patient, "chat.send", **message)
        assert sent["contact"] == patient.contact
        await newcomer.wait(region="22")
        await persist(nurse, "duty.set", on=True)
        for page in (patient, nurse):
            await page.hang()
            page.forget()
            await page.dial()
        await patient.hear("chat.added", that=lambda m: m["key"] == "in-the-dark")
        await patient.say("ping", n=1)
        await patient.hear("pong")
        kept = [m["text"] for m in patient.heard if m["type"] == "chat.added"]
        assert kept == ["Do you hear me?"]
        await persist(newcomer, "contact.leave", contact=newcomer.contact)


def refuses_to_start(**settings: object) -> str:
    """What `serve` prints when it will not start."""
    given = {f"VIDEO_ADVICE_{name.upper()}": str(value) for name, value in settings.items()}
    ended = subprocess.run(
        [sys.executable, "-m", "signaling", "serve"],
        cwd=ROOT,
        env={**os.environ, "VIDEO_ADVICE_PORT": str(free_port()), **given},
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE * 2,
    )
    assert ended.returncode not in {0, None}
    assert "Traceback" not in ended.stderr
    return ended.stderr


def test_serve_names_the_database_it_cannot_reach() -> None:
    said = refuses_to_start(database_url=f"postgresql://127.0.0.1:{free_port()}/nowhere")
    assert "VIDEO_ADVICE_DATABASE_URL" in said


def test_serve_asks_for_the_tables_that_are_missing(tmp_path: Path) -> None:
    said = refuses_to_start(database_url=f"sqlite:///{tmp_path / 'empty.sqlite'}")
    assert "VIDEO_ADVICE_DATABASE_URL" in said
    assert "python -m signaling migrate" in said


def test_serve_starts_without_redis_and_says_so(house: House) -> None:
    port = free_port()
    environment = {
        **house.environment,
        "VIDEO_ADVICE_PORT": str(port),
        "VIDEO_ADVICE_REDIS_URL": f"redis://127.0.0.1:{free_port()}/0",
    }
    with (house.folder / "no-redis.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "signaling", "serve"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_until(lambda: ready(address)[0] == 200, "a web process without Redis")
        assert ready(address)[1] == {"ok": True, "missing": ["redis"]}
    finally:
        process.terminate()
        process.wait(PATIENCE)
