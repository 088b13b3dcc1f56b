"""A practitioner's schedule: their availability, and the dates on which they are away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bedside.bookings.availability import Availability, Hours


@dataclass(frozen=True, slots=True)
class Schedule:
    """A practitioner's availability and blocked dates; None and version 0 until an availability has been saved."""

    availability: Availability | None
    blocked: frozenset[date]
    version: int


NO_SCHEDULE = Schedule(None, frozenset(), 0)


def availability_record(availability: Availability) -> dict[str, Any]:
    """Return an availability as stored in DynamoDB."""
    return {
        "timeZone": availability.time_zone,
        "hours": [{"day": one.day, "start": one.start, "end": one.end} for one in availability.hours],
        "bufferBefore": availability.buffer_before,
        "bufferAfter": availability.buffer_after,
        "minimumNotice": availability.minimum_notice,
        "interval": availability.interval,
        "windowDays": availability.window_days,
    }


def schedule_from_record(item: Mapping[str, Any]) -> Schedule:
    """Return the schedule stored in a DynamoDB item."""
    stored = item.get("availability")
    availability = stored and Availability(
        stored["timeZone"],
        tuple(Hours(int(one["day"]), int(one["start"]), int(one["end"])) for one in stored["hours"]),
        int(stored["bufferBefore"]),
        int(stored["bufferAfter"]),
        int(stored["minimumNotice"]),
        int(stored["interval"]),
        int(stored["windowDays"]),
    )
    blocked = frozenset(date.fromisoformat(day) for day in item["blocked"])
    return Schedule(availability, blocked, int(item["version"]))
