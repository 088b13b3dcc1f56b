"""Makes the README's pictures of both pages from the running product: `python -m tests.e2e.pictures [stack file]`."""

import io
import json
import sys
import uuid
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFilter
from playwright.sync_api import Page, expect, sync_playwright

from local import browser
from tests.e2e.people import kept
from tests.e2e.photographs import file, jpeg, skin
from tests.e2e.scenarios.desk import Desk
from tests.e2e.scenarios.handset import Handset

ROOT: Final = Path(__file__).parents[2]
IMAGES: Final = ROOT / "docs/images"
_DETAILS: Final = (
    ("Left", "Forearm", "6 mm, darker than in March"),
    ("Right", "Shoulder", ""),
    ("", "Back", "Edge uneven, no itch"),
    ("Left", "Lower leg", ""),
    ("Right", "Thigh", ""),
    ("Left", "Neck", "New, itches"),
)


def main(stack_file: Path) -> None:
    """Hold a session with six photos, and take its picture."""
    stack = json.loads(stack_file.read_text())
    expect.set_options(timeout=15_000)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.find(), args=browser.ARGUMENTS)
        desktop = chromium.new_context(
            base_url=stack["webUrl"], viewport={"width": 1440, "height": 900}, storage_state=kept(stack, "clinician")
        )
        phone = chromium.new_context(
            base_url=stack["webUrl"],
            viewport={"width": 390, "height": 844},
            device_scale_factor=2,
            is_mobile=True,
            has_touch=True,
        )
        desk, handset = Desk(desktop.new_page()), Handset(phone.new_page())
        desk.visit(f"ENC-{uuid.uuid4().int % 100_000:05}", patient="PAT-2041")
        desk.start()
        desk.ready()
        handset.scan(desk.link)
        _send(handset)
        desk.expect_photos(6, 5, 4, 3, 2, 1)
        handset.add_more()
        handset.choose([file(n, jpeg(skin(n, 1600, 1200))) for n in (7, 8)])
        desk.page.wait_for_function("() => !document.querySelector('.fresh') && document.getAnimations().length === 0")
        _save(_shot(desk.page), _shot(handset.page))
        chromium.close()


def _send(handset: Handset) -> None:
    """Send six photos, each with what is known about it."""
    handset.choose([file(n, jpeg(skin(n, 1600, 1200))) for n in range(1, 7)])
    handset.page.locator("#review").tap()
    handset.page.locator("#describe").tap()
    for side, site, notes in _DETAILS:
        if side:
            handset.page.get_by_label(side, exact=True).check()
        handset.page.get_by_label(site, exact=True).check()
        handset.page.get_by_label("Notes").fill(notes)
        handset.page.locator("#next").tap()
    handset.press_send()
    handset.expect_sent(6)


def _shot(page: Page) -> Image.Image:
    page.mouse.move(0, 0)
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def _save(desktop: Image.Image, phone: Image.Image) -> None:
    """Write each page for itself, and both side by side."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    small = phone.resize((390, 844), Image.Resampling.LANCZOS)
    height = 760
    wide = desktop.resize((round(desktop.width * height / desktop.height), height), Image.Resampling.LANCZOS)
    narrow = phone.resize((round(phone.width * height / phone.height), height), Image.Resampling.LANCZOS)
    margin = 40
    both = Image.new("RGB", (wide.width + narrow.width + 3 * margin, height + 2 * margin), (231, 238, 237))
    _place(both, wide, margin, margin)
    _place(both, narrow, wide.width + 2 * margin, margin)
    for name, picture in (("desktop", desktop), ("phone", small), ("capture", both)):
        picture.quantize(256, Image.Quantize.MEDIANCUT, kmeans=4, dither=Image.Dither.FLOYDSTEINBERG).save(
            IMAGES / f"{name}.png", optimize=True
        )


def _place(ground: Image.Image, picture: Image.Image, x: int, y: int) -> None:
    """Put a picture on the ground with round corners and a soft shadow."""
    corners = Image.new("L", (picture.width * 2, picture.height * 2))
    ImageDraw.Draw(corners).rounded_rectangle((0, 0, *corners.size), 28, fill=255)
    corners = corners.resize(picture.size, Image.Resampling.LANCZOS)
    shadow = Image.new("L", ground.size)
    shadow.paste(corners.point(lambda value: value * 0.22), (x, y + 6))
    ground.paste((20, 45, 42), mask=shadow.filter(ImageFilter.GaussianBlur(14)))
    ground.paste(picture, (x, y), corners)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "local/stack.json")
