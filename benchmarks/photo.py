"""A photo as a phone's camera makes it: 12 megapixels, about 3 MB."""

from pathlib import Path

from PIL import Image, ImageFilter

WIDTH, HEIGHT = 4032, 3024
_QUALITY = 92
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
