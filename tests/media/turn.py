"""A TURN client of the tests' own, on top of aioice's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aioice import stun
from aioice.turn import TurnClientTcpProtocol, TurnClientUdpProtocol

from signaling.media.ice import IceServer

GIVES_UP = (stun.TransactionError, ConnectionError, OSError)


class Relayed:
    """An allocation on a relay."""

    def __init__(
        self, client: TurnClientUdpProtocol | TurnClientTcpProtocol, address: tuple[str, int]
    ) -> None:
        self._client = client
        self.address = address

    async def permit(self, peer: str) -> int:
        """Ask to send to an address; return 200 or the error's code."""
        request = stun.Message(
            message_method=stun.Method.CREATE_PERMISSION, message_class=stun.Class.REQUEST
        )
        request.attributes["XOR-PEER-ADDRESS"] = (peer, 9)
        try:
            await self._client.request_with_retry(request)
        except stun.TransactionFailed as refused:
            return code(refused)
        return 200


@asynccontextmanager
async def allocated(server: IceServer, transport: str = "udp") -> AsyncIterator[Relayed]:
    """Allocate on the server's URL for `transport`; TransactionFailed carries a refusal."""
    url = next(url for url in server.urls if url.endswith(f"transport={transport}"))
    _, host, port = url.partition("?")[0].split(":")
    kind = TurnClientTcpProtocol if transport == "tcp" else TurnClientUdpProtocol

    def client() -> TurnClientUdpProtocol | TurnClientTcpProtocol:
        return kind((host, int(port)), server.username, server.credential, 600, 500)

    loop = asyncio.get_running_loop()
    line: asyncio.BaseTransport
    if transport == "tcp":
        line, protocol = await loop.create_connection(client, host, int(port))
    else:
        line, protocol = await loop.create_datagram_endpoint(client, remote_addr=(host, int(port)))
    try:
        yield Relayed(protocol, await protocol.connect())
        await protocol.delete()
    finally:
        line.close()


async def refusal(server: IceServer, transport: str = "udp") -> int:
    """Try to allocate; return 200 or the error's code."""
    try:
        async with allocated(server, transport):
            return 200
    except stun.TransactionFailed as refused:
        return code(refused)


def code(refused: stun.TransactionFailed) -> int:
    number = refused.response.error_code
    assert isinstance(number, int)
    return number
