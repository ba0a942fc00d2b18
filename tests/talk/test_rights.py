"""Who may see and do what, over both doors, from the first moment to after the end."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from PIL import Image

from tests.house import MARK, House, Nurse, Page, Patient, outcome, wish
from tests.real import Redis

ID = "0" * 32


@pytest.fixture(scope="module")
def house(redis_server: Redis, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One web process and a worker: rights do not depend on where somebody is connected."""
    redis_server.empty()
    folder: Path = tmp_path_factory.mktemp("rights")
    database = f"sqlite:///{folder / 'records.sqlite'}"
    with House(folder, redis_server.url, database) as house:
        yield house


def picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (64, 48), (200, 120, 100)).save(made, "JPEG")
    return made.getvalue()


async def send_photo(patient: Patient, key: str = "photo-key-1") -> str:
    """Send a photo and return its id once it can be looked at."""
    path = f"/api/contacts/{patient.contact}/photos"
    query = {"how": "camera", "key": key}
    sent = await patient.http.post(path, params=query, content=picture())
    assert sent.status_code == 202, sent.text
    photo: str = sent.json()["photo"]
    await patient.hear(
        "contact.state",
        that=lambda m: any(
            p["id"] == photo and p["status"] == "ready" for p in m["view"]["photos"]
        ),
    )
    return photo


def readings(contact: str, photo: str) -> tuple[str, ...]:
    """Everything of a contact that can be read over HTTP."""
    base = f"/api/contacts/{contact}"
    return (
        base,
        f"{base}/ice",
        f"{base}/photos/{photo}/view",
        f"{base}/photos/{photo}/thumbnail",
    )


async def statuses(page: Page, contact: str, photo: str) -> list[int]:
    return [(await page.http.get(path)).status_code for path in readings(contact, photo)]


async def refused(page: Page, contact: str, photo: str) -> None:
    """Hold that nothing can be read, and that it looks as if nothing were there."""
    for path in readings(contact, photo):
        answer = await page.http.get(path)
        nothing = await page.http.get(path.replace(contact, ID))
        assert (answer.status_code, answer.json()) == (404, nothing.json()), path
        assert answer.json()["code"] == "contact.not_found"


async def test_a_contact_is_seen_by_its_patient_and_by_the_nurse_who_holds_it(
    house: House,
) -> None:
    async with (
        Patient(house) as patient,
        Patient(house) as other,
        Nurse(house, "demo-karin") as nurse,
        Nurse(house, "demo-yusuf") as colleague,
    ):
        await patient.wait(region="13")
        await other.open(region="13")
        photo = await send_photo(patient)
        for one in (nurse, colleague):
            await one.sign_in()
        contact = patient.contact
        assert await statuses(patient, contact, photo) == [200, 200, 200, 200]
        for stranger in (other, nurse, colleague):
            await refused(stranger, contact, photo)

        card = await nurse.take(contact)
        assert await statuses(nurse, contact, photo) == [403, 200, 200, 200]
        for stranger in (other, colleague):
            await refused(stranger, contact, photo)

        await nurse.must("contact.return", contact=contact, epoch=card["epoch"])
        await nurse.hear("contact.gone")
        await refused(nurse, contact, photo)

        card = await colleague.take(contact)
        assert await statuses(colleague, contact, photo) == [403, 200, 200, 200]
        await refused(nurse, contact, photo)
        mine = {"contact": contact, "epoch": card["epoch"]}
        await colleague.must("contact.hang_up", **mine)
        assert await statuses(colleague, contact, photo) == [403, 200, 200, 200]
        await colleague.must("outcome.sign", **mine, outcome=outcome())
        await refused(colleague, contact, photo)
        assert await statuses(patient, contact, photo) == [200, 200, 200, 200]


async def test_the_old_advice_stays_readable_beside_a_new_contact(house: House) -> None:
    async with Patient(house) as patient, Nurse(house) as nurse:
        await nurse.sign_in()
        await patient.wait(region="13")
        old = patient.contact
        card = await nurse.take(old)
        mine = {"contact": old, "epoch": card["epoch"]}
        await nurse.must("contact.hang_up", **mine)
        await nurse.must("outcome.sign", **mine, outcome=outcome())
        await patient.hear_phase("ended")
        await patient.open(region="13")
        assert patient.contact != old
        kept = await patient.http.get(f"/api/contacts/{old}")
        assert kept.json()["advice"]["advice"] == outcome()["advice"]
        me = await patient.http.get("/api/me")
        assert me.json()["contact"] == patient.contact


async def test_who_signed_out_is_nobody(house: House) -> None:
    async with Nurse(house) as nurse, Patient(house) as patient:
        await nurse.sign_in()
        await patient.wait(region="13")
        await nurse.take(patient.contact)
        cookies = dict(nurse.http.cookies)
        ice = f"/api/contacts/{patient.contact}/ice"
        assert (await nurse.http.get(ice)).status_code == 200
        answer = await nurse.http.delete("/api/session", params={"role": "nurse"})
        assert answer.status_code == 204
        assert not nurse.http.cookies
        kept = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        stolen = await nurse.http.get(ice, headers=kept)
        assert (stolen.status_code, stolen.json()["code"]) == (401, "identity.sign_in")
        assert (await nurse.http.get("/api/me?role=nurse", headers=kept)).json()["role"] is None
        assert await nurse.hear_close() == 4009
        await patient.hear_phase("waiting", told="nurse_lost")
        await patient.must("contact.leave", contact=patient.contact)


async def test_a_patient_who_signs_out_loses_the_device_and_keeps_the_place(house: House) -> None:
    async with Patient(house) as phone, Patient(house) as tablet:
        await phone.wait(region="13")
        code = (await phone.http.post("/api/moves")).json()["code"]
        assert (await phone.http.delete("/api/session")).status_code == 204
        assert await phone.hear_close() == 4009
        assert (await phone.http.get(f"/api/contacts/{phone.contact}")).status_code == 401
        assert (await phone.http.post("/api/moves")).status_code == 401
        me = await tablet.http.post("/api/moves/redeem", json={"code": code})
        assert me.json()["contact"] == phone.contact
        await tablet.dial()
        await tablet.hear_phase("waiting")
        await tablet.must("contact.leave", contact=phone.contact)


async def test_one_browser_may_be_patient_and_nurse_and_each_door_knows_which(
    house: House,
) -> None:
    async with Patient(house) as both, Nurse(house) as nurse:
        await both.wait(region="13")
        await nurse.sign_in()
        await nurse.follow(both)
        assert (await nurse.http.get("/api/me")).json()["role"] == "patient"
        assert (await nurse.http.get("/api/me?role=nurse")).json()["role"] == "nurse"
        assert (await nurse.http.get(f"/api/contacts/{both.contact}")).status_code == 200
        answer = await nurse.http.delete("/api/session", params={"role": "nurse"})
        assert answer.status_code == 204
        assert (await nurse.http.get("/api/me")).json()["contact"] == both.contact
        assert (await nurse.http.get("/api/me?role=nurse")).json()["role"] is None
        await both.must("contact.leave", contact=both.contact)


async def test_a_cookie_is_for_this_site_and_not_for_scripts(house: House) -> None:
    async with Patient(house) as patient, Nurse(house) as nurse:
        opened = await patient.http.post("/api/contacts", json=wish(region="13"))
        assert opened.status_code == 401
        assert "set-cookie" not in opened.headers, "nothing is remembered of what was refused"
        await nurse.sign_in()
        for answer in (
            await nurse.http.post("/api/demo/session", json={"nurse": "demo-karin"}),
            await nurse.http.delete("/api/session", params={"role": "nurse"}),
        ):
            cookie = answer.headers["set-cookie"].lower()
            assert {"httponly", "samesite=strict", "path=/"} <= set(cookie.split("; "))
            assert "domain" not in cookie


async def test_a_wrong_move_code_is_wrong_however_it_is_written(house: House) -> None:
    async with Patient(house) as phone, Patient(house) as other:
        await phone.open(region="13")
        code = (await phone.http.post("/api/moves")).json()["code"]
        for wrong in (code[:-1], code + "2", "", "        ", "' OR 1=1 --", code[::-1] + "X"):
            answer = await other.http.post("/api/moves/redeem", json={"code": wrong})
            assert (answer.status_code, answer.json()["code"]) == (403, "identity.move_code_wrong")
            assert not other.http.cookies
        spaced = f" {code[:4]}-{code[4:].lower()} "
        answer = await other.http.post("/api/moves/redeem", json={"code": spaced})
        assert answer.json()["contact"] == phone.contact


async def test_guessing_move_codes_is_slow(house: House, redis_server: Redis) -> None:
    redis_server.empty()
    async with Patient(house) as patient:
        codes = [
            (await patient.http.post("/api/moves/redeem", json={"code": f"AAAA{n:04}"})).json()
            for n in range(2_300, 2_320)
        ]
        assert [one["code"] for one in codes[:10]] == ["identity.move_code_wrong"] * 10
        assert "request.too_many" in {one["code"] for one in codes[10:]}
    redis_server.empty()


def test_demo_identities_are_only_for_demos(
    redis_server: Redis, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder: Path = tmp_path_factory.mktemp("earnest")
    database = f"sqlite:///{folder / 'records.sqlite'}"
    with House(folder, redis_server.url, database, worker=False, demo="false") as house:
        headers = {**MARK, "Origin": house.origin}
        for method, path in (("GET", "/api/demo/nurses"), ("POST", "/api/demo/session")):
            answer = httpx.request(
                method, house.url() + path, headers=headers, json={"nurse": "demo-karin"}
            )
            assert (answer.status_code, answer.json()["code"]) == (404, "request.not_found")
            assert "set-cookie" not in answer.headers
        catalogue = httpx.get(f"{house.url()}/api/catalogue").json()
        assert catalogue["demo"] is False
