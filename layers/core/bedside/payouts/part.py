"""The part of a payment that belongs to one booking. No I/O."""

from dataclasses import dataclass

from bedside.bookings.booking import Booking
from bedside.ports.payments import Payment


@dataclass(frozen=True, slots=True)
class Part:
    """What a patient has paid for a booking, and what of it goes back to them or has gone, in minor units."""

    paid: int
    returned: int


def part_of(booking: Booking, payment: Payment) -> Part:
    """Return a booking's part: all of its own payment, or its visit's share of a pack's.

    What is promised to the patient is not the practitioner's, whether or not it has been returned.
    """
    if booking.pack_id is None:
        return Part(payment.amount, min(payment.amount, max(payment.refunded, booking.refund_due)))
    # Refunds of a pack are of visits that no booking has, unless all of the payment went back.
    gone = booking.is_returned or payment.refunded >= payment.amount
    return Part(booking.price.amount, booking.price.amount if gone else 0)
