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
# Of abbreviations, single letters count as capitals only.
_LEFT: Final = re.compile(r"\b(?:(?i:left|lt|li|link(?:s|e|en|er|es|em)|linksseitig\w*)|L)\b")
_RIGHT: Final = re.compile(r"\b(?:(?i:right|rt|re|recht(?:s|e|en|er|es|em)|rechtsseitig\w*)|R)\b")
_BOTH: Final = re.compile(r"\b(?:bilateral\w*|both sides|beidseit\w*|beide(?:n|r)? seiten)\b", re.IGNORECASE)


def sides_named(note: str) -> frozenset[Side]:
    """Return the sides that a note names."""
    found: set[Side] = set()
    if _LEFT.search(note):
        found.add("left")
    if _RIGHT.search(note):
        found.add("right")
    return frozenset(found)


def contradicts(note: str, side: str) -> bool:
    """Return whether a note names a side, and only the one that `side` is not, or says that both are meant.

    "bilateral" is contradicted by one side alone.
    """
    named, both = sides_named(note), bool(_BOTH.search(note))
    if side == "bilateral":
        return len(named) == 1 and not both
    return side in {"left", "right"} and (both or (bool(named) and side not in named))
