"""Search from anywhere, by keyboard alone: pages, actions and visits; and the keys that work anywhere."""

import re
import threading

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.web.accessibility import audit
from tests.web.cases import cases, resize
from tests.web.people_fake import Fault
from tests.web.tabs import Open
from tests.web.visits.visits_fake import Clinic

TIMES = ("createdAt", "updatedAt")
NOW = "2026-11-21T02:31:52.345Z"


@pytest.fixture
def page(visitor: Open, clinic: Clinic) -> Page:
    """A clinician's list of visits, open."""
    tab = visitor(clinic.clinician)
    tab.goto("/schedule")
    expect(tab.get_by_role("heading", name="Visits", exact=True)).to_be_visible()
    return tab


def options(page: Page) -> Locator:
    return page.get_by_role("option")


def chosen(page: Page) -> Locator:
    """What Enter opens."""
    return page.locator("[role=option][aria-selected=true]")


def test_a_visit_is_found_by_a_part_of_a_name(page: Page, clinic: Clinic) -> None:
    """Macrons do not matter; Enter opens it, and next time it stands first. Encounters with photos are found too."""
    visit_id = clinic.book(3 * 1440, patientName="Tāne Ngāta")
    photos = {"patientName": "Tāne Ngāta", "startedAt": NOW, "lastEventAt": NOW, "photoCount": 3, "state": "open"}
    ids = dict.fromkeys(("patientId", "recordId", "endedAt"))
    clinic.encounters = [{"encounterId": one, "kind": one, **photos, **ids} for one in ("visit", "capture")]
    clinic.book(60, patientName="Kiri Walker")
    page.keyboard.press("/")
    text = page.get_by_role("combobox")
    expect(text).to_be_focused()
    expect(text).to_have_value("")
    expect(options(page)).to_have_text(
        [
            re.compile(each)
            for each in (
                "Today",
                "Patients",
                "Photo capture",
                "Encounters",
                "Visits",
                "Bookings",
                "Availability",
                "Notifications",
                "Settings",
            )
        ]
        + [re.compile(each) for each in ("New photos", "New patient", "New visit", "Sign out", "Keyboard shortcuts")]
    )
    page.keyboard.type("tane")
    expect(options(page)).to_have_text(
        [re.compile(r"^Tāne Ngāta.+ · 3 photos$"), re.compile(r"^Tāne Ngāta.+ · Mere Tipene$")]
    )
    expect(page.get_by_role("group", name="Latest encounters")).to_be_visible()
    expect(page.get_by_role("group", name="Visits of these weeks")).to_be_visible()
    clinic.patients = [{"patientId": "p1", "name": "Tāne Ngāta", "identifiers": [], **dict.fromkeys(TIMES, NOW)}]
    expect(page.locator("#palette-said")).to_have_text("2 results")
    # It is asked for once, whatever is typed next.
    asked = len(clinic.asked("GET", "/visits"))
    clinic.patients, found = [], clinic.patients
    text.fill("nothing of this name")
    expect(page.locator("#palette-said")).to_have_text("Nothing found for “nothing of this name”.")
    clinic.patients = found
    text.fill("ngata ta")
    expect(page.get_by_role("group", name="Patients").get_by_role("option")).to_have_text("Tāne Ngāta")
    expect(options(page)).to_have_count(3)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert len(clinic.asked("GET", "/visits")) == asked
    page.keyboard.press("Enter")
    page.wait_for_url(f"/visit#v={visit_id}")
    expect(page.locator("#patient-name")).to_have_text("Tāne Ngāta")
    page.keyboard.press("Control+k")
    expect(chosen(page)).to_contain_text("Tāne Ngāta")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Search")).to_be_hidden()
    # Nothing of it stays in the page, nor in the tab once nobody is signed in.
    expect(options(page)).to_have_count(0)
    page.locator("#side-open").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("/sign-in")
    assert page.evaluate("sessionStorage.length") == 0


def test_an_answer_that_is_late_is_dropped(page: Page, clinic: Clinic) -> None:
    """What was typed last counts; a search that fails says so, and is made anew by the next text."""
    clinic.book(60, patientName="Kiri Walker")
    expect(page.locator("#pill")).to_have_text("Live")
    answer = threading.Event()
    # The list itself may ask too.
    clinic.people.fail("GET /visits", *[Fault(held=answer)] * 4)
    page.get_by_role("button", name="Search").click()
    with page.expect_request("**/visits?*"):
        page.keyboard.type("kiri")
    expect(page.locator("#palette-said")).to_have_text("Searching…")
    text = page.get_by_role("combobox")
    text.fill("v")
    expect(options(page)).to_have_text([re.compile("Visits"), re.compile("New visit")])
    answer.set()
    expect(page.locator("#palette-said")).to_have_text("2 results")
    page.keyboard.press("ArrowDown")
    expect(chosen(page)).to_contain_text("New visit")
    expect(text).to_have_attribute("aria-activedescendant", chosen(page).get_attribute("id") or "")
    page.keyboard.press("ArrowDown")
    expect(chosen(page)).to_contain_text("Visits")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="New visit")).to_be_visible()
    assert page.url.endswith("/schedule")
    page.keyboard.press("Escape")
    clinic.people.faults.clear()
    clinic.people.fail("GET /visits", *[Fault(422, "")] * 4)
    page.keyboard.press("/")
    page.keyboard.type("kiri")
    expect(page.locator("#palette-said")).to_have_text(re.compile("^Visits of these weeks could not be searched."))
    clinic.people.faults.clear()
    page.keyboard.type(" w")
    expect(options(page)).to_have_text([re.compile("Kiri Walker")])


def test_keys_work_anywhere_but_while_typing(page: Page, clinic: Clinic) -> None:
    """Two keys open a page, `?` shows them all, and whoever presses them by accident turns them off."""
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(sheet.locator("dt")).to_contain_text(
        [
            *("Search", "Search, also while typing", "Today", "Patients", "Photo capture", "Encounters", "Visits"),
            *("Bookings", "Availability", "Notifications", "Settings"),
        ]
    )
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    page.keyboard.type("gs")
    page.wait_for_url("/account")
    name = page.get_by_label("Name")
    expect(name).to_have_value("Mere Tipene")
    name.fill("")
    page.keyboard.type("g/?v")
    expect(name).to_have_value("g/?v")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Search or go to")).to_be_focused()
    page.keyboard.press("Escape")
    expect(name).to_be_focused()
    page.locator("main").focus()
    page.keyboard.press("?")
    sheet.get_by_role("checkbox", name="Use shortcuts of single keys").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.type("/gv")
    expect(page.get_by_role("dialog", name="Search")).to_be_hidden()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Search or go to")).to_be_focused()
    page.keyboard.type("vis")
    page.keyboard.press("Enter")
    page.wait_for_url("/schedule")
    assert clinic.asked("POST", "/auth/logout") == []


def test_it_fits(page: Page, clinic: Clinic) -> None:
    """On a narrow window too, and at a zoom of 200 %, nothing is cut off."""
    clinic.book(60, patientName="Wilhelmina Alexandrina Featherstonehaugh-Cholmondeley")
    page.keyboard.press("/")
    page.keyboard.type("wi")
    expect(options(page)).to_have_count(1)
    audit(page, "schedule", 320)
    with cases() as case:
        for width, height in ((1280, 800), (640, 400), (320, 500)):
            with case(width=width):
                resize(page, width, height)
                for element in page.locator("#palette, #palette-text, #palette [role=option]").all():
                    box = element.bounding_box()
                    assert box
                    assert box["x"] >= 0
                    assert box["x"] + box["width"] <= width
                    assert box["y"] + box["height"] <= height
