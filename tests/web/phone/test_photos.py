"""Choosing photos: small, anonymous, counted, and kept until they are sent."""

import io
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from tests.waiting import until
from tests.web.phone.conftest import jpeg
from tests.web.phone.fake_clinic import Clinic, Fault
from tests.web.phone.steps import choose, kept, review_first, scan, scan_next, screen, send, stored_pictures, to_send


def test_twelve_megapixels_leave_small_upright_and_without_place(page: Page, clinic: Clinic, large: Path) -> None:
    """A 12-megapixel photo with GPS arrives under 1 MB, turned upright, with no EXIF at all; the time taken is kept.

    For grids it carries a small picture of itself, as upright as it is.
    """
    assert large.stat().st_size > 3_000_000
    clinic.ahead_s = 3600
    scan(page, clinic)
    send(page, [large])
    screen(page, "success")
    (body,) = clinic.stored.values()
    assert len(body) < 1_000_000
    assert b"Exif" not in body
    assert b"Aroha" not in body
    with Image.open(io.BytesIO(body)) as picture:
        assert picture.format == "JPEG"
        assert not picture.getexif()
        assert picture.height > picture.width
        assert max(picture.size) >= 1600
        size = picture.size
    assert body[20:22] == b"\xff\xe0"
    segment = body[24 : 22 + int.from_bytes(body[22:24])]
    assert segment.startswith(b"JFXX\0\x10")
    with Image.open(io.BytesIO(segment.removeprefix(b"JFXX\0\x10"))) as small:
        assert small.width / small.height == pytest.approx(size[0] / size[1], abs=0.01)
        assert max(small.size) == 480
    assert len(segment) < 24 * 1024
    (image,) = clinic.images()
    # The camera's clock is an hour slow, like that of its phone.
    assert abs(image["taken"][0] - datetime(2026, 3, 3, 17, 6, 7, tzinfo=UTC).timestamp() * 1000) < 60_000


def test_photos_say_when_they_were_taken_and_in_which_order(page: Page, clinic: Clinic, tmp_path: Path) -> None:
    """Without EXIF the file's time counts; photos of one instant keep the order in which they were chosen."""
    files = []
    for name, changed in (("late", 1_790_000_002), ("early", 1_790_000_001), ("next", 1_790_000_001)):
        files.append(tmp_path / f"{name}.png")
        Image.new("RGB", (60 + len(files), 40)).save(files[-1])
        os.utime(files[-1], (changed, changed))
    scan(page, clinic)
    send(page, files)
    screen(page, "success")
    times = [image["taken"][0] for image in sorted(clinic.images(), key=lambda image: image["taken"][1])]
    assert [round(time / 1000) for time in times] == [1_790_000_002, 1_790_000_001, 1_790_000_001]
    assert len({image["taken"][1] for image in clinic.images()}) == 3


@pytest.mark.parametrize("why", ["the browser cannot", "a deployment removed it"])
def test_the_page_compresses_when_it_has_no_worker(page: Page, clinic: Clinic, large: Path, why: str) -> None:
    """A browser that cannot draw in a worker, or that no longer finds it, makes the photo small on the page."""
    if why == "the browser cannot":
        page.add_init_script("delete globalThis.OffscreenCanvas")
    else:
        page.route("**/assets/encode-worker-*.js", lambda route: route.fulfill(status=404))
    scan(page, clinic)
    send(page, [large])
    screen(page, "success")
    (body,) = clinic.stored.values()
    assert len(body) < 1_000_000
    assert b"Exif" not in body


def test_a_transparent_picture_gets_a_white_ground(page: Page, clinic: Clinic) -> None:
    """What is transparent in a PNG is white in the JPEG, not black."""
    out = io.BytesIO()
    Image.new("RGBA", (300, 200), (0, 0, 0, 0)).save(out, "PNG")
    scan(page, clinic)
    review_first(page)
    page.locator("#gallery").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": out.getvalue()})
    to_send(page)
    page.locator("#send").tap()
    screen(page, "success")
    with Image.open(io.BytesIO(next(iter(clinic.stored.values())))) as picture:
        assert picture.size == (300, 200)
        assert picture.getpixel((10, 10)) == (255, 255, 255)


def test_an_unreadable_photo_is_named_and_the_others_are_kept(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """HEIC that this browser cannot open, and a photo that was cut off, are named with what to do."""
    scan(page, clinic)
    screen(page, "capture")
    heic: FilePayload = {"name": "IMG_7.HEIC", "mimeType": "image/heic", "buffer": b"no picture"}
    good: FilePayload = {"name": "good.jpg", "mimeType": "image/jpeg", "buffer": album[0].read_bytes()}
    whole = album[1].read_bytes()
    cut: list[FilePayload] = [
        {"name": f"cut-{share}.jpg", "mimeType": "image/jpeg", "buffer": whole[: len(whole) * share // 100]}
        for share in (33, 85)
    ]
    page.locator("#gallery").set_input_files([heic, good, *cut])
    message = page.locator("#capture-messages")
    expect(message).to_contain_text("IMG_7.HEIC")
    expect(message).to_contain_text("save it as JPEG")
    for share in (33, 85):
        expect(message).to_contain_text(f"“cut-{share}.jpg” is damaged: its end is missing. Take it again")
    expect(page.locator("#count")).to_have_text("1 of 20")


def test_a_panorama_stays_readable(page: Page, clinic: Clinic, tmp_path: Path) -> None:
    """A long picture arrives with as many pixels as any other, and below a megabyte."""
    scan(page, clinic)
    send(page, [jpeg(tmp_path / "page.jpg", 1200, 14_000, noise=True)])
    screen(page, "success")
    [stored] = clinic.stored.values()
    assert len(stored) < 1_000_000
    with Image.open(io.BytesIO(stored)) as picture:
        assert picture.width > 400


def test_no_more_than_twenty(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """Of 25 chosen photos 20 are taken, the rest is said to be left out, and camera and gallery are closed."""
    scan(page, clinic)
    choose(page, album, 20)
    expect(page.locator("#count")).to_have_text("20 of 20")
    expect(page.locator("#capture-messages")).to_contain_text("5 photos were not added")
    expect(page.locator("#camera")).to_be_disabled()
    expect(page.locator("#gallery")).to_be_disabled()


def test_photos_already_in_the_session_count(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """A phone that joins a session of 18 photos can add two."""
    address = clinic.open()
    clinic.session().images = {str(n): {"sequence": n} for n in range(18)}
    page.goto(address)
    expect(page.locator("#count")).to_have_text("18 of 20")
    choose(page, album[:3], 2)
    expect(page.locator("#count")).to_have_text("20 of 20")


def test_a_reload_keeps_unsent_photos_and_what_was_said_about_them(
    page: Page, clinic: Clinic, album: list[Path]
) -> None:
    """After a reload the drafts are there with their details, without the QR token, which is dead by then."""
    scan(page, clinic)
    choose(page, album[:2])
    page.locator("#review").tap()
    page.locator("#describe").tap()
    page.get_by_label("Left", exact=True).check()
    page.get_by_label("Knee").check()
    page.get_by_label("Notes").fill("Two days old")
    # A person needs longer than a database to reach for the reload.
    until(lambda: "Two days old" in str(kept(page, "photos")), lambda: kept(page, "photos"), page=page)
    clinic.tokens.clear()
    page.reload()
    screen(page, "review")
    expect(page.locator("#patient-name")).to_have_text("Aroha Ngata")
    expect(page.locator(".tile")).to_have_count(2)
    expect(page.locator(".tile").first).to_contain_text("Left knee")
    expect(page.get_by_role("button", name="Photo 1, Left knee. Change details")).to_be_visible()
    expect(page.get_by_role("button", name="Photo 2. Add details")).to_be_visible()
    page.locator("#describe").tap()
    expect(page.get_by_label("Notes")).to_have_value("Two days old")


def test_nothing_is_left_on_the_phone_after_sending(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """Sent photos are wiped from the phone's storage."""
    scan(page, clinic)
    choose(page, album[:2])
    assert stored_pictures(page) == 2
    to_send(page)
    page.locator("#send").tap()
    screen(page, "success")
    assert stored_pictures(page) == 0


def test_deleting_asks_first_and_deletes_one(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """Delete asks; "Keep" keeps; "Delete" removes that photo from the grid, the count and the storage."""
    scan(page, clinic)
    choose(page, album[:3])
    page.locator("#review").tap()
    page.get_by_role("button", name="Delete photo 2").tap()
    page.locator("#confirm-no").tap()
    expect(page.locator(".tile")).to_have_count(3)
    page.get_by_role("button", name="Delete photo 2").tap()
    # Asked again before the browser has told that the first question was closed.
    page.evaluate(
        "() => { document.querySelector('#confirm-no').click(); document.querySelectorAll('.tile-delete')[1].click(); }"
    )
    page.locator("#confirm-yes").tap()
    expect(page.locator(".tile")).to_have_count(2)
    page.locator("#more").tap()
    expect(page.locator("#count")).to_have_text("2 of 20")
    assert stored_pictures(page) == 2
    assert clinic.count("delete") == 0


def test_a_double_tap_on_delete_deletes_nothing(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """The second tap cannot confirm what the first one asked, wherever the question opens."""
    scan(page, clinic)
    choose(page, album[:2])
    page.locator("#review").tap()
    tap_twice = (
        "() => { document.querySelector('.tile-delete').click(); document.querySelector('#confirm-yes').click(); }"
    )
    page.evaluate(tap_twice)
    page.locator("#confirm-no").tap()
    expect(page.locator(".tile")).to_have_count(2)


def test_send_waits_for_photos_that_are_being_prepared(page: Page, clinic: Clinic, large: Path) -> None:
    """Nobody can send while a chosen photo is not in the list yet."""
    scan(page, clinic)
    choose(page, [large])
    to_send(page)
    page.locator("#more").tap()
    page.locator("#gallery").set_input_files([str(large)] * 3)
    page.locator("#review").tap()
    send = page.locator("#send")
    expect(send).to_be_disabled()
    expect(send).to_contain_text("Preparing")
    expect(page.locator(".tile")).to_have_count(4)


def test_photos_without_a_session_are_wiped(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """Should a session's record ever be lost, its photos do not stay on the phone for good."""
    scan(page, clinic)
    choose(page, album[:2])
    page.evaluate(
        """async () => {
          const open = indexedDB.open("bedside-capture");
          const database = await new Promise((resolve) => (open.onsuccess = () => resolve(open.result)));
          const change = database.transaction("sessions", "readwrite");
          change.objectStore("sessions").clear();
          await new Promise((resolve) => (change.oncomplete = resolve));
        }"""
    )
    scan_next(page, clinic.open("P2"))
    screen(page, "capture")
    assert stored_pictures(page) == 0
    expect(page.locator("#count")).to_have_text("0 of 20")


def test_details_reach_the_server(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """Side, site and notes are sent with their photo; a skipped photo has none; a choice can be taken back."""
    scan(page, clinic)
    choose(page, album[:3])
    page.locator("#review").tap()
    page.locator("#describe").tap()
    page.get_by_label("Both sides").check()
    page.get_by_label("Hand or fingers").check()
    page.get_by_label("Notes").fill("  itchy \x00")
    page.locator("#next").tap()
    page.get_by_role("button", name="Same as photo 1").tap()
    side = page.get_by_label("Both sides")
    expect(side).to_be_checked()
    side.tap()
    expect(side).not_to_be_checked()
    page.locator("#skip").tap()
    page.locator("#send").tap()
    screen(page, "success")
    metadata = [image["metadata"] for image in clinic.images()]
    hand = {"code": "hand", "display": "Hand or fingers"}
    both = {"code": "bilateral", "display": "Both sides"}
    assert sorted(metadata, key=str) == sorted(
        [{"laterality": both, "bodySite": hand, "notes": "itchy"}, {"bodySite": hand}, {}], key=str
    )


def test_details_are_said_before_the_upload_too(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """Should the phone fall silent right after it, the photo has its details all the same."""
    scan(page, clinic)
    clinic.fail("put", Fault(422, ""))
    choose(page, album[:1])
    page.locator("#review").tap()
    page.locator("#describe").tap()
    page.get_by_label("Both sides").check()
    page.locator("#next").tap()
    page.locator("#send").tap()
    expect(page.locator("#retry")).to_be_visible()
    both = {"code": "bilateral", "display": "Both sides"}
    assert [slot["metadata"] for slot in clinic.session().reserved.values()] == [{"laterality": both}]
    assert clinic.images() == []


def test_a_photo_whose_upload_began_is_deleted_on_the_server_too(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """Deleting a photo that failed after its upload tells the server, and it never arrives."""
    scan(page, clinic)
    clinic.fail("notify", Fault(422, "invalid-request"))
    send(page, album[:2])
    page.get_by_label("Delete photo").filter(visible=True).tap()
    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        page.locator("#confirm-yes").tap()
    screen(page, "success")
    expect(page.locator("#success-title")).to_have_text("1 photo sent")
    assert len(clinic.session().deleted) == 1
    assert len(clinic.images()) == 1


def test_a_deletion_the_server_has_not_heard_of_is_told_after_a_reload(
    page: Page, clinic: Clinic, album: list[Path]
) -> None:
    """When the call fails the photo stays deleted here, and the next load tells the server."""
    scan(page, clinic)
    clinic.fail("notify", Fault(422, "invalid-request"))
    clinic.fail("delete", Fault(403, "forbidden"))
    send(page, album[:1])
    page.get_by_label("Delete photo").filter(visible=True).tap()
    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        page.locator("#confirm-yes").tap()
    screen(page, "capture")
    expect(page.locator("#count")).to_have_text("0 of 20")
    assert clinic.session().deleted == set()
    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        page.reload()
    assert len(clinic.session().deleted) == 1
