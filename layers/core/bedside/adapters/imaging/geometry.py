"""Where the points of a photo lie in what is rendered of it. Pure.

As for the editor's pages, the original is turned as its Exif data say, then cropped, then turned as the edits say.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

type Point = tuple[float, float]
# Left, upper, right and lower edge, in pixels.
type Edges = tuple[float, float, float, float]

# For each Exif orientation (1 to 8): whether width and height change places, and where the stored picture's point
# that is shown at (x, y) lies, both from 0 to 1.
_STORED: Final[Mapping[int, tuple[bool, Callable[[float, float], Point]]]] = {
    1: (False, lambda x, y: (x, y)),
    2: (False, lambda x, y: (1 - x, y)),
    3: (False, lambda x, y: (1 - x, 1 - y)),
    4: (False, lambda x, y: (x, 1 - y)),
    5: (True, lambda x, y: (y, x)),
    6: (True, lambda x, y: (y, 1 - x)),
    7: (True, lambda x, y: (1 - y, 1 - x)),
    8: (True, lambda x, y: (1 - y, x)),
}


@dataclass(frozen=True, slots=True)
class Frame:
    """What is rendered of an original of this size: the part that is kept, turned clockwise, in so many pixels."""

    width: int
    height: int
    rotation: int
    crop: Edges
    shown: tuple[int, int]

    @property
    def scale(self) -> float:
        """Pixels of the rendered photo per pixel of the original."""
        return max(self.shown) / max(self.crop[2] - self.crop[0], self.crop[3] - self.crop[1])

    def place(self, point: Point) -> Point:
        """Return where a point of the original, in pixels, lies on what is rendered."""
        left, upper, right, lower = self.crop
        x, y = (point[0] - left) / (right - left), (point[1] - upper) / (lower - upper)
        turned = {0: (x, y), 90: (1 - y, x), 180: (1 - x, 1 - y), 270: (y, 1 - x)}[self.rotation]
        return turned[0] * self.shown[0], turned[1] * self.shown[1]


def framed(size: tuple[int, int], edits: Mapping[str, Any], max_edge: int) -> Frame:
    """Return the frame of an original with these edits, with at most so many pixels at its longer edge."""
    width, height = size
    box = edits.get("crop") or {"x": 0, "y": 0, "width": 1, "height": 1}
    crop = (
        box["x"] * width,
        box["y"] * height,
        min(1, box["x"] + box["width"]) * width,
        min(1, box["y"] + box["height"]) * height,
    )
    kept = (crop[2] - crop[0], crop[3] - crop[1])
    factor = min(1, max_edge / max(kept))
    across, down = (max(1, min(max_edge, round(edge * factor))) for edge in kept)
    shown = (down, across) if edits["rotation"] % 180 else (across, down)
    return Frame(width, height, edits["rotation"], crop, shown)


def swaps(orientation: int) -> bool:
    """Return whether an Exif orientation makes a picture's width its height."""
    return _STORED[orientation][0]


def stored_edges(edges: Edges, size: tuple[int, int], orientation: int) -> Edges:
    """Return where a part of a picture of this size, as it is shown, lies in the file, in pixels of the file."""
    width, height = size
    swapped, stored = _STORED[orientation]
    across, down = (height, width) if swapped else (width, height)
    one = stored(edges[0] / width, edges[1] / height)
    other = stored(edges[2] / width, edges[3] / height)
    return (
        min(one[0], other[0]) * across,
        min(one[1], other[1]) * down,
        max(one[0], other[0]) * across,
        max(one[1], other[1]) * down,
    )
