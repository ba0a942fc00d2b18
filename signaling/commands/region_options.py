"""The words of the command `region`. Read for every command, so it loads nothing else."""

from __future__ import annotations

import argparse
import getpass
from typing import TypeAlias

from video_advice.regions.catalogue import REGIONS
from video_advice.regions.rules import LONGEST_OFFER, SHORTEST_OFFER

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
