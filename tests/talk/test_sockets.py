"""What is said of sockets, over the lean ones and over the stock server's."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.house import House, Nurse, Patient, alone_in_its_house
from tests.real import PATIENCE, Redis, free_port
from tests.talk.spoken import HERS, MINE
from tests.talk.test_absence import tab_of
from tests.talk.test_bad_input import (  # noqa: F401 - run here over both kinds of sockets
    test_a_flood_is_stopped,
    test_a_frame_that_cannot_be_one_of_ours_closes_the_socket,
    test_hello_comes_once,
    test_only_our_own_pages_may_connect,
    test_the_largest_frame_that_fits_is_read,
)
from tests.talk.test_journey import test_they_meet_across_two_processes  # noqa: F401
from tests.talk.test_metrics import scraped, value
from tests.talk.test_recovery import (  # noqa: F401
    chat,
    end,
    hear_text,
    newest,
    quiet,
    talk,
    test_a_message_sent_again_on_a_new_socket_is_kept_once,
    test_who_comes_and_goes_while_the_other_writes_misses_nothing,
)

SDP = "v" * 12_000
AT_ONCE = 200
"""Messages that a page sends without being stopped."""
TABS = 6
"""So many send as much as no network holds for a page that does not read: some 14 MB."""


@pytest.fixture(scope="module", params=["lean", "plain"])
def house(
    request: pytest.FixtureRequest,
    redis_server: Redis,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[House]:
    """Two web processes with one kind of sockets."""
    redis_server.empty()
    folder: Path = tmp_path_factory.mktemp("sockets")
    database = f"sqlite:///{folder / 'records.sqlite'}"
    kind = House(
        folder,
        redis_server.url,
        database,
        webs=2,
        sockets=request.param,
        metrics_port=free_port(),
        log_level="debug",
        nurse_grace=60,
        patient_grace=60,
    )
    with alone_in_its_house(kind) as house:
        yield house


async def test_a_slow_reader_is_closed_and_catches_up(house: House) -> None:
    async with Patient(house, web=0) as patient, Nurse(house, web=1) as nurse:
        card = await talk(patient, nurse, channel="video")
        contact, mine = patient.contact, {"contact": patient.contact, "epoch": card["epoch"]}
        await patient.hang()
        await patient.dial(narrow=True)
        await patient.hear_phase("talking")
        await quiet(patient, 1)
        patient.read_no_more()
        known = newest(patient)

        await say(nurse, contact, "before")
        offer = {**mine, "session": HERS, "to": MINE, "kind": "offer", "sdp": SDP}
        async with AsyncExitStack() as stack, asyncio.timeout(PATIENCE):
            tabs = [await stack.enter_async_context(tab_of(nurse, web=1)) for _ in range(TABS)]
            for _ in range(AT_ONCE):
                for tab in tabs:
                    await tab.say("media.description", **offer)
            await nurse.hear_phase("interrupted")
        await say(nurse, contact, "after")
        figures = await scraped(house)
        closed = sum(value(text, "closes_total", code="slow_reader") for text in figures.values())
        assert closed == 1

        patient.socket.transport.abort()
        patient.forget()
        await patient.dial(resume=[{"contact": contact, "version": known}])
        await patient.hear_phase("talking")
        await hear_text(patient, "after")
        await quiet(patient, 2)
        assert chat(patient, contact) == ["before", "after"]
        await end(nurse, contact, card["epoch"])


async def say(nurse: Nurse, contact: str, text: str) -> None:
    """Write a chat message."""
    await nurse.must("chat.send", contact=contact, key=f"key-of-{text}", text=text)
