"""The pages of bookings in German, and in the language for tests: in every state, each text is in a catalogue."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.web.bookings.conftest import Practice
from tests.web.german import check_no_english
from tests.web.mirrored import check_turned, choose_language, use_pseudo
from tests.web.pages import PSEUDO
from tests.web.people_fake import person
from tests.web.tabs import Open

PRICE = {"amount": 9000, "currency": "NZD"}
# What no catalogue can have: names, numbers of vouchers, and what dates and money are written as.
DATA = r".*(Hana Walker|Mere Tipene|Aroha Ngata|Ari Cole|Kauri Street|NZ\$|NZD|Pacific/Auckland).*|Wundkontrolle"


def walk(open_tab: Open, practice: Practice, language: str) -> Iterator[Page]:
    """Book, pay, move, lose and cancel; say when one can be booked, and for what: a look at each."""
    soon = datetime.now(UTC).date() + timedelta(days=9)
    practice.days, practice.times = [soon, soon + timedelta(days=1)], ["09:00", "09:30"]
    practice.people.patient |= {"facilityId": "FAC001", "facilityName": "Kauri Street Hospital"}
    practice.offer("Wundkontrolle", PRICE, packs=[{"visits": 5, "amount": 40000}])
    choose = _tabs(open_tab, practice, language)
    page = choose(practice.people.patient)
    page.goto("/book")
    expect(page.locator("#services button").first).to_be_visible()
    yield page
    page.locator("#services button").first.click()
    expect(page.locator("#slots button").first).to_be_visible()
    yield page
    practice.refusals = [(409, "slot-held", {"retryAt": "2027-01-10T20:15:00.000Z"})]
    page.locator("#slots button").first.click()
    page.locator("dialog[open] .primary").click()
    expect(page.locator("dialog[open] [role=alert]")).not_to_be_empty()
    yield page
    yield from _booking(page, practice)
    page.goto("/booking-list")
    expect(page.locator("#upcoming li")).to_have_count(1)
    yield page
    yield from _practitioner(choose(practice.people.clinician), practice)
    yield from _administrator(choose(practice.people.add(person(150, "facilityAdmin", name="Ari Cole"))), practice)


def _tabs(open_tab: Open, practice: Practice, language: str) -> Callable[..., Page]:
    def choose(user: dict[str, object]) -> Page:
        page = open_tab(user, width=320)
        choose_language(page, language, practice.origin)
        return page

    return choose


def _booking(page: Page, practice: Practice) -> Iterator[Page]:
    """Each state of a booking, and what can be done about it."""
    booking = practice.add_booking(serviceName="Wundkontrolle", price=PRICE, practitionerName="Mere Tipene")
    slip = {
        "entity": "11249",
        "reference": "123 456 789",
        "expiresAt": "2027-01-05T20:00:00.000Z",
        "url": practice.origin,
    }
    held_until = (datetime.now(UTC) + timedelta(minutes=35)).isoformat()
    for state, more in (
        ("held", {"holdExpiresAt": held_until, "checkoutUrl": f"{practice.origin}/pay"}),
        ("awaitingPayment", {"voucher": slip}),
        ("expired", {}),
        ("refunding", {"refund": {"amount": 9000, "state": "pending"}, "paid": 9000}),
        ("refundFailed", {"refund": {"amount": 9000, "state": "failed"}, "paid": 9000}),
        ("choiceDue", {"choiceDueAt": "2027-01-05T20:00:00.000Z", "paid": 9000}),
    ):
        booking.update(practice.without_visit(state, **more))
        page.goto("/booking?id=b1")
        expect(page.locator("#about")).not_to_be_empty()
        yield page
    page.locator("#choose").click()
    expect(page.locator("#slots button").first).to_be_visible()
    yield page
    page.locator("#slots button").nth(1).click()
    yield page
    page.locator("#confirm-yes").click()
    expect(page.locator("#moving")).to_be_hidden()
    history = [{"at": "2026-12-01T20:00:00.000Z", "state": "held", "by": "patient", "reason": ""}]
    booking.update(canCancel=True, refundIfCancelled=4500, history=history)
    page.goto("/booking?id=b1")
    page.locator("#past summary").click()
    yield page
    page.locator("#cancel").click()
    expect(page.locator("#confirm-yes")).to_be_visible()
    yield page


def _practitioner(page: Page, practice: Practice) -> Iterator[Page]:
    """Hours, days away with what is booked on them, and what the payment provider still needs."""
    failed = {"state": "requires_input", "problem": "document_expired", "at": "2026-11-30T20:00:00.000Z"}
    practice.payouts.account |= {"state": "incomplete", "due": ["bankAccount", "terms"], "identity": failed}
    practice.payouts.account["lastPayout"] = {
        "state": "failed",
        "amount": 5100,
        "currency": "NZD",
        "arrivesAt": "2026-11-30T20:00:00.000Z",
        "problem": "account_closed",
    }
    practice.availability = {"hours": [{"day": 1, "from": "09:00", "to": "12:00"}]}
    page.goto("/availability")
    page.locator("#week .week-block").click()
    page.locator("details summary").first.click()
    page.locator("#away-date").fill("2027-01-11")
    page.locator("#away-form button").click()
    expect(page.locator("#away > li")).to_have_count(1)
    yield page


def _administrator(page: Page, practice: Practice) -> Iterator[Page]:
    """What is owed; services, and what the server says of single fields, which is in English on the wire."""
    failed = {"amount": 9000, "state": "failed"}
    practice.add_booking(**practice.without_visit("refundFailed"), refund=failed, paid=9000)
    page.goto("/booking-list")
    expect(page.locator("#owed-notice")).to_be_visible()
    yield page
    page.locator("#owed-show").click()
    page.locator("#owed-list button").last.click()
    page.locator("#reason-yes").click()
    expect(page.locator("#reason-error")).to_be_visible()
    yield page
    page.goto("/booking-services")
    page.locator("#add").click()
    page.locator("#name").fill("Wundkontrolle")
    yield page
    faults = [
        {"field": "name", "message": "This may have at most 100 characters.", "code": "too-long", "limit": 100},
        {"field": "durationMinutes", "message": "The server will not have this.", "code": "invalid"},
    ]
    practice.refusals = [(422, "invalid-request", {"errors": faults})]
    page.locator("#service-save").click()
    expect(page.locator("#name-error")).to_contain_text("100")
    expect(page.locator("#minutes-error")).to_be_visible()
    yield page


def test_the_pages_are_german(visitor: Open, practice: Practice) -> None:
    """Also on the narrowest phone, and also what the server refuses."""
    for page in walk(visitor, practice, "de"):
        check_no_english(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
    expect(page.locator("#name-error")).to_have_text("Höchstens 100 Zeichen sind möglich.")
    expect(page.locator("#minutes-error")).to_have_text("Der Server hat dies nicht angenommen. Prüfen Sie die Angabe.")


def test_every_text_is_in_a_catalogue(visitor: Open, practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    """In whatever state a page is."""
    use_pseudo(monkeypatch)
    for page in walk(visitor, practice, PSEUDO):
        check_turned(page, DATA)
