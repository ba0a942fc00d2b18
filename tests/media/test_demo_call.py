"""How a demo patient negotiates, message by message, with real peers."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Sequence

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection

from signaling.demo.call import Call
from signaling.media.ice import IceServer
from signaling.media.peer import Peer
from signaling.media.picture import MovingPicture
from signaling.media.sound import Voice
from signaling.protocol import http
from signaling.protocol import messages as m
from signaling.protocol.views import PatientView
from tests.media.nurse import Nurse, candidates, without_candidates
from tests.waiting import eventually
from video_advice.ids import ContactId, Language, RegionCode
from video_advice.people import Channel, Concerns
from video_advice.state import Phase

CONTACT = ContactId("0123456789abcdef0123456789abcdef")
HERS = "aaaaaaaaaaaaaaaa"


def view(
    phase: Phase = Phase.TALKING, channel: Channel = Channel.VIDEO, epoch: int = 1
) -> PatientView:
    return PatientView(
        contact=CONTACT,
        version=1,
        phase=phase,
        channel=channel,
        region=RegionCode("01"),
        concerns=Concerns.ME,
        called="",
        language=Language("sv"),
        interpreter=False,
        story="",
        epoch=epoch,
        opened_at=0,
        nurse=None,
        peer_present=True,
        told=None,
        proposal=None,
        photos=(),
        own_read=0,
        peer_read=0,
        advice=None,
        ended=None,
        surveyed=False,
        callback=None,
        unreached=False,
        red_flags=(),
        worse_at=None,
        next_check=None,
        handover=None,
        text_ends=None,
    )


class Stage:
    """A call, what it says, and the peers it makes."""

    def __init__(self) -> None:
        self.said: list[m.ClientMessage] = []
        self.peers: list[Peer] = []
        numbers = itertools.count(1)
        self.call = Call(
            CONTACT,
            tell=self.said.append,
            servers=self.servers,
            make_peer=self.make_peer,
            new_id=lambda: f"{next(numbers):016x}" * 2,
        )
        self.given: http.IceServers | None = http.IceServers((), "all", 0)

    async def servers(self) -> http.IceServers | None:
        return self.given

    def make_peer(self, session: str, servers: Sequence[IceServer], *, relay_only: bool) -> Peer:
        tracks = (MovingPicture("patient"), Voice())
        self.peers.append(Peer(session, servers, tracks, relay_only=relay_only))
        return self.peers[-1]

    def ready(self) -> list[str]:
        return [said.session for said in self.said if isinstance(said, m.MediaReady)]

    def answers(self) -> list[m.MediaDescription]:
        return [said for said in self.said if isinstance(said, m.MediaDescription)]

    async def until(self, holds: Callable[[], bool]) -> None:
        await eventually(holds)

    def offer(self, sdp: str, *, to: str, session: str = HERS, epoch: int = 1) -> None:
        self.call.receive(
            m.MediaDescribed(
                contact=CONTACT, epoch=epoch, session=session, to=to, kind="offer", sdp=sdp
            )
        )

    def nurse_ready(self, session: str = HERS, epoch: int = 1) -> None:
        self.call.receive(m.MediaReadyNow(contact=CONTACT, epoch=epoch, session=session))


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    made = Stage()
    task = asyncio.create_task(made.call.run())
    yield made
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert all(peer.over.is_set() for peer in made.peers)


@pytest.mark.parametrize(
    "seen",
    [
        view(Phase.WAITING),
        view(Phase.OFFERED),
        view(Phase.TALKING, Channel.CHAT),
        view(Phase.WRAPPING_UP),
        view(Phase.ENDED),
    ],
    ids=lambda seen: f"{seen.phase}-{seen.channel}",
)
async def test_nothing_is_said_before_both_have_agreed_to_video(
    stage: Stage, seen: PatientView
) -> None:
    stage.call.follow(seen)
    stage.nurse_ready()
    stage.call.follow(view())
    await stage.until(lambda: len(stage.ready()) == 1)
    assert len(stage.peers) == 1


async def test_call_comes_about_with_trickled_candidates(stage: Stage, nurse: Nurse) -> None:
    stage.call.follow(view())
    await stage.until(lambda: len(stage.ready()) == 1)
    stage.nurse_ready()
    offer = await nurse.offer()
    (session,) = set(stage.ready())
    stage.offer(without_candidates(offer), to=session)
    for line in candidates(offer):
        stage.call.receive(
            m.MediaCandidateFound(
                contact=CONTACT, epoch=1, session=HERS, to=session, candidate=line, mid="0"
            )
        )
    await stage.until(lambda: len(stage.answers()) == 1)
    answer = stage.answers()[0]
    assert (answer.session, answer.to, answer.kind) == (session, HERS, "answer")
    await nurse.take(answer.sdp)
    await stage.until(lambda: nurse.picture.frames > 0 and stage.peers[0].picture.frames > 0)


async def test_nurse_who_comes_later_is_told_again(stage: Stage) -> None:
    stage.call.follow(view())
    await stage.until(lambda: len(stage.ready()) == 1)
    stage.nurse_ready()
    await stage.until(lambda: len(stage.ready()) == 2)
    assert len(set(stage.ready())) == 1
    stage.nurse_ready()
    stage.call.rejoined()
    await stage.until(lambda: len(stage.ready()) == 3)


async def test_reloaded_nurse_gets_a_fresh_peer(stage: Stage, nurse: Nurse) -> None:
    stage.call.follow(view())
    await stage.until(lambda: len(stage.ready()) == 1)
    stage.nurse_ready()
    stage.offer(await nurse.offer(), to=stage.ready()[0])
    await stage.until(lambda: len(stage.answers()) == 1)
    stage.nurse_ready("b" * 16)
    await stage.until(lambda: len(set(stage.ready())) == 2)
    assert stage.peers[0].over.is_set()
    assert not stage.peers[1].over.is_set()


async def test_what_is_meant_for_another_is_left_alone(stage: Stage, nurse: Nurse) -> None:
    stage.call.follow(view())
    await stage.until(lambda: len(stage.ready()) == 1)
    stage.nurse_ready()
    offer = await nurse.offer()
    session = stage.ready()[0]
    stage.offer(offer, to="c" * 16)
    stage.offer(offer, to=session, session="d" * 16)
    stage.offer(offer, to=session, epoch=2)
    stage.offer(offer, to=session)
    await stage.until(lambda: len(stage.answers()) > 0)
    assert [(a.to, a.epoch) for a in stage.answers()] == [(HERS, 1)]


async def test_answer_is_sent_again_after_the_socket_came_back(stage: Stage, nurse: Nurse) -> None:
    stage.call.follow(view())
    await stage.until(lambda: len(stage.ready()) == 1)
    stage.nurse_ready()
    stage.offer(await nurse.offer(), to=stage.ready()[0])
    await stage.until(lambda: len(stage.answers()) == 1)
    stage.call.rejoined()
    await stage.until(lambda: len(stage.answers()) == 2)
    assert stage.answers()[0] == stage.answers()[1]
    assert len(stage.peers) == 1


async def test_healthy_peer_survives_an_interruption(stage: Stage) -> None:
    stage.call.follow(view())
    await stage.until(lambda: len(stage.ready()) == 1)
    for phase in (Phase.INTERRUPTED, Phase.TALKING):
        stage.call.follow(view(phase))
    stage.nurse_ready()
    await stage.until(lambda: len(stage.ready()) == 2)
    assert len(stage.peers) == 1


async def test_restart_of_ice_gets_a_new_session(stage: Stage, nurse: Nurse) -> None:
    stage.call.follow(view())
    await stage.until(lambda: len(stage.ready()) == 1)
    stage.nurse_ready()
    offer = await nurse.offer()
    stage.offer(offer, to=stage.ready()[0])
    await stage.until(lambda: len(stage.answers()) == 1)
    ufrag = offer.partition("a=ice-ufrag:")[2].split()[0]
    restart = offer.replace(f"a=ice-ufrag:{ufrag}", "a=ice-ufrag:other")
    stage.offer(restart, to=stage.ready()[-1])
    await stage.until(lambda: len(set(stage.ready())) == 2)
    second = Nurse(RTCPeerConnection(RTCConfiguration(iceServers=[])), MovingPicture("n"), Voice())
    try:
        stage.nurse_ready("b" * 16)
        stage.offer(await second.offer(), to=stage.ready()[-1], session="b" * 16)
        await stage.until(lambda: len(stage.answers()) == 2)
        await second.take(stage.answers()[-1].sdp)
        await stage.until(lambda: second.picture.frames > 0)
    finally:
        await second.close()


async def test_failed_peer_is_replaced(stage: Stage, nurse: Nurse) -> None:
    stage.call.follow(view())
    await stage.until(lambda: len(stage.ready()) == 1)
    stage.nurse_ready()
    stage.offer(await nurse.offer(), to=stage.ready()[0])
    await stage.until(lambda: len(stage.answers()) == 1)
    await nurse.take(stage.answers()[0].sdp)
    await stage.until(lambda: stage.peers[0].picture.frames > 0)
    await nurse.connection.close()
    await stage.until(lambda: len(stage.peers) == 2)
    await stage.until(lambda: len(set(stage.ready())) == 2)


async def test_offer_nobody_can_answer_does_not_go_round_for_ever(stage: Stage) -> None:
    stage.call.follow(view())
    await stage.until(lambda: len(stage.ready()) == 1)
    stage.offer("nonsense", to=stage.ready()[0])
    await stage.until(lambda: stage.call.peer is None)
    assert len(stage.peers) == 1
    stage.nurse_ready("b" * 16)
    await stage.until(lambda: len(stage.peers) == 2)


async def test_new_epoch_is_a_new_negotiation(stage: Stage) -> None:
    stage.call.follow(view(epoch=1))
    stage.call.follow(view(Phase.WAITING, epoch=2))
    stage.call.follow(view(epoch=3))
    await stage.until(lambda: len(stage.ready()) == 2)
    assert len(set(stage.ready())) == 2
    assert [said.epoch for said in stage.said if isinstance(said, m.MediaReady)] == [1, 3]


async def test_relay_only_is_kept_to(stage: Stage, nurse: Nurse) -> None:
    stage.given = http.IceServers((), "relay", 0)
    stage.call.follow(view())
    await stage.until(lambda: len(stage.ready()) == 1)
    stage.nurse_ready()
    stage.offer(await nurse.offer(), to=stage.ready()[0])
    await stage.until(lambda: len(stage.answers()) == 1)
    assert candidates(stage.answers()[0].sdp) == []


async def test_call_goes_on_without_servers(stage: Stage) -> None:
    stage.given = None
    stage.call.follow(view())
    await stage.until(lambda: len(stage.ready()) == 1)
