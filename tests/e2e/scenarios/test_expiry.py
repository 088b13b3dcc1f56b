"""9: codes and sessions end by themselves."""

from playwright.sync_api import expect

from tests.e2e.photographs import album
from tests.e2e.scenarios.cloud import Cloud
from tests.e2e.scenarios.desk import Desk
from tests.e2e.scenarios.handset import Handset


def test_expired_code_opens_nothing(desk: Desk, handset: Handset, cloud: Cloud, encounter: str) -> None:
    """A code that is too old says so and names nobody; the new one of the same session works."""
    desk.open(encounter)
    cloud.expire_codes(desk.token)
    expired = desk.link
    handset.page.goto(expired)
    expect(handset.page.locator("#error-title")).to_have_text("This code has expired")
    expect(handset.page.locator("#patient")).to_be_hidden()
    desk.page.get_by_role("button", name="New code").click()
    expect(desk.page.locator("#code-link")).not_to_have_value(expired)
    desk.reload()
    handset.scan(desk.link)


def test_phone_outlives_its_code(desk: Desk, handset: Handset, cloud: Cloud, encounter: str) -> None:
    """A phone that scanned in time goes on after its code has expired, also over a reload."""
    desk.open(encounter)
    handset.scan(desk.link)
    cloud.expire_codes(desk.token)
    handset.choose(album(1))
    handset.page.reload()
    handset.expect_screen("review")
    handset.page.locator("#describe").tap()
    handset.page.locator("#next").tap()
    handset.press_send()
    handset.expect_sent(1)
    desk.expect_photos(1)


def test_expired_session_ends_on_both_sides(desk: Desk, handset: Handset, cloud: Cloud, encounter: str) -> None:
    """After its life a session is over: the phone keeps its photos, and a new code for the patient sends them."""
    desk.open(encounter)
    handset.scan(desk.link)
    handset.choose(album(2))
    handset.to_send()
    handset.page.route("**/session/status", lambda route: route.abort())  # it learns of the end as it sends
    cloud.expire_session(desk.token)
    handset.press_send()
    expect(handset.page.locator("#handoff-title")).to_have_text("This session has ended")
    expect(handset.page.locator("#patient")).to_be_visible()
    assert handset.kept() == 2
    desk.come_back()
    expect(desk.page.get_by_role("heading", name="Session ended")).to_be_visible()
    desk.page.get_by_role("button", name="Open again").click()
    desk.ready()
    handset.page.goto(desk.link)
    handset.expect_sent(2)
    assert handset.kept() == 0
    desk.expect_photos(2, 1)
