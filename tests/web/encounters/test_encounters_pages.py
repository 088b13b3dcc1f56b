"""Encounters by day, and what happened in each in plain words; nothing is a dead end."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.web.accessibility import audit, document_of
from tests.web.cases import resize
from tests.web.encounters.conftest import Encounters
from tests.web.german import check_german
from tests.web.mirrored import check_mirrored, use_pseudo
from tests.web.people_fake import Fault
from tests.web.tabs import Open

MERE = {"kind": "user", "userId": "u" * 24, "name": "Mere Tipene"}
PHONE = {"kind": "phone"}


def at(text: str) -> str:
    return f"2026-11-{text}:00.000Z"


def test_the_latest_encounters_stand_by_day(visitor: Open, encounters: Encounters) -> None:
    """Each leads to itself; more on demand, with the keyboard going on there; of one patient, or of all."""
    now = datetime.now(UTC)
    # What is planned stands under visits.
    encounters.add("visit-2", "Kiri Walker", (now + timedelta(days=90)).isoformat(), kind="visit")
    encounters.add(
        "visit-1",
        "Aroha Ngata",
        (now + timedelta(minutes=30)).isoformat(),
        kind="visit",
        patientId="PAT-2",
        recordId=None,
    )
    encounters.add("enc-2", "Tama Paki", at("20T09:15"), photoCount=3, state="ended")
    encounters.add("enc-1", None, at("20T08:00"), photoCount=1)
    page = visitor(encounters.people.clinician)
    page.goto("/history")
    expect(page.get_by_role("heading", name="Encounters", exact=True)).to_be_focused()
    expect(page.locator("#zone")).to_contain_text("Times are yours, UTC (GMT). Kauri Street Hospital is in Auckland")
    rows = page.locator(".encounter-row")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("Aroha Ngata")
    expect(rows.first).to_contain_text("Scheduled")
    page.get_by_role("button", name="Show more").click()
    expect(rows).to_have_count(3)
    expect(rows.last).to_be_focused()
    expect(page.get_by_role("heading", name="Friday, 20 November")).to_be_visible()
    expect(rows.nth(1)).to_contain_text("Photos · 3 photos")
    expect(rows.last).to_contain_text("Patient without a name")
    expect(rows.last).to_contain_text("Open")
    audit(page, "history", 320)
    for width in (390, 320):
        resize(page, width)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto("/history?patientId=PAT-2")
    expect(page.locator("#about")).to_have_text("Of Aroha Ngata")
    expect(rows).to_have_count(1)
    page.get_by_role("link", name="All encounters").click()
    expect(rows).to_have_count(2)
    rows.nth(1).click()
    expect(page).to_have_url(f"{encounters.origin}/encounter?id=enc-2")


def test_what_happened_is_told_in_plain_words(visitor: Open, encounters: Encounters) -> None:
    """By day and in order, with who did it; photos in a row are told of once, and what is missing stands out."""
    encounters.add("enc-1", "Tama Paki", at("20T09:15"), photoCount=3, state="ended", endedAt=at("21T10:00"))
    encounters.happen("enc-1", "session-opened", at("20T09:15"), MERE)
    for minute in (16, 17, 18):
        encounters.happen("enc-1", "photo-arrived", at(f"20T09:{minute}"), PHONE, imageId=f"image-{minute}")
    encounters.happen("enc-1", "photo-deleted", at("20T09:20"), {"kind": "user", "userId": "v" * 24}, imageId="image-9")
    encounters.happen("enc-1", "events-missing", at("20T09:30"), count=2)
    encounters.happen("enc-1", "session-ended", at("21T10:00"))
    page = visitor(encounters.people.clinician)
    page.goto("/encounter?id=enc-1")
    expect(page.get_by_role("heading", name="Tama Paki")).to_be_focused()
    expect(page.locator("#about")).to_have_text("Photos, 20 Nov, 9:15 am")
    expect(page.locator("#timeline h3")).to_have_text(["Friday, 20 November", "Saturday, 21 November"])
    expect(page.locator("#timeline li span")).to_have_text(
        [
            "Mere Tipene started a photo session",
            "3 photos arrived",
            "Somebody of the facility deleted a photo",
            "2 entries are missing here",
            "The photo session ended by itself, because nothing happened in it any more",
        ]
    )
    expect(page.get_by_role("link", name="See the photos")).to_have_attribute(
        "href", "/?patientId=PAT-1&encounterId=enc-1"
    )
    expect(page.locator("#chart")).to_have_attribute("href", "/patient?id=patient1")
    audit(page, "encounter", 320)
    resize(page, 320)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_pages_of_encounters_are_translated_and_mirror(
    visitor: Open, encounters: Encounters, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They have all their texts from catalogues, in German too, find room for longer words, and are mirrored."""
    encounters.add("enc-1", "Tama Paki", at("20T09:15"), photoCount=3, state="ended", endedAt=at("21T10:00"))
    encounters.happen("enc-1", "session-opened", at("20T09:15"), MERE)
    encounters.happen("enc-1", "photo-arrived", at("20T09:16"), PHONE, imageId="image-1")
    page = visitor(encounters.people.clinician)
    page.goto("/favicon.ico")
    check_german(page, "/history", ".encounter-row")
    check_german(page, "/encounter?id=enc-1", "#timeline li")
    use_pseudo(monkeypatch)
    check_mirrored(page, "/history", ".encounter-row", "Tama Paki")
    check_mirrored(page, "/encounter?id=enc-1", "#timeline li", "Tama Paki")


def test_nothing_is_a_dead_end(visitor: Open, encounters: Encounters) -> None:
    """What is not there, cannot be loaded or is not open to somebody says what to do next."""
    page = visitor(encounters.people.clinician)
    page.goto("/history")
    expect(page.get_by_role("heading", name="No encounters yet")).to_be_visible()
    page.goto("/encounter?id=enc-1")
    expect(page.get_by_role("heading", name="Your facility has no such encounter")).to_be_focused()
    encounters.add("enc-1", "Tama Paki", at("20T09:15"), patientId=None, recordId=None)
    page.get_by_role("button", name="Look again").click()
    expect(page.get_by_role("heading", name="Tama Paki")).to_be_visible()
    expect(page.locator("#chart")).to_be_hidden()
    for path in ("/history", "/encounter?id=enc-1"):
        encounters.faults += [Fault(422, "invalid-request")] if path == "/history" else [Fault(403, "forbidden")]
        page.goto(path)
        _is_helped(page)
    page = visitor(encounters.people.admin)
    page.goto("/history")
    expect(page.get_by_role("heading", name="Encounters are for verified clinicians")).to_be_visible()


def _is_helped(page: Page) -> None:
    shown = page.locator("section.screen:visible")
    expect(shown.get_by_role("heading")).to_be_focused()
    expect(shown.locator("a.button, button.button").first).to_be_visible()
    audit(page, document_of(page))
