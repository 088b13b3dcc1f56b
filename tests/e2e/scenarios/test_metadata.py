"""4: what is said about a photo."""

from playwright.sync_api import expect

from tests.e2e.people import Clinician
from tests.e2e.photographs import album
from tests.e2e.scenarios.desk import Desk
from tests.e2e.scenarios.handset import Handset


def test_details_from_the_phone_stand_on_the_desktop(
    desk: Desk, handset: Handset, clinician: Clinician, encounter: str
) -> None:
    """Side, body site and notes arrive with their own photo; "same as" copies where; a skipped photo has nothing."""
    desk.open(encounter)
    handset.scan(desk.link)
    handset.choose(album(3))
    handset.page.locator("#review").tap()
    handset.page.locator("#describe").tap()
    handset.page.get_by_label("Left", exact=True).check()
    handset.page.get_by_label("Forearm").check()
    handset.page.get_by_label("Notes").fill("Grew since <March>, itches: 6 mm")
    handset.page.locator("#next").tap()
    handset.page.get_by_role("button", name="Same as photo 1").tap()
    handset.page.locator("#skip").tap()
    expect(handset.page.locator(".tile").first).to_contain_text("Left forearm")
    handset.press_send()
    handset.expect_sent(3)
    desk.expect_photos(3, 2, 1)
    shown = [desk.page.locator("#grid li").nth(n).locator(".badge").all_inner_texts() for n in range(3)]
    assert sorted(shown) == [["Left", "Forearm"], ["Left", "Forearm", "Notes"], ["No details yet"]]
    where = {
        "laterality": {"code": "left", "display": "Left", "snomed": "7771000"},
        "bodySite": {"code": "forearm", "display": "Forearm", "snomed": "14975008"},
    }
    known = [image["metadata"] for image in clinician.images(encounter)]
    assert sorted(known, key=len) == [{}, where, where | {"notes": "Grew since <March>, itches: 6 mm"}]


def test_details_of_a_phone_that_falls_silent(desk: Desk, handset: Handset, encounter: str) -> None:
    """It uploads the photo and never comes to say so: the desktop shows it, with what was said of it before."""
    desk.open(encounter)
    handset.scan(desk.link)
    handset.page.route("**/session/images", lambda route: route.abort())
    handset.choose(album(1))
    handset.page.locator("#review").tap()
    handset.page.locator("#describe").tap()
    handset.page.get_by_label("Left", exact=True).check()
    handset.page.get_by_label("Forearm").check()
    handset.page.locator("#next").tap()
    handset.press_send()
    desk.expect_photos(1)
    desk.expect_badges(1, "Left", "Forearm")


def test_edit_on_one_desktop_shows_on_the_other(desk: Desk, other_desk: Desk, handset: Handset, encounter: str) -> None:
    """Details edited in the preview reach the other desktop by themselves, and are there after a reload."""
    desk.open(encounter)
    other_desk.open(encounter)
    handset.scan(desk.link)
    handset.send(album(1))
    desk.expect_photos(1)
    desk.preview(1)
    desk.page.get_by_role("radio", name="Both sides").check()
    desk.page.get_by_label("Body site").select_option(label="Knee")
    desk.page.get_by_role("textbox", name="Notes").fill("Swollen")
    desk.page.get_by_role("button", name="Save details").click()
    expect(desk.page.locator("#details-status")).to_have_text("Saved")
    desk.page.keyboard.press("Escape")
    for one in (desk, other_desk):
        one.expect_badges(1, "Both sides", "Knee", "Notes")
    other_desk.expect_never_reloaded()
    desk.reload()
    desk.expect_badges(1, "Both sides", "Knee", "Notes")
