"""When doses are due: at times of the clock on some weekdays, so many hours after the last one, or once. Pure.

Dates come from an RRULE, and only then get a time on the clock of a zone: a rule with times would name some that do not
exist, and one that counts hours on the clock would make eight hours seven when the clock is put forward.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Final, Literal

from dateutil.rrule import WEEKLY, rrule  # type: ignore[import-untyped]  # it has no types

from bedside.kernel.wall_clock import DAY_MINUTES, WallClock

type Kind = Literal["times", "interval", "once"]

MINUTE_MS: Final = 60_000
HOUR_MS: Final = 60 * MINUTE_MS
_DAY: Final = timedelta(days=1)
_WEEK_MINUTES: Final = 7 * DAY_MINUTES
# The first dose of an interval that begins on a later date and names no time.
_MORNING: Final = 8 * 60


@dataclass(frozen=True, slots=True)
class Rule:
    """When doses are due, from the date `starts_on` to the date `ends_on`, both included.

    `times`: on `days` (0 is Monday), at `minutes` of the day in order. `interval`: `every_hours` after the last dose,
    the first at the one of `minutes`, if any. `once`: on `starts_on`, at the one of `minutes`.
    """

    kind: Kind
    starts_on: date
    ends_on: date | None = None
    days: tuple[int, ...] = ()
    minutes: tuple[int, ...] = ()
    every_hours: int = 0

    @property
    def interval_ms(self) -> int:
        return self.every_hours * HOUR_MS

    @property
    def shortest_gap_ms(self) -> int:
        """How much time the clock puts between two doses, at least; 0 for a single one."""
        if self.kind == "interval":
            return self.interval_ms
        if self.kind == "once":
            return 0
        week = sorted(day * DAY_MINUTES + minute for day in self.days for minute in self.minutes)
        return min(two - one for one, two in pairwise([*week, week[0] + _WEEK_MINUTES])) * MINUTE_MS


def first_due(rule: Rule, time_zone: str, now_ms: int) -> int | None:
    """Return when the first dose is due that is not over yet, or None if there is none.

    An interval that names no time begins now; on a later date, at eight in the morning.
    """
    if rule.kind != "interval":
        return due_after(rule, time_zone, now_ms - 1)
    clock = WallClock(time_zone)
    begins = clock.reaches(rule.starts_on, rule.minutes[0] if rule.minutes else 0)
    if begins > now_ms and not rule.minutes:
        begins = clock.reaches(rule.starts_on, _MORNING)
    return within(rule, time_zone, max(begins, now_ms))


def due_after(rule: Rule, time_zone: str, after_ms: int) -> int | None:
    """Return the first instant after another at which a dose is due by the clock, or None if there is none.

    A time that the clock skips becomes the first minute after it; one that it shows twice counts the first time. Times
    that a change of the clock lays upon each other are one dose.
    """
    clock = WallClock(time_zone)
    # A clock that is put forward before midnight brings the day's last times to the next date.
    for day in _dates(rule, clock.date_at(after_ms) - _DAY):
        for minute in rule.minutes:
            at = clock.reaches(day, minute)
            if at > after_ms:
                return at
    return None


def within(rule: Rule, time_zone: str, at_ms: int) -> int | None:
    """Return the instant, or None if it is after the rule's last date."""
    if rule.ends_on is None or at_ms < WallClock(time_zone).reaches(rule.ends_on + _DAY, 0):
        return at_ms
    return None


def _dates(rule: Rule, since: date) -> Iterator[date]:
    """Yield the dates of a rule from one on, in order."""
    if rule.kind == "once":
        yield from [rule.starts_on] if since <= rule.starts_on else []
        return
    first = datetime.combine(max(since, rule.starts_on), time())
    until = datetime.combine(rule.ends_on, time()) if rule.ends_on else None
    yield from (found.date() for found in rrule(WEEKLY, byweekday=rule.days, dtstart=first, until=until))
