"""The patient sends a photo, and the nurse looks at it."""

from __future__ import annotations

import io
import re
from collections.abc import Awaitable, Callable

from PIL import Image
from playwright.async_api import Locator, Response, expect

from tests.browser import phone
from tests.browser.camera import lie, read
from tests.browser.hall import Hall
from tests.browser.people import PatientPage
from tests.browser.watch import CUT
from tests.fakes.proxy import Proxy
from tests.waiting import eventually

JFIF = b"\xff\xe0\x00\x10JFIF\x00"
"""How the one application segment begins of a photo that has nothing to tell."""
TELLTALES = (b"Exif", b"GPS", b"adobe", b"xmpmeta", b"ICC_PROFILE", phone.SECRET.encode())
OPEN = re.compile("^Öppna bild 1")


async def adds_photos(patient: PatientPage) -> None:
    """Open the part of the page that is for photos."""
    await patient.page.get_by_text("Bilder", exact=True).click()


async def test_a_phone_photo_is_upright_and_bare_in_the_viewer(hall: Hall) -> None:
    patient, nurse = await hall.meeting("Chatt")
    got: list[Response] = []

    def keep(response: Response) -> None:
        got.append(response)

    nurse.page.on("response", keep)
    await adds_photos(patient)
    await patient.choose(phone.jpeg())
    await expect(patient.says("Har kommit fram")).to_be_visible()

    await nurse.button(OPEN).click()
    viewer = nurse.page.get_by_test_id("photo-view")
    await expect(viewer.get_by_role("img")).to_have_js_property("naturalWidth", phone.UPRIGHT[0])
    await eventually(_lies(viewer, 0), "the photo to be upright in the view")
    await nurse.button("Vrid").click()
    await eventually(_lies(viewer, 90), "the photo to be turned in the view")

    photos = {one.url.rsplit("/", 1)[1]: await one.body() for one in got if "/photos/" in one.url}
    assert set(photos) == {"view", "thumbnail"}
    for content in photos.values():
        (segment,) = phone.segments(content)
        assert segment.startswith(JFIF)
        assert [telltale for telltale in TELLTALES if telltale in content] == []
    with Image.open(io.BytesIO(photos["view"])) as view:
        assert view.size == phone.UPRIGHT
        assert not view.getexif()


def _lies(viewer: Locator, degrees: int) -> Callable[[], Awaitable[bool]]:
    async def seen() -> bool:
        drawn = await viewer.screenshot()
        return (read(drawn), lie(drawn)) == (phone.WORDS, degrees)

    return seen


async def test_a_text_called_jpg_is_told_and_the_contact_goes_on(hall: Hall) -> None:
    patient, nurse = await hall.meeting("Chatt")
    patient.watch.intended.append(r"status of 4\d\d .*/photos\?")
    await adds_photos(patient)
    await patient.choose(phone.jpeg("Jag är ingen bild.".encode()))
    sentence = re.compile("Filen är (inte en|ingen) bild")
    await expect(patient.says(sentence)).to_be_visible()
    await patient.write("Kom bilden fram?")
    await nurse.reads("Kom bilden fram?")
    await expect(nurse.button(OPEN)).to_have_count(0)

    await patient.button("Ta bort IMG_4711.jpg").click()
    await patient.choose(phone.jpeg())
    await expect(nurse.button(OPEN)).to_be_visible()


async def test_a_photo_that_is_cut_short_is_sent_again_and_comes_once(
    hall: Hall, proxy: Proxy
) -> None:
    patient, nurse = await hall.meeting("Chatt", origin=proxy.origin)
    patient.watch.intended += CUT
    await adds_photos(patient)
    proxy.cut_after(200_000)
    await patient.choose(phone.jpeg(phone.photo(noise=True)))
    await eventually(_cut(proxy), "the line to break in the middle of the photo")
    await expect(patient.says("Väntar på att skickas")).to_be_visible()
    await expect(nurse.button(OPEN)).to_have_count(0)
    proxy.mend()
    await expect(patient.says("Har kommit fram")).to_be_visible()
    await expect(nurse.button(re.compile("^Öppna bild"))).to_have_count(1)


def _cut(proxy: Proxy) -> Callable[[], Awaitable[bool]]:
    async def broken() -> bool:
        return not proxy.whole

    return broken


async def test_photos_chosen_before_the_line_are_there_when_the_nurse_comes(hall: Hall) -> None:
    patient = await hall.patient()
    await patient.open()
    await patient.choose(phone.jpeg())
    await expect(patient.says("Skickas när du står i kö")).to_be_visible()
    await patient.fill(called="Ada", channel="Chatt")
    await patient.join()
    nurse = await hall.nurse()
    await nurse.on_duty()
    await nurse.takes()
    await expect(nurse.button(OPEN)).to_be_visible()
