"""A line between two programs that a test may cut, now or in the middle of what is sent."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Self

_CHUNK = 16_384


class Proxy:
    """Passes TCP on from a port of its own to `target`, until it is cut.

    While it is cut every connection is broken at once, those that run and those that come. While
    it stands still connections stay and new ones are taken, but nothing passes.
    """

    def __init__(self) -> None:
        self.port = 0
        self.target = 0
        self.delay = 0.0
        """Seconds for which each piece of an answer is held back."""
        self._server: asyncio.Server | None = None
        self._running: set[asyncio.Task[None]] = set()
        self._whole = True
        self._left: int | None = None
        self._flows = asyncio.Event()
        self._flows.set()

    @property
    def origin(self) -> str:
        """Where a page finds the service behind it."""
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        """Listen. `target` may be told later."""
        self._server = await asyncio.start_server(self._pass, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Break what runs and stop listening."""
        await self.cut()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def cut(self) -> None:
        """Break every connection, also those to come."""
        self._whole = False
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def cut_after(self, size: int) -> None:
        """Cut by itself once `size` more bytes have come from the client's side."""
        self._left = size

    @property
    def whole(self) -> bool:
        """Whether bytes pass."""
        return self._whole

    def stall(self) -> None:
        """Let nothing pass, and break nothing, until mended."""
        self._flows.clear()

    def mend(self) -> None:
        """Pass bytes on again: what was held back too, but no connection that was broken."""
        self._whole = True
        self._left = None
        self._flows.set()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        try:
            if self._whole:
                await self._join(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._running.discard(task)
            writer.transport.abort()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opening = asyncio.ensure_future(asyncio.open_connection("127.0.0.1", self.target))
        try:
            there, back = await asyncio.shield(opening)
        except asyncio.CancelledError:
            opening.add_done_callback(_abort)
            raise
        ways = {
            asyncio.create_task(self._pump(reader, back, counted=True)),
            asyncio.create_task(self._pump(there, writer, counted=False)),
        }
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            back.transport.abort()

    async def _pump(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, counted: bool
    ) -> None:
        with suppress(OSError):
            while chunk := await source.read(_CHUNK):
                await self._flows.wait()
                if counted and self._left is not None:
                    self._left -= len(chunk)
                    if self._left < 0:
                        # Not awaited: this very connection is among those that are broken.
                        self._whole = False
                        for task in self._running:
                            task.cancel()
                        return
                if not counted and self.delay:
                    await asyncio.sleep(self.delay)
                sink.write(chunk)
                await sink.drain()


def _abort(opening: asyncio.Future[tuple[asyncio.StreamReader, asyncio.StreamWriter]]) -> None:
    """Close a connection that came when nobody wanted it any more."""
    if not opening.cancelled() and opening.exception() is None:
        opening.result()[1].transport.abort()
