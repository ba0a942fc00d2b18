"""A TURN client of the tests' own, on top of aioice's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aioice import stun
from aioice.turn import TCP_TRANSPORT, TurnClientTcpProtocol, TurnClientUdpProtocol

from signaling.media.ice import IceServer

GIVES_UP = (stun.TransactionError, ConnectionError, OSError)


Client = TurnClientUdpProtocol | TurnClientTcpProtocol


class Relayed:
    """An allocation on a relay."""

    def __init__(self, client: Client, address: tuple[str, int]) -> None:
        self._client = client
        self.address = address

    async def permit(self, peer: str) -> int:
        """Ask to send to an address; return 200 or the error's code."""
        request = stun.Message(
            message_method=stun.Method.CREATE_PERMISSION, message_class=stun.Class.REQUEST
        )
        request.attributes["XOR-PEER-ADDRESS"] = (peer, 9)
        return await outcome(self._client, request)


@asynccontextmanager
async def connected(server: IceServer, transport: str) -> AsyncIterator[Client]:
    """A client that has asked for nothing yet, on the server's URL for `transport`."""
    url = next(url for url in server.urls if url.endswith(f"transport={transport}"))
    _, host, port = url.partition("?")[0].split(":")
    kind = TurnClientTcpProtocol if transport == "tcp" else TurnClientUdpProtocol

    def make() -> Client:
        return kind((host, int(port)), server.username, server.credential, 600, 500)

    loop = asyncio.get_running_loop()
    line: asyncio.BaseTransport
    if transport == "tcp":
        line, client = await loop.create_connection(make, host, int(port))
    else:
        line, client = await loop.create_datagram_endpoint(make, remote_addr=(host, int(port)))
    try:
        yield client
    finally:
        line.close()


@asynccontextmanager
async def allocated(server: IceServer, transport: str = "udp") -> AsyncIterator[Relayed]:
    """Allocate; TransactionFailed carries a refusal."""
    async with connected(server, transport) as client:
        yield Relayed(client, await client.connect())
        await client.delete()


async def refusal(server: IceServer, transport: str = "udp") -> int:
    """Try to allocate; return 200 or the error's code."""
    try:
        async with allocated(server, transport):
            return 200
    except stun.TransactionFailed as refused:
        return code(refused)


async def refusal_of_tcp(server: IceServer) -> int:
    """Try to have TCP connections relayed (RFC 6062); return 200 or the error's code."""
    async with connected(server, "tcp") as client:
        request = stun.Message(
            message_method=stun.Method.ALLOCATE, message_class=stun.Class.REQUEST
        )
        request.attributes["LIFETIME"] = 600
        request.attributes["REQUESTED-TRANSPORT"] = TCP_TRANSPORT
        return await outcome(client, request)


async def outcome(client: Client, request: stun.Message) -> int:
    try:
        await client.request_with_retry(request)
    except stun.TransactionFailed as refused:
        return code(refused)
    return 200


def code(refused: stun.TransactionFailed) -> int:
    number = refused.response.error_code
    assert isinstance(number, int)
    return number
