"""Body sites that have sides, and the sides that a note names. No I/O."""

import re
from typing import Final, Literal

type Side = Literal["left", "right"]

SIDED: Final[frozenset[str]] = frozenset(
    {
        "ankle",
        "buttock",
        "ear",
        "eye",
        "foot",
        "forearm",
        "groin",
        "hand",
        "knee",
        "lower-leg",
        "shoulder",
        "thigh",
        "upper-arm",
    }
)
# English and German. "right" also means correct, "links" is also a verb: whoever wrote the note is asked, not refused.
_LEFT: Final = re.compile(r"\b(?:left|link(?:s|e|en|er|es|em)|linksseitig\w*)\b", re.IGNORECASE)
_RIGHT: Final = re.compile(r"\b(?:right|recht(?:s|e|en|er|es|em)|rechtsseitig\w*)\b", re.IGNORECASE)


def sides_named(note: str) -> frozenset[Side]:
    """Return the sides that a note names."""
    found: set[Side] = set()
    if _LEFT.search(note):
        found.add("left")
    if _RIGHT.search(note):
        found.add("right")
    return frozenset(found)


def contradicts(note: str, side: str) -> bool:
    """Return whether a note names a side, and only the one that `side` is not; "bilateral" is contradicted by one."""
    named = sides_named(note)
    if side == "bilateral":
        return len(named) == 1
    return side in {"left", "right"} and bool(named) and side not in named
