"""Photographs for tests and for the README's pictures: skin, a mole, a ruler; drawn, of nobody."""

import io
import random
from functools import cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter
from playwright.sync_api import FilePayload

type Colour = tuple[int, int, int]

CAMERA_OWNER = "Camera of Ana"
# How much of red, green and blue a mole gives back.
_PIGMENT = (0.44, 0.31, 0.26)
_ORIENTATION, _GPS, _MAKE = 0x0112, 0x8825, 0x010F
_TONES: tuple[Colour, ...] = ((228, 187, 160), (203, 152, 117), (160, 108, 78), (238, 203, 180), (122, 80, 58))


@cache
def skin(number: int, width: int = 480, height: int = 360) -> Image.Image:
    """Return a patch of skin with a mole and a ruler beside it; the same for the same number and size."""
    chance = random.Random(number)  # noqa: S311  # colours, not secrets
    tone = _TONES[number % len(_TONES)]
    picture = _lit(tone, width, height, chance)
    _mole(picture, chance)
    _ruler(picture)
    return picture


def grainy(picture: Image.Image) -> Image.Image:
    """Return the picture with a sensor's noise, which makes it compress as badly as a real photo."""
    grain = Image.effect_noise(picture.size, 70).convert("RGB")
    return Image.blend(picture, grain, 0.3)


def jpeg(picture: Image.Image, orientation: int = 1) -> bytes:
    """Return the file that a phone's camera makes: with its owner, its place, and which way up it was held."""
    exif = Image.Exif()
    exif[_ORIENTATION] = orientation
    exif[_MAKE] = CAMERA_OWNER
    exif.get_ifd(_GPS).update({1: "S", 2: (36.0, 51.0, 7.0), 3: "E", 4: (174.0, 45.0, 48.0)})
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=92, exif=exif)
    return out.getvalue()


def file(number: int, content: bytes | None = None) -> FilePayload:
    """Return a photo as a person chooses it in the gallery."""
    return {
        "name": f"IMG_{number:04}.jpg",
        "mimeType": "image/jpeg",
        "buffer": jpeg(skin(number)) if content is None else content,
    }


def album(count: int) -> list[FilePayload]:
    """Return small photos, quick to prepare."""
    return [file(number) for number in range(1, count + 1)]


def _lit(tone: Colour, width: int, height: int, chance: random.Random) -> Image.Image:
    """Draw skin: uneven in colour and pores, brighter where the light falls."""
    patches = Image.new("RGB", (9, 7))
    patches.putdata([_shade(tone, chance.uniform(0.95, 1.04)) for _ in range(63)])
    base = patches.resize((width, height), Image.Resampling.BICUBIC)
    pores = Image.effect_noise((width // 2, height // 2), 22).filter(ImageFilter.GaussianBlur(1.1))
    pores = pores.resize((width, height), Image.Resampling.BICUBIC).convert("RGB")
    base = Image.blend(base, ImageChops.overlay(base, pores), 0.45)
    light = Image.radial_gradient("L").resize((width * 2, height * 2))
    left, top = chance.randint(width // 3, width * 2 // 3), chance.randint(height // 3, height * 2 // 3)
    shadow = light.crop((left, top, left + width, top + height))
    return Image.composite(_multiplied(base, 0.62), base, shadow)


def _mole(picture: Image.Image, chance: random.Random) -> None:
    width, height = picture.size
    x, y = width * chance.uniform(0.38, 0.62), height * chance.uniform(0.32, 0.5)
    size = height * chance.uniform(0.06, 0.11)
    mask = Image.new("L", picture.size)
    for _ in range(12):
        dx, dy = chance.gauss(0, size * 0.34), chance.gauss(0, size * 0.26)
        radius = size * chance.uniform(0.4, 0.75)
        spot = Image.new("L", picture.size)
        corners = (x + dx - radius, y + dy - radius, x + dx + radius, y + dy + radius)
        ImageDraw.Draw(spot).ellipse(corners, fill=chance.randint(110, 175))
        mask = ImageChops.screen(mask, spot)
    mask = mask.filter(ImageFilter.GaussianBlur(height / 80))
    pigment = picture.point([round(value * share) for share in _PIGMENT for value in range(256)])
    picture.paste(pigment, mask=mask)


def _ruler(picture: Image.Image) -> None:
    width, height = picture.size
    top = round(height * 0.83)
    step = width / 64
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, top, width, height), fill=(243, 241, 235))
    draw.line((0, top, width, top), fill=(190, 186, 176), width=max(1, height // 240))
    for mark in range(1, 64):
        length = height * (0.075 if mark % 10 == 0 else 0.055 if mark % 5 == 0 else 0.032)
        draw.line((mark * step, top, mark * step, top + length), fill=(52, 54, 58), width=max(1, width // 480))
        if mark % 10 == 0:
            draw.text(
                (mark * step, top + length), str(mark // 10), fill=(52, 54, 58), anchor="mt", font_size=height / 18
            )


def _shade(colour: Colour, by: float) -> Colour:
    red, green, blue = (min(255, round(part * by)) for part in colour)
    return red, green, blue


def _multiplied(picture: Image.Image, by: float) -> Image.Image:
    return picture.point(lambda value: value * by)
