"""Looking closely at a photo: zoom, turn, compare."""

import re

from playwright.sync_api import Locator, expect

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
    expect(page.get_by_role("group", name="Photo tools").get_by_role("button")).to_have_count(6)
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
    expect(page.locator("#announcer")).to_have_text("Turned by 90 degrees.")
    assert matrix(image)[0] == 0
    page.get_by_role("button", name="Turn left").click()
    assert matrix(image)[1] == 0
    # What belongs to one photo does not come along to the next.
    page.keyboard.press("Shift+R")
    page.keyboard.press("+")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#preview-title")).to_have_text("Photo 1")
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
