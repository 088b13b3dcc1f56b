"""Response documents of availability, services and slots, as typed dictionaries: free at run time."""

from typing import TypedDict

from bedside.bookings.availability import Availability, Span
from bedside.bookings.schedule import Schedule
from bedside.bookings.service import Service
from bedside.identity.representation import BookingPolicyDocument
from bedside.kernel.instants import iso
from bedside.kernel.wall_clock import clock_time

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


class PackOfferDocument(TypedDict):
    """A number of visits that can be bought at once, and what they cost together, in minor units."""

    visits: int
    amount: int


class ServiceDocument(TypedDict):
    serviceId: str
    practitionerId: str
    practitionerName: str | None
    name: str
    durationMinutes: int
    price: PriceDocument
    packs: list[PackOfferDocument]
    active: bool


class ServiceListDocument(TypedDict):
    """A page of services, by name, and the cursor of the next one; a page may be short, and even empty, before it.

    `policy` says what patients get back of their payments.
    """

    services: list[ServiceDocument]
    cursor: str | None
    policy: BookingPolicyDocument


class SlotDocument(TypedDict):
    startsAt: str
    endsAt: str


class SlotListDocument(TypedDict):
    """Free times in order; `timeZone` is the one in which the dates of the request are."""

    slots: list[SlotDocument]
    timeZone: str


def availability_document(practitioner_id: str, availability: Availability, schedule: Schedule) -> AvailabilityDocument:
    """Return a practitioner's availability as a document."""
    return {
        "practitionerId": practitioner_id,
        "timeZone": availability.time_zone,
        "hours": [
            {"day": one.day + 1, "from": clock_time(one.start), "to": clock_time(one.end)} for one in availability.hours
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
        "packs": [{"visits": one.visits, "amount": one.amount} for one in service.packs],
        "active": service.active,
    }


def slot_document(slot: Span) -> SlotDocument:
    """Return a free time as a document."""
    return {"startsAt": iso(slot[0]), "endsAt": iso(slot[1])}
