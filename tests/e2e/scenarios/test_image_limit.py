"""10: a session holds twenty photos."""

import re

from playwright.sync_api import expect

from tests.e2e.people import Clinician
from tests.e2e.photographs import album
from tests.e2e.scenarios.desk import Desk
from tests.e2e.scenarios.handset import Handset


def test_twenty_of_twenty_two_are_taken(desk: Desk, handset: Handset, encounter: str) -> None:
    """Of 22 photos from the gallery 20 are taken and sent; the page says that 2 were not, and takes no more."""
    desk.open(encounter)
    handset.scan(desk.link)
    handset.choose(album(22), total=20)
    expect(handset.page.locator("#capture-messages")).to_contain_text("2 photos were not added")
    expect(handset.page.locator("#camera")).to_be_disabled()
    handset.to_send()
    handset.press_send()
    handset.expect_sent(20)
    desk.expect_photos(*range(20, 0, -1))
    handset.add_more()
    expect(handset.page.locator("#count")).to_have_text("20 of 20")
    expect(handset.page.locator("#gallery")).to_be_disabled()


def test_two_phones_race_for_the_last_places(
    desk: Desk, handset: Handset, other_handset: Handset, clinician: Clinician, encounter: str
) -> None:
    """Two phones, the second of which is let in, send twelve each: twenty arrive, four are refused with a reason.

    A deletion makes room for one.
    """
    desk.open(encounter)
    handset.scan(desk.link)
    desk.let_in(other_handset.ask(desk.link))
    phones = (handset, other_handset)
    for phone in phones:
        phone.choose(album(12))
        phone.to_send()
    for phone in phones:
        phone.press_send()
    for phone in phones:
        ended = phone.page.locator("#success-title, #uploading-title").filter(visible=True)
        expect(ended).to_have_text(re.compile(r"12 photos sent|\d+ photos? not sent"))
    desk.expect_photos(*range(20, 0, -1))
    assert len(clinician.images(encounter)) == 20
    refused = [phone for phone in phones if phone.page.locator(".upload.failed").filter(visible=True).count()]
    assert sum(phone.page.locator(".upload.failed").count() for phone in refused) == 4
    for phone in refused:
        expect(phone.page.locator("#uploading-messages")).to_contain_text("The session is full")
    desk.delete(20)
    desk.expect_photos(*range(19, 0, -1))
    before = refused[0].page.locator(".upload.failed").count()
    refused[0].page.locator("#retry").tap()
    desk.expect_photos(21, *range(19, 0, -1))
    if before > 1:
        left = "1 photo" if before == 2 else f"{before - 1} photos"
        expect(refused[0].page.locator("#uploading-title")).to_have_text(f"{left} not sent")
