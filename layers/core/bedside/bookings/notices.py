"""What people should be told of a booking and its money; its visit has notices of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bedside.bookings.booking import Booking
from bedside.bookings.booking_repository import BookingRepository, booking_key
from bedside.ports.notices import Notice

_MINUTE_MS: Final = 60_000
_DAY_MS: Final = 24 * 60 * _MINUTE_MS
# How long before the end of what is held or not yet paid its patient is reminded.
_HOLD_MS: Final = 5 * _MINUTE_MS
_VOUCHER_MS: Final = _DAY_MS


@dataclass(frozen=True, slots=True)
class BookingNotices:
    """Notices of bookings, for their patients, and for practitioners with whom somebody booked."""

    bookings: BookingRepository

    def subject_in(self, item: Mapping[str, Any]) -> str | None:
        """Return the id of the booking that a changed item is, or None."""
        key, prefix = str(item.get("pk", "")), booking_key("")
        return key.removeprefix(prefix) if key.startswith(prefix) else None

    def wanted(self, subject_id: str) -> list[Notice]:
        """Return what people should be told of a booking. Raises UnavailableError."""
        booking = self.bookings.find(subject_id)
        return list(_notices(booking)) if booking else []


def _notices(booking: Booking) -> Iterator[Notice]:
    """Yield what follows from a booking's state, since it has had it."""
    last = booking.history[-1] if booking.history else None
    since = last.at if last else booking.created_at
    match booking.state:
        case "held" if booking.hold_ends_at is not None:
            at = max(since, booking.hold_ends_at - _HOLD_MS)
            yield _notice(booking, "booking-hold-ends", at, until=booking.hold_ends_at)
        case "awaitingPayment" if booking.voucher:
            until = booking.voucher.expires_at
            yield _notice(booking, "booking-voucher-unpaid", max(since, until - _VOUCHER_MS), until=until)
        case "confirmed":
            yield _notice(booking, "booking-confirmed", since, until=booking.starts_at)
            yield _notice(booking, "booking-made", since, until=booking.starts_at, practitioner=True)
        case "choiceDue":
            yield _notice(booking, "booking-choice-due", since, until=booking.choice_ends_at)
        case "refunded" if not booking.returned_otherwise:
            yield _notice(booking, "booking-refunded", since)
        case "cancelled" if last and not booking.has_visit and last.by != booking.patient_id:
            yield _notice(booking, "booking-given-up", since, until=booking.starts_at)
        case _:
            pass


def _notice(
    booking: Booking, workflow: str, send_at: int, *, until: int | None = None, practitioner: bool = False
) -> Notice:
    other = booking.patient_name if practitioner else booking.practitioner_name
    return Notice(
        workflow=workflow,
        recipient=booking.practitioner_id if practitioner else booking.patient_id,
        subject_kind="booking",
        subject_id=booking.booking_id,
        # Of each state that a booking comes to again, such as after a choice.
        occurrence=str(booking.history[-1].at if booking.history else booking.created_at),
        send_at=send_at,
        fields={
            "startsAt": booking.starts_at,
            "name": other or "",
            "service": booking.service_name,
            "amount": booking.refund_due or booking.price.amount,
            "currency": booking.price.currency,
            "until": until or 0,
        },
        link=f"/booking?id={booking.booking_id}",
        facility_id=booking.facility_id,
        until=until,
    )
