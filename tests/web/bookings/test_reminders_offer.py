"""Patients are asked once, at a booking of theirs, whether they want to be reminded on their device."""

from playwright.sync_api import expect

from tests.web.accessibility import audit
from tests.web.bookings.conftest import Practice
from tests.web.tabs import Open

_UNDECIDED = "Object.defineProperty(Notification, 'permission', { get: () => 'default' })"


def test_a_patient_is_asked_once(visitor: Open, practice: Practice) -> None:
    """Not while a booking waits for its payment, nor again once they have said no."""
    booking = practice.add_booking()
    held = practice.add_booking(**practice.without_visit("expired"))
    page = visitor(practice.people.patient, width=390)
    page.context.add_init_script(_UNDECIDED)
    page.goto(f"/booking?id={held['bookingId']}")
    offer = page.get_by_role("region", name="Be reminded in time")
    expect(page.get_by_role("heading", name="Skin check")).to_be_visible()
    expect(offer).to_be_hidden()
    page.goto(f"/booking?id={booking['bookingId']}")
    expect(offer.get_by_role("button", name="Show messages here")).to_be_visible()
    audit(page, "booking", 320)
    offer.get_by_role("button", name="Not now").press("Enter")
    expect(offer).to_be_hidden()
    page.reload()
    expect(page.get_by_role("heading", name="Skin check")).to_be_visible()
    expect(offer).to_be_hidden()
