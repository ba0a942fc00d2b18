"""A log line says what happened, never to whom, what they said, or where on the disk we live."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from signaling.observability import JsonLines, start_logging

CANARY = "ont-i-halsen-4711"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """A logger of our own, so that the tests' root logger stays as it is."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("test-of-logs")
    logger.handlers, logger.propagate = [handler], False
    logger.setLevel("DEBUG")
    yield stream
    logger.handlers = []


def last(stream: io.StringIO) -> dict[str, Any]:
    line: dict[str, Any] = json.loads(stream.getvalue().splitlines()[-1])
    return line


def test_a_line_is_one_object_with_its_fields(lines: io.StringIO) -> None:
    logging.getLogger("test-of-logs").info("line_rebuilt", extra={"region": "12", "tickets": 3})
    said = last(lines)
    assert (said["event"], said["level"], said["region"], said["tickets"]) == (
        "line_rebuilt",
        "info",
        "12",
        3,
    )
    assert said["from"] == "test-of-logs"


def test_what_has_no_json_is_still_written(lines: io.StringIO) -> None:
    logging.getLogger("test-of-logs").info("odd", extra={"what": object})
    assert "object" in last(lines)["what"]


def test_a_line_feed_cannot_forge_a_line(lines: io.StringIO) -> None:
    logging.getLogger("test-of-logs").info("a\n{}\x1b[31m", extra={"x": "b\r\nc"})
    assert len(lines.getvalue().splitlines()) == 1


def fail() -> None:
    raise ValueError(CANARY)


def fail_because_of_another() -> None:
    try:
        fail()
    except ValueError as cause:
        raise RuntimeError("outer " + CANARY) from cause


def test_of_an_exception_only_its_type_and_places_are_kept(lines: io.StringIO) -> None:
    try:
        fail()
    except ValueError:
        logging.getLogger("test-of-logs").exception("failed")
    said = last(lines)
    assert said["error"] == "ValueError"
    assert said["trace"][-1].endswith(" fail")
    assert said["trace"][-1].startswith("test_observability.py:")
    assert CANARY not in lines.getvalue()
    assert "/" not in "".join(said["trace"])


def test_nor_is_the_text_of_what_caused_it(lines: io.StringIO) -> None:
    try:
        fail_because_of_another()
    except RuntimeError:
        logging.getLogger("test-of-logs").exception("failed")
    assert last(lines)["error"] == "RuntimeError"
    assert CANARY not in lines.getvalue()


def test_a_library_that_logs_a_traceback_as_text_tells_no_more(lines: io.StringIO) -> None:
    """Uvicorn does so when the start fails; the last lines of such a text are an exception's."""
    text = 'Traceback (most recent call last):\n  File "x.py", line 1\nValueError: ' + CANARY
    logging.getLogger("test-of-logs").error(text)
    assert CANARY not in lines.getvalue()
    assert last(lines)["event"] == "traceback"


def test_logging_goes_to_standard_error_at_the_level_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    root = logging.getLogger()
    before = root.handlers, root.level
    try:
        start_logging("warning", "serve")
        logging.getLogger("x").info("quiet")
        logging.getLogger("x").warning("loud")
        assert [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == [
            "loud"
        ]
        assert root.handlers[0].stream is sys.stderr  # type: ignore[attr-defined]
    finally:
        root.handlers, root.level = before
