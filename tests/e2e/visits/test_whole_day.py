"""A clinician's whole day with one patient, in real browsers: photos, a visit, notes, and what is left of them."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.e2e.photographs import file
from tests.e2e.scenarios.desk import Desk
from tests.e2e.scenarios.handset import Handset
from tests.e2e.visits.attendant import Attendant, meet
from tests.e2e.watch import Watch

_PATIENT = "Aroha Ngata"


@pytest.fixture
def handset(browser: Browser, playwright: Playwright, watch: Watch) -> Iterator[Handset]:
    """The ward's phone, which takes the photos."""
    with watch.tab(browser, **playwright.devices["Pixel 7"]) as page:
        yield Handset(page)


def test_find_capture_annotate_meet_sign_and_look_back(
    patient: Attendant, practitioner: Attendant, handset: Handset
) -> None:
    """Nobody reads or types an id, and the patient's page leads to all that happened."""
    page = practitioner.page
    page.goto("/schedule")
    _find_patient(page)
    page.get_by_role("link", name="New photos").first.click()
    page.get_by_role("button", name="Start capture").click()
    desk = Desk(page)
    desk.ready()
    handset.scan(desk.link)
    handset.snap(file(1))
    desk.expect_photos(1)
    _draw_an_arrow(desk)
    page.get_by_role("button", name="End session").click()
    page.locator("#confirm-yes").click()
    expect(page.locator("#end")).to_be_hidden()

    meet(patient, practitioner)
    page.get_by_label("Chief complaint").fill("A mole that grows")
    expect(page.locator("#notes-state")).to_contain_text("Saved")
    practitioner.confirm("End visit")
    expect(page.locator("#over-facts")).to_contain_text("Completed")
    practitioner.confirm("Sign notes")
    expect(page.locator("#notes-signed")).to_contain_text("Dr Hana Walker")

    page.goto("/schedule")
    _find_patient(page)
    page.get_by_role("link", name=re.compile(r"Photos.*1 photo")).first.click()
    happened = page.get_by_role("region", name="What happened")
    expect(happened).to_contain_text("marked up")
    expect(happened).to_contain_text("ended the photo session")
    page.go_back()
    page.locator(f'a[href="/encounter?id={patient.visit_id}"]').click()
    expect(happened).to_contain_text("signed the notes")


def _find_patient(page: Page) -> None:
    """Go to the patient's page from anywhere, by the keyboard."""
    page.keyboard.press("Control+k")
    page.keyboard.type(_PATIENT.lower())
    option = page.get_by_role("option", name=re.compile(_PATIENT)).first
    expect(option).to_be_visible()
    option.click()
    expect(page.get_by_role("heading", name=_PATIENT, level=1)).to_be_visible()


def _draw_an_arrow(desk: Desk) -> None:
    """Open the photo, and draw on it by the keyboard."""
    page = desk.page
    desk.preview(1)
    expect(page.locator(".photo-zoom")).to_have_text(re.compile(r"\d+ %"))
    page.keyboard.press("e")
    expect(page.locator("#preview-figure")).to_be_focused()
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="Drawn on the photo").get_by_role("button", name="Arrow")).to_be_focused()
    page.get_by_role("button", name="Done").click()
    expect(page.locator("#announcer")).to_have_text("Edits saved.")
    page.keyboard.press("Escape")
    expect(desk.photo(1).locator(".drawn").first).to_be_visible()
