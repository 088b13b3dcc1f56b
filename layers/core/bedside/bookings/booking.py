"""A booking: what a patient has booked with a practitioner, for when, how it stands, and the visit that came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bedside.bookings.service import Price
from bedside.bookings.states import BookingState
from bedside.ports.payments import Voucher

# The author of changes that no person makes: time, and the payment provider.
CLOCK: Final = "clock"
PROVIDER: Final = "provider"


@dataclass(frozen=True, slots=True)
class Entry:
    """A recorded change of state: when (Unix ms), to what, by whom, and the reason that they gave."""

    at: int
    state: BookingState
    by: str
    reason: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Wish:
    """A wish to give up a booking that is not confirmed: since when (Unix ms), whose, and the reason that they gave."""

    at: int
    by: str
    reason: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Checkout:
    """The booking's Checkout; `number` counts those that were opened. One without an id has been asked for, at least.

    `expires_at` (Unix ms) is until when it can take money, and is what the provider was asked for.
    """

    number: int
    expires_at: int
    checkout_id: str | None = None
    url: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Booking:
    """A booking; instants in Unix ms, `duration` in minutes, amounts in minor units, `buffers` in ms.

    Name, price and duration are those at the time of booking. `hold_ends_at` is until when time is held for a booking
    that is not paid; `wish` is to give it up, or at `choiceDue` to get the money. `paid` is what was there when that
    was last decided on; of it, `refund_due` has to go back, in `refund_tries` tries, and `returned` has, or is about
    to. `looked_at` is when the provider was last asked, `due_at` when somebody has to look again.
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
    state: BookingState = "confirmed"
    version: int = 0
    history: tuple[Entry, ...] = ()
    patient_name: str | None = field(default=None, repr=False)
    practitioner_name: str | None = field(default=None, repr=False)
    buffers: tuple[int, int] = (0, 0)
    hold_ends_at: int | None = None
    checkout: Checkout | None = None
    voucher: Voucher | None = field(default=None, repr=False)
    wish: Wish | None = None
    choice_ends_at: int | None = None
    paid: int = 0
    payment_id: str | None = None
    refund_due: int = 0
    refund_tries: int = 0
    returned: int = 0
    disputed: bool = False
    looked_at: int = 0
    due_at: int | None = None

    @property
    def has_visit(self) -> bool:
        """Whether the booking has ever been confirmed, so that its visit exists."""
        return not self.history or any(entry.state == "confirmed" for entry in self.history)


def booking_record(booking: Booking) -> dict[str, Any]:
    """Return a booking as stored in DynamoDB, but for its key and its place in indexes."""
    checkout, voucher, wish = booking.checkout, booking.voucher, booking.wish
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
        "state": booking.state,
        "version": booking.version,
        "history": [_entry_record(entry) for entry in booking.history],
        "patientName": booking.patient_name,
        "practitionerName": booking.practitioner_name,
        "buffers": list(booking.buffers),
        "holdEndsAt": booking.hold_ends_at,
        "checkout": checkout
        and {
            "number": checkout.number,
            "expiresAt": checkout.expires_at,
            "checkoutId": checkout.checkout_id,
            "url": checkout.url,
        },
        "voucher": voucher
        and {
            "entity": voucher.entity,
            "reference": voucher.reference,
            "expiresAt": voucher.expires_at,
            "url": voucher.url,
        },
        "wish": wish and {"at": wish.at, "by": wish.by, "reason": wish.reason},
        "choiceEndsAt": booking.choice_ends_at,
        "paid": booking.paid,
        "paymentId": booking.payment_id,
        "refundDue": booking.refund_due,
        "refundTries": booking.refund_tries,
        "returned": booking.returned,
        "disputed": booking.disputed,
        "lookedAt": booking.looked_at,
    }


def booking_from_record(item: Mapping[str, Any]) -> Booking:
    """Return the booking stored in a DynamoDB item; those of earlier releases were free, and have no history."""
    checkout, voucher, wish = item.get("checkout"), item.get("voucher"), item.get("wish")
    before, after = item.get("buffers", (0, 0))
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
        item.get("state", "confirmed"),
        int(item.get("version", 0)),
        tuple(_entry(one) for one in item.get("history", ())),
        item.get("patientName"),
        item.get("practitionerName"),
        (int(before), int(after)),
        item.get("holdEndsAt"),
        Checkout(checkout["number"], checkout["expiresAt"], checkout["checkoutId"], checkout["url"])
        if checkout
        else None,
        Voucher(voucher["entity"], voucher["reference"], voucher["expiresAt"], voucher["url"]) if voucher else None,
        Wish(wish["at"], wish["by"], wish["reason"]) if wish else None,
        item.get("choiceEndsAt"),
        int(item.get("paid", 0)),
        item.get("paymentId"),
        int(item.get("refundDue", 0)),
        int(item.get("refundTries", 0)),
        int(item.get("returned", 0)),
        item.get("disputed", False),
        int(item.get("lookedAt", 0)),
        item.get("dueAt"),
    )


def _entry_record(entry: Entry) -> dict[str, Any]:
    return {"at": entry.at, "state": entry.state, "by": entry.by, "reason": entry.reason}


def _entry(item: Mapping[str, Any]) -> Entry:
    return Entry(int(item["at"]), item["state"], item["by"], item["reason"])
