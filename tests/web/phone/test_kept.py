"""Photos that their session did not live to see: kept for a new code of the same patient, and for nobody else."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.web.phone.fake_clinic import Clinic, Fault
from tests.web.phone.steps import choose, kept, scan, scan_next, screen, send, stored_pictures

DAY_MS = 24 * 60 * 60 * 1000
HINT = "2 photos are kept on this phone. Scan a new code for this patient to send them."


def end_with(page: Page, clinic: Clinic, photos: list[Path]) -> None:
    """Sends photos into a session that has just ended."""
    scan(page, clinic)
    screen(page, "capture")
    clinic.end()
    send(page, photos)
    screen(page, "handoff")


def age(page: Page, milliseconds: int) -> None:
    """Makes every photo that the phone keeps older."""
    page.evaluate(
        """async (milliseconds) => {
          const open = indexedDB.open("bedside-capture");
          const database = await new Promise((resolve) => (open.onsuccess = () => resolve(open.result)));
          const change = database.transaction("photos", "readwrite");
          const photos = change.objectStore("photos");
          photos.getAll().onsuccess = ({ target }) => {
            for (const photo of target.result) photos.put({ ...photo, addedAt: photo.addedAt - milliseconds });
          };
          await new Promise((resolve) => (change.oncomplete = resolve));
          database.close();
        }""",
        milliseconds,
    )


@pytest.mark.parametrize("gone", [True, False], ids=["404", "401"])
def test_photos_outlive_their_session_without_its_token(
    page: Page, clinic: Clinic, album: list[Path], *, gone: bool
) -> None:
    """Session gone or token refused: the photos stay, the token goes, and the screen says what to do, for whom."""
    scan(page, clinic)
    screen(page, "capture")
    clinic.end(gone=gone)
    send(page, album[:2])
    for _ in range(2):
        screen(page, "handoff")
        expect(page.get_by_role("heading", name="This session has ended")).to_be_focused()
        expect(page.locator("#handoff-send")).to_be_hidden()
        expect(page.locator("#handoff-hint")).to_have_text(HINT)
        expect(page.locator("#handoff-strip img")).to_have_count(2)
        expect(page.locator("#patient")).to_contain_text("Aroha Ngata")
        assert stored_pictures(page) == 2
        assert [session["uploadToken"] for session in kept(page, "sessions")] == [None]
        assert "upload-" not in page.evaluate("JSON.stringify(sessionStorage)")
        page.reload()


def test_what_was_kept_can_be_deleted(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """Deleting it, after a question, wipes photos, name and token, as the end of a session with nothing unsent does."""
    end_with(page, clinic, album[:1])
    page.locator("#handoff-delete").tap()
    page.locator("#confirm-no").tap()
    assert stored_pictures(page) == 1
    page.locator("#handoff-delete").tap()
    expect(page.locator("#confirm-title")).to_have_text("Delete 1 photo of Aroha Ngata?")
    page.locator("#confirm-yes").tap()
    expect(page.locator("#error-title")).to_have_text("This session has ended")
    expect(page.locator("#patient")).to_be_hidden()
    assert [kept(page, store) for store in ("sessions", "photos", "bytes")] == [[], [], []]
    assert page.evaluate("sessionStorage.length") == 0
    page.reload()
    expect(page.locator("#error-title")).to_have_text("Scan the code")


def test_a_new_code_of_the_same_patient_sends_what_was_kept(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """The kept photos join the new session and go out under its token; "Send" need not be pressed again."""
    end_with(page, clinic, album[:2])
    page.goto(clinic.reopen())
    expect(page.locator("#success-title")).to_have_text("2 photos sent")
    assert len(clinic.images()) == 2
    assert stored_pictures(page) == 0


def test_drafts_that_were_kept_wait_for_send(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """What had not been sent when another photo met the session's end is still a draft under the new code."""
    end_with(page, clinic, album[:1])
    page.evaluate(
        """async () => {
          const open = indexedDB.open("bedside-capture");
          const database = await new Promise((resolve) => (open.onsuccess = () => resolve(open.result)));
          const change = database.transaction("photos", "readwrite");
          const photos = change.objectStore("photos");
          photos.getAll().onsuccess = ({ target }) => photos.put({ ...target.result[0], phase: "draft" });
          await new Promise((resolve) => (change.oncomplete = resolve));
          database.close();
        }"""
    )
    page.goto(clinic.reopen())
    screen(page, "review")
    expect(page.locator(".tile")).to_have_count(1)
    assert clinic.count("put") == 0


def test_a_photo_stored_for_the_old_session_is_uploaded_for_the_new(
    page: Page, clinic: Clinic, album: list[Path]
) -> None:
    """The session ended between upload and notice, and was reopened: the photo goes to its new place, once."""
    scan(page, clinic)
    clinic.fail("notify", Fault(404, "session-not-found"))
    send(page, album[:1])
    screen(page, "handoff")
    (before,) = kept(page, "photos")
    assert before["stored"] is True
    page.goto(clinic.reopen())
    screen(page, "success")
    (image,) = clinic.images()
    assert image["imageId"] == before["id"]
    assert image["s3Key"] != before["s3Key"]
    assert [clinic.count(step) for step in ("reserve", "put", "notify")] == [2, 2, 2]


def test_a_place_of_another_session_is_given_up_on_notice(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """403 wrong-encounter for a photo believed to be stored: it is uploaded once more, under the same token."""
    scan(page, clinic)
    clinic.fail("notify", Fault(422, "invalid-request"))
    send(page, album[:1])
    expect(page.locator("#uploading-title")).to_have_text("1 photo not sent")
    session = clinic.session()
    session.started += 1
    session.reserved.clear()
    page.locator("#retry").tap()
    screen(page, "success")
    assert [clinic.count(step) for step in ("reserve", "put", "notify")] == [2, 2, 3]
    (image,) = clinic.images()
    assert f"/{session.started}_" in image["s3Key"]


def test_a_place_that_is_refused_at_once_is_not_tried_for_ever(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """403 wrong-encounter for a photo just uploaded is a failure that does not advise to delete it."""
    scan(page, clinic)
    clinic.fail("notify", Fault(403, "wrong-encounter"))
    send(page, album[:1])
    expect(page.locator("#uploading-messages")).to_contain_text("Scan a new code for this patient")
    assert [clinic.count(step) for step in ("reserve", "put", "notify")] == [1, 1, 1]


def test_another_code_of_the_same_session_uploads_nothing_twice(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """A photo that the storage has, met again under another code of the same session, is only announced."""
    scan(page, clinic)
    clinic.fail("notify", Fault(401, "unauthorized"))
    send(page, album[:1])
    screen(page, "handoff")
    page.goto(clinic.open())
    screen(page, "success")
    assert [clinic.count(step) for step in ("reserve", "put", "notify")] == [2, 1, 2]
    assert len(clinic.images()) == 1


@pytest.mark.parametrize("known", [True, False], ids=["known-to-have-ended", "learnt-on-sending"])
def test_kept_photos_are_never_sent_to_another_patient(
    page: Page, clinic: Clinic, album: list[Path], *, known: bool
) -> None:
    """Another patient's code: keep or delete is offered; what is kept waits, over reloads too, for its own patient."""
    if known:
        end_with(page, clinic, album[:2])
    else:
        scan(page, clinic)
        choose(page, album[:2])
        clinic.end()
    scan_next(page, clinic.open("P2", "Wiremu Hohepa"))
    screen(page, "handoff")
    if not known:
        page.get_by_role("button", name="Send to Aroha Ngata").tap()
    expect(page.locator("#handoff-hint")).to_contain_text("only be sent with a new code for Aroha Ngata")
    expect(page.locator("#patient-name")).to_have_text("Aroha Ngata")
    page.get_by_role("button", name="Keep them on this phone").tap()
    for _ in range(2):
        screen(page, "capture")
        expect(page.locator("#patient-name")).to_have_text("Wiremu Hohepa")
        page.reload()
    send(page, album[2:3])
    screen(page, "success")
    assert stored_pictures(page) == 2
    assert len(clinic.images("P2")) == 1
    page.goto(clinic.open("P3", "Hine Moana"))
    expect(page.locator("#handoff-hint")).to_contain_text("Then go on with Hine Moana")
    page.goto(clinic.reopen("P1"))
    expect(page.locator("#success-title")).to_have_text("2 photos sent")
    expect(page.locator("#patient-name")).to_have_text("Aroha Ngata")
    assert len(clinic.images("P2")) == 1
    assert len(clinic.images("P1")) == 2


def test_kept_photos_can_be_deleted_for_another_patient(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """Deleting them, after a question, leaves nothing of the first patient and goes on with the second."""
    end_with(page, clinic, album[:1])
    page.goto(clinic.open("P2", "Wiremu Hohepa"))
    expect(page.locator("#handoff-hint")).to_contain_text("Then go on with Wiremu Hohepa")
    page.locator("#handoff-delete").tap()
    page.locator("#confirm-yes").tap()
    screen(page, "capture")
    expect(page.locator("#patient-name")).to_have_text("Wiremu Hohepa")
    assert stored_pictures(page) == 0
    assert [session["patientId"] for session in kept(page, "sessions")] == ["P2"]
    assert clinic.count("delete") == 0


def test_kept_photos_go_after_a_day(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """A photo is kept for 24 hours after it was taken, not longer, and also when a tab has stood open all the time."""
    end_with(page, clinic, album[:1])
    age(page, DAY_MS - 60_000)
    page.reload()
    screen(page, "handoff")
    age(page, 60_000)
    page.evaluate("() => { document.dispatchEvent(new Event('visibilitychange')); }")
    expect(page.locator("#error-title")).to_have_text("This session has ended")
    expect(page.locator("#patient")).to_be_hidden()
    assert [kept(page, store) for store in ("sessions", "photos", "bytes")] == [[], [], []]


def test_a_new_code_does_not_make_photos_younger(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """Joining another session does not prolong the day."""
    end_with(page, clinic, album[:1])
    age(page, DAY_MS)
    page.goto(clinic.reopen())
    screen(page, "capture")
    assert stored_pictures(page) == 0


def test_a_forgotten_tab_does_not_delete_what_another_goes_on_with(
    context: BrowserContext, page: Page, clinic: Clinic, album: list[Path]
) -> None:
    """The new code opened in a second tab: "delete" in the first one shows what is so instead of deleting it."""
    end_with(page, clinic, album[:1])
    second = context.new_page()
    clinic.fail("reserve", Fault(409, "image-limit-reached"), Fault(409, "image-limit-reached"))
    second.goto(clinic.reopen())
    expect(second.locator("#uploading-title")).to_have_text("1 photo not sent")
    page.locator("#handoff-delete").tap()
    page.locator("#confirm-yes").tap()
    screen(page, "uploading")
    assert stored_pictures(page) == 1


def test_the_end_of_an_old_token_leaves_a_newer_one_alone(
    context: BrowserContext, page: Page, clinic: Clinic, album: list[Path]
) -> None:
    """A tab whose token died goes on with the code that another tab has scanned since."""
    scan(page, clinic)
    choose(page, album[:1])
    second = context.new_page()
    second.goto(clinic.reopen())
    screen(second, "review")
    for step in ("#review", "#describe", "#next", "#send"):
        page.locator(step).tap()
    screen(page, "success")
    assert len(clinic.images()) == 1


def test_a_browser_that_keeps_nothing_says_so(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """Without IndexedDB the end of the session loses the photos; the page does not claim to have kept them."""
    page.add_init_script("Object.defineProperty(globalThis, 'indexedDB', { value: undefined })")
    scan(page, clinic)
    screen(page, "capture")
    clinic.end()
    send(page, album[:1])
    expect(page.locator("#error-hint")).to_contain_text("could not keep the photos")
    expect(page.locator("#patient")).to_be_hidden()
