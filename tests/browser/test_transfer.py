"""A nurse hands a contact over from her keyboard, and a colleague goes on where she was."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.hall import Hall
from tests.browser.look import look


async def test_a_contact_handed_over_comes_with_all_that_was_written(hall: Hall) -> None:
    karin, yusuf, ada = await hall.nurse(), await hall.nurse(), await hall.patient()
    await karin.on_duty("Karin")
    await yusuf.on_duty("Yusuf")
    await ada.wait(called="Ada", channel="Chatt")
    await karin.takes()
    await ada.phase("talking")
    await karin.page.fill("#note-situation", "Utslag på armen")

    await karin.button("Lämna över", exact=True).click()
    dialog = karin.page.get_by_role("dialog")
    await dialog.get_by_role("radio", name="En annan kö").focus()
    await karin.page.keyboard.press("ArrowDown")
    colleague = dialog.get_by_role("radio", name="Yusuf")
    await expect(colleague).to_be_visible()
    await look(karin, "nurse hands over", first=None)
    await colleague.focus()
    await karin.page.keyboard.press("Space")
    await dialog.get_by_label("Skäl").focus()
    await karin.page.keyboard.type("Du kan hud")
    await dialog.get_by_label("Sammanfattning").fill("Sedan i går, kliar")
    await dialog.get_by_role("button", name="Lämna över").focus()
    await karin.page.keyboard.press("Enter")
    await expect(karin.says("Ada är överlämnad")).to_be_visible()
    await karin.phase("line")

    await ada.phase("waiting")
    await expect(ada.says("lämnar över dig till en kollega. Din plats är kvar.")).to_be_visible()
    await look(ada, "patient handed over", first=None)

    await expect(yusuf.says("Till dig från Karin Demo: Du kan hud")).to_be_visible()
    await look(yusuf, "nurse line with a handover", first=None)
    await yusuf.takes()
    await ada.phase("talking")
    await expect(yusuf.page.get_by_test_id("handover")).to_contain_text("Sedan i går, kliar")
    await expect(yusuf.page.locator("#note-situation")).to_have_value("Utslag på armen")
