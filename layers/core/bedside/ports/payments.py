"""Checkouts, payments and refunds at the payment provider.

Amounts are in the currency's minor unit, currencies ISO 4217 in capitals, instants Unix ms; ids are the provider's.
Every method of the protocol raises UnavailableError, and its kind PaymentRefusedError if a repetition is refused, too.
A `key` makes a call idempotent: repeated with the same arguments within a day, it returns what the first one did.
"""

from dataclasses import dataclass
from typing import Final, Literal, Protocol

# A checkout is open for 30 minutes to 24 hours by the provider's clock; a minute allows for its difference to ours.
SHORTEST_CHECKOUT_MS: Final = 31 * 60_000

PaymentStatus = Literal[
    "requires_payment_method",
    "requires_confirmation",
    "requires_action",
    "processing",
    "requires_capture",
    "succeeded",
    "canceled",
]
RefundStatus = Literal["pending", "requires_action", "succeeded", "failed", "canceled"]

# Ended disputes are won, lost or warning_closed.
DisputeStatus = Literal[
    "warning_needs_response",
    "warning_under_review",
    "warning_closed",
    "needs_response",
    "under_review",
    "prevented",
    "won",
    "lost",
]


@dataclass(frozen=True, slots=True)
class Voucher:
    """What a patient pays at a cash machine or an online bank (Multibanco); `url` is the provider's page of it."""

    entity: str
    reference: str
    expires_at: int
    url: str


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment with its latest charge: `refunded` is what was given back, or is on its way.

    `disputed` stays true once it has been disputed, however that ended. It has a voucher while it waits for the
    voucher's payment, and belongs to the booking that its checkout named.
    """

    payment_id: str
    status: PaymentStatus
    amount: int
    currency: str
    refunded: int
    disputed: bool
    charge_id: str | None
    voucher: Voucher | None
    booking_id: str


@dataclass(frozen=True, slots=True)
class Checkout:
    """A page of the provider on which one booking can be paid, while it is open at `url`.

    It is complete once the patient has paid or has taken a voucher: `payment_status` tells which. It need not have a
    payment before that.
    """

    checkout_id: str
    url: str | None
    status: Literal["open", "complete", "expired"]
    payment_status: Literal["paid", "unpaid", "no_payment_required"]
    payment: Payment | None
    expires_at: int
    booking_id: str


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund; a failed one has left the money with us."""

    refund_id: str
    status: RefundStatus
    amount: int
    payment_id: str


@dataclass(frozen=True, slots=True)
class Dispute:
    """A charge that its card's owner disputes, at their bank."""

    dispute_id: str
    status: DisputeStatus
    amount: int
    payment_id: str


@dataclass(frozen=True, slots=True)
class CheckoutRequest:
    """A checkout to open; patients and the provider see `description`, so it names no diagnosis, service or person.

    `expires_at` is at least SHORTEST_CHECKOUT_MS and less than a day ahead, and part of what has to be
    repeated under the same key. `locale` is a language of the page, "auto" the browser's. With `vouchers`, it can also
    be paid days later.
    """

    booking_id: str
    description: str
    amount: int
    currency: str
    return_url: str
    cancel_url: str
    expires_at: int
    customer_id: str | None
    locale: str
    vouchers: bool = True


class PaymentProvider(Protocol):
    """Takes patients' payments."""

    def create_checkout(self, wanted: CheckoutRequest, key: str) -> Checkout:
        """Open a checkout."""
        ...

    def find_checkout(self, checkout_id: str) -> Checkout | None:
        """Return a checkout with its payment, or None."""
        ...

    def expire_checkout(self, checkout_id: str) -> Checkout:
        """Let an open checkout take no more money, and return it as it is now: another stays as it is."""
        ...

    def find_payment(self, payment_id: str) -> Payment | None:
        """Return a payment, or None."""
        ...

    def create_refund(self, payment_id: str, amount: int, key: str) -> Refund:
        """Give back a part of a payment, or all of it."""
        ...

    def list_refunds(self, payment_id: str) -> list[Refund]:
        """Return the refunds of a payment, newest first."""
        ...

    def list_disputes(self, payment_id: str) -> list[Dispute]:
        """Return the disputes of a payment."""
        ...

    def create_customer(self, user_id: str, key: str) -> str:
        """Make a customer for a user, and return its id, which the caller remembers."""
        ...
