"""The 21 regions. Codes 02, 11, 15 and 16 are not in use.

Source: the county codes of Statistics Sweden and the regions' own names.
"""

from __future__ import annotations

from typing import Final

import msgspec

from video_advice.ids import RegionCode


class Region(msgspec.Struct, frozen=True):
    """A responsible region: two-digit code, county letter, name, ten-digit organisation number."""

    code: RegionCode
    letter: str
    name: str
    organisation: str


_ROWS: Final = (
    ("01", "AB", "Region Stockholm", "2321000016"),
    ("03", "C", "Region Uppsala", "2321000024"),
    ("04", "D", "Region Sörmland", "2321000032"),
    ("05", "E", "Region Östergötland", "2321000040"),
    ("06", "F", "Region Jönköpings län", "2321000057"),
    ("07", "G", "Region Kronoberg", "2321000065"),
    ("08", "H", "Region Kalmar län", "2321000073"),
    ("09", "I", "Region Gotland", "2120000803"),
    ("10", "K", "Region Blekinge", "2321000081"),
    ("12", "M", "Region Skåne", "2321000255"),
    ("13", "N", "Region Halland", "2321000115"),
    ("14", "O", "Västra Götalandsregionen", "2321000131"),
    ("17", "S", "Region Värmland", "2321000156"),
    ("18", "T", "Region Örebro län", "2321000164"),
    ("19", "U", "Region Västmanland", "2321000172"),
    ("20", "W", "Region Dalarna", "2321000180"),
    ("21", "X", "Region Gävleborg", "2321000198"),
    ("22", "Y", "Region Västernorrland", "2321000206"),
    ("23", "Z", "Region Jämtland Härjedalen", "2321000214"),
    ("24", "AC", "Region Västerbotten", "2321000222"),
    ("25", "BD", "Region Norrbotten", "2321000230"),
)

REGIONS: Final[dict[RegionCode, Region]] = {
    RegionCode(code): Region(RegionCode(code), letter, name, organisation)
    for code, letter, name, organisation in _ROWS
}
