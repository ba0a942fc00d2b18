"""Finds Swedish personal and coordination numbers that are not official test numbers.

Any number with the right date and check digit may be a living person's, so only those that the
Swedish Tax Agency publishes for tests may stand in this tree.
"""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# From the Tax Agency's open data "test personal numbers" and "test coordination numbers" (CC0),
# and 1912-12-12 "Tolvan", the classic of health care's test systems.
OFFICIAL = frozenset(
    {
        "198501012382",
        "198501012390",
        "200001012384",
        "200001012392",
        "200002292381",
        "200002292399",
        "200912312386",
        "200912312394",
        "201901012391",
        "201906112386",
        "190308189802",
        "189001019802",
        "202601612381",
        "202601622380",
        "202601912393",
        "191500722390",
        "191711602399",
        "191212121212",
    }
)
OFFICIAL_SHORT = frozenset(number[2:] for number in OFFICIAL)

# Letters beside the digits mean a hash or an identifier of another kind.
CANDIDATE = re.compile(
    r"(?<![0-9A-Za-z.])(?P<date>(?:18|19|20)?\d{6})[-+\u2013 ]?(?P<rest>\d{4})(?![0-9A-Za-z])"
)
# Lock files hold hashes and versions only.
SKIPPED = re.compile(r"(?:^|/)(?:package-lock\.json|requirements[\w-]*\.lock)$")


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of those before it."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 * (doubled > 9)
    return total % 10 == 0


def born(year: int, month: int, day: int) -> bool:
    """Whether it can be a birth date; a coordination number adds 60 to the day."""
    day = day - 60 if day > 60 else day
    try:
        dt.date(year, month, day)
    except ValueError:
        return False
    return True


def partly_born(date: str) -> bool:
    """Whether it is a coordination number's date with the month or the day unknown."""
    month, day = int(date[4:6]), int(date[6:8])
    return 60 <= day <= 91 and 0 <= month <= 12 and (month == 0 or day == 60)


def forbidden(text: str) -> Iterator[re.Match[str]]:
    """Each place where a number stands that may be somebody's."""
    for found in CANDIDATE.finditer(text):
        date, rest = found["date"], found["rest"]
        if not luhn(date[-6:] + rest):
            continue
        month, day = int(date[-4:-2]), int(date[-2:])
        if len(date) == 8:
            real = born(int(date[:4]), month, day) or partly_born(date)
            official = date + rest in OFFICIAL
        else:
            real = any(born(century + int(date[:2]), month, day) for century in (1900, 2000))
            official = date + rest in OFFICIAL_SHORT
        if real and not official:
            yield found


def files() -> Iterator[Path]:
    """Every file that git keeps or would keep."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in sorted(set(listed.stdout.split("\0")) - {""}):
        path = ROOT / name
        if path.is_file() and not SKIPPED.search(name):
            yield path


def main() -> int:
    """Print where each stands, never the number itself; 1 when there is one."""
    count = 0
    for path in files():
        raw = path.read_bytes()
        if b"\0" in raw[:8192]:
            continue
        text = raw.decode("utf-8", "replace")
        for found in forbidden(text):
            count += 1
            line = text.count("\n", 0, found.start()) + 1
            where = f"{path.relative_to(ROOT)}:{line}"
            print(f"{where}: a personal number, not an official test one", file=sys.stderr)
    return 1 if count else 0


if __name__ == "__main__":
    raise SystemExit(main())
