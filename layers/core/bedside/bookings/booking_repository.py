"""Bookings in DynamoDB: one item each, found by its patient, its practitioner and its facility."""

from dataclasses import dataclass
from typing import Final, Literal

from bedside.adapters.aws.attributes import Item
from bedside.adapters.aws.dynamodb import Change, Table
from bedside.bookings.booking import Booking, booking_from_record, booking_record

PAGE: Final = 25
_ID_LENGTH: Final = 64

# The index of each list, and its hash key.
_INDEXES: Final = {
    "patient": ("bookings-of-patient", "bookedBy"),
    "practitioner": ("bookings-of-practitioner", "bookedWith"),
    "facility": ("bookings-of-facility", "bookedAt"),
}
# Of all times, Unix ms.
_ALWAYS: Final = (0, 1 << 53)


@dataclass(frozen=True, slots=True)
class BookingRepository:
    """Bookings of all facilities; callers must check access to the bookings they read."""

    table: Table

    def find(self, booking_id: str) -> Booking | None:
        """Return a booking, or None."""
        item = self.table.get(_key(booking_id)) if len(booking_id) <= _ID_LENGTH else None
        return booking_from_record(item) if item else None

    def create_change(self, booking: Booking) -> Change:
        """Return the change that creates a booking, for a transaction with its visit."""
        item = {
            "pk": _key(booking.booking_id),
            "bookedBy": booking.patient_id,
            "bookedWith": practitioner_key(booking.facility_id, booking.practitioner_id),
            "bookedAt": booking.facility_id,
            **booking_record(booking),
        }
        return self.table.put_change(item, condition="attribute_not_exists(#pk)")

    def list_by(
        self,
        whose: Literal["patient", "practitioner", "facility"],
        owner: str,
        *,
        since: int | None,
        until: int | None,
        cursor: Item | None,
    ) -> tuple[list[Booking], Item | None]:
        """Return a page of somebody's bookings: those that start from `since` on, or those before `until` in reverse.

        Also returns the cursor of the next page, if there may be more.
        """
        index, key = _INDEXES[whose]
        within = ("startsAt", _ALWAYS[0] if since is None else since, _ALWAYS[1] if until is None else until - 1)
        after = {key: owner, **cursor} if cursor else None
        items, more = self.table.page(
            index, key, owner, limit=PAGE, after=after, within=within, descending=since is None
        )
        place = {name: more[name] for name in ("pk", "startsAt")} if more else None
        return [booking_from_record(item) for item in items], place


def practitioner_key(facility_id: str, practitioner_id: str) -> str:
    """Return the key of a practitioner's list: whoever moves to another facility leaves their bookings behind."""
    return f"{facility_id}#{practitioner_id}"


def _key(booking_id: str) -> str:
    return f"booking#{booking_id}"
