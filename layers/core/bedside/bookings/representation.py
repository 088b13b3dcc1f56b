"""Response documents of availability, services, slots and bookings, as typed dictionaries: free at run time."""

from typing import Literal, TypedDict

from bedside.bookings.availability import MINUTE_MS, Availability, Span
from bedside.bookings.booking import Booking
from bedside.bookings.schedule import Schedule
from bedside.bookings.service import Service
from bedside.kernel.instants import iso
from bedside.visits.model import Visit
from bedside.visits.states import State

type BookingState = Literal["confirmed", "cancelled"]

# "from" is a keyword in Python, so this needs the functional syntax.
HoursDocument = TypedDict("HoursDocument", {"day": int, "from": str, "to": str})


class AvailabilityDocument(TypedDict):
    """When a practitioner can be booked; hours are on the clock of `timeZone`, 1 is Monday.

    Lengths are in minutes, the window is in days. `blockedDates` are those on which the practitioner is away.
    """

    practitionerId: str
    timeZone: str
    hours: list[HoursDocument]
    bufferBefore: int
    bufferAfter: int
    minimumNotice: int
    interval: int
    windowDays: int
    blockedDates: list[str]


class AffectedBookingDocument(TypedDict):
    startsAt: str
    endsAt: str


class BlockedDateDocument(TypedDict):
    """Whether the practitioner is away on a date, and what they are booked for on it, which stays as it is."""

    date: str
    blocked: bool
    affectedBookings: list[AffectedBookingDocument]


class PriceDocument(TypedDict):
    """An amount in the currency's minor unit, such as cents; 0 is free."""

    amount: int
    currency: str


class ServiceDocument(TypedDict):
    serviceId: str
    practitionerId: str
    practitionerName: str | None
    name: str
    durationMinutes: int
    price: PriceDocument
    active: bool


class ServiceListDocument(TypedDict):
    """A page of services, by name, and the cursor of the next one; a page may be short, and even empty, before it."""

    services: list[ServiceDocument]
    cursor: str | None


class SlotDocument(TypedDict):
    startsAt: str
    endsAt: str


class SlotListDocument(TypedDict):
    """Free times in order; `timeZone` is the one in which the dates of the request are."""

    slots: list[SlotDocument]
    timeZone: str


class BookingDocument(TypedDict):
    """A booking with its visit; `startsAt` and `endsAt` are the visit's, rescheduled `sequence` times.

    `state` is "cancelled" once the visit is; otherwise the visit itself says how it stands.
    """

    bookingId: str
    serviceId: str
    serviceName: str
    patientId: str
    patientName: str | None
    practitionerId: str
    practitionerName: str | None
    startsAt: str
    endsAt: str
    sequence: int
    price: PriceDocument
    state: BookingState
    visitId: str
    visitState: State


class BookingListDocument(TypedDict):
    bookings: list[BookingDocument]
    cursor: str | None


def booking_document(booking: Booking, visit: Visit) -> BookingDocument:
    """Return a booking as a document, with its visit as it is now."""
    starts_at = visit.facts.starts_at
    return {
        "bookingId": booking.booking_id,
        "serviceId": booking.service_id,
        "serviceName": booking.service_name,
        "patientId": booking.patient_id,
        "patientName": visit.patient_name,
        "practitionerId": booking.practitioner_id,
        "practitionerName": visit.practitioner_name,
        "startsAt": iso(starts_at),
        "endsAt": iso(starts_at + visit.duration_minutes * MINUTE_MS),
        "sequence": visit.sequence,
        "price": {"amount": booking.price.amount, "currency": booking.price.currency},
        "state": "cancelled" if visit.state == "cancelled" else "confirmed",
        "visitId": booking.visit_id,
        "visitState": visit.state,
    }


def availability_document(practitioner_id: str, availability: Availability, schedule: Schedule) -> AvailabilityDocument:
    """Return a practitioner's availability as a document."""
    return {
        "practitionerId": practitioner_id,
        "timeZone": availability.time_zone,
        "hours": [
            {"day": one.day + 1, "from": _clock_time(one.start), "to": _clock_time(one.end)}
            for one in availability.hours
        ],
        "bufferBefore": availability.buffer_before,
        "bufferAfter": availability.buffer_after,
        "minimumNotice": availability.minimum_notice,
        "interval": availability.interval,
        "windowDays": availability.window_days,
        "blockedDates": sorted(day.isoformat() for day in schedule.blocked),
    }


def service_document(service: Service) -> ServiceDocument:
    """Return a service as a document."""
    return {
        "serviceId": service.service_id,
        "practitionerId": service.practitioner_id,
        "practitionerName": service.practitioner_name,
        "name": service.name,
        "durationMinutes": service.duration,
        "price": {"amount": service.price.amount, "currency": service.price.currency},
        "active": service.active,
    }


def slot_document(slot: Span) -> SlotDocument:
    """Return a free time as a document."""
    return {"startsAt": iso(slot[0]), "endsAt": iso(slot[1])}


def _clock_time(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
