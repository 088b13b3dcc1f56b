"""Calendar dates as they are written on the wire."""

from datetime import date
from typing import Final

# So that arithmetic and time zones have room on both sides.
_FIRST_YEAR: Final = 2000
_LAST_YEAR: Final = 2200
DATE_RULE: Final = "This must be a date, such as 2026-03-07."


def parse_date(text: str) -> date | None:
    """Return the date, such as 2026-03-07, or None if the text is none of this or the next century."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    # The ISO calendar has other spellings, such as 20260301.
    return found if found.isoformat() == text and _FIRST_YEAR <= found.year <= _LAST_YEAR else None
