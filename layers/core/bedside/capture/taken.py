"""When a photo was taken, according to its phone, and its place among the phone's photos. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

# The years 2000 to 2100, in Unix ms: a camera that lost its clock says 1970 or 1980.
EARLIEST_MS: Final = 946_684_800_000
LATEST_MS: Final = 4_102_444_800_000
# A time this far ahead of the server's clock is still believed, so that a burst of photos keeps its order.
TOLERANCE_MS: Final = 5 * 60 * 1000
LAST_PLACE: Final = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Taken:
    """An instant (Unix ms), and the photo's place among those of its phone."""

    at: int
    order: int

    def document(self) -> dict[str, int]:
        """Return the attributes to store with an image or a draft."""
        return {"takenAt": self.at, "takenOrder": self.order}


def credible_taken(at: int | None, order: int | None, now_ms: int) -> Taken | None:
    """Return what the phone says, or None if it says nothing or names a time in the future."""
    return None if at is None or at > now_ms + TOLERANCE_MS else Taken(at, order or 0)


def read_taken(document: Mapping[str, Any]) -> Taken | None:
    """Return what `Taken.document` stored, or None."""
    match document:
        case {"takenAt": at, "takenOrder": order}:
            return Taken(int(at), int(order))
        case _:
            return None
