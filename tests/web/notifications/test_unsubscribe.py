"""The page behind a mail's link that turns mail of its kind off."""

from playwright.sync_api import expect

from tests.web.accessibility import audit
from tests.web.german import check_german
from tests.web.notifications.notifications_fake import Notifications
from tests.web.people_fake import Fault
from tests.web.tabs import Open


def test_a_link_turns_mail_off_by_a_button(visitor: Open, told: Notifications) -> None:
    """Opening it does nothing; a call that fails can be repeated, and a link of a former address is none."""
    page = visitor(told.people.patient, width=390)
    page.goto("/unsubscribe?token=right")
    audit(page, "unsubscribe", 320)
    assert told.asked == []
    told.faults = [Fault(503, "unavailable")]
    page.get_by_role("button", name="Turn it off").press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("button", name="Turn it off").click()
    expect(page.get_by_text("You get no more e-mail about payments and refunds.")).to_be_visible()
    audit(page, "unsubscribe", 320)
    check_german(page, "/unsubscribe?token=right", "#unsubscribe")
    page.context.clear_cookies()
    page.goto("/unsubscribe?token=former")
    page.get_by_role("button", name="Turn it off").click()
    expect(page.get_by_role("heading", name="This link is no longer valid")).to_be_visible()
    audit(page, "unsubscribe", 320)
    page.goto("/unsubscribe")
    expect(page.get_by_role("heading", name="This link is no longer valid")).to_be_visible()
