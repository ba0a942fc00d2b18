"""Invented nurses who may sign in where demo mode is on, and nowhere else."""

from __future__ import annotations

from typing import Final

from video_advice.ids import Language, NurseId, RegionCode
from video_advice.people import Channel, Competence, Nurse
from video_advice.regions.catalogue import REGIONS

_EVERY_REGION: Final = frozenset(REGIONS)
_BOTH: Final = frozenset(Channel)


def _nurse(
    key: str,
    name: str,
    title: str,
    region: str,
    languages: str,
    competences: str,
    *,
    protected: bool = False,
    chats: int = 1,
) -> Nurse:
    return Nurse(
        id=NurseId(key),
        name=name,
        title=title,
        region=RegionCode(region),
        regions=_EVERY_REGION,
        languages=frozenset(Language(code) for code in languages.split()),
        channels=_BOTH,
        competences=frozenset(Competence(code) for code in competences.split()),
        protected=protected,
        chats=chats,
    )


NURSES: Final[dict[NurseId, Nurse]] = {
    nurse.id: nurse
    for nurse in (
        _nurse("demo-karin", "Karin Demo", "Sjuksköterska", "01", "sv en", "child pregnancy"),
        _nurse("demo-yusuf", "Yusuf Demo", "Sjuksköterska", "12", "sv en ar", "child skin"),
        _nurse(
            "demo-aino",
            "Aino Demo",
            "Distriktssköterska",
            "25",
            "sv fi en",
            "mental_health skin",
            protected=True,
            chats=3,
        ),
    )
}
"""Demo nurses by identifier. Each serves all regions, so that one person can try everything."""
