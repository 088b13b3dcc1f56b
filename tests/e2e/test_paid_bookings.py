"""Patients pay for bookings at the payment provider's stand-in, and always get a visit or their money."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.e2e.people import Reception, SignedIn, browser_of, new_facility
from tests.e2e.watch import Watch
from tests.waiting import until

PRICE = {"amount": 4500, "currency": "EUR"}
PACK = {"visits": 3, "amount": 12000}
# So long before a visit, vouchers are offered, and whoever cancels gets everything back.
NOTICE_MINUTES = 9 * 24 * 60
# What a webhook may take until the page shows what followed from it.
PATIENCE_MS = 60_000


@dataclass
class Practice:
    """A facility with a practitioner who is there all week, and two patients."""

    service: dict[str, Any]
    patient: SignedIn
    other: SignedIn

    def book(self, starts_at: str) -> httpx.Response:
        """Book a time as the other patient, who does not have to pay."""
        wanted = {**self.service, "startsAt": starts_at}
        return self.other.call("POST", "/bookings", wanted, headers={"idempotency-key": str(uuid4())})

    def of_patient(self) -> dict[str, Any]:
        [booking] = self.patient.call("GET", "/bookings").json()["bookings"]
        found: dict[str, Any] = booking
        return found


@pytest.fixture
def practice(reception: Reception) -> Practice:
    facility = new_facility()
    admin, doctor = reception.enrol(facility, "facilityAdmin"), reception.enrol(facility, "clinician")
    hours = [{"day": day, "from": "00:00", "to": "24:00"} for day in range(1, 8)]
    availability = {"timeZone": "UTC", "hours": hours, "interval": 60, "minimumNotice": NOTICE_MINUTES}
    path, headers = f"/practitioners/{doctor.user_id}/availability", {"if-match": '"0"'}
    assert doctor.call("PUT", path, availability, headers=headers).status_code == 200
    for name, price in (("Skin check", PRICE), ("Introduction", {**PRICE, "amount": 0})):
        packs = [PACK] if price["amount"] else []
        body = {"name": name, "practitionerId": doctor.user_id, "durationMinutes": 30, "price": price, "packs": packs}
        answer = admin.call("POST", "/services", body, headers={"idempotency-key": str(uuid4())})
        assert answer.status_code == 201, answer.text
    free = {"serviceId": answer.json()["serviceId"], "price": answer.json()["price"]}
    return Practice(free, reception.enrol(facility, "patient"), reception.enrol(facility, "patient"))


@pytest.fixture
def page(
    browser: Browser, playwright: Playwright, watch: Watch, stack: dict[str, Any], practice: Practice
) -> Iterator[Page]:
    """A tab of the patient's phone."""
    settings = {"storage_state": browser_of(stack, practice.patient.pair), "timezone_id": "Europe/Lisbon"}
    with watch.tab(browser, **playwright.devices["Pixel 7"], **settings) as page:
        page.set_default_timeout(PATIENCE_MS)
        yield page


def choose(page: Page) -> None:
    """Choose the first free time, up to the provider's page."""
    page.goto("/book")
    page.get_by_role("button", name="Skin check").click()
    expect(page.locator("#times-policy")).to_contain_text("Cancel at least 24 hours before")
    page.locator("#slots button").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Go to payment").click()
    page.wait_for_url("**/stripe/pay/**")


def becomes(page: Page, state: str) -> None:
    expect(page.locator("#state")).to_have_text(state, timeout=PATIENCE_MS)


def test_what_is_paid_becomes_a_visit(page: Page, practice: Practice) -> None:
    """A card is declined, the next one pays; the visit is there; whoever cancels in time gets everything back."""
    choose(page)
    page.get_by_role("button", name="Pay by a card that is declined").click()
    page.get_by_role("button", name="Pay by card").click()
    page.wait_for_url("**/booking?id=**")
    becomes(page, "Scheduled")
    page.get_by_role("link", name="See the visit").click()
    expect(page.get_by_role("button", name="Add to calendar")).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="Cancel the booking").click()
    dialog = page.get_by_role("dialog", name="Cancel this booking?")
    expect(dialog).to_contain_text("All of your money comes back: €45.00.")
    dialog.get_by_role("button", name="Cancel the booking").click()
    becomes(page, "Refunded")
    booking = practice.of_patient()
    assert booking["refund"] == {"amount": 4500, "state": "returned"}
    page.goto("/booking-list")
    expect(page.locator("#upcoming .badge")).to_have_text(["Refunded"])
    use_a_pack(page, practice)


def use_a_pack(page: Page, practice: Practice) -> None:
    """Buy a pack and book with it; a visit that is cancelled by hand goes back, so that all of the money does, too."""
    page.get_by_role("link", name="Book a visit").first.click()
    page.get_by_role("button", name="Skin check").click()
    page.get_by_role("button", name="3 visits for €120.00").click()
    page.get_by_role("dialog").get_by_role("button", name="Go to payment").click()
    page.wait_for_url("**/stripe/pay/**")
    page.get_by_role("button", name="Pay by card", exact=True).click()
    page.wait_for_url("**/booking-list?pack=**")
    pack = page.locator("#pack-list li")
    expect(pack).to_contain_text("3 of 3 visits left.", timeout=PATIENCE_MS)
    pack.get_by_role("link", name="Book a visit").click()
    expect(page.get_by_role("heading", name="Skin check")).to_be_visible()
    page.locator("#slots button").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Book this time").click()
    expect(page.get_by_role("heading", name="Your visit is booked")).to_be_visible()
    [booking] = [one for one in practice.patient.call("GET", "/bookings").json()["bookings"] if one["pack"]]

    def left() -> int:
        return int(practice.patient.call("GET", f"/packs/{booking['pack']['packId']}").json()["visitsLeft"])

    assert left() == 2
    assert practice.patient.call("POST", f"/visits/{booking['visitId']}/cancel", {}).status_code == 200
    until(lambda: left() == 3, "the visit has not come back", patience_s=PATIENCE_MS / 1000)
    page.goto("/booking-list")
    page.get_by_role("button", name="Cancel the pack: Skin check").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel the pack").click()
    expect(pack).to_contain_text("€120.00 was paid back.", timeout=PATIENCE_MS)


def test_late_money_of_a_lost_time_buys_another(page: Page, practice: Practice) -> None:
    """A voucher expires, somebody else takes the time, and then the money comes: the patient chooses anew."""
    choose(page)
    page.get_by_role("button", name="Pay later with Multibanco").click()
    voucher = page.url
    page.goto(f"/booking?id={practice.of_patient()['bookingId']}")
    becomes(page, "Waiting for payment")
    expect(page.locator("#voucher")).to_contain_text("Entity11249")
    booking, address = practice.of_patient(), page.url
    assert practice.book(booking["startsAt"]).status_code == 409
    page.goto(voucher)
    page.get_by_role("button", name="Let it expire").click()
    page.goto(address)
    becomes(page, "Not booked")
    taken = practice.book(booking["startsAt"])
    assert taken.status_code == 201, taken.text
    page.goto(voucher)
    page.get_by_role("button", name="Its money arrives after all").click()
    page.goto(address)
    becomes(page, "Choice needed")
    page.get_by_role("button", name="Choose another time").click()
    page.locator("#slots button").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Take this time").click()
    becomes(page, "Scheduled")
    expect(page.get_by_role("link", name="See the visit")).to_be_visible()
    assert practice.of_patient()["startsAt"] != booking["startsAt"]
