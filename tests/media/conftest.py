"""A network of one machine, and the other end of a call."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aioice import ice
from aiortc import RTCConfiguration, RTCPeerConnection

from signaling.media.picture import MovingPicture
from signaling.media.sound import Voice
from tests.media.nurse import Nurse


@pytest.fixture(autouse=True)
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """aioice leaves 127.0.0.1 out of what it offers."""
    monkeypatch.setattr(ice, "get_host_addresses", lambda **_: ["127.0.0.1"])


@pytest.fixture
async def nurse() -> AsyncIterator[Nurse]:
    """Offers a picture and a sound."""
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    nurse = Nurse(connection, MovingPicture("nurse", look=3), Voice(pitch=190))
    try:
        yield nurse
    finally:
        await nurse.close()
