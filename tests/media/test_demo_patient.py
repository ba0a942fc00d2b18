"""Demo patients in the real service, met by a nurse."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import pytest

from signaling.demo import DemoPatient, Manner, run_demo
from signaling.demo.stories import PHRASES, STORIES
from signaling.demo.stories.story import Story, Topic
from signaling.demo.visit import Visit
from signaling.system import SystemIds
from tests.house import House, outcome
from tests.house import Nurse as NursePage
from tests.media.nurse import Nurse, candidates, code_in, without_candidates
from tests.real import PATIENCE, Redis
from tests.waiting import eventually
from video_advice.people import Channel
from video_advice.state import EndedWhy, Phase

BY_KEY = {story.key: story for story in STORIES}
FAST = Manner(pace=0)


@pytest.fixture(scope="module")
def house(redis_server: Redis, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    redis_server.empty()
    folder = tmp_path_factory.mktemp("house")
    with House(folder, redis_server.url, f"sqlite:///{folder / 'records.sqlite'}") as house:
        yield house


@asynccontextmanager
async def visiting(
    house: House, story: Story, manner: Manner = FAST
) -> AsyncIterator[tuple[Visit, asyncio.Event]]:
    """A patient who has asked for help and waits."""
    stop = asyncio.Event()
    patient = DemoPatient(house.origin, SystemIds(), manner)
    visit = await patient.open(story, stop)
    assert visit is not None
    running = asyncio.create_task(visit.run(stop))
    try:
        await until(visit, lambda v: v.place is not None)
        yield visit, stop
    finally:
        stop.set()
        async with asyncio.timeout(PATIENCE):
            await running


async def until(visit: Visit, holds: Callable[[Visit], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        await visit.until(holds)


def phase(wanted: Phase) -> Callable[[Visit], bool]:
    return lambda visit: visit.view.phase is wanted


def says(line: str) -> Callable[[Visit], bool]:
    return lambda visit: line in heard(visit)


def heard(visit: Visit) -> list[str]:
    return [message.text for message in visit.chat]


async def sign(nurse: NursePage, contact: str, epoch: int) -> None:
    await nurse.must("contact.hang_up", contact=contact, epoch=epoch)
    await nurse.must("outcome.sign", contact=contact, epoch=epoch, outcome=outcome())


async def test_whole_matter_in_chat(house: House) -> None:
    story = BY_KEY["en-burn"]
    async with visiting(house, story) as (visit, _), NursePage(house) as nurse:
        await nurse.sign_in()
        await until(visit, lambda v: [p.status for p in v.view.photos] == ["ready"])
        card = await nurse.take(visit.contact)
        assert card["story"] == story.story
        phrases = PHRASES[story.language]
        await until(visit, lambda v: heard(v) == [phrases.greeting])
        await nurse.must(
            "chat.send", contact=visit.contact, key=secrets.token_hex(8), text="Does it hurt?"
        )
        await nurse.hear("chat.typing_now")
        answer = story.answers[Topic.PAIN]
        await nurse.hear("chat.added", that=lambda m: m["text"] == answer)
        await nurse.hear("contact.card", that=lambda m: m["view"]["peer_read"] > 0)
        await nurse.must(
            "chat.send", contact=visit.contact, key=secrets.token_hex(8), text="A new photo, please"
        )
        await until(visit, lambda v: [p.status for p in v.view.photos] == ["ready"] * 2)
        await sign(nurse, visit.contact, card["epoch"])
        await until(visit, lambda v: v.view.surveyed)
        assert visit.view.advice is not None


async def test_proposals_are_answered_by_the_story(house: House) -> None:
    willing, unwilling = BY_KEY["sv-halsont"], BY_KEY["sv-mormor"]
    async with NursePage(house) as nurse:
        await nurse.sign_in()
        for story, answer in ((willing, Channel.VIDEO), (unwilling, Channel.CHAT)):
            async with visiting(house, story) as (visit, _):
                card = await nurse.take(visit.contact)
                await nurse.must(
                    "channel.propose", contact=visit.contact, epoch=card["epoch"], channel="video"
                )
                if answer is Channel.VIDEO:
                    await until(visit, lambda v: v.view.channel is Channel.VIDEO)
                else:
                    await until(visit, says(PHRASES[story.language].rather_not_film))
                    assert visit.view.channel is Channel.CHAT
                await sign(nurse, visit.contact, card["epoch"])
                await until(visit, phase(Phase.ENDED))


async def test_picture_and_sound_reach_the_nurse_and_survive_a_lost_socket(
    house: House, nurse: Nurse
) -> None:
    story = BY_KEY["sv-rygg"]
    async with visiting(house, story) as (visit, _), NursePage(house) as page:
        await page.sign_in()
        card = await page.take(visit.contact)
        epoch, mine = card["epoch"], "a" * 16
        where = {"contact": visit.contact, "epoch": epoch}
        await page.say("media.ready", **where, session=mine)
        theirs = (await page.hear("media.ready_now"))["session"]
        offer = await nurse.offer()
        way = {**where, "session": mine, "to": theirs}
        await page.say("media.description", **way, kind="offer", sdp=without_candidates(offer))
        for line in candidates(offer):
            await page.say("media.candidate", **way, candidate=line, mid="0", line=0)
        answer = await page.hear("media.described", that=lambda m: m["to"] == mine)
        await nurse.take(answer["sdp"])
        await eventually(lambda: code_in(nurse.picture).startswith(f"{story.key} "))
        await eventually(lambda: nurse.sound.loudest > 1000)
        assert visit.call is not None
        peer = visit.call.peer

        page.forget()
        visit.wire.cut()
        await page.must("chat.send", contact=visit.contact, key="while-it-is-gone", text="Hallå")
        await until(visit, lambda v: v.wire.welcomes == 2 and v.view.phase is Phase.TALKING)
        await until(visit, lambda v: heard(v).count("Hallå") == 1)
        assert visit.call.peer is peer
        assert (await page.hear("media.ready_now"))["session"] == theirs
        assert (await page.hear("media.described"))["sdp"] == answer["sdp"]
        counted = nurse.picture.frames
        await eventually(lambda: nurse.picture.frames > counted)

        await sign(page, visit.contact, epoch)
        await until(visit, phase(Phase.ENDED))
        assert peer is not None
        await eventually(peer.over.is_set)


async def test_what_was_written_while_the_socket_was_gone_arrives_once(house: House) -> None:
    async with (
        visiting(house, BY_KEY["sv-oga"], Manner(media=False, pace=0)) as (visit, _),
        NursePage(house) as nurse,
    ):
        await nurse.sign_in()
        visit.wire.cut()
        card = await nurse.take(visit.contact)
        await until(visit, lambda v: len(v.chat) == 1)
        assert visit.wire.welcomes == 2
        await sign(nurse, visit.contact, card["epoch"])
        await until(visit, phase(Phase.ENDED))
        greetings = [m for m in nurse.heard if m["type"] == "chat.added"]
        assert len({m["version"] for m in greetings}) == 1


async def test_who_waits_when_it_stops_leaves_the_line(house: House) -> None:
    async with visiting(house, STORIES[0]) as (visit, stop):
        stop.set()
        await until(visit, lambda v: v.view.ended is EndedWhy.PATIENT_LEFT)


async def test_silent_patient_only_waits(house: House) -> None:
    silent = Manner(media=False, silent=True)
    async with visiting(house, BY_KEY["en-burn"], silent) as (visit, _), NursePage(house) as nurse:
        await nurse.sign_in()
        assert visit.call is None
        card = await nurse.take(visit.contact)
        await until(visit, phase(Phase.TALKING))
        await nurse.must("chat.send", contact=visit.contact, key="a-question", text="Does it hurt?")
        await until(visit, lambda v: heard(v) == ["Does it hurt?"])
        await sign(nurse, visit.contact, card["epoch"])
        await until(visit, phase(Phase.ENDED))
        assert (heard(visit), visit.view.photos) == (["Does it hurt?"], ())


async def test_several_come_and_all_leave(house: House) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(
        run_demo(
            house.origin,
            3,
            ids=SystemIds(),
            stop=stop,
            manner=Manner(media=False, silent=True),
        )
    )
    async with NursePage(house) as nurse:
        await nurse.sign_in()
        state = await nurse.hear("line.state", that=lambda m: m["total"] == 3)
        told = {row["story"] for row in state["rows"]}
        assert told == {story.story for story in STORIES[:3]}
        nurse.forget()
        stop.set()
        await nurse.hear("line.state", that=lambda m: m["total"] == 0)
    async with asyncio.timeout(PATIENCE):
        await running


async def test_patient_who_finds_nobody_home_tries_until_told_to_stop() -> None:
    stop = asyncio.Event()
    patient = DemoPatient("http://127.0.0.1:9", SystemIds(), FAST)
    opening = asyncio.create_task(patient.open(STORIES[0], stop))
    done, _ = await asyncio.wait({opening}, timeout=0.3)
    assert not done
    stop.set()
    assert await opening is None
