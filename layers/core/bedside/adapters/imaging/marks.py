"""What edits draw on a photo, in pixels of the original: the same lines and words as in the editor. Pure."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from bedside.adapters.imaging.geometry import Point

type Colour = tuple[int, int, int]

DARK: Final[Colour] = (0x14, 0x18, 0x1B)
LIGHT: Final[Colour] = (0xFF, 0xFF, 0xFF)
_COLOURS: Final[Mapping[str, Colour]] = {
    "red": (0xD8, 0x1E, 0x1E),
    "yellow": (0xFF, 0xD6, 0x0A),
    "green": (0x0F, 0x8A, 0x3C),
    "blue": (0x14, 0x63, 0xD8),
    "black": DARK,
    "white": LIGHT,
}
# Light colours have a dark rim, dark ones a light rim, so that each shows on any skin.
_LIGHT_COLOURS: Final = frozenset({"yellow", "white"})
# Multiples of the pen's width.
_HEAD: Final = 7
_TICK: Final = 3
_RAISED: Final = 3
# Radians between an arrow's line and each stroke of its head.
_HEAD_ANGLE: Final = 0.5
_CORNERS: Final = 180
# Lengths from here on are told in whole millimetres.
_LONG_MM: Final = 100


@dataclass(frozen=True, slots=True)
class Line:
    """Paths that are drawn as one, with round ends and corners; dashed ones have blunt ends."""

    paths: tuple[tuple[Point, ...], ...]
    ink: Colour
    rim: Colour
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text, upright however the photo is turned.

    It begins at a point, or is centred on it; `raised` is how far above the point its baseline lies.
    """

    text: str
    at: Point
    ink: Colour
    rim: Colour
    centred: bool = False
    raised: float = 0


type Mark = Line | Words


def pen_of(width: int, height: int) -> float:
    """Return the width of lines on a photo."""
    return max(width, height) / 300


def letters_of(width: int, height: int) -> float:
    """Return the size of letters on a photo."""
    return max(width, height) / 36


def millimetres_of(edits: Mapping[str, Any], width: int, height: int) -> float | None:
    """Return how many millimetres a pixel of the original is long; None without a ruler."""
    for shape in edits["shapes"]:
        if shape["kind"] == "ruler":
            pixels = math.dist(*_ends(shape, width, height))
            return shape["millimetres"] / pixels if pixels else None
    return None


def in_words(millimetres: float, digits: int = 0) -> str:
    """Return a length with one digit behind the point if it needs one, or has at least so many."""
    rounded = Decimal(repr(millimetres)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{rounded if digits or rounded % 1 else int(rounded)} mm"


def marks_of(edits: Mapping[str, Any], width: int, height: int) -> Iterator[Mark]:
    """Yield what edits draw on an original of this size, the lowest first."""
    scale = millimetres_of(edits, width, height)
    for shape in edits["shapes"]:
        yield from _marks(shape, width, height, scale)


def _marks(shape: Mapping[str, Any], width: int, height: int, scale: float | None) -> Iterator[Mark]:
    ink = _COLOURS[shape["color"]]
    rim = DARK if shape["color"] in _LIGHT_COLOURS else LIGHT
    pen, kind = pen_of(width, height), shape["kind"]
    if kind == "text":
        yield Words(shape["text"], (shape["at"]["x"] * width, shape["at"]["y"] * height), ink, rim)
    elif kind == "freehand":
        yield Line((tuple((each["x"] * width, each["y"] * height) for each in shape["points"]),), ink, rim)
    elif kind == "ellipse":
        yield Line((_ellipse(shape["box"], width, height),), ink, rim)
    elif kind == "arrow":
        start, end = _ends(shape, width, height)
        yield Line(((start, end), *_head(start, end, pen * _HEAD)), ink, rim)
    else:
        start, end = _ends(shape, width, height)
        yield Line(((start, end),), ink, rim, dashed=kind == "ruler")
        yield Line(_ticks(start, end, pen * _TICK), ink, rim)
        middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        length = _length(shape, math.dist(start, end), scale)
        yield Words(length, middle, ink, rim, centred=True, raised=pen * _RAISED)


def _length(shape: Mapping[str, Any], pixels: float, scale: float | None) -> str:
    if shape["kind"] == "ruler":
        return in_words(shape["millimetres"])
    if scale is None:
        return "? mm"
    # No more digits than such a measurement can be trusted in.
    length = pixels * scale
    return in_words(length, 1) if length < _LONG_MM else in_words(math.floor(length + 0.5))


def _ends(shape: Mapping[str, Any], width: int, height: int) -> Sequence[Point]:
    return [(shape[end]["x"] * width, shape[end]["y"] * height) for end in ("start", "end")]


def _head(start: Point, end: Point, length: float) -> Iterator[tuple[Point, Point]]:
    angle = math.atan2(end[1] - start[1], end[0] - start[0])
    for turn in (_HEAD_ANGLE, -_HEAD_ANGLE):
        yield end, (end[0] - length * math.cos(angle + turn), end[1] - length * math.sin(angle + turn))


def _ticks(start: Point, end: Point, half: float) -> tuple[tuple[Point, Point], ...]:
    angle = math.atan2(end[1] - start[1], end[0] - start[0]) + math.pi / 2
    dx, dy = half * math.cos(angle), half * math.sin(angle)
    return tuple(((x - dx, y - dy), (x + dx, y + dy)) for x, y in (start, end))


def _ellipse(box: Mapping[str, float], width: int, height: int) -> tuple[Point, ...]:
    across, down = box["width"] / 2 * width, box["height"] / 2 * height
    x, y = box["x"] * width + across, box["y"] * height + down
    corners = (2 * math.pi * corner / _CORNERS for corner in range(_CORNERS + 1))
    return tuple((x + across * math.cos(angle), y + down * math.sin(angle)) for angle in corners)
