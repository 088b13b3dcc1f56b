"""Renders photos for records with Pillow."""

import json
from typing import Final

from bedside.adapters.imaging.files import file_of
from bedside.adapters.imaging.fonts import lacks_letters
from bedside.adapters.imaging.marks import marks_of, millimetres_of
from bedside.adapters.imaging.page import with_banner
from bedside.adapters.imaging.pen import draw
from bedside.adapters.imaging.photo import read
from bedside.ports.records import Rendition
from bedside.ports.rendering import Banner

# Targets may want more; the function's memory is for this.
MOST_EDGE_PX: Final = 4_096


class PillowRenderer:
    """A `ports.rendering.Renderer` and `Typesetter`: the same arguments lead to the same bytes."""

    def render(self, original: bytes, edits: str, rendition: Rendition, banner: Banner) -> bytes:
        """Return a photo with its edits, which are JSON as `capture.edits` defines it. Raises RenderingError."""
        document = json.loads(edits)
        photo, frame = read(original, document, min(rendition.max_edge_px, MOST_EDGE_PX))
        draw(photo, marks_of(document, frame.width, frame.height), frame)
        if rendition.banner:
            length = millimetres_of(document, frame.width, frame.height)
            photo = with_banner(photo, banner, length / frame.scale if length else None)
        return file_of(photo, rendition, banner.taken_at)

    def lacks_letters(self, text: str) -> bool:
        """Return whether no font has a letter of a text."""
        return lacks_letters(text)

    def set_text(self, title: str, text: str, banner: Banner, max_bytes: int) -> bytes:
        """Return a note or a summary as PDF of at most so many bytes. Raises RenderingError."""
        # Few records get texts, and fonts are taken apart for them.
        from bedside.adapters.imaging.text_pdf import text_file  # noqa: PLC0415

        return text_file(title, text, banner, max_bytes)
