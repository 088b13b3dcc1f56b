"""A booking: what a patient has booked with a practitioner, for when, how it stands, and the visit that came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bedside.bookings.purchase import Purchase, purchase_fields, purchase_record
from bedside.bookings.service import Price
from bedside.identity.facility import BookingPolicy

# How long patients and practitioners see what never came to be.
_REMEMBERED_MS: Final = 24 * 3_600_000


@dataclass(frozen=True, slots=True)
class Booking(Purchase):
    """A booking; instants in Unix ms, `duration` in minutes, amounts in minor units, `buffers` in ms.

    Name, price and duration are those at the time of booking. Its time is held until `hold_ends_at` if it is not paid;
    at `choiceDue`, the wish to give it up is one for the money. One that took a visit of a pack has its `pack_id`: its
    price is the visit's share of the pack's, and `is_returned` tells whether the visit went back to the pack.
    `agreed_starts_at` is the time that the patient last chose, and `policy` the facility's when they booked; those of
    earlier releases have neither.
    """

    booking_id: str
    facility_id: str
    patient_id: str
    practitioner_id: str
    service_id: str
    service_name: str
    price: Price
    starts_at: int
    duration: int
    visit_id: str
    created_at: int
    patient_name: str | None = field(default=None, repr=False, kw_only=True)
    practitioner_name: str | None = field(default=None, repr=False, kw_only=True)
    buffers: tuple[int, int] = field(default=(0, 0), kw_only=True)
    choice_ends_at: int | None = field(default=None, kw_only=True)
    pack_id: str | None = field(default=None, kw_only=True)
    is_returned: bool = field(default=False, kw_only=True)
    agreed_starts_at: int | None = field(default=None, kw_only=True)
    policy: BookingPolicy | None = field(default=None, kw_only=True)

    @property
    def has_visit(self) -> bool:
        """Whether the booking has ever been confirmed, so that its visit exists."""
        return not self.history or any(entry.state == "confirmed" for entry in self.history)

    def is_forgotten(self, now_ms: int) -> bool:
        """Return whether it never came to be: given up a day ago, without ever having been paid or confirmed."""
        given_up = self.state in {"expired", "cancelled"} and not self.has_visit and not self.paid
        return given_up and self.history[-1].at + _REMEMBERED_MS <= now_ms


def booking_record(booking: Booking) -> dict[str, Any]:
    """Return a booking as stored in DynamoDB, but for its key and its place in indexes."""
    policy = booking.policy
    return {
        "bookingId": booking.booking_id,
        "facilityId": booking.facility_id,
        "patientId": booking.patient_id,
        "practitionerId": booking.practitioner_id,
        "serviceId": booking.service_id,
        "serviceName": booking.service_name,
        "amount": booking.price.amount,
        "currency": booking.price.currency,
        "startsAt": booking.starts_at,
        "duration": booking.duration,
        "visitId": booking.visit_id,
        "createdAt": booking.created_at,
        "patientName": booking.patient_name,
        "practitionerName": booking.practitioner_name,
        "buffers": list(booking.buffers),
        "choiceEndsAt": booking.choice_ends_at,
        "packId": booking.pack_id,
        "isReturned": booking.is_returned,
        "agreedStartsAt": booking.agreed_starts_at,
        "policy": policy
        and {"freeUntilHours": policy.free_until_hours, "lateRefundPercent": policy.late_refund_percent},
        **purchase_record(booking),
    }


def booking_from_record(item: Mapping[str, Any]) -> Booking:
    """Return the booking stored in a DynamoDB item; those of earlier releases were free, and have no history."""
    before, after = item.get("buffers", (0, 0))
    policy = item.get("policy")
    return Booking(
        item["bookingId"],
        item["facilityId"],
        item["patientId"],
        item["practitionerId"],
        item["serviceId"],
        item["serviceName"],
        Price(int(item["amount"]), item["currency"]),
        int(item["startsAt"]),
        int(item["duration"]),
        item["visitId"],
        int(item["createdAt"]),
        patient_name=item.get("patientName"),
        practitioner_name=item.get("practitionerName"),
        buffers=(int(before), int(after)),
        choice_ends_at=item.get("choiceEndsAt"),
        pack_id=item.get("packId"),
        is_returned=item.get("isReturned", False),
        agreed_starts_at=item.get("agreedStartsAt"),
        policy=BookingPolicy(int(policy["freeUntilHours"]), int(policy["lateRefundPercent"])) if policy else None,
        **purchase_fields(item),
    )
