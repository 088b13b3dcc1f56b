"""Photos that arrive, change and go, and what the clinician does with them."""

import io
import json
import re
import time
import zipfile
from typing import Any

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Locator, expect

from bedside.adapters.imaging.renderer import PillowRenderer
from bedside.ports.records import Rendition
from bedside.ports.rendering import Banner
from tests.waiting import until
from tests.web.desktop.desktop_api import picture
from tests.web.desktop.desktop_page import Desk
from tests.web.settling import settle

WANTED = Rendition("jpeg", 8_000_000, 4_000, banner=False)
FOREARM = {
    "laterality": {"code": "left", "display": "Left"},
    "bodySite": {"code": "forearm", "display": "Forearm"},
    "notes": "Changed since March.",
}


def test_a_photo_appears_by_itself(started: Desk) -> None:
    """What the phone sends is shown, with its picture, before a live page would ask by itself (every 30 s)."""
    started.settle()
    started.fake.upload(FOREARM)
    expect(started.picture(1)).to_have_attribute("data-state", "loaded", timeout=20_000)
    started.expect_photos(1)


def test_newest_first_with_badges(started: Desk) -> None:
    """The latest photo leads; side, site and notes are badges, and a photo without them says so."""
    started.fake.upload(FOREARM)
    started.fake.upload()
    started.expect_photos(2, 1)
    expect(started.photo(1).locator(".badge")).to_have_text(["Left", "Forearm", "Notes"])
    expect(started.photo(2).locator(".badge")).to_have_text(["No details yet"])
    expect(started.photo(1)).to_have_accessible_name(re.compile("^Photo 1, [0-9:]+( [AP]M)?, Left, Forearm, Notes$"))


def test_photos_stand_in_the_order_in_which_they_were_taken(started: Desk) -> None:
    """A photo taken earlier that arrives later gets the lower number; an earlier day is named."""
    now_ms = int(time.time() * 1000)
    first = started.fake.upload(taken_at=now_ms - 60_000)
    second = started.fake.upload(taken_at=now_ms - 90 * 86_400_000)
    started.expect_photos(2, 1)
    ids = started.page.locator("#grid li").evaluate_all("items => items.map((item) => item.dataset.imageId)")
    assert ids == [first, second]
    started.preview(1)
    expect(started.page.locator("#preview-time")).to_have_text(
        re.compile("^Taken .*[A-Z][a-z]{2}.* · received .* · 1 of 2$")
    )
    started.page.get_by_role("button", name="Next photo").click()
    expect(started.page.locator("#preview-title")).to_have_text("Photo 2")
    expect(started.page.locator("#preview-time")).to_have_text(re.compile("2 of 2$"))


def test_twenty_photos_that_arrive_at_once_are_twenty(started: Desk) -> None:
    """A burst costs a few lists, not twenty, and ends complete and in order."""
    before = started.lists()
    with started.fake.slow_lists():
        for _ in range(20):
            started.fake.upload()
        settle(started.page)
    started.expect_photos(*range(20, 0, -1))
    assert started.lists() - before < 10


def test_repeated_and_reordered_messages_change_nothing(started: Desk) -> None:
    """Every message three times and backwards: each photo is there once, at its newest."""
    first = started.fake.upload(tell=False)
    second = started.fake.upload(tell=False)
    uploaded = [started.fake.message("image-uploaded", first), started.fake.message("image-uploaded", second)]
    started.fake.describe(first, FOREARM, tell=False)
    updated = started.fake.message("image-updated", first)
    for message in [updated, *reversed(uploaded), updated, *uploaded, *uploaded]:
        started.fake.send(message)
    started.fake.upload()  # its message comes after all of these
    started.expect_photos(3, 2, 1)
    settle(started.page)
    started.expect_photos(3, 2, 1)
    expect(started.photo(1).locator(".badge").first).to_have_text("Left")


def test_a_photo_is_seen_before_it_arrives(desk: Desk) -> None:
    """In its place, by its preview, until its own picture has loaded; one that never comes is late, and goes."""
    desk.page.clock.install()
    desk.open()
    desk.expect_state("Live")
    now_ms = int(time.time() * 1000)
    desk.fake.upload(taken_at=now_ms - 1_000)
    desk.expect_photos(1)
    desk.fake.arrive("image-2", taken_at=now_ms)
    desk.fake.arrive("image-x", taken_at=now_ms - 500)
    desk.fake.arrive("image-y", taken_at=now_ms - 2_000)
    numbers = desk.page.locator("#grid .photo-number")
    expect(numbers).to_have_text(["Arriving…", "Arriving…", "Photo 1", "Arriving…"])
    expect(desk.page.locator("#count")).to_have_text("1 of 20")
    card = desk.page.locator('[data-image-id="image-2"]')
    expect(card.get_by_role("button", name="A photo is arriving")).to_be_disabled()
    card.locator("button").click(force=True)
    expect(desk.page.locator("#preview")).to_be_hidden()
    card.evaluate("card => { card.dataset.same = 'yes'; }")
    assert desk.evaluate("document.querySelector('[data-image-id=image-2] .photo-preview').naturalWidth") == 4
    desk.fake.upload(taken_at=now_ms)
    expect(numbers).to_have_text(["Photo 2", "Arriving…", "Photo 1", "Arriving…"])
    expect(card.locator(".photo-picture")).to_have_attribute("data-state", "loaded")
    expect(card.locator(".photo-preview")).to_have_count(0)
    expect(card).to_have_attribute("data-same", "yes")
    desk.fake.revision += 1
    desk.fake.send({"type": "image-deleted", "imageId": "image-y", "revision": desk.fake.revision})
    expect(numbers).to_have_text(["Photo 2", "Arriving…", "Photo 1"])
    desk.fake.arrive("image-2", taken_at=now_ms)  # too late to matter
    desk.fake.unsent = 1
    desk.page.clock.run_for(21_000)
    expect(numbers).to_have_text(["Photo 2", "Not here yet", "Photo 1"])
    desk.page.clock.run_for(31_000)
    expect(numbers).to_have_text(["Photo 2", "Not here yet", "Photo 1"])
    desk.fake.unsent = 0
    for _ in range(4):
        desk.page.clock.run_for(8_000)
    desk.expect_photos(2, 1)


def test_a_deleted_photo_stays_deleted(started: Desk) -> None:
    """Neither a late message, nor a list from before the deletion, nor a reload brings it back."""
    doomed = started.fake.upload()
    started.fake.upload()
    started.expect_photos(2, 1)
    late = started.fake.message("image-uploaded", doomed)
    # A list that was read before the deletion and arrives after it.
    before = started.lists()
    with started.fake.slow_lists():
        started.evaluate("dispatchEvent(new Event('online'))")
        until(lambda: started.lists() > before, "the list is not asked for", page=started.page)
        started.fake.delete(doomed)
        started.expect_photos(2)
        started.fake.send(late)
        started.fake.send(late | {"type": "image-updated"})
        settle(started.page)
        started.expect_photos(2)
    settle(started.page)
    started.expect_photos(2)
    started.page.reload()
    started.expect_state("Live")
    started.expect_photos(2)
    started.fake.send(late)
    started.fake.upload()  # its message comes after the late one
    started.expect_photos(3, 2)


def test_deleting_is_asked_about(started: Desk) -> None:
    """Cancel keeps the photo; yes deletes it on the server, and the preview moves on to its neighbour."""
    for _ in range(3):
        started.fake.upload()
    started.expect_photos(3, 2, 1)
    started.preview(2)
    started.page.get_by_role("button", name="Delete photo").click()
    expect(started.page.get_by_role("heading", name="Delete photo 2?")).to_be_visible()
    expect(started.page.get_by_role("button", name="Cancel")).to_be_focused()
    started.page.get_by_role("button", name="Cancel").click()
    assert len(started.fake.images) == 3
    started.page.get_by_role("button", name="Delete photo").click()
    started.page.locator("#confirm-yes").click()
    expect(started.page.locator("#preview-title")).to_have_text("Photo 1")
    assert "image-2" not in started.fake.images
    started.page.keyboard.press("Escape")
    started.expect_photos(3, 1)
    started.page.reload()
    started.expect_photos(3, 1)


def test_deleting_the_last_photo_leads_back_to_the_beginning(started: Desk) -> None:
    """Without photos the preview closes and the page says how to begin."""
    started.fake.upload()
    started.preview(1)
    started.page.get_by_role("button", name="Delete photo").click()
    started.page.locator("#confirm-yes").click()
    expect(started.page.locator("#preview")).to_be_hidden()
    expect(started.page.get_by_text("No photos yet")).to_be_visible()


def test_a_photo_deleted_elsewhere_leaves_the_preview(started: Desk) -> None:
    """If the phone deletes the photo that is open, the neighbour is shown."""
    started.fake.upload()
    started.fake.upload()
    started.expect_photos(2, 1)
    started.preview(2)
    started.fake.delete("image-2")
    expect(started.page.locator("#preview-title")).to_have_text("Photo 1")
    expect(started.page.locator("#announcer")).to_have_text("This photo was deleted.")


def test_details_are_edited_in_the_preview(started: Desk) -> None:
    """Side, site and notes are sent as the contract says and show up as badges."""
    started.fake.upload()
    started.expect_photos(1)
    started.preview(1)
    expect(started.page.get_by_role("button", name="Save details")).to_be_disabled()
    started.page.get_by_role("radio", name="Both sides").check()
    started.page.get_by_role("radio", name="Close-up").check()
    started.page.get_by_label("Body site").select_option(label="Knee")
    started.notes.fill("  Swollen.  ")
    started.page.get_by_role("button", name="Save details").click()
    expect(started.page.locator("#details-status")).to_have_text("Saved")
    assert started.fake.asked("PATCH", "/session/images/ENC-1/image-1") == [
        {
            "metadata": {
                "laterality": {"code": "bilateral", "display": "Both sides"},
                "bodySite": {"code": "knee", "display": "Knee"},
                "imageType": {"code": "close-up", "display": "Close-up"},
                "notes": "Swollen.",
            }
        }
    ]
    # What is taken away is gone.
    view = started.page.get_by_role("group", name="View")
    view.get_by_role("radio", name="Not set").check()
    started.page.get_by_role("button", name="Save details").click()
    expect(started.page.locator("#details-status")).to_have_text("Saved")
    assert "imageType" not in started.fake.images["image-1"]["metadata"]
    started.page.keyboard.press("Escape")
    expect(started.photo(1).locator(".badge")).to_have_text(["Both sides", "Knee", "Notes"])


def test_several_photos_are_described_and_put_in_order(started: Desk) -> None:
    """By keys, buttons and the mouse; the order is the server's, and what another desktop changes is shown."""
    fake, page = started.fake, started.page
    for _ in range(3):
        fake.upload({"notes": "Itches."})
    started.expect_photos(3, 2, 1)
    tools = page.get_by_role("group", name="Several photos")
    tools.get_by_role("button", name="Select", exact=True).click()
    expect(tools.get_by_role("button", name="Apply")).to_be_disabled()
    started.photo(3).click()
    started.photo(1).click()
    expect(tools.get_by_text("2 photos chosen")).to_be_visible()
    tools.get_by_label("Side").select_option(label="Left")
    tools.get_by_label("View").select_option(label="Dermoscopy")
    tools.get_by_role("button", name="Apply").click()
    expect(tools.get_by_text("Saved for 2 photos.")).to_be_visible()
    expect(started.photo(1).locator(".badge")).to_have_text(["Left", "Dermoscopy", "Notes"])
    expect(started.photo(2).locator(".badge")).to_have_text(["Notes"])
    started.photo(1).click()
    tools.get_by_role("button", name="Move back").click()
    started.expect_photos(2, 3, 1)
    tools.get_by_role("button", name="Done selecting").click()

    started.photo(1).focus()
    page.keyboard.press("Alt+ArrowLeft")
    started.expect_photos(2, 1, 3)
    expect(page.locator("#announcer")).to_have_text("Moved to place 2 of 3.")
    expect(started.photo(1)).to_be_focused()
    started.photo(3).drag_to(started.photo(2), target_position={"x": 10, "y": 40})
    started.expect_photos(3, 2, 1)
    assert fake.order == ["image-3", "image-2", "image-1"]
    expect(page.locator("#preview")).to_be_hidden()
    fake.arrange("image-1", "image-3", "image-2")
    started.expect_photos(1, 3, 2)
    fake.upload()
    started.expect_photos(4, 1, 3, 2)


def rendered_as_drawn(started: Desk, tools: Locator) -> None:
    """What goes to the patient's record looks as what the browser draws, but for the letters' font."""
    (image_id,) = (name for name, image in started.fake.images.items() if image["sequence"] == 2)
    ends = {"start": {"x": 0.2, "y": 0.3}, "end": {"x": 0.7, "y": 0.5}}
    shapes: list[dict[str, Any]] = [
        {"kind": "arrow", "color": "red", **ends},
        {"kind": "ellipse", "color": "blue", "box": {"x": 0.3, "y": 0.2, "width": 0.3, "height": 0.5}},
        {
            "kind": "freehand",
            "color": "green",
            "points": [{"x": each / 20, "y": 0.3 + each % 3 / 10} for each in range(4, 18)],
        },
        {
            "kind": "ruler",
            "color": "yellow",
            "start": {"x": 0.2, "y": 0.8},
            "end": {"x": 0.8, "y": 0.85},
            "millimetres": 40,
        },
        {"kind": "measure", "color": "white", "start": {"x": 0.85, "y": 0.2}, "end": {"x": 0.8, "y": 0.7}},
        {"kind": "text", "color": "black", "at": {"x": 0.4, "y": 0.6}, "text": "Scar"},
    ]
    crop = {"x": 0.1, "y": 0.05, "width": 0.8, "height": 0.9}
    drawn = {"format": 1, "rotation": 270, "crop": crop, "shapes": shapes}
    started.fake.edit(image_id, drawn)
    expect(started.picture(2).locator(".drawn text")).to_have_count(3)
    with started.page.expect_download() as download:
        tools.get_by_role("button", name="Download all").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        browser = Image.open(io.BytesIO(archive.read("photo-02-edited.jpg"))).convert("RGB")

    def render(edits: dict[str, Any]) -> Image.Image:
        content = PillowRenderer().render(picture(2), json.dumps(edits), WANTED, Banner("", "", 0))
        return Image.open(io.BytesIO(content)).convert("RGB")

    ours, bare = render(drawn), render(drawn | {"shapes": []})
    assert ours.size == browser.size == bare.size

    def differing(one: Image.Image, other: Image.Image) -> int:
        """Count the pixels that somebody would see as different."""
        return sum(ImageChops.difference(one, other).convert("L").histogram()[48:])

    assert differing(ours, browser) < 0.25 * differing(bare, browser)


def test_photos_are_downloaded_and_printed(started: Desk) -> None:
    """All in one ZIP, one as it is, none if one is missing; on paper with names, edits and a scale."""
    fake, page = started.fake, started.page
    fake.upload({"bodySite": {"code": "knee", "display": "Knee"}, "laterality": {"code": "left", "display": "Left"}})
    ruler = {
        "kind": "ruler",
        "color": "red",
        "start": {"x": 0, "y": 0.5},
        "end": {"x": 0.5, "y": 0.5},
        "millimetres": 40,
    }
    fake.edit(fake.upload(), {"format": 1, "rotation": 90, "shapes": [ruler]})
    started.expect_photos(2, 1)
    for number in (1, 2):  # its link has arrived, and not only its preview
        expect(started.picture(number)).to_have_attribute("data-state", "loaded")
    tools = page.get_by_role("group", name="Several photos")
    with page.expect_download() as download:
        tools.get_by_role("button", name="Download all").click()
    assert re.fullmatch(r"photos-\d{4}-\d\d-\d\d\.zip", download.value.suggested_filename)
    with zipfile.ZipFile(download.value.path()) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["photo-02.jpg", "photo-02-edited.jpg", "photo-01-left-knee.jpg"]
        assert archive.read("photo-02.jpg") == picture(2)
        edited = Image.open(io.BytesIO(archive.read("photo-02-edited.jpg")))
        assert edited.size == (720, 960)
        # The ruler begins at the left edge, which is the top now.
        red, green, blue = edited.convert("RGB").crop((360, 100, 361, 101)).tobytes()
        assert red > 180
        assert max(green, blue) < 100
        assert archive.read("photo-01-left-knee.jpg") == picture(1)
    tools.get_by_role("button", name="Select", exact=True).click()
    started.photo(1).click()
    with page.expect_download() as download:
        tools.get_by_role("button", name="Download chosen").click()
    assert (download.value.suggested_filename, download.value.path().read_bytes()) == (
        "photo-01-left-knee.jpg",
        picture(1),
    )
    tools.get_by_role("button", name="Done selecting").click()

    page.emulate_media(media="print")
    page.evaluate("window.print = () => { document.body.dataset.printed = 'yes'; }")
    tools.get_by_role("button", name="Print all", include_hidden=True).dispatch_event("click")
    sheet = page.locator(".print-sheet")
    expect(sheet.get_by_role("heading")).to_have_text("Patient not in the directory")
    expect(sheet.get_by_text("number PAT-1")).to_be_visible()
    expect(sheet.locator("figcaption strong")).to_have_text(["Photo 2", "Photo 1"])
    expect(sheet.get_by_text("Left knee")).to_be_visible()
    expect(sheet.locator(".print-scale")).to_have_text("20 mm")  # a bar of a quarter of the width
    expect(sheet.get_by_role("img", name="Photo 2").locator("xpath=..").locator(".drawn")).to_be_visible()
    expect(page.locator("#main")).to_be_hidden()
    assert page.evaluate("document.body.dataset.printed") == "yes"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(sheet).to_have_count(0)

    page.emulate_media(media="screen")
    rendered_as_drawn(started, tools)
    fake.bucket_status = 403
    tools.get_by_role("button", name="Download all").click()
    expect(tools.get_by_text("Not all photos could be loaded, so nothing was saved")).to_be_visible()


def test_details_that_could_not_be_saved_stay_in_the_form(started: Desk) -> None:
    """After a failure what was typed is still there, the page says what to do, and saving again works."""
    started.fake.upload()
    started.preview(1)
    started.fake.patch_status = 403
    started.notes.fill("Itches")
    started.page.get_by_role("button", name="Save details").click()
    expect(started.page.get_by_text("Not saved. Check the connection and save again.")).to_be_visible()
    expect(started.notes).to_have_value("Itches")
    started.fake.patch_status = 0
    started.page.get_by_role("button", name="Save details").click()
    expect(started.page.locator("#details-status")).to_have_text("Saved")


def test_what_is_being_typed_is_never_overwritten(started: Desk) -> None:
    """A change from the phone fills an untouched form, and leaves a touched one alone with a warning."""
    photo = started.fake.upload()
    started.preview(1)
    started.fake.describe(photo, FOREARM)
    expect(started.notes).to_have_value("Changed since March.")
    started.notes.fill("Mine")
    started.fake.describe(photo, FOREARM | {"notes": "Theirs"})
    expect(started.page.get_by_text("Someone else changed these details meanwhile.")).to_be_visible()
    expect(started.notes).to_have_value("Mine")


def test_unsaved_details_are_not_lost_by_leaving(started: Desk) -> None:
    """Escape and the arrows ask first; Cancel goes back to the form, Discard leaves."""
    started.fake.upload()
    started.preview(1)
    started.notes.fill("Unsaved")
    started.page.keyboard.press("Escape")
    expect(started.page.get_by_role("heading", name="Leave without saving?")).to_be_visible()
    started.page.get_by_role("button", name="Cancel").click()
    expect(started.notes).to_have_value("Unsaved")
    started.page.get_by_role("button", name="Close").click()
    started.page.get_by_role("button", name="Discard changes").click()
    expect(started.page.locator("#preview")).to_be_hidden()
    assert started.fake.asked("PATCH", "/session/images/ENC-1/image-1") == []


def test_the_preview_by_keyboard_alone(started: Desk) -> None:
    """Enter opens, arrows step, arrows in a field stay in it, Escape closes and the focus is back on the photo."""
    for _ in range(3):
        started.fake.upload()
    started.expect_photos(3, 2, 1)
    title = started.page.locator("#preview-title")
    started.photo(3).focus()
    started.page.keyboard.press("Enter")
    expect(title).to_have_text("Photo 3")
    expect(started.page.get_by_role("button", name="Next photo")).to_be_disabled()
    for expected in ("Photo 2", "Photo 1", "Photo 1"):
        started.page.keyboard.press("ArrowLeft")
        expect(title).to_have_text(expected)
    started.page.keyboard.press("ArrowRight")
    expect(title).to_have_text("Photo 2")
    expect(started.page.locator("#preview-figure")).to_have_attribute("data-state", "loaded")
    started.notes.focus()
    started.page.keyboard.press("ArrowRight")
    expect(title).to_have_text("Photo 2")
    started.page.keyboard.press("Escape")
    expect(started.page.locator("#preview")).to_be_hidden()
    expect(started.photo(2)).to_be_focused()


def test_a_picture_that_fails_gets_a_new_url(desk: Desk) -> None:
    """When the bucket refuses a URL, the list is asked for another one and the picture appears."""
    desk.fake.upload(tell=False)
    desk.fake.dead_urls = 1
    desk.open()
    expect(desk.picture(1)).to_have_attribute("data-state", "loaded")


def test_a_picture_that_keeps_failing_says_so(desk: Desk) -> None:
    """After three tries the photo is marked, the bucket is left alone, and a person can try again."""
    desk.fake.upload(tell=False)
    desk.fake.bucket_status = 404
    desk.open()
    expect(desk.picture(1)).to_have_attribute("data-state", "failed")
    desk.preview(1)
    expect(desk.page.get_by_role("button", name="Try again", exact=True)).to_be_visible()
    desk.fake.bucket_status = 0
    desk.page.get_by_role("button", name="Try again", exact=True).click()
    expect(desk.page.locator("#preview-figure")).to_have_attribute("data-state", "loaded")


def test_a_picture_that_failed_recovers_by_itself(desk: Desk) -> None:
    """A photo that was marked while storage was away appears with one of the next comparisons."""
    desk.page.clock.install()
    desk.fake.upload(tell=False)
    desk.fake.bucket_status = 503
    desk.open()
    for _ in range(40):
        if desk.picture(1).get_attribute("data-state") == "failed":
            break
        desk.page.clock.run_for(1_000)
        desk.evaluate("fetch('/favicon.ico').then(() => null)")
    expect(desk.picture(1)).to_have_attribute("data-state", "failed")
    desk.fake.bucket_status = 0
    for _ in range(7):
        desk.page.clock.run_for(8_000)
    expect(desk.picture(1)).to_have_attribute("data-state", "loaded")


@pytest.mark.usefixtures("long_shift")
def test_urls_are_refreshed_before_they_expire(desk: Desk) -> None:
    """Shortly before a download URL dies the page has a new one; until then the picture is not loaded again."""
    desk.fake.upload(tell=False)
    desk.page.clock.install()
    desk.open()
    expect(desk.picture(1)).to_have_attribute("data-state", "loaded")
    image = desk.picture(1).locator("img")
    first = image.get_attribute("src")
    desk.page.clock.fast_forward("30:00")
    settle(desk.page)
    assert image.get_attribute("src") == first
    # The server's clock stands still in this test, so its new URLs must outlive the browser's hour.
    desk.fake.url_life_ms = 3 * 3_600_000
    desk.page.clock.fast_forward("29:10")
    expect(image).not_to_have_attribute("src", first or "")
    expect(desk.picture(1)).to_have_attribute("data-state", "loaded")


def test_notes_are_text_whatever_they_hold(started: Desk) -> None:
    """Markup in what the phone sent is shown as it is and never becomes part of the page."""
    evil = "<img src=x onerror=\"document.title='owned'\">"
    started.fake.upload({"notes": evil, "bodySite": {"code": "x-1", "display": evil}})
    started.expect_photos(1)
    expect(started.photo(1).locator(".badge").first).to_have_text(evil)
    started.preview(1)
    expect(started.notes).to_have_value(evil)
    assert started.page.title() != "owned"


def test_an_uncommon_site_survives_an_edit_of_the_notes(started: Desk) -> None:
    """A body site that the page does not list is kept when something else is saved."""
    started.fake.upload({"bodySite": {"code": "uvula", "display": "Uvula"}})
    started.preview(1)
    started.notes.fill("Red")
    started.page.get_by_role("button", name="Save details").click()
    expect(started.page.locator("#details-status")).to_have_text("Saved")
    assert started.fake.images["image-1"]["metadata"]["bodySite"] == {"code": "uvula", "display": "Uvula"}


def test_a_screen_reader_hears_of_arrivals(started: Desk) -> None:
    """A new photo is announced politely, with the count."""
    started.settle()
    started.fake.upload()
    expect(started.page.locator("#announcer")).to_have_text(re.compile("A photo has arrived: 1 of 20"))


def test_a_photo_that_arrived_damaged_is_told_and_taken_back(started: Desk) -> None:
    """A notice counts it, and a photo that was shown before its fault was found leaves the grid."""
    image_id = started.fake.upload()
    started.expect_photos(1)
    del started.fake.images[image_id]
    started.fake.damaged = 1
    started.fake.revision += 1
    refused = {"type": "image-refused", "encounterId": "ENC-1", "imageId": image_id, "imageCount": 0}
    started.fake.send(refused | {"revision": started.fake.revision, "sequence": 1, "timestamp": 0})
    started.expect_photos()
    expect(started.page.locator("#photos-damaged")).to_have_text(
        "1 photo arrived damaged and cannot be shown. Check the phone, and take it again."
    )
