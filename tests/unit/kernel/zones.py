"""Time zones, and the days on which their clocks are changed."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

# Both hemispheres, half an hour of summer time (Lord Howe), Ramadan's interruption (Casablanca), a change at midnight
# (Cairo, Santiago) and one before it (Godthab), and a zone without summer time.
ZONES = (
    "Pacific/Auckland",
    "Australia/Lord_Howe",
    "Europe/Lisbon",
    "Europe/Berlin",
    "America/New_York",
    "America/Santiago",
    "America/Nuuk",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Asia/Kolkata",
)
# Those whose clocks are changed.
CHANGING = ZONES[:-1]
_DAY = timedelta(days=1)


@cache
def changes(name: str) -> list[date]:
    """Return the dates of ten years on which the clock of a zone is changed."""
    zone, found, day = ZoneInfo(name), [], date(2024, 1, 1)
    while day < date(2034, 1, 1):
        midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
        if midnight.utcoffset() != (midnight + _DAY).utcoffset():
            found.append(day)
        day += _DAY
    return found


def minutes_of(day: date, zone: ZoneInfo, every: int = 1) -> dict[int, int]:
    """Return when a clock first shows each minute of a day, by looking at it every so many minutes."""
    shown: dict[int, int] = {}
    at = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=15)
    for _ in range(54 * 60 // every):
        local = at.astimezone(zone)
        if local.date() == day:
            shown.setdefault(local.hour * 60 + local.minute, round(at.timestamp() * 1000))
        at += timedelta(minutes=every)
    return shown
