"""Bookings in DynamoDB: one item each, found by its patient, its practitioner and its facility."""

from dataclasses import dataclass
from typing import Any, Final, Literal

from bedside.adapters.aws.attributes import Item
from bedside.adapters.aws.dynamodb import Change, Table, get_together
from bedside.bookings.booking import Booking, booking_from_record, booking_record
from bedside.bookings.errors import BookingNotFoundError
from bedside.platform.due_index import DueIndex, shard_of

PAGE: Final = 25
# Bookings in the index of items that are due.
KIND: Final = "booking"
_ID_LENGTH: Final = 64
# What one request reads.
_MOST_FAILED: Final = 100

_KEY: Final = "booking#"

type Whose = Literal["patient", "practitioner", "facility"]

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
        item = self.table.get(booking_key(booking_id)) if len(booking_id) <= _ID_LENGTH else None
        return booking_from_record(item) if item else None

    def get(self, booking_id: str) -> Booking:
        """Return a booking. Raises BookingNotFoundError."""
        booking = self.find(booking_id)
        if booking is None:
            raise BookingNotFoundError("There is no such booking.")
        return booking

    def create_change(self, booking: Booking) -> Change:
        """Return the change that creates a booking, for a transaction with its visit or the time that it holds."""
        item = {
            "pk": booking_key(booking.booking_id),
            "bookedBy": booking.patient_id,
            "bookedWith": practitioner_key(booking.facility_id, booking.practitioner_id),
            "bookedAt": booking.facility_id,
            **booking_record(booking),
            **_place(booking),
        }
        return self.table.put_change(item, condition="attribute_not_exists(#pk)")

    def update_change(self, before: Booking, after: Booking) -> Change:
        """Return the change that writes `after` if the stored booking is still `before`."""
        return self.table.update_change(booking_key(before.booking_id), **_update(before, after))

    def update(self, before: Booking, after: Booking) -> None:
        """Write `after` if the stored booking is still `before`. Raises ConditionFailedError, UnavailableError."""
        self.table.update(booking_key(before.booking_id), **_update(before, after))

    def due(self, now_ms: int, limit: int) -> list[str]:
        """Return the ids of up to `limit` bookings that somebody has to look at, longest due first."""
        return [key.removeprefix(_KEY) for key in DueIndex(self.table, KIND).due(now_ms, limit)]

    def list_failed_refunds(self, facility_id: str) -> list[Booking]:
        """Return a facility's bookings whose refund has failed, the oldest failure first, up to a hundred."""
        items, _ = self.table.page("due", "waits", _failed_refunds(facility_id), limit=_MOST_FAILED, after=None)
        found = get_together([(self.table, str(item["pk"])) for item in items]) if items else {}
        bookings = [booking_from_record(found[str(item["pk"])]) for item in items]
        return [booking for booking in bookings if booking.state == "refundFailed"]

    def list_by(
        self,
        whose: Whose,
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


def _failed_refunds(facility_id: str) -> str:
    return f"refund-failed#{facility_id}"


def practitioner_key(facility_id: str, practitioner_id: str) -> str:
    """Return the key of a practitioner's list: whoever moves to another facility leaves their bookings behind."""
    return f"{facility_id}#{practitioner_id}"


def booking_key(booking_id: str) -> str:
    """Return the key of a booking's item."""
    return f"{_KEY}{booking_id}"


def _place(booking: Booking) -> dict[str, Any]:
    """Return the booking's place in the index of items that are due, or in its facility's list of failed refunds."""
    if booking.state == "refundFailed":
        return {"waits": _failed_refunds(booking.facility_id), "dueAt": booking.history[-1].at}
    if booking.due_at is None:
        return {}
    return {"waits": shard_of(KIND, booking_key(booking.booking_id)), "dueAt": booking.due_at}


def _update(before: Booking, after: Booking) -> dict[str, Any]:
    """Return the update that writes `after`, whose version is the next one."""
    values = {**booking_record(after), **_place(after), "version": before.version + 1}
    removed = "" if "dueAt" in values else " REMOVE #dueAt, #waits"
    return {
        "expression": f"SET {', '.join(f'#{name} = :{name}' for name in values)}{removed}",
        # Bookings of earlier releases have no version until they are first changed.
        "condition": "#version = :seen"
        if before.version
        else "attribute_exists(#pk) AND attribute_not_exists(#version)",
        "values": {**values, **({"seen": before.version} if before.version else {})},
    }
