"""The free times of a practitioner."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.bookings.availability import MINUTE_MS, Availability, Hours, Span
from bedside.bookings.slots import free_slots, is_offered
from tests.unit.kernel.zones import CHANGING, changes, minutes_of

HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
# A Monday.
MONDAY = date(2026, 11, 30)
MIDNIGHT = round(datetime(2026, 11, 30, tzinfo=UTC).timestamp() * 1000)
NINE_TO_TEN = Hours(0, 9 * 60, 10 * 60)


def availability(
    *hours: Hours,
    zone: str = "UTC",
    before: int = 0,
    after: int = 0,
    notice: int = 0,
    interval: int = 30,
    days: int = 60,
) -> Availability:
    return Availability(zone, hours, before, after, notice, interval, days)


def free(
    of: Availability,
    *busy: Span,
    blocked: tuple[date, ...] = (),
    duration: int = 30,
    within: Span | None = None,
    now: int = 0,
) -> list[str]:
    """Return the free slots of the Monday, as hour and minute in UTC."""
    within = within or (MIDNIGHT, MIDNIGHT + DAY_MS)
    found = free_slots(of, blocked, busy, duration, within, now or MIDNIGHT)
    return [f"{datetime.fromtimestamp(start / 1000, UTC):%H:%M}" for start, _ in found]


def at(hour: int, minute: int = 0) -> int:
    return MIDNIGHT + hour * HOUR_MS + minute * MINUTE_MS


def test_slots_start_at_intervals_and_end_within_the_hours() -> None:
    """Forty-five minutes from nine to eleven, every half hour."""
    assert free(availability(Hours(0, 540, 660)), duration=45) == ["09:00", "09:30", "10:00"]


def test_hours_are_those_of_the_weekday() -> None:
    """Nothing on a Monday for somebody who works on Tuesdays."""
    assert free(availability(Hours(1, 540, 660))) == []


def test_taken_time_is_not_offered_and_buffers_are_kept_free() -> None:
    """A visit from 10:00 to 10:30 with ten minutes before and five after each booking."""
    visit = (at(10), at(10, 30))
    assert free(availability(Hours(0, 540, 720)), visit) == ["09:00", "09:30", "10:30", "11:00", "11:30"]
    buffered = availability(Hours(0, 540, 720), before=10, after=5, interval=15)
    assert free(buffered, visit) == ["09:00", "09:15", "10:45", "11:00", "11:15", "11:30"]


def test_visits_that_overlap_each_other_take_what_they_cover() -> None:
    """A long one, and a short one within it that ends earlier."""
    assert free(availability(Hours(0, 540, 720)), (at(9), at(11)), (at(9, 30), at(10))) == ["11:00", "11:30"]


def test_notice_window_and_blocked_dates() -> None:
    """At the earliest after the notice, at the latest on the window's last day, and never on a blocked date."""
    assert free(availability(NINE_TO_TEN, notice=9 * 60 + 1)) == ["09:30"]
    assert free(availability(NINE_TO_TEN), now=at(9, 1)) == ["09:30"]
    assert free(availability(NINE_TO_TEN, days=6), now=MIDNIGHT - 7 * DAY_MS) == []
    assert free(availability(NINE_TO_TEN, days=7), now=MIDNIGHT - 7 * DAY_MS) == ["09:00", "09:30"]
    assert free(availability(NINE_TO_TEN), blocked=(MONDAY,)) == []


def test_days_are_those_of_the_practitioner() -> None:
    """Monday from nine in Auckland is Sunday evening in UTC."""
    of = availability(NINE_TO_TEN, zone="Pacific/Auckland")
    assert free(of, within=(MIDNIGHT - DAY_MS, MIDNIGHT), now=MIDNIGHT - 2 * DAY_MS) == ["20:00", "20:30"]
    assert free(of, within=(MIDNIGHT - DAY_MS, MIDNIGHT), now=MIDNIGHT - 2 * DAY_MS, blocked=(MONDAY,)) == []


@pytest.mark.parametrize("zone", CHANGING)
def test_every_change_of_a_clock_is_survived(zone: str) -> None:
    """A skipped time is not offered, a repeated one once, and no slot ends after closing time, at all changes."""
    of = availability(*(Hours(day, 15, 24 * 60) for day in range(7)), zone=zone, interval=15)
    for day in changes(zone):
        shown = minutes_of(day, ZoneInfo(zone), every=15)
        end_of_day = minutes_of(day + timedelta(days=1), ZoneInfo(zone), every=15)
        closing = min(end_of_day.values())
        wanted = [shown[minute] for minute in range(15, 24 * 60, 15) if minute in shown]
        within = (min(shown.values()), max(shown.values()) + 1)
        found = free_slots(of, (), (), 50, within, within[0] - DAY_MS)
        assert [start for start, _ in found] == [start for start in wanted if start + 50 * MINUTE_MS <= closing]


spans = st.tuples(st.integers(0, 2880), st.integers(1, 300)).map(
    lambda span: (MIDNIGHT + span[0] * MINUTE_MS, MIDNIGHT + (span[0] + span[1]) * MINUTE_MS)
)


@given(
    busy=st.lists(spans, max_size=12),
    before=st.integers(0, 30),
    after=st.integers(0, 30),
    duration=st.integers(5, 90),
    interval=st.integers(5, 60),
    notice=st.integers(0, 2000),
)
def test_a_slot_is_free_if_and_only_if_nothing_overlaps_with_it(
    busy: list[Span], before: int, after: int, duration: int, interval: int, notice: int
) -> None:
    """Against a look at every candidate, one by one."""
    of = availability(
        Hours(0, 0, 1440), Hours(1, 0, 1440), before=before, after=after, notice=notice, interval=interval
    )
    within = (MIDNIGHT, MIDNIGHT + 2 * DAY_MS)
    wanted = []
    for day in (0, 1440):
        for minute in range(day, day + 1440, interval):
            start, end = MIDNIGHT + minute * MINUTE_MS, MIDNIGHT + (minute + duration) * MINUTE_MS
            clear = all(e <= start - before * MINUTE_MS or end + after * MINUTE_MS <= s for s, e in busy)
            if clear and minute + duration <= day + 1440 and minute >= notice:
                wanted.append((start, end))
    found = free_slots(of, (), busy, duration, within, MIDNIGHT)
    assert found == wanted
    assert all(is_offered(of, (), duration, start, MIDNIGHT) for start, _ in found[:1] + found[-1:])


def test_only_what_is_listed_is_offered() -> None:
    """Not between the intervals, nor outside the hours."""
    of = availability(NINE_TO_TEN)
    assert is_offered(of, (), 30, at(9, 30), MIDNIGHT)
    assert not is_offered(of, (), 30, at(9, 15), MIDNIGHT)
    assert not is_offered(of, (), 31, at(9, 30), MIDNIGHT)
    assert not is_offered(of, (MONDAY,), 30, at(9, 30), MIDNIGHT)
