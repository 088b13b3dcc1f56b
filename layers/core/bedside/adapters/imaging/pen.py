"""Draws marks on a rendered photo, as browsers draw the editor's SVG."""

import math
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final

from PIL import Image, ImageDraw

from bedside.adapters.imaging.fonts import font_for
from bedside.adapters.imaging.geometry import Frame, Point
from bedside.adapters.imaging.marks import Colour, Line, Mark, Words, letters_of, pen_of

_RIM_OPACITY: Final = 0.75
# Lengths of a dash and of the gap behind it, as multiples of the pen's width.
_DASH: Final = 3
_GAP: Final = 2
# Masks are drawn this much larger to make edges smooth, as far as they have no more than so many pixels.
_SMOOTH: Final = (4, 2)
_MASK_PX: Final = 12_000_000


def draw(photo: Image.Image, marks: Iterable[Mark], frame: Frame) -> None:
    """Draw marks on a photo that was rendered in this frame."""
    pen = pen_of(frame.width, frame.height) * frame.scale
    letters = letters_of(frame.width, frame.height) * frame.scale
    for mark in marks:
        if isinstance(mark, Words):
            _write(photo, mark, frame, pen, letters)
            continue
        paths = [tuple(frame.place(point) for point in path) for path in mark.paths]
        if mark.dashed:
            paths = [dash for path in paths for dash in _dashes(path, pen)]
        _stroke(photo, mark, paths, pen)


def _stroke(photo: Image.Image, line: Line, paths: list[tuple[Point, ...]], pen: float) -> None:
    _paint(photo, paths, pen * 2, line.rim, round_ends=not line.dashed, opacity=_RIM_OPACITY)
    _paint(photo, paths, pen, line.ink, round_ends=not line.dashed)


def _paint(  # how a stroke looks
    photo: Image.Image,
    paths: list[tuple[Point, ...]],
    width: float,
    colour: Colour,
    *,
    round_ends: bool,
    opacity: float = 1,
) -> None:
    xs, ys = [x for path in paths for x, _ in path], [y for path in paths for _, y in path]
    reach = width / 2 + 1
    left, upper = max(0, math.floor(min(xs) - reach)), max(0, math.floor(min(ys) - reach))
    right = min(photo.width, math.ceil(max(xs) + reach))
    lower = min(photo.height, math.ceil(max(ys) + reach))
    if left >= right or upper >= lower:
        return
    across, down = right - left, lower - upper
    fine = next((each for each in _SMOOTH if across * down * each * each <= _MASK_PX), 1)
    mask = Image.new("L", (across * fine, down * fine))
    pencil = ImageDraw.Draw(mask)
    radius = width / 2 * fine
    for path in paths:
        points = [((x - left) * fine, (y - upper) * fine) for x, y in path]
        for start, end in pairwise(points):
            pencil.polygon(list(_band(start, end, radius)), fill=255)
        if round_ends:
            for x, y in points:
                pencil.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    if fine > 1:
        mask = mask.reduce(fine)
    if opacity < 1:
        mask = mask.point([round(value * opacity) for value in range(256)])
    photo.paste(colour, (left, upper, right, lower), mask)


def _band(start: Point, end: Point, half: float) -> Iterator[Point]:
    """Yield the corners of a straight stroke with blunt ends."""
    along = math.dist(start, end) or 1
    dx, dy = -(end[1] - start[1]) / along * half, (end[0] - start[0]) / along * half
    yield from ((start[0] + dx, start[1] + dy), (end[0] + dx, end[1] + dy))
    yield from ((end[0] - dx, end[1] - dy), (start[0] - dx, start[1] - dy))


def _dashes(path: tuple[Point, ...], pen: float) -> Iterator[tuple[Point, Point]]:
    [start, end] = path
    whole, at = math.dist(start, end), 0.0
    while at < whole:
        parts = (at / whole, min(whole, at + _DASH * pen) / whole)
        one, other = ((start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part) for part in parts)
        yield one, other
        at += (_DASH + _GAP) * pen


def _write(photo: Image.Image, words: Words, frame: Frame, pen: float, letters: float) -> None:
    x, y = frame.place(words.at)
    font, text = font_for(words.text, max(1, letters))
    ImageDraw.Draw(photo).text(
        (x, y - words.raised * frame.scale),
        text,
        fill=words.ink,
        font=font,
        anchor="ms" if words.centred else "ls",
        stroke_width=pen / 2,
        stroke_fill=words.rim,
    )
