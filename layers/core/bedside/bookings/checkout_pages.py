"""Checkouts on the payment provider's page."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from bedside.bookings.customers import Customers
from bedside.bookings.purchase import Checkout
from bedside.bookings.service import Price
from bedside.ports.payments import SHORTEST_CHECKOUT_MS, CheckoutRequest, PaymentProvider

# What waits for its money outlives every Checkout that can still take money.
HOLD_MS: Final = 35 * 60_000
# The provider wants half an hour at least when it receives the request.
LEAST_MS: Final = 30 * 60_000


@dataclass(frozen=True, slots=True)
class Sale:
    """What is sold, to whom, and the page to which the patient returns, before and after having paid.

    The patient's receipt and the provider's pages show `description`: it must not tell what is treated. `vouchers` may
    pay for it, which takes days.
    """

    reference: str
    patient_id: str
    description: str
    price: Price
    page: str
    vouchers: bool = True


@dataclass(frozen=True, slots=True)
class CheckoutPages:
    """Opens Checkouts."""

    customers: Customers
    provider: Callable[[], PaymentProvider]

    def open(self, sale: Sale, checkout: Checkout, now_ms: int) -> Checkout:
        """Return a Checkout, now open; repeated with its number, the same.

        Raises PaymentRefusedError, UnavailableError.
        """
        provider = self.provider()
        wanted = CheckoutRequest(
            booking_id=sale.reference,
            description=sale.description,
            amount=sale.price.amount,
            currency=sale.price.currency,
            return_url=f"{sale.page}&paid=1",  # the page says that it is being confirmed
            cancel_url=sale.page,
            expires_at=checkout.expires_at,
            customer_id=self.customers.get(sale.patient_id, provider, now_ms),
            locale="auto",
            vouchers=sale.vouchers,
        )
        opened = provider.open_checkout(wanted, f"{sale.reference}:checkout:{checkout.number}")
        return replace(checkout, checkout_id=opened.checkout_id, url=opened.url)


def first_checkout(now_ms: int, number: int = 1) -> Checkout:
    """Return a Checkout to be opened now."""
    return Checkout(number, now_ms + SHORTEST_CHECKOUT_MS)
