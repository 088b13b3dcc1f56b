"""Photos stay within their facility, and pages within their policy."""

import pytest
from playwright.sync_api import expect

from tests.e2e.photographs import album
from tests.e2e.scenarios.desk import Desk
from tests.e2e.scenarios.handset import Handset
from tests.e2e.watch import Watch


def test_another_facility_sees_nothing(desk: Desk, foreign_desk: Desk, handset: Handset, encounter: str) -> None:
    """A clinician of another facility is refused the session, and their own encounter of the same name stays empty."""
    desk.open(encounter)
    foreign_desk.visit(encounter)
    foreign_desk.start()
    expect(foreign_desk.page.locator("#failed-text")).to_contain_text("It may belong to another facility")
    foreign_desk.open(encounter, facility="FAC002")
    handset.scan(desk.link)
    handset.send(album(1))
    desk.expect_photos(1)
    foreign_desk.come_back()
    foreign_desk.expect_photos()
    expect(foreign_desk.page.get_by_text("No photos yet")).to_be_visible()


@pytest.mark.parametrize("address", ["/", "/capture"])
def test_page_obeys_its_policy_and_breaches_fail_tests(desk: Desk, watch: Watch, address: str) -> None:
    """An inline script does not run, a foreign host is not asked, a failing script is noticed: each is a complaint."""
    desk.page.goto(address)
    assert watch.complaints == []
    desk.page.evaluate(
        """async () => {
          const script = document.createElement("script");
          script.textContent = "globalThis.ran = true";
          document.head.append(script);
          await fetch("https://elsewhere.example/").catch(() => {});
          setTimeout(() => { throw new Error("on purpose"); });
        }"""
    )
    desk.page.wait_for_function("() => document.readyState === 'complete'")
    assert desk.page.evaluate("globalThis.ran === undefined")
    with desk.page.expect_console_message(lambda message: message.text == "the end"):
        desk.page.evaluate("setTimeout(() => console.log('the end'))")
    kinds = {complaint.partition(":")[0] for complaint in watch.complaints}
    watch.complaints.clear()
    assert {"policy broken", "script failed"} <= kinds
