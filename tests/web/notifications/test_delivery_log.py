"""Administrators see that people were told something."""

import re

from playwright.sync_api import expect

from tests.web.accessibility import audit
from tests.web.german import check_german
from tests.web.notifications.notifications_fake import Notifications
from tests.web.people_fake import Fault
from tests.web.tabs import Open


def test_an_administrator_reads_the_delivery_log(visitor: Open, told: Notifications) -> None:
    """States and ways, never texts nor ids; of one person, found by name, and in one state."""
    people = told.people
    page = visitor(people.clinician, width=390)
    page.goto("/delivery-log")
    expect(page.get_by_role("heading", name="Only administrators of a facility")).to_be_visible()
    audit(page, "delivery-log", 320)
    page = visitor(people.admin, width=390)
    told.faults = [Fault(429, "", {"retry-after": "90"})]
    page.goto("/delivery-log")
    expect(page.locator("#failed-text")).to_contain_text("Too many attempts")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("There is nothing like this in the log.")).to_be_visible()
    side = page.locator("#side").get_by_role("link", include_hidden=True)
    expect(side.nth(-4)).to_have_text("Delivery log")
    nobody = people.patient | {"displayName": None, "userId": "gone"}
    sent = (
        {"channel": "push", "state": "gone", "at": "2026-03-30T19:01:00.000Z"},
        {
            "channel": "sms",
            "state": "sent",
            "at": "2026-03-30T19:01:01.000Z",
        },
    )
    told.deliver(nobody, "failed", category=None, reason="stuck")
    told.deliver(nobody, "planned", category=None)
    told.deliver(people.clinician, "failed", reason="noChannel")
    told.deliver(people.admin, "told", attempts=list(sent))
    told.deliver(people.clinician, "summarised", category="money", reason="textLimit")
    page.reload()
    rows = page.locator("#deliveries > li")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text("No text message: they had already been sent as many as go to one person")
    expect(rows.nth(1)).to_contain_text("On my devices: no longer there · Text message: handed over")
    expect(rows.nth(2)).to_contain_text("There was no way to reach them")
    audit(page, "delivery-log", 320)
    page.get_by_role("button", name="Show more").click()
    expect(rows.last).to_have_text(re.compile("No nameSomething elseFailed.*Given up after many attempts"))
    expect(rows.nth(3)).to_have_text(re.compile("No nameSomething elsePlanned"))
    expect(rows.nth(3)).to_be_focused()
    page.get_by_label("State").select_option("Told")
    expect(rows).to_have_text([re.compile("^Hana ColeAppointments and video visitsTold")])
    page.get_by_label("State").select_option("All")
    page.get_by_role("combobox", name="Person").fill("mere")
    page.get_by_role("option", name="Mere Tipene").click()
    expect(rows).to_have_text([re.compile("^Mere TipenePayments"), re.compile("^Mere TipeneAppointments")])
    check_german(page, "/delivery-log", "#deliveries > li", "kbd, .delivery-who strong")
