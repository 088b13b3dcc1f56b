"""Checkouts of held bookings, on the payment provider's page."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from bedside.adapters.aws.dynamodb import ConditionFailedError
from bedside.bookings.booked_time import BookedTime
from bedside.bookings.booking import PROVIDER, Booking, Checkout
from bedside.bookings.changes import stepped
from bedside.bookings.customers import Customers
from bedside.bookings.decision import Step
from bedside.bookings.money import NOTHING
from bedside.kernel.errors import PaymentRefusedError, PaymentsNotReadyError
from bedside.ports.payments import SHORTEST_CHECKOUT_MS, CheckoutRequest, PaymentProvider

# A hold outlives every Checkout that can still take money.
HOLD_MS: Final = 35 * 60_000
# The provider wants half an hour at least when it receives the request.
_LEAST_MS: Final = 30 * 60_000
# On the patient's receipt and the provider's pages: the service may tell what is treated.
_DESCRIPTION: Final = "Video visit"


@dataclass(frozen=True, slots=True)
class Checkouts:
    """Opens one Checkout for each held booking."""

    time: BookedTime
    customers: Customers
    provider: Callable[[], PaymentProvider]

    def ensure(self, booking: Booking, origin: str, now_ms: int) -> Booking:
        """Return the booking with an open Checkout if it is held; pages are at `origin`.

        An earlier try whose answer was lost is repeated, or given up if it is too late for that: nobody has ever seen
        its page. Raises PaymentsNotReadyError, having released the time, if the provider refuses; UnavailableError.
        """
        checkout = booking.checkout
        if booking.state != "held" or checkout is None or checkout.checkout_id:
            return booking
        try:
            if checkout.expires_at - now_ms < _LEAST_MS:
                booking, checkout = self._renew(booking, checkout, now_ms)
            opened = self._open(booking, checkout, origin, now_ms)
            after = replace(booking, checkout=opened)
            self.time.bookings.update(booking, after)
        except ConditionFailedError:  # another call of theirs was faster
            return self.time.bookings.get(booking.booking_id)
        return replace(after, version=booking.version + 1)

    def _renew(self, booking: Booking, checkout: Checkout, now_ms: int) -> tuple[Booking, Checkout]:
        renewed = first_checkout(now_ms, checkout.number + 1)
        after = replace(booking, checkout=renewed, hold_ends_at=now_ms + HOLD_MS, due_at=now_ms + HOLD_MS)
        self.time.prolong(booking, after, now_ms + HOLD_MS, now_ms)
        return replace(after, version=booking.version + 1), renewed

    def _open(self, booking: Booking, checkout: Checkout, origin: str, now_ms: int) -> Checkout:
        provider, page = self.provider(), f"{origin}/booking?id={booking.booking_id}"
        wanted = CheckoutRequest(
            booking_id=booking.booking_id,
            description=_DESCRIPTION,
            amount=booking.price.amount,
            currency=booking.price.currency,
            return_url=f"{page}&paid=1",  # the page says that it is being confirmed
            cancel_url=page,
            expires_at=checkout.expires_at,
            customer_id=self.customers.get(booking.patient_id, provider, now_ms),
            locale="auto",
        )
        try:
            opened = provider.open_checkout(wanted, f"{booking.booking_id}:checkout:{checkout.number}")
        except PaymentRefusedError as error:
            refused = stepped(booking, Step("lapsed", PROVIDER, error.code), NOTHING, now_ms)
            self.time.give_up(booking, replace(refused, due_at=None))
            raise PaymentsNotReadyError("This service cannot be paid online at present.") from error
        return replace(checkout, checkout_id=opened.checkout_id, url=opened.url)


def first_checkout(now_ms: int, number: int = 1) -> Checkout:
    """Return a Checkout to be opened now."""
    return Checkout(number, now_ms + SHORTEST_CHECKOUT_MS)
