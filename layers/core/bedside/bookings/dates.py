"""Dates on which something can be booked, as they are written on the wire."""

from datetime import date
from typing import Final

from bedside.kernel import dates

# So that arithmetic and time zones have room on both sides.
_YEARS: Final = 2000, 2200
DATE_RULE: Final = "This must be a date, such as 2026-03-07."


def parse_date(text: str) -> date | None:
    """Return the date, such as 2026-03-07, or None if the text is none of this or the next century."""
    return dates.parse_date(text, _YEARS)
