"""`region`: what a region decides about its line, read and written by whoever runs the service."""

from __future__ import annotations

import argparse
from contextlib import suppress
from datetime import UTC, datetime

from msgspec.structs import replace

from signaling.archive.open import open_archive
from signaling.bootstrap import check
from signaling.config import BadSetting, Settings
from signaling.live.bells import RULES
from signaling.live.connect import open_live
from signaling.system import SystemClock, SystemIds
from video_advice.ids import ProcessId, RegionCode
from video_advice.people import Channel, Competence
from video_advice.ports import Conflict, LineDown, RegionRule, RegionRules
from video_advice.regions.catalogue import REGIONS
from video_advice.regions.rules import USUAL, Giving, Pause, PauseWhy, Rule, without


async def region(settings: Settings, options: argparse.Namespace) -> None:
    """Carry out one action and say what is in force then. Raises: ArchiveDown, BadSetting."""
    await check(settings)
    archive = open_archive(settings.database_url)
    try:
        if options.action != "show":
            await _decide(archive.rules, options)
            await _ring(settings, options.region)
        for one in await archive.rules.newest():
            if options.region in {None, one.region}:
                print(_words(one))
    finally:
        await archive.close()


async def _ring(settings: Settings, code: str) -> None:
    """Tell every process at once. Without Redis each finds out by itself."""
    live = open_live(settings.redis_url, ProcessId(SystemIds().new()))
    try:
        with suppress(LineDown):
            await live.bells.ring(RULES, code)
            await live.bells.sent()
    finally:
        await live.close()


async def _decide(rules: RegionRules, options: argparse.Namespace) -> None:
    newest = {one.region: one for one in await rules.newest()}
    code = RegionCode(options.region)
    before = newest.get(code)
    rule = _changed(USUAL if before is None else before.rule, options)
    version = 1 if before is None else before.version + 1
    now = SystemClock().now()
    try:
        await rules.add(RegionRule(code, version, now, options.author, rule))
    except Conflict:
        raise BadSetting("Somebody else changed it at the same moment: look, and repeat.") from None


def _changed(rule: Rule, options: argparse.Namespace) -> Rule:
    if options.action == "offer-mode":
        giving = Giving.OFFER if options.to == "on" else Giving.PULL
        return replace(rule, giving=giving, offer_seconds=options.seconds or rule.offer_seconds)
    if options.action == "elsewhere":
        return replace(rule, elsewhere=dict(options.text))
    channel = None if options.channel is None else Channel(options.channel)
    competence = None if options.competence is None else Competence(options.competence)
    others = without(rule.pauses, channel, competence)
    if options.action == "pause":
        pause = Pause(PauseWhy(options.why), channel, competence, dict(options.text))
        return replace(rule, pauses=(*others, pause))
    if others == rule.pauses:
        raise BadSetting("This part of the line is not paused: see `region show`.")
    return replace(rule, pauses=others)


def _words(one: RegionRule) -> str:
    since = datetime.fromtimestamp(one.at / 1000, UTC).isoformat(timespec="seconds")
    seconds = one.rule.offer_seconds
    answer = "the usual time" if seconds is None else f"{seconds} s"
    pauses = "".join(
        f"\n  {pause.why} for {pause.channel or 'every channel'}, "
        f"{pause.competence or 'every competence'}: {pause.text('sv')}"
        for pause in one.rule.pauses
    )
    elsewhere = "".join(
        f"\n  when nobody can, in {language}: {text}"
        for language, text in sorted(one.rule.elsewhere.items())
    )
    return (
        f"{one.region} {REGIONS[one.region].name}: rule {one.version} by {one.author} at {since}\n"
        f"  contacts: {one.rule.giving}, {answer} to accept an offer"
        f"{pauses}{elsewhere}"
    )
