"""The patient sends a photo, and the nurse looks at it."""

from __future__ import annotations

import io
import re
from collections.abc import Awaitable, Callable

from PIL import Image
from playwright.async_api import FilePayload, Response, expect

from tests.browser import phone
from tests.browser.camera import lie, read
from tests.browser.hall import Hall
from tests.browser.people import NursePage, PatientPage, until
from tests.browser.watch import CUT
from tests.fakes.proxy import Proxy

CLEAN = (b"JFIF\0",)
"""How the application segments of a photo begin that has nothing to tell."""
OPEN = re.compile("^Öppna bild 1")


def jpeg(content: bytes) -> FilePayload:
    return {"name": "IMG_4711.jpg", "mimeType": "image/jpeg", "buffer": content}


async def waiting_patient(hall: Hall, origin: str | None = None) -> PatientPage:
    patient = await hall.patient(origin=origin)
    await patient.wait(called="Ada", channel="Chatt")
    return patient


async def meeting_nurse(hall: Hall) -> NursePage:
    nurse = await hall.nurse()
    await nurse.on_duty()
    await nurse.takes()
    return nurse


async def test_a_phone_photo_is_upright_and_bare_in_the_viewer(hall: Hall) -> None:
    patient = await waiting_patient(hall)
    nurse = await meeting_nurse(hall)
    got: list[Response] = []

    def keep(response: Response) -> None:
        got.append(response)

    nurse.page.on("response", keep)
    await patient.phase("talking")
    await patient.page.get_by_text("Bilder", exact=True).click()
    await patient.choose(jpeg(phone.photo()))
    await expect(patient.says("Har kommit fram")).to_be_visible()

    await nurse.button(OPEN).click()
    viewer = nurse.page.get_by_test_id("photo-view")
    await expect(viewer.get_by_role("img")).to_have_js_property("naturalWidth", phone.UPRIGHT[0])
    drawn = await viewer.screenshot()
    assert (read(drawn), lie(drawn)) == (phone.WORDS, 0)
    await nurse.button("Vrid").click()
    await until(lambda: _lies(nurse, 90), "the photo to be turned in the view")

    photos = {one.url.rsplit("/", 1)[1]: await one.body() for one in got if "/photos/" in one.url}
    assert set(photos) == {"view", "thumbnail"}
    for content in photos.values():
        assert [part[4 : 4 + len(CLEAN[0])] for part in phone.segments(content)] == list(CLEAN)
        for telltale in (b"Exif", b"GPS", b"adobe", b"xmpmeta", b"ICC_PROFILE", phone.SECRET):
            known = telltale if isinstance(telltale, bytes) else telltale.encode()
            assert known not in content
    with Image.open(io.BytesIO(photos["view"])) as view:
        assert view.size == phone.UPRIGHT
        assert not view.getexif()


async def _lies(nurse: NursePage, degrees: int) -> bool:
    return lie(await nurse.page.get_by_test_id("photo-view").screenshot()) == degrees


async def test_a_text_called_jpg_is_told_and_the_contact_goes_on(hall: Hall) -> None:
    patient = await waiting_patient(hall)
    patient.watch.intended.append(r"status of 4\d\d .*/photos\?")
    nurse = await meeting_nurse(hall)
    await patient.phase("talking")
    await patient.page.get_by_text("Bilder", exact=True).click()
    await patient.choose(jpeg("Jag är ingen bild.".encode()))
    sentence = re.compile("Filen är (inte en|ingen) bild")
    await expect(patient.says(sentence)).to_be_visible()
    await patient.write("Kom bilden fram?")
    await nurse.reads("Kom bilden fram?")
    await expect(nurse.button(OPEN)).to_have_count(0)

    await patient.button("Ta bort IMG_4711.jpg").click()
    await patient.choose(jpeg(phone.photo()))
    await expect(nurse.button(OPEN)).to_be_visible()


async def test_a_photo_that_is_cut_short_is_sent_again_and_comes_once(
    hall: Hall, proxy: Proxy
) -> None:
    patient = await waiting_patient(hall, proxy.origin)
    patient.watch.intended += CUT
    nurse = await meeting_nurse(hall)
    await patient.phase("talking")
    await patient.page.get_by_text("Bilder", exact=True).click()
    proxy.cut_after(200_000)
    await patient.choose(jpeg(phone.photo(noise=True)))
    await until(_cut(proxy), "the line to break in the middle of the photo")
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
    await patient.choose(jpeg(phone.photo()))
    await expect(patient.says("Skickas när du står i kö")).to_be_visible()
    await patient.fill(called="Ada", channel="Chatt")
    await patient.join()
    nurse = await meeting_nurse(hall)
    await expect(nurse.button(OPEN)).to_be_visible()
