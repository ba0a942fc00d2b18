"""`python -m signaling.generate [--check]`: write the generated files, or say which are stale."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from signaling.generate import generate

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str] | None = None) -> int:
    """Return 1 when `--check` finds a stale file, else 0."""
    parser = argparse.ArgumentParser(prog="python -m signaling.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when stale")
    check = parser.parse_args(arguments).check
    stale = generate(ROOT, check)
    for name in stale:
        sys.stdout.write(f"{'stale' if check else 'written'}: {name}\n")
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
