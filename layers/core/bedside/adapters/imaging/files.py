"""Rendered pages as files of at most so many bytes."""

import time
from io import BytesIO
from typing import Final

from PIL import Image

from bedside.ports.records import Format, Rendition
from bedside.ports.rendering import RenderingError

_QUALITIES: Final = (90, 82, 74, 66)
# A page that would have to be smaller than this shows nothing any more.
_LEAST_EDGE_PX: Final = 160
_SHRINK: Final = 0.9
_ROWS_PER_STRIP: Final = 278
# Inches of A4.
_PAPER: Final = (8.27, 11.69)


def file_of(page: Image.Image, rendition: Rendition, made_at: int) -> bytes:
    """Return a page as a file: of less quality, then smaller, until it fits. Raises RenderingError if it never does."""
    current = page
    while True:
        for quality in _QUALITIES:
            content = _encoded(current, rendition.format, quality, made_at)
            if len(content) <= rendition.max_bytes:
                return content
        factor = _SHRINK * min(1, (rendition.max_bytes / len(content)) ** 0.5)
        size = (round(current.width * factor), round(current.height * factor))
        if max(size) < _LEAST_EDGE_PX or min(size) < 1:
            raise RenderingError("too-large")
        current = page.resize(size, Image.Resampling.LANCZOS)


def _encoded(page: Image.Image, form: Format, quality: int, made_at: int) -> bytes:
    file = BytesIO()
    dpi = _dpi(page)
    if form == "jpeg":
        page.save(file, "JPEG", quality=quality, optimize=True, dpi=(dpi, dpi))
    elif form == "tiff":
        # JPEG of red, green and blue would take three times as many bytes. In one strip, it has its tables once.
        colours, strips = page.convert("YCbCr"), {_ROWS_PER_STRIP: page.height}
        colours.save(file, "TIFF", compression="jpeg", quality=quality, dpi=(dpi, dpi), tiffinfo=strips)
    else:
        # The same photo is always the same file.
        at = time.gmtime(made_at // 1000)
        page.save(file, "PDF", quality=quality, resolution=dpi, creationDate=at, modDate=at, producer="")
    return file.getvalue()


def _dpi(page: Image.Image) -> int:
    """Return a resolution at which the page fits on paper, lying or standing."""
    short, long = sorted(page.size)
    return max(1, round(max(short / _PAPER[0], long / _PAPER[1])))
