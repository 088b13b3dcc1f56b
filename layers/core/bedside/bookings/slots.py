"""The free times at which a practitioner can be booked. Pure."""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta

from bedside.bookings.availability import MINUTE_MS, Availability, Span
from bedside.kernel.wall_clock import WallClock


def free_slots(
    availability: Availability,
    blocked: Collection[date],
    busy: Sequence[Span],
    duration: int,
    within: Span,
    now_ms: int,
) -> list[Span]:
    """Return the slots of `duration` minutes that start within a span and can be booked now, in order.

    `blocked` are dates on which the practitioner is away, `busy` the spans that their time is already taken by.
    """
    earliest = max(within[0], now_ms + availability.minimum_notice * MINUTE_MS)
    taken = _merged(busy)
    starts = [start for start, _ in taken]
    free = []
    for slot in _offered(availability, blocked, duration, (earliest, within[1]), availability.last_day(now_ms)):
        start, end = availability.occupied(slot)
        # Of merged spans only the last one that starts before the slot's end can overlap with it.
        before = bisect_right(starts, end - 1) - 1
        if earliest <= slot[0] < within[1] and (before < 0 or taken[before][1] <= start):
            free.append(slot)
    return free


def is_offered(availability: Availability, blocked: Collection[date], duration: int, start: int, now_ms: int) -> bool:
    """Return whether a slot from `start` (Unix ms) is among those offered, should nothing else take the time."""
    return bool(free_slots(availability, blocked, (), duration, (start, start + 1), now_ms))


def _offered(
    availability: Availability, blocked: Collection[date], duration: int, within: Span, last_day: date
) -> Iterator[Span]:
    """Yield the slots of the days that touch a span, in order, whatever else takes the time."""
    clock, length = WallClock(availability.time_zone), duration * MINUTE_MS
    day, last_day = clock.date_at(within[0]), min(clock.date_at(within[1]), last_day)
    while day <= last_day:
        if day not in blocked:
            yield from _offered_on(availability, clock, day, length)
        day += timedelta(days=1)


def _offered_on(availability: Availability, clock: WallClock, day: date, length: int) -> Iterator[Span]:
    hours = sorted((one.start, one.end) for one in availability.hours if one.day == day.weekday())
    midnight = clock.shows(day, 0) if hours and clock.is_even(day) else None
    for opens, closes in hours:
        end = clock.reaches(day, closes) if midnight is None else midnight + closes * MINUTE_MS
        for minute in range(opens, closes, availability.interval):
            # A time that the clock skips is not offered; one that it shows twice is offered the first time.
            start = clock.shows(day, minute) if midnight is None else midnight + minute * MINUTE_MS
            if start is not None and start + length <= end:
                yield start, start + length


def _merged(spans: Sequence[Span]) -> list[Span]:
    """Return spans in order, with those that overlap or touch made one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
