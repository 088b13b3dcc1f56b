"""Looking closely at a photo: zoom, turn, compare."""

import re

from playwright.sync_api import Locator, expect

from tests.web.accessibility import audit
from tests.web.desktop.desktop_page import Desk


def zoom(desk: Desk) -> int:
    """Return the size at which the photo is shown, in percent."""
    text = desk.page.locator(".photo-zoom").inner_text()
    return int(text.removesuffix("%").strip())


def matrix(image: Locator) -> list[float]:
    """Return where the stage has put a picture."""
    text = image.evaluate("image => image.style.transform")
    return [float(number) for number in re.findall(r"-?[\d.]+(?:e-?\d+)?", text)]


def test_a_photo_is_looked_at_closely(started: Desk) -> None:
    """Keys, buttons, wheel and double click zoom; dragging and arrow keys move; turning shows the whole again."""
    started.fake.upload()
    started.fake.upload()
    started.expect_photos(2, 1)
    started.preview(2)
    page, image = started.page, started.page.locator("#preview-image")
    expect(page.get_by_role("group", name="Photo tools").get_by_role("button")).to_have_count(7)
    expect(page.locator(".photo-zoom")).to_have_text(re.compile(r"\d+ %"))
    whole = zoom(started)
    page.keyboard.press("+")
    page.get_by_role("button", name="Zoom in").click()
    assert zoom(started) > 2 * whole
    page.keyboard.press("0")
    assert zoom(started) == whole
    page.keyboard.press("1")
    assert zoom(started) == 100
    stage = page.locator("#preview-figure")
    stage.focus()
    left = matrix(image)[4]
    page.keyboard.press("ArrowRight")
    assert matrix(image)[4] < left
    expect(page.locator("#preview-title")).to_have_text("Photo 2")
    page.keyboard.press("0")
    stage.dblclick()
    assert zoom(started) > 2 * whole
    left, top = matrix(image)[4:]
    page.mouse.down()
    page.mouse.move(500, 500)
    page.mouse.up()
    assert matrix(image)[4:] != [left, top]
    page.mouse.wheel(0, 2_000)
    for _ in range(20):
        page.mouse.wheel(0, 100)
    expect(page.locator(".photo-zoom")).to_have_text(f"{whole} %")
    page.keyboard.press("r")
    note = page.locator(".photo-note")
    expect(note).to_have_text("Turned only while you look. To turn the photo itself, choose Edit.")
    assert matrix(image)[0] == 0
    page.get_by_role("button", name="Turn the view left").click()
    assert matrix(image)[1] == 0
    expect(note).to_have_text("")
    # What belongs to one photo does not come along to the next.
    page.keyboard.press("Shift+R")
    page.keyboard.press("+")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#preview-title")).to_have_text("Photo 1")
    expect(stage).to_have_attribute("data-state", "loaded")  # only then is it put anywhere
    assert matrix(image)[1] == 0


def test_two_photos_side_by_side(started: Desk) -> None:
    """They zoom together until they are unlinked; Escape ends the comparison first, and the preview after it."""
    for _ in range(3):
        started.fake.upload()
    started.expect_photos(3, 2, 1)
    started.preview(2)
    page = started.page
    compare = page.get_by_role("button", name="Compare with another photo")
    compare.click()
    choice = page.get_by_label("Compare with", exact=True)
    expect(choice.locator("option")).to_have_text(["Photo 1", "Photo 3"])
    expect(choice).to_have_value("image-1")
    choice.select_option("image-3")
    first, second = (
        page.locator("#preview-image"),
        page.get_by_role("group", name="Photo to compare with").locator("img"),
    )
    expect(second).to_have_attribute("alt", "Photo 3")
    expect(page.get_by_role("group", name="Photo to compare with")).to_have_attribute("data-state", "loaded")
    page.locator("#preview-figure").focus()
    page.keyboard.press("+")
    assert matrix(first)[0] == matrix(second)[0]
    audit(page, "desktop", 320)
    page.get_by_label("Move together").uncheck()
    page.get_by_role("group", name="Photo to compare with").focus()
    page.keyboard.press("+")
    assert matrix(first)[0] < matrix(second)[0]
    page.get_by_label("Move together").check()
    assert matrix(first)[0] == matrix(second)[0]
    page.keyboard.press("Escape")
    expect(choice).to_be_hidden()
    expect(compare).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#preview")).to_be_hidden()
    expect(started.photo(2)).to_be_focused()


def measured_by_pointer_and_keys(started: Desk, drawn: Locator) -> None:
    """Draw a ruler by the pointer, whose known length is asked for, and a measure by the keys."""
    page, box = started.page, started.page.locator("#preview-figure").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.keyboard.press("l")
    page.mouse.move(x - 100, y + 100)
    page.mouse.down()
    page.mouse.move(x + 100, y + 100, steps=4)
    page.mouse.up()
    length = page.get_by_role("spinbutton", name="Known length mm")
    expect(length).to_be_focused()
    length.fill("50")
    length.press("Enter")
    expect(drawn.get_by_role("button", name="Ruler, 50 mm")).to_be_focused()
    page.keyboard.press("m")
    page.keyboard.press("Enter")
    measure = drawn.get_by_role("button", name=re.compile(r"Measure, [\d.]+ mm"))
    expect(measure).to_be_focused()
    before = measure.get_attribute("aria-label")
    page.keyboard.press("Tab")
    expect(drawn.get_by_role("button", name="Start")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    assert measure.get_attribute("aria-label") != before


def changed_in_many_ways(started: Desk, drawn: Locator) -> None:
    """Write a text, remove a circle and get it back, turn, crop, and nearly leave."""
    page = started.page
    page.keyboard.press("t")
    page.locator("#preview-figure").click(position={"x": 300, "y": 200})
    page.get_by_role("textbox", name="Text", exact=True).fill("Scar")
    page.keyboard.press("Enter")
    expect(drawn.get_by_role("button", name="Text “Scar”")).to_be_focused()
    page.keyboard.press("c")
    page.keyboard.press("Enter")
    page.keyboard.press("Delete")
    expect(drawn.get_by_role("button", name="Circle")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(drawn.get_by_role("button", name="Circle")).to_have_count(1)
    page.keyboard.press("r")
    page.keyboard.press("k")
    drawn.get_by_role("button", name="Upper right").focus()  # the photo's upper left, as it is turned
    for _ in range(5):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    page.locator("#preview-close").click()
    expect(page.locator("#confirm-text")).to_have_text("The edits of this photo were changed and are not saved yet.")
    page.locator("#confirm-no").click()


def test_a_photo_is_edited(started: Desk) -> None:
    """By pointer and by keys; what is saved shows in the viewer and on the thumbnail."""
    fake, page = started.fake, started.page
    image_id = fake.upload()
    started.expect_photos(1)
    started.preview(1)
    expect(page.locator(".photo-zoom")).to_have_text(re.compile(r"\d+ %"))
    page.keyboard.press("e")
    tools = page.get_by_role("group", name="Photo tools")
    expect(page.locator("#preview-figure")).to_be_focused()
    drawn = page.get_by_role("group", name="Drawn on the photo")
    measured_by_pointer_and_keys(started, drawn)
    changed_in_many_ways(started, drawn)
    audit(page, "desktop", 320)
    tools.get_by_role("button", name="Done").click()
    expect(page.locator("#announcer")).to_have_text("Edits saved.")
    [saved] = fake.edits[image_id]
    assert [shape["kind"] for shape in saved["shapes"]] == ["ruler", "measure", "text", "ellipse"]
    assert (saved["rotation"], saved["shapes"][0]["millimetres"]) == (90, 50)
    assert saved["crop"]["width"] < 1 == saved["crop"]["height"]
    expect(page.get_by_role("img", name=re.compile("Drawn on the photo: Ruler, 50 mm; "))).to_be_visible()
    page.keyboard.press("Escape")
    expect(started.picture(1).locator(".drawn text").last).to_have_text("Scar")


def test_nobody_s_edits_are_lost(started: Desk) -> None:
    """Whoever is slower decides between both; every version can be looked at, and taken again."""
    fake, page = started.fake, started.page
    image_id = fake.upload()
    text = {"kind": "text", "color": "red", "at": {"x": 0.2, "y": 0.2}, "text": "Mine"}
    fake.edit(image_id, {"format": 1, "rotation": 90, "shapes": [text]})
    started.expect_photos(1)
    started.preview(1)
    tools = page.get_by_role("group", name="Photo tools")
    drawn = page.get_by_role("group", name="Drawn on the photo")
    tools.get_by_role("button", name="Edit").click()
    expect(tools.get_by_role("button", name="Versions")).to_be_visible()
    other = {"format": 1, "rotation": 180, "shapes": [{**text, "text": "Theirs"}]}
    fake.edit(image_id, other)
    page.keyboard.press("r")
    tools.get_by_role("button", name="Done").click()
    expect(tools.get_by_role("button", name="Take theirs")).to_be_visible()
    expect(drawn.locator("text")).to_have_text(["Theirs"])
    tools.get_by_role("button", name="Show mine").click()
    expect(drawn.locator("text")).to_have_text(["Mine"])
    tools.get_by_role("button", name="Save mine over it").click()
    expect(page.locator("#announcer")).to_have_text("Edits saved.")
    assert [each["rotation"] for each in fake.edits[image_id]] == [90, 180, 180]
    page.keyboard.press("e")
    tools.get_by_role("button", name="Versions").click()
    version = tools.get_by_label("Version", exact=True)
    expect(version.locator("option")).to_have_count(4)
    version.select_option(index=1)
    expect(drawn.locator("text")).to_have_text(["Theirs"])
    tools.get_by_role("button", name="Use this version").click()
    tools.get_by_role("button", name="Done").click()
    expect(page.get_by_role("img", name="Drawn on the photo: Text “Theirs”")).to_be_visible()
    assert fake.edits[image_id][-1] == other
    page.keyboard.press("Escape")
    expect(started.picture(1).locator(".drawn text")).to_have_text("Theirs")
