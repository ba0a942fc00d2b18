"""The words of the command `region`. Read for every command, so it loads nothing else."""

from __future__ import annotations

import argparse
import getpass
from typing import TypeAlias

from video_advice.people import Channel, Competence
from video_advice.regions.catalogue import REGIONS
from video_advice.regions.rules import (
    LANGUAGES,
    LONGEST_OFFER,
    LONGEST_TEXT,
    SHORTEST_OFFER,
    PauseWhy,
)

_Actions: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - its only name


def add_to(commands: _Actions) -> None:
    """Add the command to the parser of the command line."""
    region = commands.add_parser("region", help="how a region's line works")
    actions = region.add_subparsers(dest="action", required=True, metavar="ACTION")
    show = actions.add_parser("show", help="say what is in force")
    show.add_argument("region", nargs="?", choices=sorted(REGIONS), metavar="REGION")
    offer = _decision(actions, "offer-mode", "offer contacts to free nurses, or let them take")
    offer.add_argument("to", choices=("on", "off"))
    offer.add_argument("--seconds", type=_seconds, help="to accept an offer")
    pause = _decision(actions, "pause", "take nobody new")
    pause.add_argument("why", choices=[one.value for one in PauseWhy])
    _part(pause)
    _texts(pause)
    _texts(_decision(actions, "elsewhere", "where to turn when nobody on duty can; none: as usual"))
    _part(_decision(actions, "resume", "take people again"))


def _texts(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--text",
        action="append",
        type=_text,
        default=[],
        metavar="LANGUAGE=TEXT",
        help="where to turn instead",
    )


def _part(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--channel", choices=[one.value for one in Channel])
    parser.add_argument("--competence", choices=[one.value for one in Competence])


def _text(text: str) -> tuple[str, str]:
    language, separator, words = text.partition("=")
    if not separator or language not in LANGUAGES or not 0 < len(words.strip()) <= LONGEST_TEXT:
        known = ", ".join(LANGUAGES)
        raise argparse.ArgumentTypeError(
            f"a language ({known}), = and up to {LONGEST_TEXT} characters"
        )
    return language, words.strip()


def _decision(actions: _Actions, name: str, said: str) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=said)
    parser.add_argument("region", choices=sorted(REGIONS), metavar="REGION", help="such as 12")
    parser.add_argument("--author", default=getpass.getuser(), help="who decides this")
    return parser


def _seconds(text: str) -> int:
    seconds = int(text)
    if not SHORTEST_OFFER <= seconds <= LONGEST_OFFER:
        raise argparse.ArgumentTypeError(f"from {SHORTEST_OFFER} to {LONGEST_OFFER}")
    return seconds
