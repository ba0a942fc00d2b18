"""Each script says what it takes and answers, and travels with the package."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from signaling.live.scripts import script

LUA = files("signaling.live") / "lua"
SHARED = {"shared.lua", "choice.lua"}
"""Put before others; they are no scripts by themselves."""
COMMANDS = sorted(one.name for one in LUA.iterdir() if one.name not in SHARED)


def test_there_are_scripts() -> None:
    assert {"put.lua", "remove.lua", "first.lua", "lift.lua"} <= set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_header_names_keys_arguments_and_replies(name: str) -> None:
    text = (LUA / name).read_text(encoding="utf-8")
    header = re.match(r"(?:--.*\n)+", text)
    assert header is not None
    for word in ("KEYS ", "ARGV ", "Replies "):
        assert f"-- {word}" in header[0]
    used = {int(one) for one in re.findall(r"ARGV\[(\d)\]", text)}
    named = {int(one) for one in re.findall(r"(\d) ", header[0].split("ARGV")[1].split("Rep")[0])}
    assert used == named
    for status in re.findall(r"^\s*(?:return )\{ '([A-Z]+)'", text, re.MULTILINE):
        assert f"{{'{status}'" in header[0]


def test_a_script_is_known_by_its_whole_text() -> None:
    assert script("shared", "put") is script("shared", "put")
    assert script("shared", "put").sha != script("shared", "remove").sha
    assert script("shared", "put").text.endswith((LUA / "put.lua").read_text(encoding="utf-8"))
