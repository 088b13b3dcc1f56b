"""When a practitioner can be booked: weekly hours on the clock of their time zone, and rules for each booking."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bedside.kernel.wall_clock import WallClock

MINUTE_MS: Final = 60_000

# From a start until before an end, both Unix ms.
type Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Hours:
    """Working hours on a weekday (0 is Monday): from a minute of the day until before another."""

    day: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Availability:
    """When a practitioner can be booked; all lengths are in minutes.

    A booking starts every `interval` from the beginning of the hours, at the earliest `minimum_notice` from now and at
    the latest on the day that is `window_days` from today. The buffers around it are kept free, but belong to no hours.
    """

    time_zone: str
    hours: tuple[Hours, ...]
    buffer_before: int
    buffer_after: int
    minimum_notice: int
    interval: int
    window_days: int

    def occupied(self, slot: Span) -> Span:
        """Return the time that a booking takes: the slot and the buffers around it."""
        start, end = slot
        return start - self.buffer_before * MINUTE_MS, end + self.buffer_after * MINUTE_MS

    def last_day(self, now_ms: int) -> date:
        """Return the last date on which the practitioner can be booked."""
        return WallClock(self.time_zone).date_at(now_ms) + timedelta(days=self.window_days)
