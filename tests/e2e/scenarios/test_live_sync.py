"""6: photos appear on the desktop by themselves."""

import logging
import time

from playwright.sync_api import expect

from tests.e2e.photographs import album
from tests.e2e.scenarios.desk import Desk
from tests.e2e.scenarios.handset import Gate, Handset

_LOG = logging.getLogger(__name__)


def test_each_photo_appears_on_two_desktops_without_reload(
    desk: Desk, other_desk: Desk, handset: Handset, encounter: str
) -> None:
    """Each photo, when it is taken, appears on both desktops; how long that took is logged."""
    desk.open(encounter)
    other_desk.open(encounter)
    handset.scan(desk.link)
    for number, photo in enumerate(album(3), start=1):
        taken = time.monotonic()
        handset.snap(photo)
        for one in (desk, other_desk):
            one.expect_photos(*range(number, 0, -1))
        _LOG.info("photo %d: %.2f s from the phone's shutter to both desktops", number, time.monotonic() - taken)
    desk.expect_never_reloaded()
    other_desk.expect_never_reloaded()


def test_phone_that_dies_after_its_upload_loses_nothing(desk: Desk, handset: Handset, encounter: str) -> None:
    """The phone is gone before it could notify: the photo appears, and its details can be added."""
    desk.open(encounter)
    handset.scan(desk.link)
    Gate(handset.page, "**/session/images")
    handset.choose(album(1))
    handset.to_send()
    with handset.page.expect_request("**/session/images"):
        handset.press_send()
    handset.page.context.close()
    desk.expect_photos(1)
    desk.expect_badges(1, "No details yet")
    desk.expect_never_reloaded()
    desk.preview(1)
    desk.page.get_by_label("Body site").select_option(label="Back")
    desk.page.get_by_role("button", name="Save details").click()
    expect(desk.page.locator("#details-status")).to_have_text("Saved")


def test_desktop_that_comes_later_sees_everything(
    desk: Desk, other_desk: Desk, handset: Handset, encounter: str
) -> None:
    """A desktop that opens the encounter after the photos were sent shows all of them, and the next one."""
    desk.open(encounter)
    handset.scan(desk.link)
    handset.send(album(2))
    handset.expect_sent(2)
    other_desk.open(encounter)
    other_desk.expect_photos(2, 1)
    handset.add_more()
    expect(handset.page.locator("#count")).to_have_text("2 of 20")
    handset.send(album(3)[2:])
    handset.expect_sent(1)
    other_desk.expect_photos(3, 2, 1)
