"""Checkouts of held bookings, on the payment provider's page."""

from dataclasses import dataclass, replace
from typing import Final

from bedside.bookings.booked_time import BookedTime
from bedside.bookings.booking import Booking
from bedside.bookings.booking_repository import BookingRepository
from bedside.bookings.checkout_pages import HOLD_MS, LEAST_MS, CheckoutPages, Sale, first_checkout
from bedside.bookings.decision import Step
from bedside.bookings.errors import PaymentsNotReadyError
from bedside.bookings.money import NOTHING
from bedside.bookings.purchase import PROVIDER, Checkout
from bedside.bookings.transitions import VOUCHER_GRACE_MS, apply_step
from bedside.kernel.errors import PaymentRefusedError
from bedside.kernel.versions import ChangedMeanwhileError

_DESCRIPTION: Final = "Video visit"
# Multibanco's vouchers live for seven days, which nobody can choose (https://docs.stripe.com/payments/multibanco).
VOUCHER_MS: Final = 7 * 24 * 3_600_000


@dataclass(frozen=True, slots=True)
class Checkouts:
    """Opens one Checkout for each held booking."""

    bookings: BookingRepository
    reservations: BookedTime
    pages: CheckoutPages

    def ensure(self, booking: Booking, origin: str, now_ms: int) -> Booking:
        """Return the booking with an open Checkout if it is held; pages are at `origin`.

        An earlier try whose answer was lost is repeated, or given up if it is too late for that: nobody has ever seen
        its page. Raises PaymentsNotReadyError, having released the time, if the provider refuses; UnavailableError.
        """
        checkout = booking.checkout
        if booking.state != "held" or checkout is None or checkout.checkout_id:
            return booking
        try:
            if checkout.expires_at - now_ms < LEAST_MS:
                booking, checkout = self._renew(booking, checkout, now_ms)
            opened = self._open(booking, checkout, origin, now_ms)
            after = replace(booking, checkout=opened)
            self.bookings.update(booking, after)
        except ChangedMeanwhileError:  # another call of theirs was faster
            return self.bookings.get(booking.booking_id)
        return replace(after, version=booking.version + 1)

    def _renew(self, booking: Booking, checkout: Checkout, now_ms: int) -> tuple[Booking, Checkout]:
        renewed = first_checkout(now_ms, checkout.number + 1)
        after = replace(booking, checkout=renewed, hold_ends_at=now_ms + HOLD_MS, due_at=now_ms + HOLD_MS)
        self.reservations.prolong(booking, after, now_ms + HOLD_MS, now_ms)
        return replace(after, version=booking.version + 1), renewed

    def _open(self, booking: Booking, checkout: Checkout, origin: str, now_ms: int) -> Checkout:
        page = f"{origin}/booking?id={booking.booking_id}"
        vouchers = takes_vouchers(booking.starts_at, checkout.expires_at)
        sale = Sale(booking.booking_id, booking.patient_id, _DESCRIPTION, booking.price, page, vouchers)
        try:
            return self.pages.open(sale, checkout, now_ms)
        except PaymentRefusedError as error:
            refused = apply_step(booking, Step("expired", PROVIDER, error.code), NOTHING, now_ms)
            self.reservations.give_up(booking, replace(refused, due_at=None))
            raise PaymentsNotReadyError("This service cannot be paid online at present.") from error


def takes_vouchers(starts_at: int, checkout_ends_at: int) -> bool:
    """Return whether a voucher that is taken at a Checkout's end is over, and its hold too, before the visit starts."""
    return starts_at - checkout_ends_at >= VOUCHER_MS + VOUCHER_GRACE_MS
