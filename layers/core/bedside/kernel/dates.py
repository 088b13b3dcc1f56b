"""Calendar dates as they are written on the wire."""

from datetime import date


def parse_date(text: str, years: tuple[int, int]) -> date | None:
    """Return the date, such as 2026-03-07, or None if the text is none between the first and the last of the years."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    # The ISO calendar has other spellings, such as 20260301.
    return found if found.isoformat() == text and years[0] <= found.year <= years[1] else None
