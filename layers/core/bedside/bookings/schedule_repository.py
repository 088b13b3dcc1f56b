"""Schedules of practitioners in DynamoDB: one item each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from bedside.adapters.aws.dynamodb import Change, ConditionFailedError, Table
from bedside.bookings.availability import Availability
from bedside.bookings.schedule import NO_SCHEDULE, Schedule, availability_record, schedule_from_record

# An expression may have 4 KB.
_FORGOTTEN_AT_ONCE: Final = 100
_NEW: Final = "attribute_not_exists(#pk)"


@dataclass(frozen=True, slots=True)
class ScheduleRepository:
    """Schedules, each within a facility. Methods raise UnavailableError."""

    table: Table

    def get(self, facility_id: str, practitioner_id: str) -> Schedule:
        """Return a practitioner's schedule; an empty one if nothing has been saved."""
        item = self.table.get(schedule_key(facility_id, practitioner_id))
        return schedule_from_record(item) if item else NO_SCHEDULE

    def save(self, facility_id: str, practitioner_id: str, availability: Availability, seen: int) -> None:
        """Store the availability as the version after `seen`. Raises ConditionFailedError if that is not current."""
        key, record = schedule_key(facility_id, practitioner_id), availability_record(availability)
        self._ensure(facility_id, practitioner_id)
        self.table.update(
            key,
            "SET #availability = :availability, #version = :next",
            condition="#version = :seen",
            values={"availability": record, "seen": seen, "next": seen + 1},
        )

    def block(self, facility_id: str, practitioner_id: str, day: date, past: Iterable[date]) -> None:
        """Add a date to those on which the practitioner is away, and remove past ones; idempotent."""
        key = schedule_key(facility_id, practitioner_id)
        self._ensure(facility_id, practitioner_id)
        names = {f"past{number}": one.isoformat() for number, one in enumerate(sorted(past)[:_FORGOTTEN_AT_ONCE])}
        removed = f" REMOVE {', '.join(f'#blocked.#{alias}' for alias in names)}" if names else ""
        self.table.update(
            key,
            f"SET #blocked.#day = :yes{removed}",
            condition="attribute_exists(#pk)",
            values={"yes": True},
            names={"day": day.isoformat(), **names},
        )

    def still_open_change(self, facility_id: str, practitioner_id: str, version: int, day: date, now_ms: int) -> Change:
        """Return a change, for the transaction of a booking, that fails if the schedule changed or blocks the day."""
        return self.table.update_change(
            schedule_key(facility_id, practitioner_id),
            "SET #lastBookedAt = :now",
            condition="#version = :seen AND attribute_not_exists(#blocked.#day)",
            values={"now": now_ms, "seen": version},
            names={"day": day.isoformat()},
        )

    def unblock(self, facility_id: str, practitioner_id: str, day: date) -> None:
        """Remove a date from those on which the practitioner is away; idempotent."""
        try:
            self.table.update(
                schedule_key(facility_id, practitioner_id),
                "REMOVE #blocked.#day",
                condition="attribute_exists(#blocked.#day)",
                values={},
                names={"day": day.isoformat()},
            )
        except ConditionFailedError:
            return

    def _ensure(self, facility_id: str, practitioner_id: str) -> None:
        """Create an empty schedule if there is none."""
        key = schedule_key(facility_id, practitioner_id)
        empty = {"facilityId": facility_id, "practitionerId": practitioner_id, "version": 0, "blocked": {}}
        if self.table.get(key) is None:
            try:
                self.table.put({"pk": key, **empty}, condition=_NEW, values={})
            except ConditionFailedError:
                return  # somebody else was faster


def schedule_key(facility_id: str, practitioner_id: str) -> str:
    """Return the key of a practitioner's schedule."""
    return f"schedule#{facility_id}#{practitioner_id}"
