"""Dates on the wire: in one spelling, and within the years that make sense."""

import pytest

from bedside.kernel.dates import parse_date


@pytest.mark.parametrize("text", ["2026-03-07", "2000-02-29", "2200-12-31"])
def test_dates_are_read(text: str) -> None:
    """And written as they were."""
    found = parse_date(text, (2000, 2200))
    assert found
    assert found.isoformat() == text


@pytest.mark.parametrize("text", ["", "20260307", "2026-W10-6", "2026-02-30", "1999-12-31", "2201-01-01", "tomorrow"])
def test_other_texts_are_no_dates(text: str) -> None:
    """Also other spellings of ISO 8601."""
    assert parse_date(text, (2000, 2200)) is None
