"""Notes and summaries as PDF: text that can be searched and copied, on as many pages as it needs."""

import logging
from datetime import UTC, datetime
from typing import Final, override

from fpdf import FPDF
from fpdf.enums import Align, WrapMode, XPos, YPos

from bedside.adapters.imaging.fonts import FILES, spelled
from bedside.adapters.imaging.page import identity_of, moment_of
from bedside.ports.rendering import Banner, RenderingError

# Far more than a visit's notes may have; some ninety pages.
MOST_CHARACTERS: Final = 200_000
_MARGIN_MM: Final = 20
_HEAD_PT: Final = 14
_TEXT_PT: Final = 11
_SMALL_PT: Final = 9
# Lines are this much higher than their letters, which are in points.
_LINE_MM: Final = 1.4 * 25.4 / 72
_FONT: Final = "text"
_OTHER_FONT: Final = "other"

# They tell of every table of a font that they leave out.
for _name in ("fontTools", "fpdf"):
    logging.getLogger(_name).setLevel(logging.ERROR)


def text_file(title: str, text: str, banner: Banner, max_bytes: int) -> bytes:
    """Return a text as PDF: the same arguments lead to the same bytes. Raises RenderingError.

    Whose it is stands on every page; `banner.taken_at` is when it was written.
    """
    if len(text) > MOST_CHARACTERS:
        raise RenderingError("too-large")
    document = _Document(banner)
    document.set_title(title)
    document.set_creation_date(datetime.fromtimestamp(banner.taken_at / 1000, UTC))
    document.add_page()
    document.paragraph(title, _HEAD_PT)
    written = f"Written {moment_of(banner.taken_at, banner.time_zone)}"
    document.paragraph(" · ".join(filter(None, (written, banner.place))), _SMALL_PT)
    document.ln(_TEXT_PT * _LINE_MM)
    for paragraph in spelled(text).splitlines():
        document.paragraph(paragraph, _TEXT_PT)
    content = bytes(document.output())
    if len(content) > max_bytes:
        raise RenderingError("too-large")
    return content


class _Document(FPDF):
    """A4, with the patient above and the page's number below each page."""

    def __init__(self, banner: Banner) -> None:
        super().__init__(format="A4")
        self._patient = " · ".join(filter(None, (banner.patient, identity_of(banner))))
        self.set_margins(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
        self.set_auto_page_break(auto=True, margin=_MARGIN_MM)
        for name, file in zip((_FONT, _OTHER_FONT), FILES, strict=True):
            self.add_font(name, fname=file)
        self.set_fallback_fonts([_OTHER_FONT], exact_match=False)

    @override
    def header(self) -> None:
        self.paragraph(self._patient, _SMALL_PT)
        self.ln(_SMALL_PT * _LINE_MM)

    @override
    def footer(self) -> None:
        self.set_y(-_MARGIN_MM / 2 - _SMALL_PT * _LINE_MM)
        self.set_font(_FONT, size=_SMALL_PT)
        self.cell(0, _SMALL_PT * _LINE_MM, f"{self.page_no()} / {{nb}}", align=Align.R)

    def paragraph(self, text: str, size: float) -> None:
        """Write a paragraph in letters of so many points, and begin a new line."""
        self.set_font(_FONT, size=size)
        if not text.strip():
            self.ln(size * _LINE_MM)
            return
        # Words that are longer than a line are broken.
        wrap = WrapMode.WORD if max(map(len, text.split())) < _LONGEST_WORD else WrapMode.CHAR
        self.multi_cell(0, size * _LINE_MM, text, align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT, wrapmode=wrap)


_LONGEST_WORD: Final = 60
