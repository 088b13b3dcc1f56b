"""Rendering: a photo as a record wants it, with what was drawn on it, and without anything else."""

from dataclasses import dataclass, field
from typing import Literal, Protocol

from bedside.ports.records import Rendition

Unrenderable = Literal["letters-missing", "photo-unreadable", "too-large"]
ContentType = Literal["image/jpeg", "image/tiff", "application/pdf"]


@dataclass(frozen=True, slots=True)
class Banner:
    """What a page says above a photo: the patient, when it was taken (Unix ms, told in a time zone), and of what.

    `born` is YYYY-MM-DD.
    """

    patient: str = field(repr=False)
    number: str = field(repr=False)
    taken_at: int
    place: str = ""
    born: str = field(default="", repr=False)
    time_zone: str = "UTC"


class RenderingError(Exception):
    """A photo cannot be rendered, and another try would not help; `problem` says why."""

    def __init__(self, problem: Unrenderable) -> None:
        super().__init__(problem)
        self.problem: Unrenderable = problem


class Renderer(Protocol):
    """Renders photos in bounded time and memory; the same arguments always lead to the same bytes."""

    def render(self, original: bytes, edits: str, rendition: Rendition, banner: Banner) -> bytes:
        """Return a photo with its edits, which are JSON as `capture.edits` defines it. Raises RenderingError."""
        ...


class Typesetter(Protocol):
    """Sets texts as PDF."""

    def lacks_letters(self, text: str) -> bool:
        """Return whether no font has a letter of a text, so that it would be set without it."""
        ...

    def set_text(self, title: str, text: str, banner: Banner, max_bytes: int) -> bytes:
        """Return a note or a summary as PDF of at most so many bytes; `banner` says whose, and when it was written.

        Raises RenderingError.
        """
        ...
