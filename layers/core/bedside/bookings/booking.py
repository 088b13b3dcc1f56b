"""A booking: what a patient has booked with a practitioner, for when, and the visit that came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bedside.bookings.service import Price


@dataclass(frozen=True, slots=True)
class Booking:
    """A booking; instants in Unix ms, `duration` in minutes.

    Name, price, start and duration are those at the time of booking; the visit may have been rescheduled since.
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


def booking_record(booking: Booking) -> dict[str, Any]:
    """Return a booking as stored in DynamoDB, but for its key."""
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
    }


def booking_from_record(item: Mapping[str, Any]) -> Booking:
    """Return the booking stored in a DynamoDB item."""
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
    )
