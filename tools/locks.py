"""Checks that the lock files pin everything by hash and say nothing of where packages come from."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NODE_LOCKS = (ROOT / "web/package-lock.json", ROOT / "bench/package-lock.json")
ADDRESS = re.compile(r"://|--(?:extra-)?index-url|--find-links|^\s*-[if]\s", re.MULTILINE)
PINNED = re.compile(r"^(?P<name>[A-Za-z0-9][\w.-]*)(?:\[[^]]*])?==(?P<version>\S+)")


def _normal(name: str) -> str:
    """The one spelling under which two names of a Python package are compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def python_lock(path: Path) -> tuple[dict[str, str], list[str]]:
    """Versions by package name, and what is wrong with the file."""
    text = path.read_text(encoding="utf-8")
    versions: dict[str, str] = {}
    faults = [f"{path.name}: says where packages come from"] if ADDRESS.search(text) else []
    for entry in text.replace("\\\n", " ").splitlines():
        if not entry.strip() or entry.startswith("#"):
            continue
        found = PINNED.match(entry)
        if found is None:
            faults.append(f"{path.name}: not pinned: {entry[:60].strip()}")
            continue
        versions[_normal(found["name"])] = found["version"]
        if "--hash=sha256:" not in entry:
            faults.append(f"{path.name}: no hash: {found['name']}")
    return versions, faults


def declared() -> Iterator[str]:
    """Names that pyproject.toml asks for at run time."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for requirement in project["dependencies"]:
        yield _normal(re.split(r"[<>=!~;\[ ]", requirement, maxsplit=1)[0])


def node_lock(path: Path) -> list[str]:
    """What is wrong with a package-lock.json."""
    text = path.read_text(encoding="utf-8")
    packages: dict[str, dict[str, object]] = json.loads(text)["packages"]
    name = path.relative_to(ROOT)
    faults = [f"{name}: holds an address: run `make lock`"] if "://" in text else []
    for where, package in packages.items():
        if "resolved" in package:
            faults.append(f"{name}: download address: {where}")
        if where and "integrity" not in package and not package.get("inBundle"):
            faults.append(f"{name}: no hash: {where}")
    return faults


def strip(path: Path) -> None:
    """Leave out whom a package asks for money: npm writes it, nobody reads it, it is an address."""
    lock = json.loads(path.read_text(encoding="utf-8"))
    for package in lock["packages"].values():
        package.pop("funding", None)
    path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> int:
    """Print every fault; 1 when there is one. With `--strip` put right first what npm wrote."""
    node_locks = [path for path in NODE_LOCKS if path.exists()]
    if "--strip" in sys.argv[1:]:
        for path in node_locks:
            strip(path)
    runtime, faults = python_lock(ROOT / "requirements.lock")
    everything, more = python_lock(ROOT / "requirements-dev.lock")
    faults += more
    faults += [
        f"requirements.lock: {name} is in pyproject.toml and not locked: run `make lock`"
        for name in declared()
        if name not in runtime
    ]
    faults += [
        f"requirements-dev.lock: another version of {name} than requirements.lock"
        for name, version in runtime.items()
        if everything.get(name) != version
    ]
    for path in node_locks:
        faults += node_lock(path)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
