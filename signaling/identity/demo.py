"""Invented nurses who may sign in where demo mode is on, and nowhere else."""

from __future__ import annotations

from typing import Final

from video_advice.ids import Language, NurseId, RegionCode
from video_advice.people import Channel, Nurse
from video_advice.regions.catalogue import REGIONS

_EVERY_REGION: Final = frozenset(REGIONS)
_BOTH: Final = frozenset(Channel)


def _nurse(key: str, name: str, title: str, region: str, languages: str) -> Nurse:
    return Nurse(
        id=NurseId(key),
        name=name,
        title=title,
        region=RegionCode(region),
        regions=_EVERY_REGION,
        languages=frozenset(Language(code) for code in languages.split()),
        channels=_BOTH,
    )


NURSES: Final[dict[NurseId, Nurse]] = {
    nurse.id: nurse
    for nurse in (
        _nurse("demo-karin", "Karin Demo", "Sjuksköterska", "01", "sv en"),
        _nurse("demo-yusuf", "Yusuf Demo", "Sjuksköterska", "12", "sv en ar"),
        _nurse("demo-aino", "Aino Demo", "Distriktssköterska", "25", "sv fi en"),
    )
}
"""Demo nurses by identifier. Each serves all regions, so that one person can try everything."""
