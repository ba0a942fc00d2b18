"""Tickets and nurses for tests of the line, made of a few small choices."""

from __future__ import annotations

from collections.abc import Iterable

from video_advice.ids import ContactId, Instant, Language, NurseId, RegionCode
from video_advice.line import Group, Ticket, Wants
from video_advice.people import Channel, Competence

SKANE = RegionCode("12")
WEST = RegionCode("14")
NORTH = RegionCode("25")
NOON: Instant = 1_800_000_000_000


def contact(number: int) -> ContactId:
    return ContactId(f"{number:032x}")


def ticket(
    number: int,
    *,
    region: RegionCode = SKANE,
    channel: Channel = Channel.VIDEO,
    language: str = "sv",
    interpreter: bool = False,
    competence: Competence = Competence.GENERAL,
    protected: bool = False,
    whole: bool = False,
    named: str | None = None,
    score: int | None = None,
    away: bool = False,
    version: int = 1,
    declined_by: Iterable[str] = (),
) -> Ticket:
    """A ticket that stands in line by its number, unless told otherwise."""
    return Ticket(
        contact=contact(number),
        group=Group(
            region=region,
            channel=channel,
            language=None if interpreter else Language(language),
            competence=competence,
            protected=protected,
            whole=whole,
        ),
        score=NOON + number if score is None else score,
        arrived_at=NOON + number,
        urgency=None,
        ahead=False,
        away=away,
        version=version,
        declined_by=tuple(NurseId(one) for one in declined_by),
        named=None if named is None else NurseId(named),
    )


def nurse(
    *regions: RegionCode,
    name: str = "karin",
    languages: Iterable[str] = ("sv",),
    channels: Iterable[Channel] = (Channel.VIDEO, Channel.CHAT),
    competences: Iterable[Competence] = (),
    protected: bool = False,
    whole: bool = True,
) -> Wants:
    """A nurse of the regions, or of Skåne, who speaks Swedish on every channel."""
    return Wants(
        nurse=NurseId(name),
        regions=frozenset(regions or (SKANE,)),
        languages=frozenset(Language(one) for one in languages),
        channels=frozenset(channels),
        competences=frozenset(competences),
        protected=protected,
        whole=whole,
    )
