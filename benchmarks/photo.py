"""A photo as a phone's camera makes it: 12 megapixels, about 3 MB; and as the phone's page sends it."""

from io import BytesIO
from pathlib import Path

from PIL import Image, ImageFilter

WIDTH, HEIGHT = 4032, 3024
_QUALITY = 92
# Of what the page sends, and of the small picture in it.
_SENT, _SMALL = (2048, 0.8), (480, 0.5)
# The segment with which Pillow begins a JPEG.
_JFIF_END = 20
# Chosen so that the file comes out at about 3 MB: skin and cloth are smooth, and a sensor adds grain.
_GRAIN = 33


def write(path: Path) -> int:
    """Write the photo, rotated as most phones store it; return its size in bytes."""
    texture = Image.effect_noise((WIDTH // 12, HEIGHT // 12), 60).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    grain = Image.effect_noise((WIDTH, HEIGHT), _GRAIN).filter(ImageFilter.GaussianBlur(0.7))
    light = Image.linear_gradient("L").resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    shade = Image.radial_gradient("L").resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    base = Image.merge("RGB", (light, Image.blend(light, shade, 0.5), shade))
    picture = Image.blend(base, Image.merge("RGB", (texture,) * 3), 0.35)
    picture = Image.blend(picture, Image.merge("RGB", (grain,) * 3), 0.3)
    exif = Image.Exif()
    exif[0x0112] = 6  # the phone was held upright
    picture.save(path, "JPEG", quality=_QUALITY, exif=exif)
    return path.stat().st_size


def as_sent(path: Path) -> bytes:
    """Return a camera's photo as the phone's page sends it, with its small picture in its first bytes."""
    photo, small = (_encoded(path, *size) for size in (_SENT, _SMALL))
    inside = b"JFXX\0\x10" + small[:2] + small[_JFIF_END:]
    return b"".join((photo[:_JFIF_END], b"\xff\xe0", (2 + len(inside)).to_bytes(2), inside, photo[_JFIF_END:]))


def _encoded(path: Path, side: int, quality: float) -> bytes:
    with Image.open(path) as image, BytesIO() as file:
        image.thumbnail((side, side))
        image.save(file, "JPEG", quality=round(quality * 100))
        return file.getvalue()
