"""Response documents of availability, services, slots and bookings, as typed dictionaries: free at run time."""

from typing import Literal, TypedDict

from bedside.bookings.availability import Availability, Span
from bedside.bookings.schedule import Schedule
from bedside.bookings.service import Service
from bedside.bookings.states import BookingState
from bedside.identity.representation import BookingPolicyDocument
from bedside.kernel.instants import iso
from bedside.kernel.wall_clock import clock_time
from bedside.visits.states import State

type RefundState = Literal["pending", "returned", "failed"]
# "practice": the practitioner or an administrator; "system": time, or the payment provider.
type BookingAuthor = Literal["patient", "practice", "system"]

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


class VoucherDocument(TypedDict):
    """What the patient pays at a cash machine or an online bank; `url` is the payment provider's page of it."""

    entity: str
    reference: str
    expiresAt: str
    url: str


class RefundDocument(TypedDict):
    """What goes back, in minor units: pending, returned, or failed and still owed."""

    amount: int
    state: RefundState


class PackVisitDocument(TypedDict):
    """The pack whose visit a booking has taken, and whether that went back to it, or would if the caller cancelled."""

    packId: str
    isReturned: bool
    returnsIfCancelled: bool | None


class BookingEntryDocument(TypedDict):
    """A change of state: when, to what, and by whom; `reason` is what that person wrote."""

    at: str
    state: BookingState
    by: BookingAuthor
    reason: str


class BookingDocument(TypedDict):
    """A booking with its visit, which it has from `confirmed` on: then `startsAt` and `endsAt` are the visit's.

    The visit was rescheduled `sequence` times. Time is held for a booking that is not paid until `holdExpiresAt`, and
    patients pay at `checkoutUrl`, or what is on the `voucher`; only they see these. Whose time was lost has to choose
    until `choiceDueAt`. Of `paid`, `refundIfCancelled` would go back if the caller cancelled now. The practice sees
    whether the patient disputes the payment at their bank, or has won that. Amounts are in minor units. What took a
    visit of a `pack` costs that visit's share of the pack's price, and nothing more. Whoever `canRefund` may settle a
    refund that failed, or return what was kept or used up.
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
    holdExpiresAt: str | None
    checkoutUrl: str | None
    voucher: VoucherDocument | None
    choiceDueAt: str | None
    paid: int
    refund: RefundDocument | None
    refundIfCancelled: int | None
    dispute: Literal["open", "lost"] | None
    canRefund: bool
    pack: PackVisitDocument | None
    canCancel: bool
    canReschedule: bool
    visitId: str | None
    visitState: State | None
    history: list[BookingEntryDocument]


class BookingListDocument(TypedDict):
    bookings: list[BookingDocument]
    cursor: str | None


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
