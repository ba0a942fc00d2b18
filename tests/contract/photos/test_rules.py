from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contract.photos.pictures import encoded, quarters
from video_advice.photos import (
    SNIFFED_BYTES,
    CleanedPhoto,
    Kind,
    PhotoFault,
    PhotoMeasures,
    PhotoRefused,
    sniff,
)
from video_advice.refusals import SENTENCES, Refusal


@pytest.mark.parametrize(
    ("format_", "kind"),
    [("JPEG", Kind.JPEG), ("PNG", Kind.PNG), ("WEBP", Kind.WEBP), ("HEIF", Kind.HEIC)],
)
def test_each_kind_is_known_by_its_first_bytes(format_: str, kind: Kind) -> None:
    assert sniff(encoded(quarters(64, 48), format_)[:SNIFFED_BYTES]) is kind


@pytest.mark.parametrize("format_", ["GIF", "BMP", "TIFF", "JPEG2000", "PDF", "ICO"])
def test_other_pictures_are_none_of_ours(format_: str) -> None:
    assert sniff(encoded(quarters(64, 48), format_)[:SNIFFED_BYTES]) is None


def brands(major: bytes, *others: bytes) -> bytes:
    body = b"ftyp" + major + bytes(4) + b"".join(others)
    return (4 + len(body)).to_bytes(4) + body


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (brands(b"heic", b"mif1", b"heic"), Kind.HEIC),
        (brands(b"heix", b"mif1"), Kind.HEIC),
        (brands(b"hevc", b"msf1"), Kind.HEIC),
        (brands(b"mif1", b"miaf", b"heic"), Kind.HEIC),
        (brands(b"msf1", b"hevc"), Kind.HEIC),
        (brands(b"mif1"), Kind.HEIC),
        (brands(b"mif1", b"avif", b"miaf"), None),
        (brands(b"avif", b"mif1"), None),
        (brands(b"isom", b"mp41"), None),
        (brands(b"qt  "), None),
        (brands(b"mif1", b"miaf") + b"avif", Kind.HEIC),  # after the box: not a brand
    ],
)
def test_brands_tell_heic_from_other_files_of_the_family(head: bytes, kind: Kind | None) -> None:
    assert sniff(head) is kind


@pytest.mark.parametrize(
    "head", [b"", b"\xff\xd8", b"RIFF", b"RIFF\0\0\0\0WAVE", b"<html>", b"%PDF"]
)
def test_other_files_are_none_of_ours(head: bytes) -> None:
    assert sniff(head) is None


@given(st.binary(max_size=100))
def test_sniffing_never_fails_and_needs_only_the_beginning(data: bytes) -> None:
    assert sniff(data) is sniff(data[:SNIFFED_BYTES])


@pytest.mark.parametrize("fault", PhotoFault)
def test_every_fault_is_a_refusal_with_sentences(fault: PhotoFault) -> None:
    refused = PhotoRefused(fault)
    assert refused.fault is fault
    assert refused.code == fault.value
    assert {"sv", "en"} <= SENTENCES[Refusal(fault.value)].keys()


def test_the_picture_is_not_in_the_repr() -> None:
    photo = CleanedPhoto(b"secret-view", b"secret-thumbnail", PhotoMeasures(1, 1, 1, 1, 11, 16))
    assert "secret" not in repr(photo)
