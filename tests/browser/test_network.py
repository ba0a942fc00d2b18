"""The network test: real Chromium, the media process with its coturn, and networks that forbid."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Browser, Locator, Route, expect

from tests.browser.hall import Hall
from tests.browser.look import PHONE_WIDTHS, look, look_wide
from tests.browser.people import PatientPage
from tests.house import House, alone_in_its_house
from tests.real import Redis, free_port, program
from tests.waiting import eventually

_SECRET: Final = "only-for-the-tests-of-the-network"
_IPHONE: Final = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Mobile/15E148 Instagram 390.0.0.1 (iPhone15,2)"
)

Enter = Callable[..., AbstractAsyncContextManager[Hall]]


def url(port: int, transport: str) -> str:
    return f"turn:127.0.0.1:{port}?transport={transport}"


@pytest.fixture
def enter(built_page: Path, patients: Browser, nurses: Browser, tmp_path: Path) -> Iterator[Enter]:
    """A service with relay and echo."""
    program("turnserver", package="coturn")
    redis = Redis().start()

    @asynccontextmanager
    async def entered(*, media: bool = True) -> AsyncIterator[Hall]:
        relay, echo = free_port(), free_port()
        made = House(
            tmp_path,
            redis.url,
            f"sqlite:///{tmp_path / 'records.sqlite'}",
            page_dir=built_page,
            turn_urls=",".join(url(relay, transport) for transport in ("udp", "tcp")),
            turn_secret=_SECRET,
            ice_policy="relay",
            relay_port=relay,
            relay_loopback="true",
            echo_port=echo,
            echo_secret=_SECRET,
            echo_url=f"http://127.0.0.1:{echo}",
        )
        with alone_in_its_house(made):
            if media:
                made.start_media()
                await eventually(lambda: "echo_open" in made.logs())
                await eventually(lambda: "relay_started" in made.logs())
            hall = Hall(made, patients, nurses)
            yield hall
            assert await hall.leave() == []

    yield entered
    redis.close()


def network(patient: PatientPage, verdict: str) -> Locator:
    return patient.page.locator(f'[data-network="{verdict}"]')


async def found_good(patient: PatientPage) -> Locator:
    """Return the good verdict. A busy machine is a bad network at times; then it is tried again."""
    told = patient.page.locator("[data-network]").get_by_role("button", name="Prova igen")
    good = network(patient, "good")

    async def found() -> bool:
        if await told.is_visible() and not await good.is_visible():
            await told.click()
        return await good.is_visible()

    await eventually(found, "the network to be found good")
    return good


async def blocks(patient: PatientPage, *transports: str) -> None:
    """Let nothing of these transports come from the patient's browser to the relay."""
    nobody = free_port()

    async def elsewhere(route: Route) -> None:
        if route.request.method != "GET":
            await route.continue_()
            return
        given = await (response := await route.fetch()).json()
        for server in given["servers"]:
            server["urls"] = [
                url(nobody, way) if (way := at.partition("transport=")[2]) in transports else at
                for at in server["urls"]
            ]
        await route.fulfill(response=response, json=given)

    await patient.page.route("**/echo", elsewhere)


async def test_a_good_network_is_told_to_patient_and_nurse(enter: Enter) -> None:
    async with enter() as hall:
        patient, nurse = await hall.patient(), await hall.nurse()
        await patient.wait(called="Ada")
        found = await found_good(patient)
        await expect(found).to_contain_text("Ljud och bild är bra")
        await found.get_by_text("Så mätte vi").click()
        await expect(found).to_contain_text("Vägar genom vår server: UDP, TCP")
        await look(patient, "patient network good", widths=PHONE_WIDTHS)
        await look_wide(patient, "patient network good")
        await nurse.on_duty()
        await nurse.takes()
        await expect(nurse.page.get_by_text("Nät: bra för video")).to_be_visible()
        await look(nurse, "nurse network good", first=None)
        await expect(network(patient, "good")).to_be_hidden()


async def test_where_udp_is_blocked_the_relay_over_tcp_is_found(enter: Enter) -> None:
    async with enter() as hall:
        patient = await hall.patient()
        await blocks(patient, "udp")
        await patient.wait(called="Ada")
        found = patient.page.locator('[data-network="good"], [data-network="unsteady"]')
        await found.get_by_text("Så mätte vi").click()
        await expect(found).to_contain_text("Vägar genom vår server: TCP")
        await expect(found).not_to_contain_text("UDP")


async def test_where_nothing_gets_through_chat_is_one_tap_away(enter: Enter) -> None:
    async with enter() as hall:
        patient, nurse = await hall.patient(), await hall.nurse()
        await blocks(patient, "udp", "tcp")
        await patient.wait(called="Ada")
        place = await patient.place.inner_text()
        found = network(patient, "blocked")
        await expect(found).to_contain_text("Välj chatt: ditt nät stoppar video")
        await look(patient, "patient network blocked", widths=PHONE_WIDTHS)
        await look_wide(patient, "patient network blocked")
        await patient.page.locator(".picker select").select_option("ar")
        await expect(found).to_contain_text("شبكتك تحجب الفيديو")
        await look(patient, "patient network blocked arabic", widths=PHONE_WIDTHS)
        await patient.page.locator(".picker select").select_option("sv")
        await expect(found).to_contain_text("Välj chatt")
        chat = found.get_by_role("button", name="Gå vidare med chatt")
        await chat.focus()
        await patient.page.keyboard.press("Enter")
        await expect(patient.says("Vänta på video i stället")).to_be_visible()
        await expect(found).to_be_hidden()
        assert await patient.place.inner_text() == place
        await nurse.on_duty()
        await nurse.takes()
        await expect(nurse.page.get_by_text("Nät: stoppar video")).to_be_visible()
        await look(nurse, "nurse network blocked", first=None)


async def test_without_the_media_process_the_wait_goes_on(enter: Enter) -> None:
    async with enter(media=False) as hall:
        patient = await hall.patient()
        patient.watch.intended.append(r"status of 503 .*/echo")
        await patient.wait(called="Ada")
        found = network(patient, "none")
        await expect(found).to_contain_text("Nätet kunde inte mätas just nu")
        await expect(patient.says("Bild och ljud klara")).to_be_visible()
        hall.house.start_media()
        await eventually(lambda: "echo_open" in hall.house.logs())
        await found.get_by_role("button", name="Prova igen").click()
        await found_good(patient)


async def test_inside_another_app_the_page_says_how_to_get_out(hall: Hall) -> None:
    patient = await hall.patient(
        user_agent=_IPHONE, permissions=["camera", "microphone", "clipboard-write"]
    )
    await patient.open()
    await patient.fill(called="Ada")
    title = "Öppna sidan i en riktig webbläsare i stället för i Instagram"
    await expect(patient.says(title)).to_be_visible()
    await expect(patient.says("Välj Öppna i Safari.")).to_be_visible()
    await look(patient, "patient inside an app", widths=PHONE_WIDTHS)
    await patient.button("Kopiera länken").click()
    await expect(patient.says("Länken är kopierad")).to_be_visible()
    await patient.join()
    await expect(patient.says(title)).to_be_visible()
    await expect(patient.says(re.compile("Din plats är kvar. Välj"))).to_be_visible()


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        ("NotFoundError", "Ingen kamera hittades"),
        ("NotReadableError", "Kameran används av ett annat program"),
        ("NotSupportedError", "Kameran kräver en säker anslutning"),
    ],
)
async def test_each_trouble_with_the_camera_has_its_sentence(
    hall: Hall, error: str, sentence: str
) -> None:
    patient = await hall.patient()
    await patient.page.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => "
        f"Promise.reject(new DOMException('', '{error}'))"
    )
    await patient.wait(called="Ada")
    await expect(patient.says(sentence)).to_be_visible()
    await look(patient, f"patient camera {error}", widths=PHONE_WIDTHS)
    await patient.button("Fortsätt med chatt i stället").click()
    await expect(patient.says("Vänta på video i stället")).to_be_visible()


async def test_a_microphone_that_is_not_allowed_has_its_sentence(hall: Hall) -> None:
    patient = await hall.patient()
    await patient.page.add_init_script("""
        const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        navigator.mediaDevices.getUserMedia = asked => asked.audio
          ? Promise.reject(new DOMException("", asked.video ? "NotFoundError" : "NotAllowedError"))
          : real(asked);
    """)
    await patient.wait(called="Ada")
    await expect(patient.says("Mikrofonen är inte tillåten")).to_be_visible()
    help_ = patient.page.get_by_role("combobox", name=re.compile("annan webbläsare"))
    for browser, step in (
        ("safari-ios", "Tryck på aA eller sidtecknet bredvid adressen."),
        ("firefox", "Klicka på den överstrukna kameran till vänster om adressen."),
        ("edge", "Välj Tillåt för Kamera och Mikrofon."),
    ):
        await help_.select_option(browser)
        await expect(patient.says(step)).to_be_visible()
        await look(patient, f"patient help {browser}", widths=PHONE_WIDTHS)
        await look_wide(patient, f"patient help {browser}")
