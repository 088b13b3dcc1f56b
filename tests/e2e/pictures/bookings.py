"""When a clinician can be booked, on their desktop, and the free times that a patient finds on their phone."""

from typing import Any

from playwright.sync_api import Playwright, expect

from local import browser
from tests.e2e.people import kept
from tests.e2e.pictures.frame import DESKTOP, PHONE, save, shot, side_by_side


def take(playwright: Playwright, stack: dict[str, Any]) -> None:
    """Write both side by side."""
    chromium = playwright.chromium.launch(executable_path=browser.find(), args=browser.ARGUMENTS)
    desktop = chromium.new_context(base_url=stack["webUrl"], storage_state=kept(stack, "clinician"), **DESKTOP)
    week = desktop.new_page()
    week.goto("/availability")
    expect(week.locator("#week .week-block").first).to_be_visible()
    phone = chromium.new_context(base_url=stack["webUrl"], storage_state=kept(stack, "patient"), **PHONE)
    times = phone.new_page()
    times.goto("/book")
    times.locator("#services button").first.tap()
    expect(times.locator("#slots button").first).to_be_visible()
    save("bookings", side_by_side(shot(week), shot(times)))
    chromium.close()
