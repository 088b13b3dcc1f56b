"""What a clinician has drawn on a photo, how it is turned and cropped: data beside the photo, which stays as it is.

Points are fractions of the original's width and height, from its upper left corner, as browsers show it: with the
orientation that the file's Exif data give.
"""

from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from bedside.kernel.wire import REFUSED, Line, Wire

# The longest document, as compact JSON. A version is an item in DynamoDB, which may have 400 KB.
MAX_BYTES: Final = 32 * 1024
MAX_SHAPES: Final = 100
_MAX_POINTS: Final = 200
# A hundred-thousandth of a side is far less than a pixel of any photo that is accepted.
_DIGITS: Final = 5
# Sums of rounded fractions may exceed one by this much.
_ROUNDING: Final = 2 * 10**-_DIGITS

type Colour = Literal["red", "yellow", "green", "blue", "black", "white"]

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False), AfterValidator(lambda share: round(share, _DIGITS))]
Extent = Annotated[float, Field(ge=0.001, le=1, allow_inf_nan=False), AfterValidator(lambda part: round(part, _DIGITS))]
Label = Annotated[Line, StringConstraints(min_length=1, max_length=100)]


class Point(Wire):
    x: Share
    y: Share


class Box(Wire):
    """A part of the photo, by its upper left corner and its extent."""

    x: Share
    y: Share
    width: Extent
    height: Extent

    @model_validator(mode="after")
    def _lies_within(self) -> Self:
        if max(self.x + self.width, self.y + self.height) > 1 + _ROUNDING:
            raise PydanticCustomError(REFUSED, "This must lie within the photo.")
        return self


class _Stroke(Wire):
    """A straight line between two points that differ."""

    color: Colour
    start: Point
    end: Point

    @model_validator(mode="after")
    def _has_length(self) -> Self:
        if self.start == self.end:
            raise PydanticCustomError(REFUSED, "Its ends must differ.")
        return self


class Arrow(_Stroke):
    """An arrow that points at `end`."""

    kind: Literal["arrow"]


class Ruler(_Stroke):
    """A line along a known length of the picture, which makes the lengths of all measures known."""

    kind: Literal["ruler"]
    millimetres: Annotated[float, Field(ge=0.1, le=2_000, allow_inf_nan=False)]


class Measure(_Stroke):
    """A line whose length is known if there is a ruler in the photo."""

    kind: Literal["measure"]


class Ellipse(Wire):
    kind: Literal["ellipse"]
    color: Colour
    box: Box


class Freehand(Wire):
    kind: Literal["freehand"]
    color: Colour
    points: Annotated[list[Point], Field(min_length=2, max_length=_MAX_POINTS)]


class Text(Wire):
    """A line of text that begins at a point."""

    kind: Literal["text"]
    color: Colour
    at: Point
    text: Label


Shape = Annotated[Arrow | Ellipse | Freehand | Text | Ruler | Measure, Field(discriminator="kind")]


class Edits(Wire):
    """All edits of a photo: clockwise rotation in degrees, the part that is shown, and shapes, the topmost last.

    `format` is the version of this format.
    """

    format: Literal[1]
    rotation: Literal[0, 90, 180, 270]
    crop: Box | None = None
    shapes: Annotated[list[Shape], Field(max_length=MAX_SHAPES)]

    @model_validator(mode="after")
    def _is_consistent_and_small(self) -> Self:
        if sum(isinstance(shape, Ruler) for shape in self.shapes) > 1:
            raise PydanticCustomError(REFUSED, "A photo has at most one ruler, or lengths would contradict each other.")
        if len(self.text().encode()) > MAX_BYTES:
            raise PydanticCustomError(REFUSED, "There is too much drawn on this photo: at most 32 KB are stored.")
        return self

    def text(self) -> str:
        """Return the edits as compact JSON, as they are stored; equal edits have equal texts."""
        return self.model_dump_json(by_alias=True, exclude_none=True)


NO_EDITS: Final = Edits(format=1, rotation=0, shapes=[])
