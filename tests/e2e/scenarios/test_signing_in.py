"""12: people sign in on a phone and on a desk, are let in, cut off, and forgotten."""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, StorageState, expect

from tests.e2e.aws import Aws
from tests.e2e.people import Reception, browser_of, new_facility, new_number
from tests.e2e.photographs import album
from tests.e2e.scenarios.desk import Desk
from tests.e2e.scenarios.entrance import Entrance, at, may_ask_again
from tests.e2e.scenarios.handset import Handset
from tests.e2e.sign_in.journeys import EVERYWHERE_SECONDS
from tests.e2e.watch import Watch

type Open = Callable[..., Page]


@pytest.fixture
def tab(watch: Watch, browser: Browser, playwright: Playwright, stack: dict[str, Any]) -> Iterator[Open]:
    """Opens a tab in a browser of its own, in which nobody has signed in unless one says who."""
    contexts = []

    def open_tab(*, on_a_phone: bool = False, holding: StorageState | None = None) -> Page:
        device = playwright.devices["Pixel 7"] | {"device_scale_factor": 1} if on_a_phone else {}
        context = browser.new_context(**device, base_url=stack["webUrl"], storage_state=holding)
        watch.follow(context)
        contexts.append(context)
        return context.new_page()

    yield open_tab
    for context in contexts:
        context.close()


def test_patient_signs_in_on_a_phone(tab: Open, reception: Reception) -> None:
    """Somebody unknown gets a code, enters it, and is a patient with visits to come; a sign-out leads back."""
    page, phone = tab(on_a_phone=True), new_number()
    page.goto("/sign-in")
    entrance = Entrance(page, reception)
    entrance.sign_in(phone)
    expect(page).to_have_url(at("/my-visits"))
    page.goto("/account")
    expect(page.locator("#phone")).to_have_text(phone)
    expect(page.locator("#roles")).to_have_text("Patient")
    expect(page.locator("#facility-row")).to_be_hidden()
    page.get_by_label("Name").fill("Aroha Ngata")
    page.get_by_role("button", name="Save name").tap()
    expect(page.locator("#said")).to_have_text("Saved")
    page.reload()
    expect(page.get_by_label("Name")).to_have_value("Aroha Ngata")
    page.locator("#sign-out").tap()
    entrance.expect("You are signed out.")
    page.goto("/account")
    entrance.expect()


def test_clinician_signed_out_everywhere_is_back_at_the_door(
    tab: Open, handset: Handset, reception: Reception, aws: Aws, encounter: str
) -> None:
    """From sign-in to a photo; somebody signs out everywhere in a second browser; the first is out at its next call.

    Signed in again, the clinician is back at the session and its photo.
    """
    facility = new_facility()
    clinician = reception.register(facility, "clinician")
    desk = Desk(tab())
    entrance = Entrance(desk.page, reception)
    desk.visit(encounter, facility)
    entrance.sign_in(clinician["phone"])
    desk.start()
    desk.ready()
    handset.scan(desk.link)
    handset.send(album(1))
    desk.expect_photos(1)
    # The bell asks at times, also for tickets, and would find out by itself; here the clinician is to find out.
    desk.page.route(re.compile(r"/notifications(/live-ticket)?$"), lambda route: route.abort())

    other = tab()
    may_ask_again(aws, clinician["userId"])
    other.goto("/account")
    Entrance(other, reception).sign_in(clinician["phone"])
    expect(other.locator("#facility")).to_have_text(f"{facility} (no name yet)")
    other.locator("#everywhere").click()
    other.locator("#confirm-yes").click()
    Entrance(other, reception).expect("You are signed out on all devices.")

    time.sleep(EVERYWHERE_SECONDS)  # real time: what is promised is a span
    desk.page.get_by_role("button", name="Add another phone").click()
    desk.page.get_by_role("button", name="New code").click()
    entrance.expect("Your sign-in has ended. Sign in again to go on.")
    assert "Rangi" not in desk.page.content()
    may_ask_again(aws, clinician["userId"])
    entrance.sign_in(clinician["phone"])
    desk.ready()
    desk.expect_photos(1)


def test_administrator_adds_and_approves_a_clinician(tab: Open, reception: Reception) -> None:
    """The new clinician can sign in at once, opens nothing before they are approved, and goes on from there."""
    facility, phone = new_facility(), new_number()
    admin = reception.enrol(facility, "facilityAdmin")
    users = tab(holding=browser_of(reception.stack, admin.pair))
    users.goto("/users")
    users.get_by_role("button", name="Add person").click()
    added = users.locator("#add")
    added.get_by_label("Name").fill("Rawiri Parata")
    added.get_by_label("Mobile phone number").fill(phone)
    expect(added.get_by_label("Clinician")).to_be_checked()
    added.get_by_role("button", name="Add person").click()
    row = users.get_by_role("row").filter(has_text=phone)
    expect(row).to_contain_text("Waiting for review")

    desk = tab()
    desk.goto("/")
    Entrance(desk, reception).sign_in(phone)
    expect(desk.locator("#closed-title")).to_be_visible()

    row.get_by_role("button", name="Manage").click()
    users.locator("#approve").click()
    expect(users.locator("#manage-badges")).to_contain_text("Verified")
    users.locator("#manage-close").click()
    expect(row).to_contain_text("Verified")

    desk.locator("#closed-again").click()
    expect(desk.get_by_role("button", name="Start capture")).to_be_visible()


def test_desk_that_nobody_uses_signs_out(tab: Open, reception: Reception) -> None:
    """A warning after 14 minutes, which an answer takes away; after 15 without one the server has forgotten too."""
    clinician = reception.enrol(new_facility(), "clinician")
    page = tab(holding=browser_of(reception.stack, clinician.pair))
    page.clock.install()
    page.goto("/")
    expect(page.get_by_role("button", name="Start capture")).to_be_visible()
    page.clock.fast_forward("14:05")
    page.get_by_role("button", name="Stay signed in").click()
    expect(page.locator("#idle")).to_be_hidden()
    page.clock.fast_forward("13:00")
    expect(page.locator("#idle")).to_be_hidden()
    assert clinician.call("GET", "/auth/me").status_code == 200
    page.clock.fast_forward("02:05")
    Entrance(page, reception).expect("Signed out after 15 minutes without use.")
    assert clinician.call("GET", "/auth/me").status_code == 401
