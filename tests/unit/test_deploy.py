"""What stands in `deploy/` fits the program and is explained in the documentation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

from signaling.sockets.dispatch import HEARD
from signaling.watch.national import National
from tests.fakes.clock import Hands
from video_advice.ids import RegionCode
from video_advice.ports import Figures

ROOT = Path(__file__).parents[2]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")
PROMETHEUS = ROOT / "deploy" / "prometheus"
RULES: list[dict[str, Any]] = yaml.safe_load((PROMETHEUS / "alerts.yml").read_text("utf-8"))[
    "groups"
][0]["rules"]


def known() -> dict[str, set[str]]:
    """Every figure with its labels."""
    assert HEARD  # counted where messages come in
    region = RegionCode("12")
    national = National(Hands())
    national.learn(
        Figures({("waiting", "12"): 1}, {("12", "chat"): 1}, {region: 0}, 0, 0, ("x",)),
        {region: 1},
        {region: 0.5},
    )
    return {name: labels for registry in (REGISTRY, national) for name, labels in samples(registry)}


def samples(registry: Any) -> Iterator[tuple[str, set[str]]]:
    """Name and labels of each figure; of those that have not been counted yet, the names alone."""
    for family in registry.collect():
        ends = {"counter": ["_total"], "histogram": ["_bucket", "_count", "_sum"]}
        for end in ends.get(family.type, [""]):
            labels = {label for sample in family.samples for label in sample.labels}
            yield family.name + end, labels


@pytest.mark.parametrize("rule", RULES, ids=[rule["alert"] for rule in RULES])
def test_an_alarm_is_about_figures_there_are_and_is_explained(rule: dict[str, Any]) -> None:
    named = set(re.findall(r"video_advice_\w+", rule["expr"]))
    assert named <= set(known()), rule["alert"]
    assert named or "up{" in rule["expr"]
    assert f"| `{rule['alert']}` |" in OPERATIONS
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert rule["annotations"]["summary"]


def test_every_figure_is_explained() -> None:
    ours = {n.removeprefix("video_advice_") for n in known() if n.startswith("video_advice_")}
    bare = {re.sub(r"_(bucket|count|sum)$", "", name) for name in ours}
    assert not [name for name in bare if f"`{name}`" not in OPERATIONS]


def test_the_units_start_what_there_is() -> None:
    units = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
    started = [re.search(r"-m signaling (\w+)$", unit.read_text(), re.MULTILINE) for unit in units]
    assert [found and found[1] for found in started] == ["media", "serve", "worker"]
    assert yaml.safe_load((PROMETHEUS / "scrape.yml").read_text())["scrape_configs"]
