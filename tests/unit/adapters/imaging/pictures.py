"""Pictures whose colours say where in the original they lie."""

from io import BytesIO
from typing import Any

from PIL import Image

from bedside.ports.records import Rendition
from bedside.ports.rendering import Banner

ORIENTATION = 0x0112
DESCRIPTION = 0x010E
GPS = 0x8825
# Exif orientation → how the picture that people see is turned to what the file stores.
STORED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
BANNER = Banner(
    "Ana Tūhoe", "NHI ZZZ0016", 1_790_000_000_000, "Forearm structure, left", "1970-03-03", "Pacific/Auckland"
)
JPEG = Rendition("jpeg", 8_000_000, 4_000, banner=False)


def chart(width: int, height: int) -> Image.Image:
    """Return a picture that gets redder to the right and greener to the bottom."""
    red = Image.linear_gradient("L").rotate(90).resize((width, height))
    green = Image.linear_gradient("L").resize((width, height))
    return Image.merge("RGB", (red, green, Image.new("L", (width, height), 128)))


def saved(picture: Image.Image, form: str = "JPEG", orientation: int = 1, **options: Any) -> bytes:
    """Return a picture as a file that is shown as it is, stored in this Exif orientation, with secrets beside it."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[DESCRIPTION] = orientation, "SECRET"
    exif.get_ifd(GPS)[1] = "S"
    stored = picture.transpose(STORED[orientation]) if orientation in STORED else picture
    file = BytesIO()
    if form == "JPEG":
        options = {"quality": 95, "comment": b"SECRET", **options}
    stored.save(file, form, exif=exif.tobytes(), **options)
    return file.getvalue()


def opened(content: bytes) -> Image.Image:
    picture = Image.open(BytesIO(content))
    picture.load()
    return picture


def edits(**changes: Any) -> dict[str, Any]:
    return {"format": 1, "rotation": 0, "shapes": [], **changes}
