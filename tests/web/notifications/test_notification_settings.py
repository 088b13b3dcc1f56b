"""People choose what they are told where and when."""

import re

from playwright.sync_api import expect

from tests.web.accessibility import audit
from tests.web.german import check_german
from tests.web.notifications.notifications_fake import UNCHOSEN, Notifications
from tests.web.people_fake import Fault
from tests.web.tabs import Open


def test_somebody_chooses_what_they_are_told(visitor: Open, told: Notifications) -> None:
    """By the keyboard too; what is urgent cannot be refused altogether."""
    page = visitor(told.people.patient, width=390)
    told.faults = [Fault(429, "", {"retry-after": "90"})]
    page.goto("/notification-settings")
    expect(page.locator("#failed-text")).to_contain_text("Too many attempts")
    audit(page, "notification-settings", 320)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Times are by the clock of Auckland, Pacific.")).to_be_visible()
    expect(page.get_by_role("button", name="Use the clock of")).to_be_hidden()
    expect(page.get_by_text("Urgent ones always come")).to_have_count(2)
    audit(page, "notification-settings", 320)
    ways = page.get_by_role("group", name="Ways to reach you")
    appointments = page.get_by_role("group", name="Appointments and video visits")
    expect(appointments).to_have_accessible_description(re.compile("^Urgent ones always come"))
    for way in ("On my devices", "E-mail", "Text message"):
        ways.get_by_label(way).press("Space")
        expect(appointments.get_by_label(way)).to_be_disabled()
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.locator("#channels-error")).to_have_text("Choose at least one way. What is urgent must reach you.")
    expect(ways.get_by_label("On my devices")).to_be_focused()
    audit(page, "notification-settings", 320)
    assert told.version == 0
    ways.get_by_label("On my devices").press("Space")
    ways.get_by_label("Text message").press("Space")
    page.get_by_role("group", name="Payments and refunds").get_by_label("Text message").uncheck()
    page.get_by_label("Do not disturb me").check()
    page.get_by_label("Until").fill("22:00")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Quiet hours end at another time than they begin.")).to_be_visible()
    page.get_by_label("Until").fill("06:30")
    page.get_by_label("Once a day").check()
    page.get_by_label("Discreetly").uncheck()
    page.get_by_label("Language of messages").select_option("Deutsch")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#said")).to_have_text("Saved")
    assert told.preferences == {
        "channels": ["push", "sms"],
        "categories": {**UNCHOSEN["categories"], "money": ["push", "mail"]},
        "quietHours": {"from": "22:00", "to": "06:30"},
        "timeZone": "Pacific/Auckland",
        "digest": "daily",
        "discreet": False,
        "language": "de",
    }
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="Notifications").click()
    page.get_by_role("link", name="Choose what you are told").click()
    page.wait_for_url("**/notification-settings")
    check_german(page, "/notification-settings", "#categories label")


def test_a_change_elsewhere_is_not_overwritten(visitor: Open, told: Notifications) -> None:
    """What was saved meanwhile is shown instead; people who travel can have the clock of where they are."""
    page = visitor(told.people.clinician)
    page.goto("/notification-settings")
    mail = page.get_by_role("group", name="Ways to reach you").get_by_label("E-mail")
    mail.uncheck()
    told.preferences, told.version = {**UNCHOSEN, "timeZone": "Europe/Berlin", "digest": "daily"}, 7
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#failure")).to_contain_text("your choices were changed elsewhere meanwhile")
    expect(mail).to_be_checked()
    expect(page.get_by_label("Once a day")).to_be_checked()
    expect(page.get_by_text("Times are by the clock of Berlin, Europe.")).to_be_visible()
    page.get_by_role("button", name="Use the clock of Auckland, Pacific").click()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#said")).to_have_text("Saved")
    assert told.preferences["timeZone"] == "Pacific/Auckland"
    told.faults = [Fault(503, "unavailable")]
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#failure")).to_contain_text("Not saved. The server has a problem")
    audit(page, "notification-settings", 320)
