"""What the start page needs before anybody has said anything."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from signaling.api.answers import answer, services_of
from signaling.protocol.http import Catalogue, RegionItem
from signaling.protocol.views import in_words, pause_view
from video_advice.people import Channel
from video_advice.regions.catalogue import REGIONS

CONSENT_VERSION: Final = "2026-11-1"
"""The version of the information text. It changes whenever the text does."""


async def catalogue(request: Request) -> Response:
    """Return the regions and how each line is now."""
    services = services_of(request)
    counts = await services.board.regions()
    body = Catalogue(
        regions=tuple(
            RegionItem(
                region.code,
                region.name,
                *counts[region.code],
                hidden_number=region.code in services.settings.hidden_numbers,
                pauses=tuple(map(pause_view, services.rules.of(region.code).pauses)),
                elsewhere=in_words(services.rules.of(region.code).elsewhere),
            )
            for region in REGIONS.values()
        ),
        consent=CONSENT_VERSION,
        demo=services.settings.demo,
        channels=tuple(Channel),
        push_key=services.push_key,
        texts=services.settings.text_messages != "off",
        network_test=services.echo is not None,
    )
    return answer(body)
