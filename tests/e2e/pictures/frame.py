"""Pictures of pages: one of a desktop and one of a phone, each for itself or side by side."""

import io
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageDraw, ImageFilter
from playwright.sync_api import Page

# Where the demo's clinic is.
_PLACE: Final = {"timezone_id": "Pacific/Auckland", "locale": "en-NZ"}
DESKTOP: Final[dict[str, Any]] = {**_PLACE, "viewport": {"width": 1440, "height": 900}}
PHONE: Final[dict[str, Any]] = {
    **_PLACE,
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
_IMAGES: Final = Path(__file__).parents[3] / "docs/images"
_HEIGHT: Final = 760
_MARGIN: Final = 40


def shot(page: Page) -> Image.Image:
    """Return what is seen of a page once nothing moves."""
    page.mouse.move(0, 0)
    page.wait_for_function("() => document.getAnimations().length === 0")
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def side_by_side(desktop: Image.Image, phone: Image.Image) -> Image.Image:
    """Return both on one ground."""
    wide, narrow = _scaled(desktop), _scaled(phone)
    size = (wide.width + narrow.width + 3 * _MARGIN, _HEIGHT + 2 * _MARGIN)
    both = Image.new("RGB", size, (231, 238, 237))
    _place(both, wide, _MARGIN, _MARGIN)
    _place(both, narrow, wide.width + 2 * _MARGIN, _MARGIN)
    return both


def save(name: str, picture: Image.Image) -> None:
    """Write a picture of the README."""
    _IMAGES.mkdir(parents=True, exist_ok=True)
    few = picture.quantize(256, Image.Quantize.MEDIANCUT, kmeans=4, dither=Image.Dither.FLOYDSTEINBERG)
    few.save(_IMAGES / f"{name}.png", optimize=True)


def _scaled(picture: Image.Image) -> Image.Image:
    size = (round(picture.width * _HEIGHT / picture.height), _HEIGHT)
    return picture.resize(size, Image.Resampling.LANCZOS)


def _place(ground: Image.Image, picture: Image.Image, x: int, y: int) -> None:
    """Put a picture on the ground with round corners and a soft shadow."""
    corners = Image.new("L", (picture.width * 2, picture.height * 2))
    ImageDraw.Draw(corners).rounded_rectangle((0, 0, *corners.size), 28, fill=255)
    corners = corners.resize(picture.size, Image.Resampling.LANCZOS)
    shadow = Image.new("L", ground.size)
    shadow.paste(corners.point(lambda value: value * 0.22), (x, y + 6))
    ground.paste((20, 45, 42), mask=shadow.filter(ImageFilter.GaussianBlur(14)))
    ground.paste(picture, (x, y), corners)
