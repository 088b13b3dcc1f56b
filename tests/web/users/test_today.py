"""What administrators see of the day: a few numbers, or that they are not known."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.web.accessibility import audit
from tests.web.cases import cases, resize
from tests.web.conftest import SignedIn
from tests.web.people_fake import Fault, Json, People

NOW = datetime(2026, 11, 21, 20, 30, tzinfo=UTC)


def hours(**each: int) -> list[Json]:
    """Give the last 48 hours before NOW, with so much in each."""
    this = NOW.replace(minute=0)
    begun = [this - timedelta(hours=47 - number) for number in range(48)]
    return [{"at": at.strftime("%Y-%m-%dT%H:%M:%S.000Z"), **each} for at in begun]


def visit(page: Page) -> None:
    """Open the page at NOW, as somebody who has just signed in."""
    ms = int(NOW.timestamp() * 1000)
    page.add_init_script(
        f"localStorage['bedside.last-used'] = '{ms}'; const kept = JSON.parse(localStorage['bedside.sign-in']);"
        f" localStorage['bedside.sign-in'] = JSON.stringify({{ ...kept, expiresAt: {ms + 900_000} }});"
    )
    page.clock.set_fixed_time(NOW)
    page.goto("/users")


def opened(signed_in: SignedIn, admin: Json) -> Page:
    """The page of an administrator, at NOW."""
    page = signed_in(admin)
    visit(page)
    expect(page.get_by_role("heading", name="People", exact=True)).to_be_visible()
    return page


def tiles(page: Page) -> Locator:
    return page.locator("#today-counts > div")


def test_the_day_at_a_glance(signed_in: SignedIn, people: People) -> None:
    """Each number with yesterday's; a facility is told nothing of codes."""
    people.hours = hours(sessionsOpened=0, photosArrived=0, signIns=0)
    people.hours[-1] |= {"sessionsOpened": 2, "photosArrived": 1204}
    people.hours[-2] |= {"sessionsOpened": 10}
    people.hours[-25] |= {"signIns": 3}
    page = opened(signed_in, people.admin)
    expect(page.get_by_role("region", name="Today")).to_be_visible()
    audit(page, "users", 320)
    expect(tiles(page)).to_have_text(["Sessions120 yesterday", "Photos1,2040 yesterday", "Sign-ins03 yesterday"])
    expect(page.locator("#today-unknown")).to_be_hidden()
    assert people.counted == [{"hours": "48", "days": "0"}]


def test_the_systems_administrators_see_all_or_one(signed_in: SignedIn, people: People) -> None:
    """Asked again for another facility only, and named then."""
    people.hours = hours(sessionsOpened=1, photosArrived=1, signIns=1, codesSent=1)
    page = opened(signed_in, people.system_admin)
    expect(tiles(page)).to_have_count(4)
    people.hours = hours(sessionsOpened=0, photosArrived=0, signIns=0)
    facility = page.get_by_label("Facility", exact=True)
    facility.select_option("FAC001")
    expect(page.get_by_role("heading", name="Today in Kauri Street Hospital")).to_be_visible()
    expect(tiles(page)).to_have_count(3)
    page.get_by_label("Find by name or number").fill("+64 21 555 0101")
    page.keyboard.press("Enter")
    expect(page.locator("#list tr")).to_have_count(1)
    page.get_by_role("button", name="Show all").click()
    facility.select_option("")
    expect(page.get_by_role("heading", name="Today", exact=True)).to_be_visible()
    assert [asked.get("facilityId") for asked in people.counted] == [None, "FAC001", None]


@pytest.mark.parametrize("fault", [None, Fault(422, "invalid-request"), Fault(403, "forbidden"), Fault(429, "")])
def test_no_numbers_are_said_to_be_none(signed_in: SignedIn, people: People, fault: Fault | None) -> None:
    """Whether Redis is away or the call fails; the list is there all the same."""
    if fault:
        people.fail("GET /admin/counters", *[fault] * 5)
    page = opened(signed_in, people.admin)
    expect(page.locator("#today-unknown")).to_have_text("The numbers are not known at the moment.")
    expect(page.locator("#today-counts")).to_be_hidden()
    expect(page.locator("#list tr")).to_have_count(2)


def test_the_list_does_not_wait_for_the_numbers(signed_in: SignedIn, people: People) -> None:
    """They come when they come."""
    people.hours = hours(sessionsOpened=1, photosArrived=1, signIns=1)
    answer = threading.Event()
    people.fail("GET /admin/counters", Fault(held=answer))
    page = opened(signed_in, people.admin)
    expect(page.locator("#list tr")).to_have_count(2)
    expect(page.locator("#today-unknown")).to_have_text("Counting…")
    answer.set()
    expect(tiles(page)).to_have_count(3)
    expect(page.locator("#today-unknown")).to_be_hidden()


def test_a_day_is_the_readers(people: People, signed_in: SignedIn) -> None:
    """Midnight is where the reader is; an hour belongs to the day in which it begins."""
    people.hours = hours(signIns=1)
    zones = {"Pacific/Auckland": 10, "UTC": 21, "America/Los_Angeles": 13, "Asia/Kolkata": 2}
    page = signed_in(people.admin)
    session = page.context.new_cdp_session(page)
    visit(page)
    with cases() as case:
        for zone, today in zones.items():
            with case(zone=zone):
                session.send("Emulation.setTimezoneOverride", {"timezoneId": zone})
                page.reload()
                expect(tiles(page)).to_have_text([f"Sign-ins{today}24 yesterday"])


def test_it_fits(signed_in: SignedIn, people: People) -> None:
    """Nothing is cut off and nothing makes the page wider."""
    people.hours = hours(sessionsOpened=12_345, photosArrived=1, signIns=1, codesSent=1)
    page = signed_in(people.system_admin)
    visit(page)
    expect(tiles(page)).to_have_count(4)
    with cases() as case:
        for width in (320, 390, 1280):
            with case(width=width):
                resize(page, width)
                assert page.evaluate("document.documentElement.scrollWidth") <= width
                boxes = [tiles(page).nth(number).bounding_box() for number in range(4)]
                assert all(box and box["x"] + box["width"] <= width for box in boxes)
