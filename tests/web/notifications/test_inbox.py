"""People read what they were told, and the bell counts what they have not read."""

import re

from playwright.sync_api import Page, expect

from tests.waiting import until
from tests.web.accessibility import audit
from tests.web.german import check_german
from tests.web.notifications.notifications_fake import Notifications
from tests.web.people_fake import Fault
from tests.web.settling import settle
from tests.web.tabs import Open


def test_somebody_reads_what_they_were_told(visitor: Open, told: Notifications) -> None:
    """By day, the newest first; what is opened is read, a failure is told and undone, and all can be read at once."""
    page = visitor(told.people.patient, width=390)
    page.clock.set_fixed_time("2026-03-30T21:00:00Z")
    told.faults = [Fault(429, "", {"retry-after": "90"})]
    page.goto("/inbox")
    expect(page.locator("#failed-text")).to_contain_text("Too many attempts")
    audit(page, "inbox", 320)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Nothing yet")).to_be_visible()
    audit(page, "inbox", 320)
    told.tell("Your photos were deleted", "2025-03-20T02:00:00.000Z", link="", read=True)
    told.tell("Your booking was moved", "2026-03-27T02:00:00.000Z", link="/booking?id=b1")
    told.tell("Money is on its way", "2026-03-30T02:00:00.000Z", link="https://elsewhere.example/")
    told.tell("You have an appointment", "2026-03-30T20:00:00.000Z", text="Tomorrow at 10:00.")
    page.reload()
    days = page.locator("#days h2")
    expect(days).to_have_text(["Today", "Yesterday", "Friday, 27 March"])
    messages = page.locator(".message")
    expect(messages.first).to_have_text(
        re.compile(r"Unread:\s*You have an appointment\s*Tomorrow at 10:00\.\s*9:00\sam")
    )
    bell = page.locator("#bell")
    expect(bell).to_have_accessible_name("Notifications, 3 unread")
    expect(page.locator("#bell-count")).to_have_text("3")
    audit(page, "inbox", 320)
    page.get_by_role("button", name="Show more").click()
    expect(messages).to_have_count(4)
    expect(messages.last).to_be_focused()
    expect(days.last).to_have_text("Thursday, 20 March 2025")
    # What is about no page of ours is only marked as read.
    told.faults = [Fault(503, "unavailable")]
    page.get_by_role("link", name="Money is on its way").click()
    expect(page.locator("#said")).to_contain_text("The server has a problem")
    expect(bell).to_have_accessible_name("Notifications, 3 unread")
    page.get_by_role("link", name="Money is on its way").press("Enter")
    expect(bell).to_have_accessible_name("Notifications, 2 unread")
    expect(page.get_by_role("link", name="Money is on its way")).to_be_focused()
    page.get_by_role("link", name="Your booking was moved").click()
    page.wait_for_url("**/booking?id=b1")
    assert told.unread == 1
    # Other pages know how many there are without asking.
    expect(bell).to_have_accessible_name("Notifications, 1 unread")
    bell.click()
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.locator("#said")).to_have_text("Everything is marked as read.")
    expect(page.get_by_role("button", name="Mark all as read")).to_be_hidden()
    expect(bell).to_have_accessible_name("Notifications")
    assert told.unread == 0
    check_german(page, "/inbox", ".message", ".message-words")


def _hear_at_once(told: Notifications, inbox: Page) -> None:
    """Let two tabs listen, of which neither asks then, until they are told that they do not any more."""
    told.live = True
    inbox.clock.run_for(5_000)
    until(lambda: len(told.sockets) == 2, "nobody listens", page=inbox)
    settle(inbox)
    asked = len(told.asked)
    inbox.clock.run_for(240_000)
    settle(inbox)
    assert len(told.asked) == asked
    told.tell("Money is on its way", "2026-03-30T20:10:00.000Z")
    told.say()
    expect(inbox.locator(".message-title")).to_have_text(["Money is on its way", "You have an appointment"])
    told.live = False
    told.say("superseded")
    until(lambda: not told.sockets, "somebody still listens", page=inbox)


def test_the_bell_asks_seldom_and_tells_all_tabs(visitor: Open, told: Notifications) -> None:
    """Not while a page loads, then once a minute in one tab, which others believe; an open inbox shows what is new.

    With a live connection it learns at once of what is new, and asks seldom. It also learns that the sign-in was ended
    elsewhere.
    """
    page = visitor(told.people.patient)
    page.clock.install(time="2026-03-30T21:00:00Z")
    page.goto("/account")
    settle(page)
    assert told.asked == []
    told.tell("You have an appointment", "2026-03-30T20:00:00.000Z")
    page.clock.run_for(5_000)
    expect(page.locator("#bell-count")).to_have_text("1")
    inbox = page.context.new_page()
    inbox.goto("/inbox")
    expect(inbox.locator(".message")).to_have_count(1)
    _hear_at_once(told, inbox)
    told.messages.pop(0)
    told.tell("Your booking was moved", "2026-03-30T20:30:00.000Z")
    inbox.clock.run_for(61_000)
    expect(inbox.locator(".message-title")).to_have_text(["Your booking was moved", "You have an appointment"])
    expect(inbox.locator("#announcer")).to_have_text("1 new notification")
    expect(page.locator("#bell-count")).to_have_text("2")
    page.close()
    asked = len(told.asked)
    told.faults = [Fault(503, "unavailable")]
    inbox.clock.run_for(61_000)
    settle(inbox)
    assert len(told.asked) == asked + 1
    expect(inbox.locator("#bell-count")).to_have_text("2")
    # Who signs out leaves no number behind.
    inbox.get_by_role("button", name="Sign out").click()
    inbox.wait_for_url("**/sign-in*")
    assert inbox.evaluate("localStorage.getItem('bedside.unread')") is None
    # The bell finds out when a sign-in was ended elsewhere: nobody has to touch the page.
    inbox.get_by_label("Phone number").fill(str(told.people.patient["phone"]))
    inbox.keyboard.press("Enter")
    inbox.get_by_label("6-digit code").fill(told.people.code)
    expect(inbox.locator("#bell")).to_be_visible()
    settle(inbox)
    told.people.kill(told.people.patient)
    inbox.clock.run_for(61_000)
    inbox.wait_for_url("**/sign-in*")
    expect(inbox.locator("#reason")).to_have_text("Your sign-in has ended. Sign in again to go on.")
