"""7: a clinician looks at photos, edits and deletes them."""

from playwright.sync_api import expect

from tests.e2e.people import Clinician
from tests.e2e.photographs import album
from tests.e2e.scenarios.desk import Desk, Wire
from tests.e2e.scenarios.handset import Gate, Handset


def test_preview_edit_and_delete(
    desk: Desk, other_desk: Desk, handset: Handset, clinician: Clinician, encounter: str
) -> None:
    """The preview walks through the photos and edits one; a deleted one is gone everywhere and after a reload."""
    desk.open(encounter)
    other_desk.open(encounter)
    handset.scan(desk.link)
    handset.send(album(3))
    desk.expect_photos(3, 2, 1)
    desk.preview(3)
    desk.page.get_by_role("button", name="Previous photo").click()
    desk.expect_preview(2)
    desk.page.get_by_role("textbox", name="Notes").fill("The one to keep")
    desk.page.get_by_role("button", name="Save details").click()
    expect(desk.page.locator("#details-status")).to_have_text("Saved")
    desk.page.get_by_role("button", name="Previous photo").click()
    desk.expect_preview(1)
    desk.delete_open()
    for one in (desk, other_desk):
        one.expect_photos(3, 2)
        one.expect_badges(2, "Notes")
    desk.reload()
    desk.expect_photos(3, 2)
    desk.preview(2)
    expect(desk.page.get_by_role("textbox", name="Notes")).to_have_value("The one to keep")
    assert sorted(image["sequence"] for image in clinician.images(encounter)) == [2, 3]


def test_no_photo_is_ever_shown_twice(desk: Desk, handset: Handset, encounter: str) -> None:
    """Live messages, lists, a cut connection and a reload tell of the same photos: each is there once, all the time."""
    wire = Wire(desk.page)
    desk.page.add_init_script(
        """(() => {
          globalThis.twice = [];
          new MutationObserver(() => {
            const ids = [...document.querySelectorAll("#grid li")].map((item) => item.dataset.imageId);
            if (new Set(ids).size < ids.length) twice.push(ids);
          }).observe(document, { subtree: true, childList: true });
        })()"""
    )
    desk.open(encounter)
    handset.scan(desk.link)
    handset.choose(album(8))
    handset.to_send()
    handset.press_send()
    expect(desk.photo(1)).to_be_visible()
    wire.cut()
    wire.mend()
    desk.expect_photos(*range(8, 0, -1))
    desk.expect_state("Live")
    assert desk.page.evaluate("twice") == []
    desk.reload()
    desk.expect_photos(*range(8, 0, -1))
    assert desk.page.evaluate("twice") == []


def test_photo_deleted_on_the_desktop_while_its_phone_still_sends(
    desk: Desk, handset: Handset, clinician: Clinician, encounter: str
) -> None:
    """The phone drops that photo without a word and sends the others; it never comes back to the desktop."""
    desk.open(encounter)
    handset.scan(desk.link)
    gate = Gate(handset.page, "**/session/images")
    handset.choose(album(3))
    handset.to_send()
    handset.press_send()
    desk.expect_photos(3, 2, 1)
    desk.delete(2)
    desk.expect_photos(3, 1)
    gate.open()
    handset.expect_sent(2)
    expect(handset.page.locator("#success-count")).to_have_text("2 of 20 in this session")
    desk.expect_photos(3, 1)
    desk.reload()
    desk.expect_photos(3, 1)
    assert len(clinician.images(encounter)) == 2
