"""Logs as one JSON object a line: what happened, never to whom or what they said."""

from __future__ import annotations

import logging
import os
from typing import Final

import msgspec

from signaling.watch.spans import trace_id

_STANDARD: Final = frozenset(logging.LogRecord("", 0, "", 0, "", None, None).__dict__) | {
    "message",
    "asctime",
    "taskName",
}


class JsonLines(logging.Formatter):
    """Writes the event's name and its fields. Of an exception only types and places are kept."""

    def __init__(self, process: str = "") -> None:
        """`process` says which one writes."""
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        """Return one line of JSON."""
        line: dict[str, object] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S"),
            "level": record.levelname.lower(),
            "event": _event(record.getMessage()),
            "from": record.name,
            "process": self._process,
        }
        if trace := trace_id():
            line["trace_id"] = trace
        line.update((k, v) for k, v in record.__dict__.items() if k not in _STANDARD)
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = type(record.exc_info[1]).__name__
            line["trace"] = _places(record.exc_info[1])
        return msgspec.json.encode(line, enc_hook=str).decode()


def _event(text: str) -> str:
    """Return `text` without a traceback that a library has written into it."""
    before, found, _ = text.partition("Traceback (most recent call last):")
    return f"{before}traceback" if found else text


def _places(error: BaseException) -> list[str]:
    """Return file and line of each step: an exception's own text may hold what somebody wrote."""
    places = []
    step = error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        places.append(f"{code.co_filename.rpartition('/')[2]}:{step.tb_lineno} {code.co_name}")
        step = step.tb_next
    return places


def start_logging(level: str, command: str) -> None:
    """Send every log line of this process, which runs `command`, to standard error as JSON."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines(f"{command}:{os.getpid()}"))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    # uvicorn's own lines name the addresses of those who connect.
    for quiet in ("uvicorn", "alembic", "asyncio", "aioice", "aiortc", "websockets"):
        logging.getLogger(quiet).setLevel(logging.WARNING)
