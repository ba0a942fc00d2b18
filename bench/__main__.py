"""`python -m bench [NAME]`: every benchmark, or one."""

from __future__ import annotations

import sys
from collections.abc import Callable


def _relay() -> None:
    from bench import relay

    relay.run()


def _page() -> None:
    from bench import page

    page.run()


def _first_frame() -> None:
    from bench import first_frame

    first_frame.run()


def _echo() -> None:
    from bench import echo

    echo.run()


def _forecast() -> None:
    from bench import forecast

    forecast.run()


def _departure() -> None:
    from bench import waiting

    waiting.departure()


def _herd() -> None:
    from bench import waiting

    waiting.herd()


def _line() -> None:
    from bench import line

    line.run()


def _arrivals() -> None:
    from bench import waiting

    waiting.arrivals()


BENCHES: dict[str, Callable[[], None]] = {
    "relay": _relay,
    "line": _line,
    "departure": _departure,
    "herd": _herd,
    "arrivals": _arrivals,
    "page": _page,
    "first_frame": _first_frame,
    "echo": _echo,
    "forecast": _forecast,
}


def main(names: list[str]) -> int:
    """Run the named benchmarks, all when none is named; return the exit code."""
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"no benchmark {unknown[0]}; there are {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    for name in names or list(BENCHES):
        BENCHES[name]()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
