"""A peer of ours in a real call with another aiortc."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable

import pytest

from signaling.media.ice import IceServer, ice_servers
from signaling.media.peer import CannotAnswer, NeedsNewPeer, Peer
from signaling.media.picture import MovingPicture
from signaling.media.sound import Voice
from tests.media.nurse import Nurse, candidates, code_in, only, without_candidates
from tests.real import PATIENCE, Turn
from tests.waiting import eventually
from video_advice.ids import ContactId

SESSION = "0123456789abcdef"
MDNS = "a=candidate:1 1 udp 2122260223 0c1f4a0e-8f1f-4c55-9d3e-3f6f7f1f2a11.local 50000 typ host"

Make = Callable[..., Peer]


@pytest.fixture
async def make() -> AsyncIterator[Make]:
    made: list[Peer] = []

    def peer(*servers: IceServer, relay_only: bool = False) -> Peer:
        tracks = (MovingPicture("patient"), Voice())
        made.append(Peer(SESSION, servers, tracks, relay_only=relay_only))
        return made[-1]

    yield peer
    for each in made:
        await each.close()


async def talk(nurse: Nurse, peer: Peer) -> None:
    """Wait until picture and sound have come through in both directions."""
    async with asyncio.timeout(PATIENCE):
        for seen in (nurse.picture, nurse.sound, peer.picture, peer.sound):
            await seen.first.wait()


async def test_picture_and_sound_go_both_ways(nurse: Nurse, make: Make) -> None:
    peer = make()
    await nurse.take(await peer.answer(await nurse.offer()))
    await talk(nurse, peer)
    assert peer.state == "connected"
    await eventually(lambda: code_in(nurse.picture).startswith("patient "))
    await eventually(lambda: code_in(peer.picture).startswith("nurse "))
    await eventually(lambda: nurse.sound.loudest > 1000 and peer.sound.loudest > 1000)
    counted = peer.picture.frames
    await eventually(lambda: peer.picture.frames > counted + 5)
    assert peer.picture.last_at is not None


async def test_picture_moves_and_counts(nurse: Nurse, make: Make) -> None:
    peer = make()
    await nurse.take(await peer.answer(await nurse.offer()))
    await eventually(lambda: code_in(nurse.picture) == "patient 1")
    await eventually(lambda: code_in(nurse.picture) == "patient 2")


async def test_candidates_may_come_one_by_one(nurse: Nurse, make: Make) -> None:
    peer = make()
    offer = await nurse.offer()
    for candidate in candidates(offer)[:1]:
        await peer.add_candidate(candidate, mid="0", line=0)
    await nurse.take(await peer.answer(without_candidates(offer)))
    for candidate in candidates(offer)[1:]:
        await peer.add_candidate(candidate, mid="0")
    await peer.add_candidate("", mid="0")
    ice = peer._connection.getTransceivers()[0].receiver.transport.transport
    assert [c.type for c in ice.getRemoteCandidates()].count("host") == len(set(candidates(offer)))
    await talk(nurse, peer)


async def test_useless_candidates_change_nothing(nurse: Nurse, make: Make) -> None:
    peer = make()
    await nurse.take(await peer.answer(await nurse.offer()))
    for candidate in ("nonsense", "candidate:1 1 udp x y z typ host", MDNS.removeprefix("a=")):
        await peer.add_candidate(candidate, mid="0")
    await peer.add_candidate(MDNS.removeprefix("a=").replace(".local", ".invalid"))
    await talk(nurse, peer)


async def test_names_of_the_local_network_are_never_asked_for(
    nurse: Nurse, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def resolve(_: object, name: str) -> None:
        asked.append(name)

    monkeypatch.setattr("aioice.mdns.MDnsProtocol.resolve", resolve)
    peer = make()
    offer = await nurse.offer()
    first = "a=" + candidates(offer)[0]
    await nurse.take(await peer.answer(offer.replace(first, f"{MDNS}\r\n{first}", 1)))
    await peer.add_candidate(MDNS.removeprefix("a="), mid="0")
    await talk(nurse, peer)
    assert asked == []


async def test_same_offer_again_is_answered_the_same(nurse: Nurse, make: Make) -> None:
    peer = make()
    offer = await nurse.offer()
    answer = await peer.answer(offer)
    assert await peer.answer(offer) == answer
    await nurse.take(answer)
    await talk(nurse, peer)


async def test_later_offer_on_the_same_connection_is_answered(nurse: Nurse, make: Make) -> None:
    peer = make()
    await nurse.take(await peer.answer(await nurse.offer()))
    await talk(nurse, peer)
    nurse.connection.createDataChannel("text")
    await nurse.take(await peer.answer(await nurse.offer()))
    counted = peer.picture.frames
    await eventually(lambda: peer.picture.frames > counted)


async def test_restart_of_ice_asks_for_a_new_peer(nurse: Nurse, make: Make) -> None:
    peer = make()
    offer = await nurse.offer()
    await peer.answer(offer)
    ufrag = offer.partition("a=ice-ufrag:")[2].split()[0]
    with pytest.raises(NeedsNewPeer):
        await peer.answer(offer.replace(f"a=ice-ufrag:{ufrag}", "a=ice-ufrag:other"))
    assert peer.over.is_set()


@pytest.mark.parametrize("spoil", ["nonsense", "", "VP9 only"])
async def test_offer_it_cannot_take_closes_it(nurse: Nurse, make: Make, spoil: str) -> None:
    peer = make()
    offer = await nurse.offer()
    if spoil == "VP9 only":
        spoil = offer.replace("VP8/90000", "VP9/90000").replace("H264/90000", "AV1/90000")
    with pytest.raises(CannotAnswer):
        await peer.answer(spoil)
    assert peer.over.is_set()
    assert peer.state == "closed"


async def test_closed_peer_answers_nothing(nurse: Nurse, make: Make) -> None:
    peer = make()
    await peer.close()
    await peer.close()
    with pytest.raises(CannotAnswer):
        await peer.answer(await nurse.offer())


async def test_end_of_the_other_side_is_noticed(nurse: Nurse, make: Make) -> None:
    peer = make()
    await nurse.take(await peer.answer(await nurse.offer()))
    await talk(nurse, peer)
    await nurse.close()
    async with asyncio.timeout(PATIENCE):
        await peer.over.wait()


async def test_no_third_party_is_asked_where_we_are(make: Make) -> None:
    peer = make()
    gatherers = [
        t.receiver.transport.transport.iceGatherer._connection
        for t in peer._connection.getTransceivers()
    ]
    assert [(g.stun_server, g.turn_server) for g in gatherers] == [(None, None), (None, None)]


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_call_through_the_relay_alone(
    nurse: Nurse, make: Make, turn_server: Turn, transport: str
) -> None:
    urls = [url for url in turn_server.urls if url.endswith(transport)]
    contact = ContactId("0123456789abcdef0123456789abcdef")
    servers, _ = ice_servers(urls, turn_server.secret, contact, time.time_ns() // 1_000_000)
    peer = make(*servers, relay_only=True)
    answer = await peer.answer(await nurse.offer())
    assert {c.partition(" typ ")[2].split()[0] for c in candidates(answer)} == {"relay"}
    await nurse.take(only("relay", answer))
    await talk(nurse, peer)
    await eventually(lambda: code_in(nurse.picture).startswith("patient "))


async def test_relay_only_without_a_relay_shows_no_address(nurse: Nurse, make: Make) -> None:
    peer = make(relay_only=True)
    assert candidates(await peer.answer(await nurse.offer())) == []
