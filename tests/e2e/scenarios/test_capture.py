"""3: photos are taken, chosen, looked at and sent."""

import pytest
from playwright.sync_api import expect

from tests.e2e.photographs import album
from tests.e2e.scenarios.desk import PATIENT, Desk
from tests.e2e.scenarios.handset import Handset


@pytest.mark.quick
def test_photos_from_camera_and_gallery_reach_the_desktop(desk: Desk, handset: Handset, encounter: str) -> None:
    """One from the camera and three from the gallery, one of them deleted again: three arrive, in their order."""
    desk.open(encounter)
    handset.scan(desk.link)
    photos = album(4)
    handset.choose(photos[:1], source="camera")
    handset.choose(photos[1:], total=4)
    expect(handset.page.locator("#count")).to_have_text("4 of 20")
    handset.page.locator("#review").tap()
    expect(handset.page.locator(".tile")).to_have_count(4)
    handset.page.get_by_role("button", name="Delete photo 2").tap()
    handset.page.locator("#confirm-yes").tap()
    expect(handset.page.locator(".tile")).to_have_count(3)
    handset.page.locator("#more").tap()
    expect(handset.page.locator("#count")).to_have_text("3 of 20")
    handset.to_send()
    handset.press_send()
    handset.expect_sent(3)
    desk.expect_photos(3, 2, 1)
    assert handset.kept() == 0


def test_patient_is_named_on_every_screen(desk: Desk, handset: Handset, encounter: str) -> None:
    """From the first screen to the last the patient's name is in view, on the phone as on the desktop."""
    desk.open(encounter)
    handset.scan(desk.link)
    handset.choose(album(1))
    for step in ("#review", "#describe", "#next", "#send"):
        expect(handset.page.locator("#patient-name")).to_be_in_viewport()
        handset.page.locator(step).tap()
    handset.expect_sent(1)
    expect(handset.page.locator("#patient-name")).to_have_text(PATIENT)
    desk.expect_photos(1)
    expect(desk.page.locator("#patient-name")).to_be_in_viewport()
    desk.preview(1)
    expect(desk.page.locator("#preview-patient")).to_contain_text(PATIENT)
