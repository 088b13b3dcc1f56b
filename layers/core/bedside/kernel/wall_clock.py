"""The clock on the wall of a time zone, and its changes to and from summer time."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

DAY_MINUTES: Final = 24 * 60
_MINUTE = timedelta(minutes=1)


def minute_of(clock_time: str) -> int:
    """Return the minute of the day, such as 540 for "09:00"; 1,440 for "24:00"."""
    hour, minute = clock_time.split(":")
    return int(hour) * 60 + int(minute)


def clock_time(minute: int) -> str:
    """Return the time of a minute of the day, such as "09:00"."""
    return f"{minute // 60:02}:{minute % 60:02}"


@dataclass(frozen=True, slots=True)
class WallClock:
    """Converts between dates and minutes of a day in a time zone (IANA) and instants (Unix ms)."""

    time_zone: str
    _zone: ZoneInfo = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_zone", ZoneInfo(self.time_zone))

    def date_at(self, ms: int) -> date:
        """Return the date at an instant."""
        return datetime.fromtimestamp(ms / 1000, self._zone).date()

    def time_at(self, ms: int) -> str:
        """Return the time at an instant, such as "09:00"."""
        return f"{datetime.fromtimestamp(ms / 1000, self._zone):%H:%M}"

    def shows(self, day: date, minute: int) -> int | None:
        """Return when the clock first shows this minute of the day, or None if it skips it.

        Minute 1,440 is midnight at the day's end.
        """
        shown = self._shown(day, minute)
        found = shown.astimezone(UTC)
        # A time that a clock skips comes back as another one.
        if found.astimezone(self._zone).replace(tzinfo=None) != shown.replace(tzinfo=None):
            return None
        return round(found.timestamp() * 1000)

    def reaches(self, day: date, minute: int) -> int:
        """Return when the clock first shows this minute of the day or a later one."""
        while (found := self.shows(day, minute)) is None:
            minute += 1
        return found

    def is_even(self, day: date) -> bool:
        """Return whether the clock runs evenly all day: it is neither put forward nor back.

        No zone does both within twelve hours.
        """
        offsets = {self._shown(day, minute).utcoffset() for minute in (0, DAY_MINUTES // 2, DAY_MINUTES)}
        return len(offsets) == 1

    def _shown(self, day: date, minute: int) -> datetime:
        days, rest = divmod(minute, DAY_MINUTES)
        return datetime.combine(day + timedelta(days=days), time(), self._zone) + rest * _MINUTE
