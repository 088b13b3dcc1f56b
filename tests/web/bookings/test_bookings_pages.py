"""A patient books a free time, and a practitioner says when they can be booked."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.web.accessibility import audit
from tests.web.bookings.conftest import ZONE, Practice
from tests.web.mirrored import check_mirrored, use_pseudo
from tests.web.people_fake import person
from tests.web.tabs import Open

PRICE = {"amount": 9000, "currency": "NZD"}
HISTORY = [{"at": "2026-12-01T20:00:00.000Z", "state": "held", "by": "patient", "reason": ""}]


def today() -> date:
    return datetime.now(UTC).astimezone(ZoneInfo(ZONE)).date()


def test_a_patient_books_a_free_time(visitor: Open, practice: Practice) -> None:
    """The first free day shows by itself; a time that somebody else was faster for goes away; the visit is linked."""
    soon = today() + timedelta(days=9)
    practice.days, practice.times = [soon, soon + timedelta(days=1)], ["09:00", "09:30"]
    practice.people.patient |= {"facilityId": "FAC001", "facilityName": "Kauri Street Hospital"}
    page = visitor(practice.people.patient, width=390)
    page.goto("/book")
    expect(page.get_by_role("heading", name="Nothing can be booked online at present")).to_be_visible()
    practice.offer("Skin check")
    practice.offer("Long consultation", {"amount": 9000, "currency": "NZD"})
    page.reload()
    expect(page.get_by_role("button", name="Long consultation")).to_contain_text("$90.00")
    audit(page, "book", 320)
    practice.slots_refused = 4
    page.clock.install()
    page.get_by_role("button", name="Skin check").click()
    page.clock.run_for(10_000)
    expect(page.get_by_role("heading", name="This could not be loaded")).to_be_focused()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Skin check")).to_be_focused()
    expect(page.locator("#day-title")).to_have_text(f"{soon:%A, {soon.day} %B}")
    expect(page.locator("#slots button")).to_have_text([re.compile("9:00"), re.compile("9:30")])
    expect(page.locator("#times-zone")).to_contain_text("New Zealand")
    audit(page, "book", 320)
    practice.refusals = [(409, "slot-booked", {})]
    page.locator("#slots button").first.click()
    dialog = page.get_by_role("dialog", name="Skin check")
    expect(dialog).to_contain_text("by video with Dr Hana Walker")
    dialog.get_by_role("button", name="Book this time").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Somebody else was faster")
    practice.times = ["09:30"]
    dialog.get_by_role("button", name="Cancel").click()
    expect(page.locator("#slots button")).to_have_text([re.compile("9:30")])
    page.locator("#slots button").click()
    dialog.get_by_role("button", name="Book this time").click()
    expect(page.get_by_role("heading", name="Your visit is booked")).to_be_focused()
    expect(page.locator("#booked-text")).to_contain_text("9:30")
    expect(page.get_by_role("link", name="See the booking")).to_have_attribute("href", "/booking?id=b1")
    [booked] = practice.booked
    assert datetime.fromisoformat(booked["startsAt"]).astimezone(ZoneInfo(ZONE)).strftime("%H:%M") == "09:30"
    page.get_by_role("button", name="Book another").click()
    page.get_by_role("button", name="Skin check").click()
    page.get_by_role("button", name=re.compile("free time")).and_(page.locator(":enabled")).first.press("Enter")
    page.get_by_role("button", name="Later").click()
    expect(page.locator("#no-times")).to_be_visible()
    page.get_by_role("button", name="Earlier").click()
    expect(page.locator("#slots button")).to_have_count(1)


def test_a_patient_pays(visitor: Open, practice: Practice) -> None:
    """On the provider's page, from which they come back to their booking; the policy is told before."""
    soon = today() + timedelta(days=9)
    practice.days, practice.times = [soon, soon + timedelta(days=1)], ["09:00", "09:30"]
    practice.people.patient |= {"facilityId": "FAC001", "facilityName": "Kauri Street Hospital"}
    practice.offer("Long consultation", PRICE)
    page = visitor(practice.people.patient, width=390)
    page.goto("/book")
    page.get_by_role("button", name="Long consultation").click()
    expect(page.locator("#times-policy")).to_have_text(
        "Cancel at least 24 hours before, and all of your money comes back. Later nothing comes back."
    )
    practice.refusals = [(409, "slot-held", {"retryAt": "2027-01-10T20:15:00.000Z"})]
    page.locator("#slots button").first.click()
    dialog = page.get_by_role("dialog", name="Long consultation")
    expect(dialog).to_contain_text("It costs $90.00.")
    dialog.get_by_role("button", name="Go to payment").click()
    expect(dialog.get_by_role("alert")).to_contain_text("It may be free again at 9:15")
    dialog.get_by_role("button", name="Go to payment").click()
    page.wait_for_url("**/booking?id=b1&paid=1")
    expect(page.locator("#about")).to_contain_text("Your payment is being confirmed.")
    expect(page.get_by_role("link", name="Pay now")).to_be_hidden()


def test_a_booking_follows_its_payment(visitor: Open, practice: Practice) -> None:
    """Held, paid later, lost and chosen anew, cancelled and paid back: each says what it means and what can be done."""
    soon = today() + timedelta(days=9)
    practice.days, practice.times = [soon, soon + timedelta(days=1)], ["09:00", "09:30"]
    booking = practice.add_booking(price=PRICE)
    page = visitor(practice.people.patient, width=390, permissions=["clipboard-read", "clipboard-write"])
    about = page.locator("#about")

    def becomes(**changes: Any) -> None:
        booking.update(changes)
        page.goto("/booking?id=b1")

    held_until = (datetime.now(UTC) + timedelta(minutes=35)).isoformat()
    becomes(**practice.without_visit("held", holdExpiresAt=held_until, checkoutUrl=f"{practice.origin}/pay"))
    expect(page.get_by_role("link", name="Pay now")).to_have_attribute("href", booking["checkoutUrl"])
    expect(page.locator("#countdown")).to_have_text(re.compile(r"^Held for you for 34:\d\d$"))
    audit(page, "booking", 320)
    slip = {
        "entity": "11249",
        "reference": "123 456 789",
        "expiresAt": "2027-01-05T20:00:00.000Z",
        "url": practice.origin,
    }
    becomes(**practice.without_visit("awaitingPayment", voucher=slip))
    expect(about).to_contain_text("Pay until Wednesday, 6 January 2027 at 9:00")
    expect(page.locator("#voucher")).to_contain_text("Entity11249")
    page.get_by_role("button", name="Copy the reference").click()
    expect(page.locator("#voucher")).to_contain_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "123 456 789"
    audit(page, "booking", 320)
    becomes(**practice.without_visit("choiceDue", choiceDueAt="2027-01-05T20:00:00.000Z", paid=9000))
    page.get_by_role("button", name="Choose another time").click()
    practice.refusals = [(409, "slot-booked", {})]
    page.locator("#slots button").nth(1).click()
    dialog = page.get_by_role("dialog", name="Another time")
    dialog.get_by_role("button", name="Take this time").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Somebody else was faster")
    audit(page, "booking", 320)
    dialog.get_by_role("button", name="Take this time").click()
    expect(page.locator("#state")).to_have_text("Scheduled")
    expect(page.locator("#moving")).to_be_hidden()
    assert {step for step, _ in practice.wishes} == {"choice"}
    becomes(canCancel=True, refundIfCancelled=4500, history=HISTORY)
    expect(page.locator("#history")).to_contain_text("Not paid yet · by you")
    _cancel(page, practice)
    becomes(**practice.without_visit("refundFailed"))
    expect(about).to_contain_text("Your clinic takes care of it")
    _settle(visitor(practice.people.add(person(150, "facilityAdmin", name="Ari Cole"))), practice)


def _cancel(page: Page, practice: Practice) -> None:
    """Cancel for the refund that is shown, at the second try: meanwhile it had changed."""
    page.get_by_role("button", name="Cancel the booking").click()
    dialog = page.get_by_role("dialog", name="Cancel this booking?")
    expect(dialog).to_contain_text("$45.00 of the $90.00 that you paid comes back.")
    practice.refusals = [(409, "refund-changed", {})]
    dialog.get_by_role("button", name="Cancel the booking").click()
    expect(dialog.get_by_role("alert")).to_contain_text("What would be paid back has changed meanwhile.")
    dialog.get_by_role("button", name="Cancel the booking").click()
    expect(page.locator("#about")).to_contain_text("$45.00 is on its way back.")
    assert practice.wishes[-1] == ("cancel", {"expectedRefund": 4500})
    expect(page.locator("#state")).to_have_text("Refund on its way")


def _settle(admin: Page, practice: Practice) -> None:
    """Return what failed to go back, and what was paid for a visit that is over; a dispute is told."""
    practice.booked[0] |= {"dispute": "open", "canRefund": True}
    admin.goto("/booking?id=b1")
    expect(admin.locator("#about")).to_contain_text("The patient disputes the payment at their bank.")
    expect(admin.get_by_role("button", name="Paid back another way")).to_be_visible()
    admin.get_by_role("button", name="Try the refund again").click()
    expect(admin.locator("#state")).to_have_text("Refund on its way")
    practice.booked[0] |= {"state": "confirmed", "visitId": "visit1", "visitState": "completed", "dispute": None}
    admin.reload()
    admin.get_by_role("button", name="Give the money back").click()
    dialog = admin.get_by_role("dialog", name="Give the money back")
    expect(dialog).to_contain_text("$90.00 goes back to the patient.")
    audit(admin, "booking", 320)
    dialog.get_by_role("button", name="Give the money back").click()
    expect(admin.locator("#state")).to_have_text("Refund on its way")
    used = {"packId": "pack-1", "isReturned": False, "returnsIfCancelled": None}
    practice.booked[0] |= {"state": "confirmed", "visitId": "visit1", "visitState": "completed", "pack": used}
    admin.reload()
    admin.get_by_role("button", name="Give the visit back").click()
    dialog = admin.get_by_role("dialog", name="Give the visit back")
    dialog.get_by_label("Why").fill("The video failed")
    dialog.get_by_role("button", name="Give the visit back").click()
    expect(dialog).to_be_hidden()
    assert practice.wishes[-1] == ("refund", {"reason": "The video failed"})


def test_bookings_are_found_again(visitor: Open, practice: Practice) -> None:
    """By patients, and with the patient's name by practitioners; each opens, and goes into a calendar."""
    practice.people.patient |= {"facilityId": "FAC001", "facilityName": "Kauri Street Hospital"}
    practice.add_booking(practitionerId=practice.people.clinician["userId"], practitionerName="Mere Tipene")
    for day in (12, 13):
        practice.add_booking(startsAt=f"2027-01-{day}T20:00:00.000Z", endsAt=f"2027-01-{day}T20:30:00.000Z")
    price = {"amount": 9000, "currency": "NZD"}
    practice.add_booking(visitState="completed", startsAt="2026-01-10T20:00:00.000Z", price=price)
    practice.booked[1] |= {"state": "cancelled", "visitState": "cancelled"}
    page = visitor(practice.people.patient, width=390)
    page.goto("/booking-list")
    expect(page.locator("#upcoming li")).to_have_count(2)
    expect(page.locator("#upcoming li").first).to_contain_text(re.compile("Monday,? 11 January 2027 at 9:00"))
    expect(page.locator("#upcoming .badge")).to_have_text(["Scheduled", "Cancelled"])
    expect(page.locator("#past li")).to_contain_text(["Skin check · $90.00Done"])
    expect(page.locator("#zone")).to_contain_text("New Zealand")
    audit(page, "booking-list", 320)
    page.get_by_role("button", name="Show more").click()
    expect(page.locator("#upcoming li").nth(2).get_by_role("link")).to_be_focused()
    expect(page.get_by_role("button", name="Show more")).to_be_hidden()
    page.locator("#upcoming a").first.click()
    expect(page.get_by_role("heading", name="Skin check")).to_be_focused()
    expect(page.locator("#facts")).to_contain_text("Mere Tipene")
    expect(page.locator("#facts")).to_contain_text("New Zealand Daylight Time")
    expect(page.get_by_role("link", name="See the visit")).to_have_attribute("href", "/my-visits#v=visit1")
    audit(page, "booking", 320)
    with page.expect_download() as download:
        page.get_by_role("button", name="Add to calendar").click()
    assert download.value.suggested_filename == "booking-2027-01-11.ics"
    assert (download.value.path().read_text(), practice.calendars) == ("BEGIN:VCALENDAR", ["en"])
    page.goto("/booking?id=b2")
    expect(page.locator("#calendar-hint")).to_contain_text("to cancel it there too")
    expect(page.get_by_role("link", name="See the visit")).to_be_hidden()
    page.goto("/booking?id=nothing")
    expect(page.locator("#failed-text")).to_have_text("There is no such booking for you.")
    staff = visitor(practice.people.clinician)
    staff.goto("/booking-list")
    expect(staff.locator("#upcoming li").first).to_contain_text("Aroha Ngata")
    expect(staff.locator("#upcoming li").first).not_to_contain_text("Mere Tipene")
    expect(staff.get_by_role("link", name="Book a visit")).to_be_hidden()
    staff.locator("#upcoming a").first.click()
    expect(staff.get_by_role("link", name="See the visit")).to_have_attribute("href", "/visit#v=visit1")


def test_a_patient_buys_a_pack_and_uses_it(visitor: Open, practice: Practice) -> None:
    """Paid at the provider, confirmed on the way back, and used instead of a payment."""
    soon = today() + timedelta(days=9)
    practice.days, practice.times = [soon], ["09:00", "09:30"]
    practice.people.patient |= {"facilityId": "FAC001", "facilityName": "Kauri Street Hospital"}
    practice.offer("Skin check", PRICE, packs=[{"visits": 5, "amount": 40000}])
    page = visitor(practice.people.patient, width=390)
    page.clock.install()
    page.goto("/book")
    page.get_by_role("button", name="Skin check").click()
    expect(page.locator("#pack-offers")).to_contain_text("$80.00 each")
    audit(page, "book", 320)
    page.get_by_role("button", name="5 visits for $400.00").click()
    dialog = page.get_by_role("dialog", name="5 visits for $400.00")
    expect(dialog).to_contain_text("you get the money for visits that are not booked")
    dialog.get_by_role("button", name="Go to payment").click()
    page.wait_for_url("**/booking-list?pack=pack-1&paid=1")
    mine = page.locator("#pack-list li")
    expect(mine).to_contain_text("Your payment is being confirmed.")
    page.clock.run_for(3_100)
    expect(mine).to_contain_text(re.compile("5 of 5 visits left. Book them until .*12 May 2027"))
    audit(page, "booking-list", 320)
    mine.get_by_role("link", name="Book a visit").click()
    expect(page.locator("#packs-text")).to_contain_text("5 of 5 visits left.")
    expect(page.locator("#times-policy")).to_contain_text("24 hours before, and the visit goes back to your pack.")
    expect(page.locator("#pack-offers li")).to_have_count(0)
    page.get_by_role("button", name=re.compile("^9:00")).click()
    dialog = page.get_by_role("dialog", name="Skin check")
    expect(dialog).to_contain_text("It uses a visit of your pack. Left after that: 4 of 5.")
    practice.refusals = [(409, "pack-not-usable", {})]
    dialog.get_by_role("button", name="Book this time").click()
    expect(dialog.get_by_role("alert")).to_contain_text("No visit of this pack can be booked any more.")
    dialog.get_by_role("button", name="Book this time").click()
    page.get_by_role("link", name="See the booking").click()
    expect(page.locator("#facts")).to_contain_text("$90.00, a visit of a pack")
    page.get_by_role("button", name="Cancel the booking").click()
    expect(page.get_by_role("dialog", name="Cancel this booking?")).to_contain_text("The visit goes back to its pack.")
    used = {"packId": "pack-1", "isReturned": False, "returnsIfCancelled": None}
    over = [{"at": "2026-12-01T20:00:00.000Z", "state": "cancelled", "by": "patient", "reason": ""}]
    practice.booked[0] |= practice.without_visit("cancelled", pack=used, history=over)
    page.reload()
    expect(page.locator("#about")).to_contain_text("the visit of the pack is used up")


def test_a_pack_is_given_up(visitor: Open, practice: Practice) -> None:
    """For what is not booked; vouchers say how to pay, and an administrator tries a failed refund again."""
    practice.people.patient |= {"facilityId": "FAC001", "facilityName": "Kauri Street Hospital"}
    practice.packs.add()
    page = visitor(practice.people.patient, width=390)
    page.goto("/booking-list")
    page.get_by_role("button", name="Cancel the pack: Skin check").click()
    dialog = page.get_by_role("dialog", name="Cancel this pack?")
    expect(dialog).to_contain_text("You get $240.00 back for the visits that are not booked.")
    dialog.get_by_role("button", name="Cancel the pack").click()
    mine = page.locator("#pack-list li")
    expect(mine).to_contain_text("$240.00 is on its way back.")
    practice.packs.sold[0]["state"] = "refundFailed"
    slip = {"entity": "11249", "reference": "123 456 789", "expiresAt": "2026-12-08T11:00:00.000Z", "url": page.url}
    practice.packs.add(state="awaitingPayment", voucher=slip, visitsLeft=0, validUntil=None, refundIfCancelled=None)
    for state in ("used", "ended", "disputed", "unpaid"):
        practice.packs.add(state=state, canCancel=False)
    page.reload()
    expect(mine.locator(".badge")).to_have_text(
        ["Disputed", "Expired", "All booked", "Waiting for payment", "Refund failed"]
    )
    expect(mine.nth(3)).to_contain_text("entity 11249, reference 123 456 789")
    for amount in (9000, 4500):
        failed = {"amount": amount, "state": "failed"}
        practice.add_booking(**practice.without_visit("refundFailed"), refund=failed, price=PRICE, paid=9000)
    admin = visitor(practice.people.add(person(150, "facilityAdmin", name="Ari Cole")))
    admin.goto("/booking-list")
    expect(admin.locator("#pack-list li").first).to_contain_text("Aroha Ngata")
    _pay_what_is_owed(admin, practice)
    admin.get_by_role("button", name="Try the refund again").click()
    admin.get_by_role("dialog", name="Try the refund again").get_by_role("button", name="Try the refund").click()
    expect(admin.locator("#pack-list li").last).to_contain_text("Refund on its way")


def _pay_what_is_owed(admin: Page, practice: Practice) -> None:
    """From the notice to a list of bookings and packs: one is returned in another way, one is tried again."""
    expect(admin.locator("#owed-count")).to_contain_text("3 refunds failed")
    admin.get_by_role("button", name="See what is owed").click()
    expect(admin.get_by_role("heading", name="Refunds that failed")).to_be_focused()
    rows = admin.locator("#owed-list li")
    expect(rows.locator("strong")).to_have_text(["$90.00", "$45.00", "$240.00"])
    expect(admin.locator("#everything")).to_be_hidden()
    audit(admin, "booking-list", 320)
    admin.reload()
    admin.get_by_role("button", name="Paid back another way: $90.00 to Aroha Ngata").click()
    dialog = admin.get_by_role("dialog", name="Paid back another way")
    dialog.get_by_role("button", name="Record as returned").click()
    expect(admin.locator("#reason-error")).to_have_text("Enter a reason.")
    dialog.get_by_label("How and when").fill("Bank transfer of 1 December")
    dialog.get_by_role("button", name="Record as returned").click()
    expect(admin.locator("#said")).to_have_text("$90.00 to Aroha Ngata is settled.")
    assert practice.wishes[-1] == ("refund", {"reason": "Bank transfer of 1 December", "otherwise": True})
    admin.get_by_role("button", name="Try the refund again: $45.00 to Aroha Ngata").click()
    dialog = admin.get_by_role("dialog", name="Try the refund again")
    dialog.get_by_role("button", name="Try the refund").click()
    expect(admin.locator("#said")).to_contain_text("$45.00 is on its way to Aroha Ngata.")
    expect(rows).to_have_count(1)
    admin.get_by_label("Show").select_option("All bookings and packs")
    expect(admin.locator("#owed-count")).to_contain_text("1 refund failed")


def test_a_practitioner_says_when_they_can_be_booked(visitor: Open, practice: Practice) -> None:
    """By weekday; what cannot be is said; a change elsewhere is told before it is replaced; days away are kept."""
    failed = {"state": "requires_input", "problem": "document_expired", "at": "2026-11-30T20:00:00.000Z"}
    practice.payouts.account |= {"state": "incomplete", "due": ["bankAccount", "terms"], "identity": failed}
    practice.payouts.account["lastPayout"] = {
        "state": "failed",
        "amount": 5100,
        "currency": "EUR",
        "arrivesAt": "2026-11-30T20:00:00.000Z",
        "problem": "account_closed",
    }
    page = visitor(practice.people.clinician)
    page.goto("/availability")
    expect(page.get_by_label("Time zone of these hours")).to_have_value(ZONE)
    page.get_by_text("Enter times exactly").click()
    page.get_by_role("button", name="Add hours on Monday").click()
    expect(page.get_by_label("Monday, from")).to_be_focused()
    page.get_by_label("Monday, from").fill("13:00")
    page.get_by_label("Monday, until").fill("12:00")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#hours-error")).to_have_text("Each time must end after it begins.")
    page.get_by_label("Monday, until").fill("00:00")
    page.get_by_label("Kept free after").select_option("10 minutes")
    page.get_by_label("Book at least this long ahead").select_option("2 hours")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#said")).to_have_text("Saved.")
    assert practice.availability["hours"] == [{"day": 1, "from": "13:00", "to": "24:00"}]
    assert (practice.availability["bufferAfter"], practice.availability["minimumNotice"]) == (10, 120)
    expect(page.locator("#paid-due li")).to_have_text(["your bank account", "your consent to its terms"])
    expect(page.locator("#paid-identity")).to_contain_text("could not be verified")
    expect(page.locator("#paid-last")).to_have_text(re.compile("did not accept the last payout of €51.00"))
    expect(page.locator("#paid-failed")).to_contain_text("give another account")
    audit(page, "availability", 320)
    practice.version = 7
    page.get_by_role("button", name="Remove Monday").click()
    expect(page.get_by_role("button", name="Add hours on Monday")).to_be_focused()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#changed")).to_contain_text("changed elsewhere")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#said")).to_have_text("Saved.")
    assert (practice.availability["hours"], practice.version) == ([], 8)
    away = today() + timedelta(days=30)
    page.get_by_role("button", name="Add day").click()
    expect(page.locator("#away-date-error")).to_have_text("Choose a day.")
    page.get_by_label("Day", exact=True).fill(away.isoformat())
    page.get_by_role("button", name="Add day").click()
    expect(page.locator("#away li")).to_contain_text([f"{away:%A}"])
    page.get_by_role("button", name="Offer").click()
    expect(page.locator("#away li")).to_have_count(0)
    assert practice.blocked == {}
    practice.payouts.refusals = [(409, "payments-not-ready")]
    page.get_by_role("button", name="Show an identity document").click()
    expect(page.locator("#paid-said")).to_contain_text("Nobody can be paid online here yet.")
    page.get_by_role("button", name="Continue at the payment provider").click()
    page.wait_for_url("**/account")


def test_a_week_is_pulled(visitor: Open, practice: Practice) -> None:
    """By a mouse and by keys; the fields follow, and the week follows them; visits on days away are told."""
    practice.availability = {"hours": [{"day": 2, "from": "09:00", "to": "12:00"}]}
    practice.add_booking()
    page = visitor(practice.people.clinician)
    page.goto("/availability")
    said, chosen = page.locator("#said"), page.locator("#week-chosen")
    columns = page.locator(".week-column")

    def pull(day: int, *hours: float, to_day: int = 0) -> None:
        """Pull on a day from one hour to another; the first hour seen is 6:45."""
        columns.nth(day).scroll_into_view_if_needed()
        boxes = [box for each in (day, to_day or day) if (box := columns.nth(each).bounding_box())]
        places = [
            (box["x"] + box["width"] / 2, box["y"] + box["height"] * hour / 24)
            for box, hour in zip(boxes, hours, strict=True)
        ]
        page.mouse.move(*places[0])
        page.mouse.down()
        page.mouse.move(places[0][0], places[0][1] + 3)
        page.mouse.move(*places[1])
        page.mouse.up()

    def saved() -> list[str]:
        page.get_by_role("button", name="Save").click()
        expect(said).to_have_text("Saved.")
        return [f"{one['day']} {one['from']} {one['to']}" for one in practice.availability["hours"]]

    pull(0, 8.01, 10)
    expect(chosen).to_contain_text("Monday, 8:00")
    expect(said).to_have_text("Not saved yet.")
    pull(1, 10.5, 11.5, to_day=2)
    assert saved() == ["1 08:00 10:00", "3 10:00 13:00"]
    pull(2, 12.97, 14)
    pull(2, 14.51, 14.51)
    pull(2, 15, 13.75)
    # What touches becomes one.
    assert saved() == ["1 08:00 10:00", "3 10:00 14:15"]
    audit(page, "availability", 320)
    page.get_by_role("button", name="Wednesday, 10:00").focus()
    for keys in ("ArrowDown", "Shift+ArrowUp", "Alt+ArrowDown", "ArrowLeft"):
        page.keyboard.press(keys)
    expect(page.locator("#announcer")).to_contain_text("Tuesday, 10:30")
    page.get_by_role("button", name="Sun: add hours").press("Enter")
    page.get_by_role("button", name="Monday, 8:00").focus()
    page.keyboard.press("Delete")
    expect(page.get_by_role("button", name="Mon: add hours")).to_be_focused()
    assert saved() == ["2 10:30 14:15", "7 09:00 10:00"]
    page.get_by_text("Enter times exactly").click()
    page.get_by_label("Sunday, from").fill("08:05")
    expect(page.get_by_role("button", name="Sunday, 8:05")).to_be_visible()
    page.get_by_label("Day", exact=True).fill((today() + timedelta(days=30)).isoformat())
    page.get_by_role("button", name="Add day").click()
    expect(page.locator("#away ul li")).to_have_text([re.compile("9:00.+9:30")])
    page.reload()
    page.locator("#away summary").click()
    expect(page.locator("#away ul li")).to_have_text([re.compile("9:00.+9:30")])


def test_a_week_is_tapped(visitor: Open, practice: Practice) -> None:
    """On a phone a tap adds an hour, and what is added can be removed."""
    phone = visitor(practice.people.clinician, width=390, has_touch=True)
    phone.goto("/availability")
    box = phone.locator(".week-column").nth(4).bounding_box()
    assert box
    phone.touchscreen.tap(box["x"] + 10, box["y"] + box["height"] * 9.6 / 24)
    expect(phone.locator("#week-chosen")).to_contain_text("Friday, 9:30")
    phone.get_by_role("button", name="Remove", exact=True).click()
    expect(phone.locator(".week-block")).to_have_count(0)


def test_an_administrator_says_what_can_be_booked(visitor: Open, practice: Practice) -> None:
    """Of a practitioner by name; what is missing is said at its field, and a change elsewhere is not lost."""
    admin = practice.people.add(person(150, "facilityAdmin", name="Ari Cole"))
    page = visitor(admin)
    page.goto("/booking-services")
    expect(page.get_by_role("heading", name="No services yet")).to_be_visible()
    page.get_by_role("button", name="Add service").click()
    dialog = page.get_by_role("dialog", name="Add service")
    expect(dialog.get_by_label("Clinician")).to_contain_text("Mere Tipene")
    dialog.get_by_label("Minutes").fill("3")
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator("#name-error")).to_have_text("Enter a name.")
    expect(page.locator("#minutes-error")).to_contain_text("5 to 180 minutes")
    audit(page, "booking-services", 320)
    dialog.get_by_label("Name").fill("Skin check")
    dialog.get_by_label("Minutes").fill("45")
    dialog.get_by_label("Price").fill("-1")
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator("#price-error")).to_contain_text("Enter an amount")
    dialog.get_by_label("Price").fill("45,5")
    dialog.get_by_label("Currency").select_option("NZD")
    dialog.get_by_label("Clinician").select_option("Mere Tipene")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    [service] = practice.services
    assert (service["price"], service["packs"]) == ({"amount": 4550, "currency": "NZD"}, [])
    assert (service["practitionerId"], service["durationMinutes"]) == (practice.people.clinician["userId"], 45)
    page.get_by_role("button", name="Skin check").click()
    change = page.get_by_role("dialog", name="Change service")
    expect(change.get_by_label("Clinician")).to_be_disabled()
    change.get_by_label("Offered").select_option("Not at present")
    for amount in ("200", "4"):
        change.get_by_role("button", name="Add a pack").click()
        change.get_by_label("Price together").last.fill(amount)
    change.get_by_label("Visits").last.fill("5")
    change.get_by_role("button", name="Save").click()
    expect(change.locator("#packs-error")).to_contain_text("must differ")
    change.get_by_label("Visits").last.fill("1")
    change.get_by_role("button", name="Save").click()
    expect(change.locator("#packs-error")).to_contain_text("Enter 2 to 20 visits")
    audit(page, "booking-services", 320)
    change.get_by_role("button", name="Remove pack 2").click()
    expect(change.get_by_role("button", name="Add a pack")).to_be_focused()
    practice.version = 5
    change.get_by_role("button", name="Save").click()
    expect(change.locator("#service-failure")).to_contain_text("changed elsewhere")
    change.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Skin check")).to_contain_text("Not at present")
    assert (service["active"], service["packs"]) == (False, [{"visits": 5, "amount": 20000}])
    expect(page.get_by_role("button", name="Skin check")).to_contain_text("1 pack")


def test_all_pages_mirror(visitor: Open, practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a language that is written from right to left."""
    use_pseudo(monkeypatch)
    practice.people.patient |= {"facilityId": "FAC001", "facilityName": "Kauri Street Hospital"}
    practice.offer("Skin check")
    practice.packs.add(practitionerName="Mere Tipene")
    practice.availability = {"hours": [{"day": 1, "from": "09:00", "to": "12:00"}]}
    patient, clinician = visitor(practice.people.patient), visitor(practice.people.clinician)
    for page in (patient, clinician):
        page.goto("/favicon.ico")
    check_mirrored(patient, "/book", "#services li", "Skin check|.*Dr Hana Walker.*")
    check_mirrored(clinician, "/availability", "#week .week-block")
    practice.add_booking(patientName="Hana Cole", practitionerName="Mere Tipene")
    words = "Skin check|.*Mere Tipene.*|Hana Cole"
    check_mirrored(patient, "/booking-list", "#upcoming li", words)
    check_mirrored(patient, "/booking?id=b1", "#facts div", words)
    admin = visitor(practice.people.add(person(150, "facilityAdmin", name="Hana Cole")))
    admin.goto("/favicon.ico")
    check_mirrored(admin, "/booking-services", "#services li", "Skin check|.*Dr Hana Walker.*")
    practice.payouts.add_transfer("Mere Tipene", 8500, refusal="balance_insufficient")
    system = visitor(practice.people.system_admin)
    system.goto("/favicon.ico")
    check_mirrored(system, "/transfers", "#transfers li", r".*Mere Tipene.*|Ari Root|.*85\.00.NZ\$")
