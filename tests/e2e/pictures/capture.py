"""A session with six photos: the clinician's desktop, and the phone that sends them."""

import uuid
from typing import Any, Final

from PIL import Image
from playwright.sync_api import Playwright

from local import browser
from tests.e2e.people import kept
from tests.e2e.photographs import file, jpeg, skin
from tests.e2e.pictures.frame import DESKTOP, PHONE, save, shot, side_by_side
from tests.e2e.scenarios.desk import Desk
from tests.e2e.scenarios.handset import Handset

_DETAILS: Final = (
    ("Left", "Forearm", "6 mm, darker than in March"),
    ("Right", "Shoulder", ""),
    ("", "Back", "Edge uneven, no itch"),
    ("Left", "Lower leg", ""),
    ("Right", "Thigh", ""),
    ("Left", "Neck", "New, itches"),
)


def take(playwright: Playwright, stack: dict[str, Any]) -> None:
    """Write each page for itself, and both side by side."""
    chromium = playwright.chromium.launch(executable_path=browser.find(), args=browser.ARGUMENTS)
    desktop = chromium.new_context(base_url=stack["webUrl"], storage_state=kept(stack, "clinician"), **DESKTOP)
    phone = chromium.new_context(base_url=stack["webUrl"], **PHONE)
    desk, handset = Desk(desktop.new_page()), Handset(phone.new_page())
    desk.visit(f"ENC-{uuid.uuid4().int % 100_000:05}", patient="PAT-2041")
    desk.start()
    desk.ready()
    handset.scan(desk.link)
    _send(handset)
    desk.expect_photos(6, 5, 4, 3, 2, 1)
    handset.add_more()
    handset.choose([file(n, jpeg(skin(n, 1600, 1200))) for n in (7, 8)])
    desk.page.wait_for_function("() => !document.querySelector('.fresh')")
    pictures = shot(desk.page), shot(handset.page)
    save("desktop", pictures[0])
    save("phone", pictures[1].resize((390, 844), Image.Resampling.LANCZOS))
    save("capture", side_by_side(*pictures))
    chromium.close()


def _send(handset: Handset) -> None:
    """Send six photos, each with what is known about it."""
    handset.choose([file(n, jpeg(skin(n, 1600, 1200))) for n in range(1, 7)])
    handset.page.locator("#review").tap()
    handset.page.locator("#describe").tap()
    for side, site, notes in _DETAILS:
        if side:
            handset.page.get_by_label(side, exact=True).check()
        handset.page.get_by_label(site, exact=True).check()
        handset.page.get_by_label("Notes").fill(notes)
        handset.page.locator("#next").tap()
    handset.press_send()
    handset.expect_sent(6)
