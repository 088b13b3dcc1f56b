"""The page of a record that wants the patient and the scale on it: a banner above the photo."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from PIL import Image, ImageDraw

from bedside.adapters.imaging.fonts import BOLD, REGULAR, font_for, wrapped
from bedside.adapters.imaging.marks import in_words
from bedside.ports.rendering import Banner

_INK: Final = "#14181b"
_PAPER: Final = "white"
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# On paper of A4 about three millimetres.
_LETTERS: Final = 60
_LEAST_LETTERS_PX: Final = 14
_LEAST_WIDTH_PX: Final = 640
_LINE: Final = 1.4
# Lengths of the bar, in millimetres: the longest that takes no more than this share of the photo's width.
_LENGTHS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500)
_SHARE: Final = 0.4
_NOT_TO_SCALE: Final = "Not to scale"


def with_banner(photo: Image.Image, banner: Banner, millimetres: float | None) -> Image.Image:
    """Return a page with a photo below what is known of it; `millimetres` is the length of a pixel, if known."""
    width = max(photo.width, _LEAST_WIDTH_PX)
    letters = max(_LEAST_LETTERS_PX, max(width, photo.height * 0.7) / _LETTERS)
    lines = [
        (line, size, weight)
        for text, size, weight in _texts(banner, letters)
        for line in wrapped(text.split(), size, weight, width - 2 * letters)
    ]
    heights = [size * _LINE for _, size, _ in lines]
    above = round(letters + sum(heights) + letters * 2.5)
    page = Image.new("RGB", (width, above + photo.height), _PAPER)
    pencil, y = ImageDraw.Draw(page), letters * 0.6
    for (line, size, weight), height in zip(lines, heights, strict=True):
        font, drawn = font_for(line, size, weight)
        pencil.text((letters, y + size), drawn, _INK, font, anchor="ls")
        y += height
    _scale(pencil, (letters, y + letters), letters, photo.width, millimetres)
    page.paste(photo, ((width - photo.width) // 2, above))
    return page


def identity_of(banner: Banner) -> str:
    """Return what tells a patient from others of the same name: their number, and when they were born."""
    born = f"born {_date(date.fromisoformat(banner.born))}" if banner.born else ""
    return " · ".join(filter(None, (banner.number, born)))


def _texts(banner: Banner, letters: float) -> Iterator[tuple[str, float, int]]:
    yield banner.patient, letters * 1.3, BOLD
    yield from ((text, letters, REGULAR) for text in (identity_of(banner),) if text)
    taken = f"Taken {moment_of(banner.taken_at, banner.time_zone)}"
    yield " · ".join(filter(None, (taken, banner.place))), letters, REGULAR


def _scale(
    pencil: ImageDraw.ImageDraw, at: tuple[float, float], letters: float, width: int, millimetres: float | None
) -> None:
    x, y = at
    font, _ = font_for(_NOT_TO_SCALE, letters, REGULAR)
    fitting = [each for each in _LENGTHS if millimetres and each / millimetres <= width * _SHARE]
    if not millimetres or not fitting:
        pencil.text((x, y), _NOT_TO_SCALE, _INK, font, anchor="ls")
        return
    along, thick, half = fitting[-1] / millimetres, max(2, round(letters / 8)), letters / 3
    pencil.line((x, y - half, x + along, y - half), _INK, thick)
    for end in (x, x + along):
        pencil.line((end, y - 2 * half, end, y), _INK, thick)
    pencil.text((x + along + letters / 2, y), in_words(fitting[-1]), _INK, font, anchor="ls")


def moment_of(at_ms: int, time_zone: str) -> str:
    """Return an instant (Unix ms) as people of a time zone write it, such as "3 Mar 2026, 14:05 (Pacific/Auckland)"."""
    moment = datetime.fromtimestamp(at_ms / 1000, UTC)
    try:
        moment = moment.astimezone(ZoneInfo(time_zone))
    except (ZoneInfoNotFoundError, ValueError):
        time_zone = "UTC"
    return f"{_date(moment.date())}, {moment:%H:%M} ({time_zone.replace('_', ' ')})"


def _date(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
