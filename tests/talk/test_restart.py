"""A rolling restart: every process is told to stop and started again while people are served."""

from __future__ import annotations

import asyncio
import io
import signal
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from websockets.exceptions import ConnectionClosed

from tests.house import MARK, House, Nurse, Page, Patient, alone_in_its_house
from tests.real import PATIENCE, Redis
from tests.talk.spoken import MINE
from tests.talk.test_recovery import chat, end, hear_text, newest, present, talk, turn_to
from tests.waiting import eventually

COME_BACK = {1001, 1012}
REGION = "21"


@pytest.fixture(params=[("sqlite", "lean"), ("postgresql", "plain")], ids="-".join)
def house(request: pytest.FixtureRequest, redis_server: Redis, tmp_path: Path) -> Iterator[House]:
    """Two web processes whose leases would lapse only after the test has given up."""
    redis_server.empty()
    store, sockets = request.param
    if store == "sqlite":
        database = f"sqlite:///{tmp_path / 'records.sqlite'}"
    else:
        database = request.getfixturevalue("postgres_server").create(f"restart_{tmp_path.name}")
    lasting = House(
        tmp_path,
        redis_server.url,
        database,
        webs=2,
        lease=120,
        nurse_grace=121,
        drain=1,
        sockets=sockets,
    )
    with alone_in_its_house(lasting) as house:
        yield house


class Lasting:
    """A page that comes back by itself, as the real one does, and asks again what got no answer."""

    def __init__(self, page: Page, contact: str, web: int) -> None:
        """`page` is connected to `web`."""
        self.page = page
        self.codes: list[int] = []
        self._contact = contact
        self._web = web
        self._there = asyncio.Event()
        self._there.set()

    async def run(self) -> None:
        """Come back until cancelled."""
        while True:
            self.codes.append(await closing(self.page))
            self._there.clear()
            while True:
                self._web = 1 - self._web
                turn_to(self.page, self._web)
                known = [{"contact": self._contact, "version": newest(self.page)}]
                try:
                    await self.page.dial(hello=False)
                    await self.page.say(
                        "hello", protocol=1, language="en", role=self.page.role, resume=known
                    )
                    break
                except (OSError, ConnectionClosed):
                    await asyncio.sleep(0.05)
            self._there.set()

    async def must(self, kind: str, **fields: Any) -> None:
        """Send a request until it is answered `done`."""
        async with asyncio.timeout(PATIENCE):
            while True:
                await self._there.wait()
                try:
                    reply = await self.page.ask(kind, **fields)
                except (AssertionError, ConnectionClosed):
                    await asyncio.sleep(0.01)
                    continue
                assert reply["type"] == "done", reply
                return


async def closing(page: Page) -> int:
    """Return the code with which the page's socket is closed, however long that takes."""
    while True:
        try:
            return await page.hear_close()
        except TimeoutError:
            continue


@asynccontextmanager
async def lasting(page: Page, contact: str, web: int) -> AsyncIterator[Lasting]:
    """Let the page come back by itself meanwhile."""
    one = Lasting(page, contact, web)
    task = asyncio.create_task(one.run())
    try:
        yield one
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def ended(process: subprocess.Popen[bytes]) -> None:
    """Return when a process that was told to stop has done so in order."""
    assert await asyncio.to_thread(process.wait, PATIENCE) in {0, -signal.SIGTERM}


async def started(house: House, web: int) -> None:
    """Start a web process in the place of one that has ended."""
    house.start_web(web)
    await asyncio.to_thread(house.wait_ready, house.ports[web])


def places(patient: Patient) -> set[int]:
    """Every place the patient has been shown."""
    return {m["place"]["place"] for m in patient.heard if m["type"] == "line.place"}


def shown_at(patient: Patient, place: int) -> Callable[[], Awaitable[bool]]:
    """Whether the patient has been shown that place."""

    async def shown() -> bool:
        return place in places(patient)

    return shown


async def shown_again(patient: Patient) -> None:
    """Return when the patient, who has come back, has been shown the place once more."""

    async def shown() -> bool:
        kinds = [m["type"] for m in patient.heard]
        back = len(kinds) - kinds[::-1].index("welcome")
        return kinds.count("welcome") > 1 and "line.place" in kinds[back:]

    await eventually(shown, "the place to be shown again")


async def sent_away(one: Lasting) -> None:
    """Return when the page has been told to come back."""

    async def told() -> bool:
        return bool(one.codes)

    await eventually(told, "the page to be sent away")


async def write(one: Lasting, contact: str, over: asyncio.Event) -> list[str]:
    """Write one message after the other; return those that were answered `done`."""
    written: list[str] = []
    while not over.is_set():
        text = f"{one.page.role}-{len(written):04}"
        await one.must("chat.send", contact=contact, key=text, text=text)
        written.append(text)
        await asyncio.sleep(0.02)
    return written


async def slowly(body: bytes, begun: asyncio.Event, go_on: asyncio.Event) -> AsyncIterator[bytes]:
    """A body of which the second half comes only when told."""
    yield body[: len(body) // 2]
    begun.set()
    await asyncio.wait_for(go_on.wait(), PATIENCE)
    yield body[len(body) // 2 :]


async def upload(
    patient: Patient, url: str, begun: asyncio.Event, go_on: asyncio.Event
) -> httpx.Response:
    """Send a photo to the process at `url`, whatever becomes of the page meanwhile."""
    kept = io.BytesIO()
    Image.effect_noise((256, 256), 60).convert("RGB").save(kept, "JPEG")
    headers = {**MARK, "Origin": url, "Cookie": patient.cookies, "Content-Type": "image/jpeg"}
    path = f"{url}/api/contacts/{patient.contact}/photos?how=camera&key=photo-in-a-restart"
    async with httpx.AsyncClient(headers=headers, timeout=PATIENCE) as browser:
        return await browser.post(path, content=slowly(kept.getvalue(), begun, go_on))


async def test_a_rolling_restart_loses_no_place_no_word_and_no_call(house: House) -> None:
    async with AsyncExitStack() as stack:
        nurse = await stack.enter_async_context(Nurse(house, web=1))
        patient = await stack.enter_async_context(Patient(house, web=0))
        card = await talk(patient, nurse, region=REGION, channel="video")
        contact = patient.contact
        line = [await stack.enter_async_context(Patient(house, web=n % 2)) for n in range(4)]
        for one in line:
            await one.wait(region=REGION)
        await present(nurse, *line)
        for number, one in enumerate(line, 1):
            await eventually(shown_at(one, number), "the place")
        his = await stack.enter_async_context(lasting(patient, contact, 0))
        hers = await stack.enter_async_context(lasting(nurse, contact, 1))
        for number, one in enumerate(line):
            await stack.enter_async_context(lasting(one, one.contact, number % 2))
        over, begun, go_on = asyncio.Event(), asyncio.Event(), asyncio.Event()
        writing = [asyncio.create_task(write(one, contact, over)) for one in (his, hers)]
        sending = asyncio.create_task(upload(patient, house.url(0), begun, go_on))
        await asyncio.wait_for(begun.wait(), PATIENCE)

        house.webs[0].send_signal(signal.SIGTERM)
        await sent_away(his)
        go_on.set()
        assert (await sending).status_code == 202
        await ended(house.webs[0])
        await started(house, 0)
        house.webs[1].send_signal(signal.SIGTERM)
        await sent_away(hers)
        await ended(house.webs[1])
        await started(house, 1)
        house.workers[0].send_signal(signal.SIGTERM)
        await ended(house.workers[0])
        house.start_worker()

        over.set()
        written = [await one for one in writing]
        for page in (patient, nurse):
            await both_have_read(page, contact, written)
            await one_call(page, contact, card["epoch"])
        await patient.hear("contact.state", that=photo_is_ready)
        for number, one in enumerate(line, 1):
            await shown_again(one)
            assert places(one) == {number}
            assert {m["view"]["phase"] for m in one.heard if "view" in m} == {"waiting"}
        # They speak through two processes that both are new.
        ready = {"contact": contact, "epoch": card["epoch"], "session": MINE}
        await nurse.say("media.ready", **ready)
        await patient.hear("media.ready_now", that=lambda m: m["epoch"] == card["epoch"])
        await end(nurse, contact, card["epoch"])


def photo_is_ready(message: dict[str, Any]) -> bool:
    """Whether the patient is shown one cleaned photo."""
    return [photo["status"] for photo in message["view"]["photos"]] == ["ready"]


async def both_have_read(page: Page, contact: str, written: list[list[str]]) -> None:
    """Hold that the page was sent every word, once, in the order in which each wrote."""
    for words in written:
        assert len(words) > 2
        await hear_text(page, words[-1])
    texts = chat(page, contact)
    for words in written:
        name = words[0].partition("-")[0]
        assert [text for text in texts if text.startswith(name)] == words


async def one_call(page: Page, contact: str, epoch: int) -> None:
    """Hold that the call was never interrupted, so that no page negotiates anew."""
    views = [m["view"] for m in page.heard if "view" in m and m["view"]["contact"] == contact]
    begun = next(number for number, view in enumerate(views) if view["phase"] == "talking")
    assert {(view["phase"], view["epoch"]) for view in views[begun:]} == {("talking", epoch)}


async def test_who_is_sent_away_and_does_not_arrive_is_missed_at_once(house: House) -> None:
    """Not only when the lease lapses, which would be in two minutes."""
    async with Patient(house, web=0) as patient, Nurse(house, web=1) as nurse:
        await talk(patient, nurse, region=REGION)
        house.webs[0].send_signal(signal.SIGTERM)
        assert await patient.hear_close() in COME_BACK
        await nurse.hear_phase("interrupted")
        turn_to(patient, 1)
        await patient.dial()
        card = await nurse.hear_phase("talking")
        await end(nurse, patient.contact, card["epoch"])
        await ended(house.webs[0])


async def test_a_process_says_that_it_is_about_to_stop_and_serves_on(
    redis_server: Redis, tmp_path: Path
) -> None:
    redis_server.empty()
    database = f"sqlite:///{tmp_path / 'records.sqlite'}"
    announcing = House(tmp_path, redis_server.url, database, worker=False, drain_notice=300)
    with alone_in_its_house(announcing) as house:
        async with Patient(house) as patient:
            await patient.wait(region=REGION)
            house.webs[0].send_signal(signal.SIGTERM)

            async def said() -> bool:
                answer = await patient.http.get("/ready")
                return answer.status_code == 503 and answer.json()["missing"] == ["draining"]

            await eventually(said, "/ready to say so")
            async with Patient(house) as late:
                await late.wait(region=REGION)
            assert patient.closed is None
            # Whoever cannot wait says so twice.
            house.webs[0].send_signal(signal.SIGINT)
            assert await patient.hear_close() in COME_BACK
            await asyncio.to_thread(house.webs[0].wait, PATIENCE)
