"""The page of today: what waits now, the day by hours, and weeks and months."""

import re
import threading
import time
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web.accessibility import audit
from tests.web.cases import cases, heights, resize
from tests.web.german import check_german, check_no_english
from tests.web.mirrored import check_mirrored, use_pseudo
from tests.web.people_fake import Fault
from tests.web.tabs import Open
from tests.web.visits.visits_fake import EMPTY, Clinic, instant

# A Monday, at half past two in the afternoon of the facility.
NOW = datetime.fromisoformat("2026-11-30T14:30+13:00").timestamp()


def opened(page: Page) -> Page:
    """Open the page at the time of the server's clock, which is all that counts."""
    page.goto("/today")
    expect(page.get_by_role("heading", name="Today", exact=True)).to_be_visible()
    return page


@pytest.fixture
def page(visitor: Open, clinic: Clinic) -> Page:
    """The tab of a clinician in their facility, not opened yet."""
    clinic.skew_ms = round((NOW - time.time()) * 1000)
    return visitor(clinic.clinician, timezone_id="Pacific/Auckland")


def test_what_waits_comes_first(page: Page, clinic: Clinic) -> None:
    """Patients, their own first, then photos and recordings; a patient who comes is told of at once."""
    other = clinic.book(-20, patientName="Kiri Tane", practitionerId="other", practitionerName="Wiremu Parata")
    clinic.arrive(other, "patient", tell=False)
    clinic.visits[other]["waitingSince"] = instant(clinic.now() - 1_500_000)
    mine = clinic.book(5)
    cut = clinic.book(-40, patientName="Hemi Walker")
    for party in ("patient", "practitioner"):
        clinic.arrive(cut, party, tell=False)
    clinic.lose(cut, "patient", tell=False)
    failed = clinic.book(-120, patientName="Tama Reid")
    clinic.recordings[failed] = {"state": "failed", "failure": "lost"}
    clinic.finish(failed, tell=False)
    # Of the week before, only what took place, was theirs and is not signed.
    weeks: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("Ana Rangi", "draft", {}),
        ("Moana Tahi", "signed", {}),
        ("Pita Rua", "none", {"startedAt": None}),
        ("Wiremu Toru", "none", {"practitionerId": "other"}),
        ("Huia Wha", "none", {}),
    )
    for patient, state, more in weeks:
        minutes = -1440 * (3 if state == "draft" else 1)
        begun = {"patientName": patient, "startedAt": instant(clinic.now() + minutes * 60_000), **more}
        over = clinic.book(minutes, **begun)
        clinic.finish(over, tell=False)
        if state != "none":
            clinic.notes[over] = (1, EMPTY)
        if state == "signed":
            clinic.sign(over)
    clinic.capture("ENC-1", "Rangi Paki", unsent=2)
    clinic.capture("ENC-2", "Hine Moana", vanishing=3.5)
    opened(page)
    waits = page.get_by_role("list").and_(page.locator("#waits"))
    expect(waits.locator(".visit-name")).to_have_text(
        ["Hemi Walker", "Kiri Tane", "Hine Moana", "Rangi Paki", "Tama Reid", "Huia Wha", "Ana Rangi"],
        use_inner_text=True,
    )
    expect(waits).to_contain_text(re.compile("Yesterday, 2:3. pm: there are no notes yet"))
    expect(waits).to_contain_text(re.compile("Fri, 27 Nov, 2:3. pm: the notes are a draft"))
    expect(waits).to_contain_text("In the waiting room for 25 min · Wiremu Parata")
    expect(waits).to_contain_text("1 photo vanishes in 3 h")
    expect(waits).to_contain_text("2 photos on a phone are not sent yet")
    expect(waits).to_contain_text("could not be recorded")
    expect(page).to_have_title("(7) Today · Bedside")
    expect(page.get_by_role("link", name="Open: Hine Moana, Vanishing")).to_have_attribute(
        "href", "/?encounterId=ENC-2&patientId=PAT-1"
    )
    expect(page.locator("#pill")).to_have_text("Live")
    audit(page, "today", 320)
    clinic.arrive(mine, "patient")
    expect(waits.locator(".visit-name").first).to_have_text("Hemi Walker")
    expect(waits.locator(".visit-name").nth(1)).to_have_text("Aroha Ngata")
    expect(page.locator("#announcer")).to_have_text("Aroha Ngata is waiting.")
    page.get_by_role("link", name="Open: Aroha Ngata, Waiting").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"/visit#v={mine}")


def test_the_day_stands_under_its_hours(page: Page, clinic: Clinic) -> None:
    """With a mark where now is; other days, weeks and months by keyboard, each with an address."""
    clinic.book(-30)
    clinic.book(15, patientName="Kiri Tane", practitionerId="other", practitionerName="Wiremu Parata")
    clinic.book(1440, patientName="Tama Reid")
    opened(page)
    rows = page.locator("#list > li")
    expect(rows).to_have_text(
        [re.compile(each) for each in ("^2:00 pm", "Aroha Ngata", "^Now, 2:3", "Kiri Tane")], use_inner_text=True
    )
    expect(page.locator("#zone")).to_be_hidden()
    expect(page.locator("#waits-none")).to_have_text("Nothing waits for you.")
    page.get_by_role("button", name="Reschedule the visit of Kiri Tane").click()
    dialog = page.get_by_role("dialog", name="Reschedule the visit")
    dialog.get_by_label("New time").fill("2026-11-30T16:40")
    dialog.get_by_role("button", name="Reschedule", exact=True).click()
    expect(rows).to_have_text(
        [re.compile(each) for each in ("^2:00 pm", "Aroha Ngata", "^Now, 2:3", "^4:00 pm", "Kiri Tane")]
    )
    page.get_by_label("Only mine").check()
    expect(rows).to_have_text([re.compile(each) for each in ("^2:00 pm", "Aroha Ngata", "^Now, 2:3")])
    page.get_by_label("Only mine").uncheck()
    page.get_by_role("button", name="Next day").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Tuesday, 1 December")).to_be_visible()
    expect(rows).to_have_text([re.compile("^2:00 pm"), re.compile("Tama Reid")])
    assert page.url.endswith("/today#day=2026-12-01")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="No visits on this day")).to_be_visible()
    page.get_by_role("radio", name="Day").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", name=re.compile("^30 Nov . 6 Dec$"))).to_be_visible()
    expect(rows).to_have_count(7)
    expect(rows.nth(0)).to_contain_text("Kiri Tane")
    expect(rows.nth(1)).to_contain_text("Tama Reid")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", name="December 2026")).to_be_visible()
    expect(rows).to_have_count(31)
    page.get_by_role("link", name="Tuesday, 1 December, 1 visit").click()
    expect(page.get_by_role("heading", name="Tuesday, 1 December")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="December 2026")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="December 2026")).to_be_visible()
    page.get_by_role("button", name="Today", exact=True).click()
    expect(rows.nth(1)).to_contain_text("Aroha Ngata")
    assert page.url.endswith("/today")


def test_elsewhere_the_zones_are_named(visitor: Open, clinic: Clinic) -> None:
    """Times are the reader's, and the page says so; the day is the server's, whatever day the computer has."""
    clinic.skew_ms = round((NOW - time.time() + 3 * 86_400) * 1000)
    clinic.book(10)
    page = opened(visitor(clinic.clinician, timezone_id="Europe/Berlin"))
    expect(page.locator("#zone")).to_have_text(
        "Times are yours, Berlin (GMT+1). Kauri Street Hospital is in Auckland (GMT+13)."
    )
    expect(page.get_by_role("heading", name="Thursday, 3 December")).to_be_visible()
    expect(page.locator("#list")).to_contain_text("Aroha Ngata")


def test_what_cannot_be_loaded_is_said(page: Page, clinic: Clinic) -> None:
    """Without the visits there is nothing to show but what to do; without the rest, the visits are."""
    clinic.book(10)
    answer = threading.Event()
    clinic.people.fail("GET /visits", Fault(held=answer))
    clinic.people.fail("GET /session/waiting", *[Fault(422, "")] * 20)
    page.goto("/today")
    expect(page.get_by_text("Loading your day…")).to_be_visible()
    answer.set()
    expect(page.get_by_role("heading", name="Today", exact=True)).to_be_visible()
    expect(page.locator("#waits-said")).to_have_text(re.compile("^Photos could not be looked through."))
    expect(page.locator("#list")).to_contain_text("Aroha Ngata")


def test_a_day_that_cannot_be_loaded_can_be_tried_again(page: Page, clinic: Clinic) -> None:
    """The page says what to do; a failure later keeps what there is."""
    clinic.book(10)
    clinic.people.fail("GET /visits", *[Fault(429, "", {"retry-after": "30"})] * 40)
    page.goto("/today")
    expect(page.get_by_role("heading", name="Your day could not be loaded")).to_be_visible()
    expect(page.locator("#failed-text")).to_contain_text("Try again in 30 seconds.")
    audit(page, "today")
    clinic.people.faults.clear()
    page.locator("#again").dispatch_event("click")
    expect(page.locator("#list")).to_contain_text("Aroha Ngata")
    clinic.people.fail("GET /visits", *[Fault(503, "unavailable")] * 40)
    clinic.drop_sockets()
    expect(page.locator("#list-said")).to_contain_text("may be out of date")
    expect(page.locator("#list")).to_contain_text("Aroha Ngata")


def test_it_is_for_verified_clinicians(visitor: Open, clinic: Clinic) -> None:
    """Others are told so, and nothing is asked."""
    page = visitor(clinic.admin)
    page.goto("/today")
    expect(page.get_by_role("heading", name="This page is for verified clinicians")).to_be_visible()
    assert clinic.asked("GET", "/visits") == []


def test_it_fits(page: Page, clinic: Clinic) -> None:
    """Nothing makes the page wider, and whatever is pressed is large enough for a thumb."""
    name = "Wilhelmina Alexandrina Featherstonehaugh-Cholmondeley"
    clinic.arrive(clinic.book(1, patientName=name), "patient", tell=False)
    opened(page)
    with cases() as case:
        for span in ("Day", "Week", "Month"):
            page.get_by_role("radio", name=span).check()
            expect(page.locator("#list")).to_be_visible()
            with case(span=span, audit="axe"):
                audit(page, "today", 320)
            for width in (320, 640, 1280):
                with case(span=span, width=width):
                    resize(page, width)
                    assert page.evaluate("document.documentElement.scrollWidth") <= width
                    assert min(heights(page.locator("main :is(a, button):visible"))) >= 44


def test_it_is_in_german_and_mirrors(page: Page, clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what waits, and days, weeks and months; all its texts are from catalogues."""
    clinic.arrive(clinic.book(5), "patient", tell=False)
    clinic.book(-60, patientName="Kiri Tane", practitionerId="other", practitionerName="Wiremu Parata")
    over = clinic.book(-1440, patientName="Tama Reid", startedAt=instant(clinic.now()))
    clinic.finish(over, tell=False)
    clinic.capture("ENC-1", "Rangi Paki", unsent=2)
    clinic.capture("ENC-2", "Hine Moana", vanishing=3.5)
    page.goto("/favicon.ico")
    check_german(page, "/today", "#waits li:nth-child(4)")
    expect(page.locator("#waits")).to_contain_text("2 Fotos auf einem Telefon sind noch nicht gesendet")
    expect(page.locator("#where")).to_have_text("Montag, 30. November · Kauri Street Hospital")
    expect(page.locator("#list")).to_contain_text("13:30")
    for span, title in {"Woche": "30. Nov. . 6. Dez.", "Monat": "November 2026"}.items():
        page.get_by_role("radio", name=span).check()
        expect(page.locator("#plan-title")).to_have_text(re.compile(title))
        expect(page.locator("#list")).to_be_visible()
        check_no_english(page)
    use_pseudo(monkeypatch)
    names = "Aroha Ngata|Kiri Tane|Wiremu Parata|Tama Reid|Rangi Paki|Hine Moana|.*Kauri Street Hospital"
    check_mirrored(page, "/today", "#waits li:nth-child(4)", names)
    check_mirrored(page, "/today#week=2026-11-30", "#list .day-visit", f"{names}|\\w+|.*2026")
