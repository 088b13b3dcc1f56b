"""Dates and minutes on the clock of a time zone, at changes of ten zones in ten years."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from bedside.kernel.wall_clock import WallClock
from tests.unit.kernel.zones import CHANGING, ZONES, changes, minutes_of


@pytest.mark.parametrize("name", CHANGING)
def test_a_clock_shows_what_one_sees_on_it(name: str) -> None:
    """A skipped minute is shown never, a repeated one the first time, on days of a change."""
    clock = WallClock(name)
    for day in changes(name)[:2] + changes(name)[-2:]:
        shown = minutes_of(day, ZoneInfo(name))
        assert {minute: at for minute in range(1440) if (at := clock.shows(day, minute)) is not None} == shown
        assert not clock.is_even(day)
        assert clock.is_even(day + timedelta(days=3))


def test_zones_are_changed_as_often_as_they_are() -> None:
    """The list of changes is not empty by mistake."""
    counts = {name: len(changes(name)) for name in ZONES}
    assert counts["Asia/Kolkata"] == 0
    assert counts["Europe/Berlin"] == counts["Pacific/Auckland"] == 20
    assert counts["Africa/Casablanca"] >= 20


def test_a_skipped_end_is_reached_when_the_clock_jumps_over_it() -> None:
    """In Berlin 02:30 of 2027-03-28 does not exist: the clock goes on from 03:00."""
    clock = WallClock("Europe/Berlin")
    assert clock.shows(date(2027, 3, 28), 150) is None
    assert clock.reaches(date(2027, 3, 28), 150) == clock.shows(date(2027, 3, 28), 180)


def test_midnight_at_the_end_of_a_day_is_that_of_the_next() -> None:
    """Minute 1,440."""
    clock = WallClock("Pacific/Auckland")
    assert clock.shows(date(2026, 12, 1), 1440) == clock.shows(date(2026, 12, 2), 0)
    assert clock.date_at(clock.reaches(date(2026, 12, 1), 1440)) == date(2026, 12, 2)
