"""The page with the figures: on a port of its own, which the public must not reach."""

from __future__ import annotations

import errno
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from prometheus_client import start_http_server

from signaling.watch import meters

_log = logging.getLogger(__name__)

PORTS: Final = 64
"""Processes of one host that may be told the same port: each takes the first that is free."""


@contextmanager
def shown(host: str, port: int, kind: str) -> Iterator[int]:
    """Serve `/metrics` at the first free port from `port` on, and yield that; 0 serves nothing.

    It answers from a thread of its own, so also while everything else stands still. Without a port
    to be had that is logged, and 0 is yielded.
    """
    meters.PROCESS.labels(kind).set(1)
    for number in range(port, min(port + PORTS, 65536)) if port else ():
        try:
            server, thread = start_http_server(number, host)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                continue
            break
        _log.info("metrics", extra={"port": number})
        try:
            yield number
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
        return
    if port:
        _log.error("metrics_unavailable", extra={"port": port})
    yield 0
