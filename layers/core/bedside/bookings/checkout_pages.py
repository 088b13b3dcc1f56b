"""Checkouts on the payment provider's page."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from bedside.bookings.customers import Customers
from bedside.bookings.purchase import Checkout
from bedside.bookings.service import Price
from bedside.kernel.errors import PaymentRefusedError
from bedside.ports.payments import SHORTEST_CHECKOUT_MS, CheckoutRequest, PaymentProvider

# What waits for its money outlives every Checkout that can still take money.
HOLD_MS: Final = 35 * 60_000
# The provider wants half an hour at least when it receives the request.
LEAST_MS: Final = 30 * 60_000
# The provider's word for a customer that it does not have; nothing else of a Checkout can be missing.
_MISSING: Final = "resource_missing"


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

        A patient whom the provider has forgotten becomes a customer anew. Raises PaymentRefusedError, UnavailableError.
        """
        provider = self.provider()
        customer_id = self.customers.ensure(sale.patient_id, provider, now_ms)
        try:
            return self._open(sale, checkout, customer_id)
        except PaymentRefusedError as error:
            if error.code != _MISSING:
                raise
            return self._open(sale, checkout, self.customers.replace(sale.patient_id, customer_id, provider, now_ms))

    def _open(self, sale: Sale, checkout: Checkout, customer_id: str) -> Checkout:
        wanted = CheckoutRequest(
            booking_id=sale.reference,
            description=sale.description,
            amount=sale.price.amount,
            currency=sale.price.currency,
            return_url=f"{sale.page}&paid=1",  # the page says that it is being confirmed
            cancel_url=sale.page,
            expires_at=checkout.expires_at,
            customer_id=customer_id,
            locale="auto",
            vouchers=sale.vouchers,
        )
        # A repetition for another customer is another request.
        key = f"{sale.reference}:checkout:{checkout.number}:{customer_id}"
        opened = self.provider().create_checkout(wanted, key)
        return replace(checkout, checkout_id=opened.checkout_id, url=opened.url)


def first_checkout(now_ms: int, number: int = 1) -> Checkout:
    """Return a Checkout to be opened now."""
    return Checkout(number, now_ms + SHORTEST_CHECKOUT_MS)
