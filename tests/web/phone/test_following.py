"""The phone follows its session: what the desktop deletes, its end, and photos that are sent at once."""

import base64
import io
import threading
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.waiting import until
from tests.web.phone.fake_clinic import Clinic, Fault
from tests.web.phone.steps import choose, kept, scan, scan_next, screen, send, stored_pictures


@pytest.fixture
def clinic(clinic: Clinic) -> Clinic:
    """A clinic that answers phones that ask how their session is."""
    clinic.answers_status = True
    return clinic


def ask(page: Page, clinic: Clinic) -> None:
    """Lets the page ask how its session is, as it does every few seconds."""
    before = clinic.count("status")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    until(lambda: clinic.count("status") > before, "the page has not asked", page=page)


def test_a_deletion_on_the_desktop_makes_room(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """The count is right with the next report, which says how many photos wait here; the phone stays the same one."""
    scan(page, clinic)
    send(page, album[:3])
    page.locator("#add-more").tap()
    choose(page, album[3:5])
    expect(page.locator("#count")).to_have_text("5 of 20")
    expect(page.locator("#capture-hint")).to_have_text("2 photos are not sent yet: review them first.")
    session = clinic.session()
    session.deleted.add(session.images.popitem()[0])
    ask(page, clinic)
    expect(page.locator("#count")).to_have_text("4 of 20")
    assert list(session.unsent.values()) == [2]
    scan_next(page, clinic.open())
    screen(page, "review")
    ask(page, clinic)
    assert list(session.unsent.values()) == [2]


def test_consent_is_recorded_on_either_screen(page: Page, clinic: Clinic) -> None:
    """The phone shows what the desktop has recorded with its next report, and can record it itself.

    It also says how many photos are in the patient's record.
    """
    scan(page, clinic)
    choice, record = page.get_by_label("Consent to photography"), page.get_by_role("button", name="Record consent")
    expect(choice.locator("option:checked")).to_have_text("Not recorded yet")
    expect(record).to_be_hidden()
    expect(page.locator("#in-record")).to_be_hidden()
    clinic.session().consent = {"manner": "written", "givenBy": "representative", "at": 1}
    clinic.session().committed = 2
    ask(page, clinic)
    expect(page.locator("#in-record")).to_have_text("✓ 2 photos are in the patient\u2019s record.")
    expect(choice.locator("option:checked")).to_have_text("Written, by a representative")
    choice.select_option("Spoken, by the patient")
    clinic.fail("consent", Fault(422, "invalid-request"))
    record.tap()
    expect(page.locator("#capture-messages")).to_contain_text("Consent could not be recorded.")
    record.tap()
    expect(record).to_be_hidden()
    expect(page.locator("#consent-said")).to_be_visible()
    assert clinic.session().consent == {"manner": "spoken", "givenBy": "patient", "at": 1}


def test_the_end_of_the_session_stops_the_phone(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """Without photos it says so and forgets the patient; with some it keeps them for a new code."""
    scan(page, clinic)
    screen(page, "capture")
    clinic.end()
    ask(page, clinic)
    expect(page.locator("#error-title")).to_have_text("This session has ended")
    expect(page.locator("#patient")).to_be_hidden()
    assert kept(page, "sessions") == []
    page.goto(clinic.reopen())
    choose(page, album[:2])
    clinic.end(gone=False)
    ask(page, clinic)
    expect(page.locator("#handoff-title")).to_have_text("This session has ended")
    expect(page.locator("#handoff-hint")).to_contain_text("2 photos are kept on this phone.")
    assert stored_pictures(page) == 2


def test_a_photo_that_is_taken_while_the_session_ends_is_kept(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """The camera was open when the page learned of the end: the photo waits for a new code like any other."""
    scan(page, clinic)
    screen(page, "capture")
    clinic.end()
    ask(page, clinic)
    screen(page, "error")
    page.locator("#camera").set_input_files(str(album[0]))
    expect(page.locator("#handoff-hint")).to_contain_text("1 photo is kept on this phone.")
    page.locator("#camera").set_input_files(str(album[1]))
    expect(page.locator("#handoff-hint")).to_contain_text("2 photos are kept on this phone.")
    scan_next(page, clinic.reopen())
    screen(page, "review")
    expect(page.locator(".tile")).to_have_count(2)


def test_photos_are_sent_at_once_and_described_afterwards(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """The camera stays; details reach the server later; the choice outlives a reload and another code."""
    scan(page, clinic)
    switch = page.get_by_role("switch", name="Send each at once")
    expect(switch).to_have_attribute("aria-checked", "true")
    page.locator("#camera").set_input_files(str(album[0]))
    expect(page.locator("#status")).to_have_text("1 of 20 photos, 1 photo sent")
    page.locator("#gallery").set_input_files([str(photo) for photo in album[1:3]])
    expect(page.locator("#status")).to_have_text("3 of 20 photos, 3 photos sent")
    screen(page, "capture")
    expect(page.locator("#review")).to_be_hidden()
    assert stored_pictures(page) == 0
    assert [step for step, _ in clinic.calls if step != "status"][1:3] == ["preview", "reserve"]
    previews = clinic.session().previews
    assert {image["imageId"]: image["taken"] for image in clinic.images()} == {
        image_id: (preview["takenAt"], preview["takenOrder"]) for image_id, preview in previews.items()
    }
    for preview in previews.values():
        content = base64.b64decode(preview["preview"])
        picture = Image.open(io.BytesIO(content))
        assert (picture.format, max(picture.size)) == ("WEBP", 320)
        assert len(content) <= 12 * 1024
    page.locator("#add-details").tap()
    expect(page.locator("#details-title")).to_have_text("Photo 1 of 3")
    page.get_by_label("Knee").check()
    page.locator("#next").tap()
    expect(page.locator("#details-title")).to_have_text("Photo 2 of 3")
    page.get_by_label("Elbow").or_(page.get_by_label("Face")).check()
    page.locator("#skip").tap()
    screen(page, "capture")
    expect(page.locator("#add-details")).to_be_hidden()

    def described() -> list[dict[str, str]]:
        """The first photo's details, and those of the two that were sent side by side and may arrive in any order."""
        first, *others = (where(image["metadata"]) for image in clinic.images())
        return [first, *sorted(others, key=len, reverse=True)]

    until(lambda: described() == [{"bodySite": "Knee"}, {"bodySite": "Face"}, {}], described, page=page)
    assert kept(page, "photos") == []
    scan_next(page, clinic.open())
    expect(switch).to_have_attribute("aria-checked", "true")


def test_details_are_given_while_a_photo_is_on_its_way(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """What is said while the server takes the photo follows it."""
    scan(page, clinic)
    screen(page, "capture")
    held = threading.Event()
    clinic.fail("notify", Fault(held=held))
    page.locator("#camera").set_input_files(str(album[0]))
    until(lambda: clinic.count("notify"), "the photo was not reported", page=page)
    page.locator("#add-details").tap()
    page.get_by_label("Knee").check()
    page.locator("#next").tap()
    assert clinic.images() == []
    held.set()
    expect(page.locator("#status")).to_have_text("1 of 20 photos, 1 photo sent")
    assert [where(image["metadata"]) for image in clinic.images()] == [{"bodySite": "Knee"}]


def where(metadata: dict[str, dict[str, str]]) -> dict[str, str]:
    return {name: value["display"] for name, value in metadata.items()}


def test_a_photo_that_could_not_be_sent_at_once_says_so(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """It is kept and can be tried again; details that cannot be sent are not lost without a word."""
    scan(page, clinic)
    screen(page, "capture")
    clinic.fail("preview", Fault(500, "internal-error"))
    clinic.fail("notify", Fault(422, "invalid-request"))
    page.locator("#camera").set_input_files(str(album[0]))
    expect(page.locator("#review")).to_have_text("1 photo not sent")
    assert stored_pictures(page) == 1
    assert clinic.count("preview") == 1
    page.locator("#review").tap()
    page.locator("#retry").tap()
    expect(page.locator("#success-title")).to_have_text("1 photo sent")
    page.locator("#add-more").tap()
    page.locator("#camera").set_input_files(str(album[1]))
    expect(page.locator("#status")).to_have_text("2 of 20 photos, 1 photo sent")
    clinic.fail("notify", Fault(404, "image-deleted"))
    page.locator("#add-details").tap()
    page.get_by_label("Knee").check()
    page.locator("#next").tap()
    expect(page.locator("#capture-messages")).to_contain_text("Add them on the desktop")
